"""A session over a connection, for asyncio.

A socket's bytes go from the loop's callback into the session; any other byte stream is read by one task and written by
another. So pings are answered while nobody receives, and a caller who is cancelled abandons his waiting, never half a
frame. Deadlines are a timer of the loop.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from types import TracebackType
from typing import Final, Generic, TypeVar

from typing_extensions import Self

from cartesia_asyncio.pump import Pump, SocketPump, TaskPump
from cartesia_asyncio.socket_stream import SocketStream
from cartesia_asyncio.stream import ByteStream
from cartesia_core.errors import LocalProtocolError
from cartesia_core.http import Head
from cartesia_core.ws.events import NEED_DATA, Closed, Opened, Rejected
from cartesia_core.ws.session import Session

C = TypeVar("C")
E = TypeVar("E")


class Connection(Generic[C, E]):
    """Carries a session. Any task may send, any may receive. Enter it, or `start` and `aclose` it.

    Make it inside the running loop.

    Args:
        session: The conversation.
        stream: The connection, which belongs to this object from now on.
        head: Status and header fields of the answer to the upgrade, where an HTTP client did it.
        write_timeout: Seconds for one write.
    """

    def __init__(
        self,
        session: Session[C, E],
        stream: ByteStream | SocketStream,
        *,
        head: Head | None = None,
        write_timeout: float = 60.0,
    ) -> None:
        self.session: Final = session
        self.head: Final = head
        self.watch: Callable[[], None] | None = None
        """Called after reading, after queueing, and at the end."""
        self._loop: Final = asyncio.get_running_loop()
        self._pump: Final[Pump] = (
            SocketPump(session, stream, write_timeout, self._tell)
            if isinstance(stream, SocketStream)
            else TaskPump(session, stream, write_timeout, self._tell)
        )
        self._waiting: Final[dict[str | None, list[asyncio.Future[None]]]] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._due: float = 0.0
        self._is_started: bool = False

    # --- commands and events

    def post(self, *commands: C) -> None:
        """Queue commands; with a socket they are written at once, as far as the kernel takes them.

        Raises:
            LocalProtocolError: A command does not fit; the ones before it are queued.
        """
        try:
            for command in commands:
                self.session.send(command, now=self._loop.time())
        finally:
            self._tell()

    async def send(self, *commands: C) -> None:
        """Carry out commands, with one write, and wait until it is done.

        Cancelling abandons the waiting; what was queued is sent all the same.

        Raises:
            LocalProtocolError: A command does not fit; the ones before it are carried out.
        """
        self.post(*commands)
        await self.drain()

    async def drain(self) -> None:
        """Wait until what is queued by now is written, or the socket is over."""
        await self._pump.drain()

    async def receive(self, only: str | None = None) -> E | Opened | Rejected | Closed:
        """Wait for the next event. Cancelling loses none.

        Args:
            only: Wait for events of this context alone. The end of the socket comes to everyone.
        """
        while (event := self.session.next_event(only)) is NEED_DATA:
            waiter = self._loop.create_future()
            self._waiting.setdefault(only, []).append(waiter)
            await waiter
        if self._pump.is_paused:
            self._pump.make_room()
        return event

    async def refresh(self) -> None:
        """Have what has arrived read, such as the end of a socket that died while the program did something else."""
        await self._pump.refresh()

    def forget(self, context_id: str) -> None:
        """Drop what is queued for a context that nobody will ask for again."""
        self.session.forget(context_id)
        self._pump.make_room()

    # --- life

    def start(self) -> None:
        """Start reading and writing; `aclose` or `cut` has to follow.

        Raises:
            LocalProtocolError: It was started already.
        """
        if self._is_started:
            raise LocalProtocolError("this connection was started already")
        self._is_started = True
        self._pump.start()
        self._set_timer()

    async def __aenter__(self) -> Self:
        """Start reading and writing."""
        self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None, /
    ) -> None:
        """Close the connection; no task is left. When cancelled, it is cut."""
        await (self.cut() if isinstance(error, asyncio.CancelledError) else self.aclose())

    async def aclose(self, code: int = 1000, reason: str = "") -> None:
        """End the socket politely, within the session's close deadline. May be called again.

        Cancelling cuts the connection.
        """
        self.session.close(code, reason, now=self._loop.time())
        self._tell()
        try:
            if self._is_started:
                await self._pump.finish(self.session.limits.close_seconds)
        finally:
            await self.cut()

    async def cut(self) -> None:
        """End the connection without a word, and wait until it is over. May be called again."""
        self.session.abort()
        self._tell()
        await self._pump.stop()

    # --- waiting

    def _tell(self) -> None:
        """Have everyone who is concerned by what has changed take notice: waiters, the timer, who moves the bytes."""
        if self.watch is not None:
            self.watch()
        if self._waiting:
            self._wake()
        self._set_timer()
        self._pump.turn()

    def _wake(self) -> None:
        for key in [key for key in self._waiting if self.session.has_event(key)]:
            for waiter in self._waiting.pop(key):
                if not waiter.done():  # it may have been cancelled
                    waiter.set_result(None)

    def _set_timer(self) -> None:
        """Have the timer ring no later than is due. That it may ring too early spares a new one for each chunk."""
        deadline = self.session.next_deadline()
        if self._timer is not None:
            if deadline is not None and self._due <= deadline:
                return
            self._timer.cancel()
            self._timer = None
        if deadline is not None:
            self._due = deadline
            self._timer = self._loop.call_at(deadline, self._on_timer)

    def _on_timer(self) -> None:
        self._timer = None
        self.session.handle_timeout(self._loop.time())
        self._tell()
