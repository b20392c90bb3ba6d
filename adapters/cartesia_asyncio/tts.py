"""The TTS socket, for asyncio: its tasks live in its block."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from types import TracebackType
from typing import Final, TypeAlias

from typing_extensions import Self, override

from cartesia_asyncio.connection import Connection
from cartesia_asyncio.runtime import AsyncioRuntime
from cartesia_asyncio.tasks import TaskJob, cancelled, ended
from cartesia_core.async_context import AsyncContext
from cartesia_core.async_pool import AsyncSocketPool
from cartesia_core.async_speaking import AsyncSpeech
from cartesia_core.errors import LocalProtocolError
from cartesia_core.tts.commands import TtsCommand
from cartesia_core.tts.dialogue import TtsDialogue, TtsEvent
from cartesia_core.tts.socket import TtsSocketRequest
from cartesia_core.ws.notices import Observer

TtsConnection: TypeAlias = Connection[TtsCommand, TtsEvent]
TtsContext: TypeAlias = AsyncContext
Speech: TypeAlias = AsyncSpeech


class TtsSocket(AsyncSocketPool[TtsConnection]):
    """The TTS socket. Many tasks may use it, with a context each.

    It has to be entered: its tasks live in the block. When the server closed a connection while nothing was in flight,
    the next context gets a new one unnoticed.

    Args:
        connect: Opens a connection with a dialogue. Raises `ApiError` or `TransportError`.
        request: What to open, and the limits.
        version: The API version spoken on it.
        observe: Is told what becomes of the connections.
    """

    def __init__(
        self,
        connect: Callable[[], Awaitable[tuple[TtsConnection, TtsDialogue]]],
        request: TtsSocketRequest,
        version: str,
        observe: Observer | None = None,
    ) -> None:
        super().__init__(connect, request, version, AsyncioRuntime(), observe)
        self._is_open: bool = False
        self._is_closed: bool = False
        self._jobs: Final[set[asyncio.Task[None]]] = set()
        self._closing: Final[dict[asyncio.Task[None], TtsConnection]] = {}

    @override
    def _check_open(self) -> None:
        if self._is_closed:
            raise LocalProtocolError("this socket was closed here; open another one")
        if not self._is_open:
            raise LocalProtocolError("enter the socket first: async with client.tts.websocket() as ws")

    @override
    def _start(self, connection: TtsConnection) -> None:
        connection.start()

    @override
    def _spawn(self, work: Callable[[], Awaitable[None]], on_end: Callable[[], None], /) -> TaskJob:
        return TaskJob(work, on_end, self._jobs)

    @override
    def _close_soon(self, connection: TtsConnection) -> None:
        task = _task(connection.aclose())
        self._closing[task] = connection
        task.add_done_callback(lambda task: self._closing.pop(task, None))

    async def aclose(self) -> None:
        """End the socket; contexts still open fail. Takes at most a second. May be called again."""
        self._is_closed = True
        for connection in self._emptied():
            self._close_soon(connection)
        if self._closing:
            await asyncio.wait(set(self._closing))

    async def __aenter__(self) -> Self:
        """Open the socket. Raises what opening raises."""
        if self._is_open:
            raise LocalProtocolError("this socket was entered already")
        self._is_open = True
        try:
            await self.warm()
        except BaseException:
            self._is_open = False
            await self._end()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None, /
    ) -> None:
        """Close the socket; no task is left. When cancelled, it is cut."""
        self._is_closed = True
        try:
            await cancelled(self._jobs)
            if not isinstance(error, asyncio.CancelledError):
                await self.aclose()
        finally:
            await self._end()

    async def _end(self) -> None:
        """Cut what is left; no task survives."""
        closing = dict(self._closing)
        for task in closing:
            task.cancel()
        cutting = [_task(connection.cut()) for connection in (*self._emptied(), *closing.values())]
        await ended([*closing, *cutting])


def _task(work: Coroutine[object, None, None]) -> asyncio.Task[None]:
    return asyncio.get_running_loop().create_task(work)
