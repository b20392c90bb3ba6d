"""A socket of bare messages, for asyncio."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from types import TracebackType
from typing import Final, TypeAlias

from typing_extensions import Self

from cartesia_asyncio.connection import Connection
from cartesia_core.errors import ConnectionLost, LocalProtocolError
from cartesia_core.http import Head
from cartesia_core.ws.dialogue import Message
from cartesia_core.ws.events import ClosedBy
from cartesia_core.ws.plain import PlainMessage

PlainConnection: TypeAlias = Connection[Message, PlainMessage]


class Messages:
    """A socket whose messages are neither read nor written by this library.

    Args:
        connect: Opens a connection. Raises `ApiError` or `TransportError`.
    """

    def __init__(self, connect: Callable[[], Awaitable[PlainConnection]]) -> None:
        self._connect: Final = connect
        self._opened: PlainConnection | None = None

    @property
    def head(self) -> Head:
        """Status and header fields of the answer to the upgrade."""
        return self._open().head or Head(101)

    async def send(self, message: Message, /) -> None:
        """Send a message as it is."""
        await self._open().send(message)

    def __aiter__(self) -> AsyncIterator[Message]:
        """Give the server's messages until it closes the socket."""
        return self

    async def __anext__(self) -> Message:
        """Wait for the next message.

        Raises:
            ConnectionLost: The socket broke instead of being closed.
        """
        connection = self._open()
        if isinstance(event := await connection.receive(), PlainMessage):
            return event.data
        closed = connection.session.closed
        if closed is not None and closed.by is ClosedBy.NOBODY:
            raise closed.cause or ConnectionLost("the socket broke", close_code=closed.code)
        raise StopAsyncIteration

    async def __aenter__(self) -> Self:
        """Open the socket. Raises what opening raises."""
        self._opened = await (await self._connect()).__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None, /
    ) -> None:
        """Close the socket."""
        await self._open().__aexit__(kind, error, traceback)

    def _open(self) -> PlainConnection:
        if self._opened is None:
            raise LocalProtocolError("enter the socket first: async with client.tts.websocket.raw() as messages")
        return self._opened
