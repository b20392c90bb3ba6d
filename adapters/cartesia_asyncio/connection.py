"""A session over a byte stream, for asyncio.

One task reads and feeds, one writes. So pings are answered while nobody receives, and a caller who is cancelled
abandons his waiting, never half a frame. Deadlines are a timer of the loop.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from types import TracebackType
from typing import Final, Generic, TypeVar

from typing_extensions import Self

from cartesia_asyncio.stream import ByteStream
from cartesia_asyncio.tasks import ended
from cartesia_core.errors import ConnectionLost, LocalProtocolError
from cartesia_core.http import Head
from cartesia_core.ws.events import NEED_DATA, Closed, Opened, Rejected, State
from cartesia_core.ws.session import Session

C = TypeVar("C")
E = TypeVar("E")
_TURNS: Final = 5
"""Turns of the loop until bytes in the kernel's buffer have gone through transport, stream and reading task."""


class Connection(Generic[C, E]):
    """Carries a session. Any task may send, any may receive. Enter it, or `start` and `aclose` it.

    Args:
        session: The conversation.
        stream: The connection, which belongs to this object from now on.
        head: Status and header fields of the answer to the upgrade, where an HTTP client did it.
        write_timeout: Seconds for one write.
    """

    def __init__(
        self, session: Session[C, E], stream: ByteStream, *, head: Head | None = None, write_timeout: float = 60.0
    ) -> None:
        self.session: Final = session
        self.head: Final = head
        self.watch: Callable[[], None] | None = None
        """Called after reading, after queueing, and at the end."""
        self._stream: Final = stream
        self._write_timeout: Final = write_timeout
        self._waiting: Final[dict[str | None, asyncio.Event]] = {}
        self._wanted: Final = asyncio.Event()
        self._writing: asyncio.Event = asyncio.Event()
        self._written: asyncio.Event = asyncio.Event()
        self._room: Final = asyncio.Event()
        self._timer: asyncio.TimerHandle | None = None
        self._due: float = 0.0
        self._reader: asyncio.Task[None] | None = None
        self._writer: asyncio.Task[None] | None = None

    # --- commands and events

    def post(self, *commands: C) -> None:
        """Queue commands; the writing task sends them.

        Raises:
            LocalProtocolError: A command does not fit; the ones before it are queued.
        """
        try:
            for command in commands:
                self.session.send(command, now=self._now())
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
        if self.session.state is not State.CLOSED:
            await self._written.wait()

    async def receive(self, only: str | None = None) -> E | Opened | Rejected | Closed:
        """Wait for the next event. Cancelling loses none.

        Args:
            only: Wait for events of this context alone. The end of the socket comes to everyone.
        """
        while (event := self.session.next_event(only)) is NEED_DATA:
            await self._waiting.setdefault(only, asyncio.Event()).wait()
        if not self._room.is_set() and not self.session.is_full():
            self._room.set()
        return event

    async def refresh(self) -> None:
        """Have what has arrived read, such as the end of a socket that died while the program did something else."""
        for _ in range(_TURNS):
            if self.session.state is not State.OPEN:
                return
            await asyncio.sleep(0)

    def forget(self, context_id: str) -> None:
        """Drop what is queued for a context that nobody will ask for again."""
        self.session.forget(context_id)
        if not self.session.is_full():
            self._room.set()

    # --- life

    def start(self) -> None:
        """Start reading and writing; `aclose` or `cut` has to follow.

        Raises:
            LocalProtocolError: It was started already.
        """
        if self._reader is not None:
            raise LocalProtocolError("this connection was started already")
        self._reader = _task(self._read_all())
        self._writer = _task(self._write_all())
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
        self.session.close(code, reason, now=self._now())
        self._tell()
        try:
            if self._reader is not None and self._writer is not None:
                await asyncio.wait({self._reader, self._writer}, timeout=self.session.limits.close_seconds)
        finally:
            await self.cut()

    async def cut(self) -> None:
        """End the connection without a word, and wait for its tasks. May be called again."""
        self.session.abort()
        self._tell()
        tasks = [task for task in (self._reader, self._writer) if task is not None]
        for task in tasks:
            task.cancel()
        try:
            await ended(tasks)
        finally:
            await self._stream.aclose()

    # --- reading, writing, waiting

    async def _read_all(self) -> None:
        while self.session.state is not State.CLOSED:
            if self.session.is_full():
                self._room.clear()
                await self._room.wait()
                self.session.resumed(self._now())
                self._tell()
                continue
            try:
                data = await self._stream.receive()
            except OSError as error:
                self._broken(error)
            else:
                self.session.receive_data(data, now=self._now())
            self._tell()

    async def _write_all(self) -> None:
        while True:
            data = self.session.data_to_send()
            self._writing, self._written = self._written, asyncio.Event()
            if data:
                await self._write(data)
            self._writing.set()
            if not data:
                if self.session.state is State.CLOSED:
                    return
                self._wanted.clear()
                await self._wanted.wait()

    async def _write(self, data: bytes) -> None:
        try:
            await asyncio.wait_for(self._stream.send(data), self._write_timeout)
        except (OSError, asyncio.TimeoutError) as error:
            self._broken(error)

    def _broken(self, error: Exception) -> None:
        self.session.abort(ConnectionLost(f"the connection broke: {str(error) or type(error).__name__}"))
        self._tell()

    def _tell(self) -> None:
        """Wake whoever is concerned by what has changed: waiters, the timer, the writer, and at the end all."""
        if self.watch is not None:
            self.watch()
        for key in [key for key in self._waiting if self.session.has_event(key)]:
            self._waiting.pop(key).set()
        if not self.session.is_full():
            self._room.set()
        self._set_timer()
        if self.session.state is State.CLOSED:
            for event in (self._room, self._writing, self._written):
                event.set()
            if self._reader is not None and self._reader is not asyncio.current_task():
                self._reader.cancel()
        self._wanted.set()

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
            self._timer = asyncio.get_running_loop().call_at(deadline, self._on_timer)

    def _on_timer(self) -> None:
        self._timer = None
        self.session.handle_timeout(self._now())
        self._tell()

    @staticmethod
    def _now() -> float:
        return asyncio.get_running_loop().time()


def _task(work: Coroutine[object, None, None]) -> asyncio.Task[None]:
    return asyncio.get_running_loop().create_task(_quietly(work))


async def _quietly(work: Coroutine[object, None, None]) -> None:
    """Run a connection's task; being cancelled is its ordinary end."""
    try:
        await work
    except asyncio.CancelledError:
        return
