"""The TTS socket, for plain threads: carries out what `SocketPool` decides."""

from __future__ import annotations

import random
import time
import uuid
from collections.abc import Callable, Iterable
from functools import partial
from threading import Condition
from types import TracebackType
from typing import Final, TypeVar

from typing_extensions import Self, Unpack

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
from cartesia_core.ws.notices import Observer, tell
from cartesia_sync.context import TtsConnection, TtsContext
from cartesia_sync.observing import report
from cartesia_sync.speaking import Speech

T = TypeVar("T")


class TtsSocket:
    """The TTS socket: a connection, or a small pool of them. Several threads may use it, with a context each.

    It opens when entered, or at its first use. When the server closed a connection while nothing was in flight, the
    next context gets a new one unnoticed.

    Args:
        connect: Opens a connection with a dialogue. Raises `ApiError` or `TransportError`.
        request: What to open, and the limits.
        version: The API version spoken on it.
        observe: Is told what becomes of the connections.
    """

    def __init__(
        self,
        connect: Callable[[], tuple[TtsConnection, TtsDialogue]],
        request: TtsSocketRequest,
        version: str,
        observe: Observer | None = None,
    ) -> None:
        self._connect: Final = connect
        self._version: Final = version
        self._observe: Final = observe
        # Opening may take seconds, so it is done without this lock: whoever closes must not wait for that.
        self._changed: Final = Condition()
        self._pool: Final[SocketPool[TtsConnection]] = SocketPool(request.pool, request.reconnect)
        self._is_closed: bool = False
        self._changes: int = 0
        self._contexts: int = 0

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
        with self._changed:
            return self._pool.statistics()

    def context(self, **options: Unpack[ContextKeywords]) -> TtsContext:
        """Make a context; its options stay the same for its whole life.

        Raises:
            InvalidArgument: An option can be seen to be wrong, or the socket's API version has none such.
        """
        handle = ContextHandle(str(uuid.uuid4()), ContextOptions(**options), self._version)
        return TtsContext(self._lease, handle)

    def speak(self, text: str | Iterable[str], /, **options: Unpack[ContextKeywords]) -> Speech:
        """Speak a text, or pieces of text as they come, and give the events at the same time.

        The pieces are taken and sent in a thread of their own. An error in them cancels the context and is raised
        here; leaving the iteration early cancels it too.

        Raises:
            InvalidArgument: An option can be seen to be wrong.
        """
        return Speech(self.context(**options), (text,) if isinstance(text, str) else text)

    def warm(self, count: int = 1, /) -> None:
        """Open connections ahead, so that so many are open: their first text then goes out in a single write.

        Raises:
            InvalidArgument: The pool may not hold so many.
            CartesiaError: What opening raises.
        """
        since = time.monotonic()
        while True:
            step, changes = self._ask(partial(self._pool.warm_step, count, since=since))
            if step is None:
                return
            self._carry_out(step, changes)

    def close(self) -> None:
        """End the socket; contexts still open fail. Takes at most a second. May be called again."""
        with self._changed:
            self._is_closed = True
            connections = self._pool.empty(now=time.monotonic())
            self._has_changed()
        for connection in connections:
            connection.begin_close()
        for connection in connections:
            connection.close()
        self._tell()

    def __enter__(self) -> Self:
        """Open the socket. Raises what opening raises."""
        self.warm()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None, /
    ) -> None:
        """Close the socket."""
        self.close()

    # --- finding a connection

    def _lease(self) -> Lease[TtsConnection]:
        """Give a connection that is alive."""
        since = time.monotonic()
        while True:
            step, changes = self._ask(partial(self._pool.next_step, since=since))
            if not isinstance(step, UseSocket):
                self._carry_out(step, changes)
            elif self._is_alive(step.socket):
                return Lease(step.socket.connection, step.socket.dialogue, partial(self._release, step.socket))

    def _ask(self, question: Callable[..., T]) -> tuple[T, int]:
        """Ask the pool; give its answer, and the number of changes that it knows of."""
        try:
            with self._changed:
                if self._is_closed:
                    raise LocalProtocolError("this socket was closed here; open another one")
                return question(now=time.monotonic(), jitter=random.random()), self._changes
        finally:
            self._tell()

    def _has_changed(self) -> None:
        """Have those ask again who wait for a socket. The lock is held."""
        self._changes += 1
        self._changed.notify_all()

    def _release(self, socket: PooledSocket[TtsConnection]) -> None:
        with self._changed:
            self._pool.release(socket)
            self._has_changed()

    def _is_alive(self, socket: PooledSocket[TtsConnection]) -> bool:
        """Look whether an idle socket has died unnoticed. If so, the lease ends."""
        is_alive = False
        try:
            socket.connection.refresh()
            is_alive = socket.is_open
        finally:
            if not is_alive:
                self._release(socket)
        return is_alive

    def _carry_out(self, step: PoolTask, changes: int) -> None:
        if isinstance(step, OpenSocket):
            self._open()
        elif isinstance(step, PauseBeforeOpening):
            self._wait(step.seconds, changes)
        else:
            self._wait(step.until - time.monotonic(), changes)

    def _wait(self, seconds: float, changes: int) -> None:
        """Wait until something has changed since, but no longer than that."""
        with self._changed:
            self._changed.wait_for(lambda: self._changes != changes, seconds)

    def _open(self) -> None:
        try:
            connection, dialogue = self._connect()
        except BaseException as error:
            with self._changed:
                known = error if isinstance(error, CartesiaError) else None
                self._pool.not_opened(known, now=time.monotonic(), jitter=random.random())
                self._has_changed()
            self._tell()
            raise
        connection.watch = partial(self._look_at, connection)
        if not self._take(connection, dialogue):
            connection.close()
        self._tell()

    def _take(self, connection: TtsConnection, dialogue: TtsDialogue) -> bool:
        """Take a connection into the pool, unless that was closed meanwhile."""
        request_id = connection.head.request_id if connection.head is not None else None
        now = time.monotonic()
        with self._changed:
            self._has_changed()
            if self._is_closed:
                self._pool.not_opened(None, now=now, jitter=0.0)
                return False
            self._pool.opened(connection, connection.session, dialogue, now=now, request_id=request_id)
            return True

    # --- what happens meanwhile

    def _look_at(self, connection: TtsConnection) -> None:
        """See whether something has happened that concerns the pool; most often it is audio, which does not.

        Called without any lock held.
        """
        faults = [event.error for event in connection.unowned_events() if isinstance(event, ConnectionFault)]
        is_over = connection.session.closed is not None
        with self._changed:
            before, self._contexts = self._contexts, self._pool.open_contexts
            for error in faults:
                self._pool.fault(connection, error)
            if is_over:
                self._pool.look(now=time.monotonic(), jitter=random.random())
            if self._contexts < before or is_over:
                self._has_changed()
        if faults or is_over:
            self._tell()

    def _tell(self) -> None:
        """Close what the pool has given up, and tell the observer."""
        with self._changed:
            connections, notices = self._pool.to_close(), self._pool.notices()
        for connection in connections:
            connection.drop()
        tell(self._observe, notices, report)
