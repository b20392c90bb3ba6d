"""The TTS socket for every event loop: carries out what `SocketPool` decides."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Final, Generic, Protocol, TypeVar

from typing_extensions import Unpack

from cartesia_core.async_context import AsyncContext, AsyncTtsConnection
from cartesia_core.async_runtime import AsyncEvent, AsyncRuntime
from cartesia_core.async_speaking import AnyText, AsyncSpeech, Job
from cartesia_core.errors import CartesiaError, LocalProtocolError
from cartesia_core.http import Head
from cartesia_core.tts.commands import ContextKeywords, ContextOptions
from cartesia_core.tts.dialogue import ConnectionFault, TtsDialogue
from cartesia_core.tts.handle import ContextHandle
from cartesia_core.tts.pool import (
    Lease,
    OpenSocket,
    PauseBeforeOpening,
    PooledSocket,
    PoolStatistics,
    PoolTask,
    SocketPool,
    UseSocket,
)
from cartesia_core.tts.socket import TtsSocketRequest
from cartesia_core.ws.events import NEED_DATA
from cartesia_core.ws.notices import Observer, tell


class WatchedConnection(AsyncTtsConnection, Protocol):
    """A connection that tells when something has happened on it."""

    watch: Callable[[], None] | None
    """Called after reading, after queueing, and at the end; it only looks."""


K = TypeVar("K", bound=WatchedConnection)
T = TypeVar("T")


class AsyncSocketPool(ABC, Generic[K]):
    """The TTS socket: a connection, or a small pool of them. Many tasks may use it, with a context each.

    Args:
        connect: Opens a connection with a dialogue. Raises `ApiError` or `TransportError`.
        request: What to open, and the limits.
        version: The API version spoken on it.
        runtime: The event loop.
        observe: Is told what becomes of the connections.
    """

    def __init__(
        self,
        connect: Callable[[], Awaitable[tuple[K, TtsDialogue]]],
        request: TtsSocketRequest,
        version: str,
        runtime: AsyncRuntime,
        observe: Observer | None,
    ) -> None:
        self._connect: Final = connect
        self._version: Final = version
        self._runtime: Final = runtime
        self._observe: Final = observe
        self._pool: Final[SocketPool[K]] = SocketPool(request.pool, request.reconnect)
        self._waiters: list[AsyncEvent] = []
        self._contexts: int = 0

    @abstractmethod
    def _check_open(self) -> None:
        """Raise `LocalProtocolError` unless it is entered and was not closed."""

    @abstractmethod
    def _start(self, connection: K) -> None:
        """Start the tasks of a connection."""

    @abstractmethod
    def _spawn(self, work: Callable[[], Awaitable[None]], on_end: Callable[[], None], /) -> Job:
        """Start a task that ends with the socket at the latest."""

    @abstractmethod
    def _close_soon(self, connection: K) -> None:
        """Close a connection in the background."""

    @property
    def connections(self) -> int:
        """How many connections were opened for it so far."""
        return self._pool.opened_sockets

    @property
    def head(self) -> Head:
        """Status and header fields of the answer to the latest upgrade, the request id among them.

        Raises:
            LocalProtocolError: It was not opened yet, or its connection has ended.
        """
        newest = self._pool.newest
        if newest is None or newest.head is None:
            raise LocalProtocolError("no connection is open; enter the socket first")
        return newest.head

    def statistics(self) -> PoolStatistics:
        """Count connections, contexts, and what was dropped."""
        return self._pool.statistics()

    def context(self, **options: Unpack[ContextKeywords]) -> AsyncContext:
        """Make a context; its options stay the same for its whole life.

        Raises:
            InvalidArgument: An option can be seen to be wrong, or the socket's API version has none such.
        """
        handle = ContextHandle(self._runtime.new_id(), ContextOptions(**options), self._version)
        return AsyncContext(self._lease, handle, self._runtime)

    def speak(self, text: AnyText, /, **options: Unpack[ContextKeywords]) -> AsyncSpeech:
        """Speak a text, or pieces of text as they come, and give the events at the same time.

        Enter what this gives, or iterate over it at once; leaving early cancels the context.

        Raises:
            InvalidArgument: An option can be seen to be wrong.
        """
        self._check_open()
        return AsyncSpeech(self.context(**options), text, self._runtime, self._spawn)

    async def warm(self, count: int = 1, /) -> None:
        """Open connections ahead, so that so many are open: their first text then goes out in a single write.

        Raises:
            InvalidArgument: The pool may not hold so many.
            CartesiaError: What opening raises.
        """
        since = self._runtime.clock()
        while True:
            self._check_open()
            step = self._ask(partial(self._pool.warm_step, count, since=since))
            if step is None:
                return
            await self._carry_out(step)

    async def _lease(self) -> Lease[K]:
        """Give a connection that is alive."""
        since = self._runtime.clock()
        while True:
            self._check_open()
            step = self._ask(partial(self._pool.next_step, since=since))
            if not isinstance(step, UseSocket):
                await self._carry_out(step)
            elif await self._is_alive(step.socket):
                socket = step.socket
                return Lease(socket.connection, socket.dialogue, partial(self._release, socket))

    def _release(self, socket: PooledSocket[K]) -> None:
        self._pool.release(socket)
        self._wake()

    def _ask(self, question: Callable[..., T]) -> T:
        try:
            return question(now=self._runtime.clock(), jitter=self._runtime.jitter())
        finally:
            self._tell()

    async def _is_alive(self, socket: PooledSocket[K]) -> bool:
        """Look whether an idle socket has died unnoticed. If so, the lease ends."""
        is_alive = False
        try:
            if not socket.dialogue.open_contexts:
                await socket.connection.refresh()
            is_alive = socket.is_open
        finally:
            if not is_alive:
                self._release(socket)
        return is_alive

    async def _carry_out(self, step: PoolTask) -> None:
        if isinstance(step, OpenSocket):
            await self._open()
        elif isinstance(step, PauseBeforeOpening):
            await self._wait(self._runtime.clock() + step.seconds)
        else:
            await self._wait(step.until)

    async def _wait(self, until: float) -> None:
        event = self._runtime.event()
        self._waiters.append(event)
        try:
            await self._runtime.wait(event, until)
        finally:
            if event in self._waiters:
                self._waiters.remove(event)

    async def _open(self) -> None:
        try:
            connection, dialogue = await self._connect()
        except BaseException as error:
            self._not_opened(error if isinstance(error, CartesiaError) else None)
            raise
        try:
            self._check_open()  # it may have been closed meanwhile
        except BaseException:
            self._not_opened(None)
            await connection.cut()
            raise
        connection.watch = partial(self._look_at, connection)
        request_id = connection.head.request_id if connection.head is not None else None
        self._pool.opened(connection, connection.session, dialogue, now=self._runtime.clock(), request_id=request_id)
        self._start(connection)
        self._wake()
        self._tell()

    def _not_opened(self, error: CartesiaError | None) -> None:
        self._pool.not_opened(error, now=self._runtime.clock(), jitter=self._runtime.jitter())
        self._wake()
        self._tell()

    # --- what happens meanwhile

    def _look_at(self, connection: K) -> None:
        """See whether something has happened that concerns the pool; most often it is audio, which does not."""
        before, self._contexts = self._contexts, self._pool.open_contexts
        if self._contexts < before or connection.session.closed is not None:
            self._wake()
        while (event := connection.session.next_unowned_event()) is not NEED_DATA:
            if isinstance(event, ConnectionFault):
                self._pool.fault(connection, event.error)
                self._tell()
        if connection.session.closed is not None:
            self._pool.look(now=self._runtime.clock(), jitter=self._runtime.jitter())
            self._tell()

    def _wake(self) -> None:
        """Have those ask again who wait for a socket."""
        waiters, self._waiters = self._waiters, []
        for event in waiters:
            event.set()

    def _tell(self) -> None:
        """Close what the pool has given up, and tell the observer."""
        for connection in self._pool.to_close():
            self._close_soon(connection)
        tell(self._observe, self._pool.notices(), self._runtime.report)

    def _emptied(self) -> list[K]:
        """Take all connections out of the pool, to be closed."""
        connections = self._pool.empty(now=self._runtime.clock())
        self._wake()
        self._tell()
        return connections
