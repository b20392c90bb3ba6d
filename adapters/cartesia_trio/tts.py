"""The TTS socket, for trio: its connections live in a nursery of its block."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from types import TracebackType
from typing import Final, TypeAlias

import trio
from typing_extensions import Self, override

from cartesia_core.async_context import AsyncContext
from cartesia_core.async_pool import AsyncSocketPool
from cartesia_core.async_speaking import AsyncSpeech
from cartesia_core.errors import LocalProtocolError
from cartesia_core.tts.commands import TtsCommand
from cartesia_core.tts.dialogue import TtsDialogue, TtsEvent
from cartesia_core.tts.socket import TtsSocketRequest
from cartesia_core.ws.notices import Observer
from cartesia_trio.connection import Connection
from cartesia_trio.runtime import TrioRuntime

TtsConnection: TypeAlias = Connection[TtsCommand, TtsEvent]
TtsContext: TypeAlias = AsyncContext
Speech: TypeAlias = AsyncSpeech


class NurseryJob:
    """A task in a nursery that can be cancelled alone.

    Args:
        work: What it does.
        on_end: Called when it is over.
    """

    def __init__(self, work: Callable[[], Awaitable[None]], on_end: Callable[[], None]) -> None:
        self._work: Final = work
        self._on_end: Final = on_end
        self._scope: Final = trio.CancelScope()
        self._over: Final = trio.Event()

    async def run(self) -> None:
        """Work."""
        try:
            with self._scope:
                await self._work()
        finally:
            self._on_end()
            self._over.set()

    def cancel(self) -> None:
        """Have it end soon."""
        self._scope.cancel()

    async def join(self) -> None:
        """Wait for its end."""
        await self._over.wait()


class TtsSocket(AsyncSocketPool[TtsConnection]):
    """The TTS socket. Many tasks may use it, with a context each.

    It has to be entered: its connections live in a nursery of the block. When the server closed one while nothing was
    in flight, the next context gets a new connection unnoticed.

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
        super().__init__(connect, request, version, TrioRuntime(), observe)
        self._own: AbstractAsyncContextManager[trio.Nursery] | None = None
        self._nursery: trio.Nursery | None = None
        self._is_closed: bool = False

    @override
    def _check_open(self) -> None:
        self._entered()

    def _entered(self) -> trio.Nursery:
        if self._is_closed:
            raise LocalProtocolError("this socket was closed here; open another one")
        if self._nursery is None:
            raise LocalProtocolError("enter the socket first: async with client.tts.websocket() as ws")
        return self._nursery

    @override
    def _start(self, connection: TtsConnection) -> None:
        connection.start(self._entered())

    @override
    def _spawn(self, work: Callable[[], Awaitable[None]], on_end: Callable[[], None], /) -> NurseryJob:
        job = NurseryJob(work, on_end)
        self._entered().start_soon(job.run)
        return job

    @override
    def _close_soon(self, connection: TtsConnection) -> None:
        if self._nursery is not None:
            self._nursery.start_soon(connection.aclose)

    async def aclose(self) -> None:
        """End the socket; contexts still open fail. Takes at most a second. May be called again."""
        self._is_closed = True
        connections = self._emptied()
        try:
            async with trio.open_nursery() as closing:
                for connection in connections:
                    closing.start_soon(connection.aclose)
        finally:
            await _cut(connections)

    async def __aenter__(self) -> Self:
        """Open the socket. Raises what opening raises."""
        if self._own is not None:
            raise LocalProtocolError("this socket was entered already")
        self._own = trio.open_nursery()
        self._nursery = await self._own.__aenter__()
        try:
            await self.warm()
        except BaseException:
            await self._end()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None, /
    ) -> None:
        """Close the socket; no task is left. When cancelled, it is cut."""
        self._is_closed = True
        try:
            if not isinstance(error, trio.Cancelled):
                await self.aclose()
        finally:
            await self._end()

    async def _end(self) -> None:
        if self._nursery is not None and self._own is not None:
            self._nursery.cancel_scope.cancel()
            connections = self._emptied()
            self._nursery = None
            await _cut(connections)
            await self._own.__aexit__(None, None, None)


async def _cut(connections: list[TtsConnection]) -> None:
    for connection in connections:
        await connection.cut()
