"""The speech-to-text sockets, for asyncio: its reader lives in the block."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Final, Generic, TypeAlias, TypeVar

from typing_extensions import Self, Unpack, override

from cartesia_asyncio.connection import Connection
from cartesia_asyncio.runtime import AsyncioRuntime
from cartesia_core.async_stt import AsyncSttStream
from cartesia_core.errors import LocalProtocolError
from cartesia_core.stt.commands import SttCommand, TurnKeywords, TurnSettings
from cartesia_core.stt.dialogue import SttDialogue
from cartesia_core.stt.events import ManualEvent, StreamEvent, TurnEvent
from cartesia_core.stt.handle import SttHandle
from cartesia_core.stt.socket import SttSocketRequest
from cartesia_core.ws.notices import Observer

E = TypeVar("E")
SttConnection: TypeAlias = Connection[SttCommand, E | StreamEvent]


class SttStream(AsyncSttStream[E], Generic[E]):
    """One stream of speech: send audio, iterate over what is understood. One task may do each at the same time.

    It has to be entered: its reader lives in the block.

    Args:
        connect: Opens a connection with a dialogue. Raises `ApiError` or `TransportError`.
        request: What to open, and the limits.
        observe: Is told what becomes of the sockets.
    """

    def __init__(
        self,
        connect: Callable[[], Awaitable[tuple[SttConnection[E], SttDialogue[E]]]],
        request: SttSocketRequest[E],
        observe: Observer | None = None,
    ) -> None:
        super().__init__(SttHandle(request), AsyncioRuntime(), observe)
        self._connect: Final = connect
        self._carrier: SttConnection[E] | None = None
        self._is_entered: bool = False

    @override
    async def _open(self) -> tuple[SttConnection[E], SttDialogue[E]]:
        connection, dialogue = await self._connect()
        self._carrier = connection
        return connection, dialogue

    @override
    def _start(self) -> None:
        if self._carrier is not None:
            self._carrier.start()

    async def aclose(self) -> None:
        """End the socket without waiting for the rest. Takes at most a second. May be called again."""
        self._left()
        if self._carrier is not None:
            await self._carrier.aclose()

    async def __aenter__(self) -> Self:
        """Open the socket. Raises what opening raises."""
        if self._is_entered:
            raise LocalProtocolError("this stream was entered already; make another one")
        self._is_entered = True
        await self._begin()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None, /
    ) -> None:
        """Close the socket; no task is left. When cancelled, it is cut."""
        self._left()
        if self._carrier is not None and isinstance(error, asyncio.CancelledError):
            await self._carrier.cut()
        else:
            await self.aclose()


class SttSocket(SttStream[ManualEvent]):
    """`/stt/websocket`: the program says when to finalize."""

    async def finalize(self) -> None:
        """Have everything sent so far transcribed now; a `FlushDone` event tells that it was. Go on reading after it.

        Raises:
            LocalProtocolError: The stream was finished or closed.
            TranscriptionInterrupted: The socket died.
        """
        self._entered()
        await self._say(self._handle.finalize())


class TurnsSocket(SttStream[TurnEvent]):
    """`/stt/turns/websocket`: the server finds out when somebody begins and ends to speak."""

    async def configure(self, **settings: Unpack[TurnKeywords]) -> None:
        """Change when turns begin and end, from here on. Those not named stay.

        Raises:
            InvalidArgument: A number is outside of its limits, the thresholds are in the wrong order, or none is given.
            LocalProtocolError: The stream was finished or closed.
            TranscriptionInterrupted: The socket died.
        """
        self._entered()
        await self._say(self._handle.configure(TurnSettings(**settings)))
