"""A session over any `trio.abc.Stream`.

One task reads and feeds, one writes. So pings are answered while nobody receives, and a caller
who is cancelled abandons his waiting, never half a frame. To a socket of our own everyone writes without waiting, and
the writing task sees to what the kernel does not take.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from types import TracebackType
from typing import Final, Generic, TypeVar

import trio
from typing_extensions import Self

from cartesia_core.errors import ConnectionLost, LocalProtocolError
from cartesia_core.http import Head
from cartesia_core.ws.events import NEED_DATA, Closed, Opened, Rejected, State
from cartesia_core.ws.outbox import WRITE_NBYTES
from cartesia_core.ws.session import Session
from cartesia_trio.stream import DirectStream

C = TypeVar("C")
E = TypeVar("E")
_READ: Final = 128 * 1024
_TURNS: Final = 4
"""Turns of the loop until bytes in the kernel's buffer have gone through the reading task, were it just started."""
_TURN_EVERY: Final = 32
"""Writes between turns of the loop: a turn costs more than a write."""


class Connection(Generic[C, E]):
    """Carries a session. Any task may send, any may receive.

    Enter it, or `start` it in a nursery of yours; its tasks end with that.

    Args:
        session: The conversation.
        stream: The connection, which belongs to this object from now on.
        head: Status and header fields of the answer to the upgrade, where an HTTP client did it.
        write_timeout: Seconds for one write.
    """

    def __init__(
        self, session: Session[C, E], stream: trio.abc.Stream, *, head: Head | None = None, write_timeout: float = 60.0
    ) -> None:
        self.session: Final = session
        self.head: Final = head
        self.watch: Callable[[], None] | None = None
        """Called after reading, after queueing, and at the end."""
        self._stream: Final = stream
        self._direct: Final = stream if isinstance(stream, DirectStream) else None
        self._rest: bytes = b""
        """What the kernel did not take; the writing task begins with it."""
        self._is_writing: bool = False
        self._write_timeout: Final = write_timeout
        self._waiting: Final[dict[str | None, trio.Event]] = {}
        self._wanted: trio.Event = trio.Event()
        self._writing: trio.Event = trio.Event()
        self._written: trio.Event = trio.Event()
        self._room: trio.Event = trio.Event()
        self._reading: trio.CancelScope | None = None
        self._is_started: bool = False
        self._drained: int = 0
        self._tasks: Final = trio.CancelScope()
        self._ended: Final = trio.Event()
        self._own: AbstractAsyncContextManager[trio.Nursery] | None = None

    # --- commands and events

    def post(self, *commands: C) -> None:
        """Queue commands; to a socket of our own they are written at once, as far as the kernel takes them.

        Raises:
            LocalProtocolError: A command does not fit; the ones before it are queued.
        """
        try:
            for command in commands:
                self.session.send(command, now=trio.current_time())
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
        """Wait until what is queued by now is written, or the socket is over.

        It gives way to other tasks now and then in any case: one who sends without end must let others read.
        """
        is_closed = self.session.state is State.CLOSED
        if not is_closed and (self._direct is None or self._is_writing):
            await self._written.wait()
            return
        self._drained += 1
        if is_closed or not self._drained % _TURN_EVERY:
            await trio.lowlevel.checkpoint()
        else:
            await trio.lowlevel.checkpoint_if_cancelled()

    async def receive(self, only: str | None = None) -> E | Opened | Rejected | Closed:
        """Wait for the next event. Cancelling loses none.

        Args:
            only: Wait for events of this context alone. The end of the socket comes to everyone.
        """
        await trio.lowlevel.checkpoint_if_cancelled()
        while (event := self.session.next_event(only)) is NEED_DATA:
            waiting = self._waiting.get(only)
            if waiting is None:
                waiting = self._waiting[only] = trio.Event()
            await waiting.wait()
        self._make_room()
        return event

    async def refresh(self) -> None:
        """Have what has arrived read, such as the end of a socket that died while the program did something else."""
        if self._direct is not None and self._direct.is_quiet():
            await trio.lowlevel.checkpoint_if_cancelled()
            return
        for _ in range(_TURNS):
            await trio.lowlevel.checkpoint()

    def forget(self, context_id: str) -> None:
        """Drop what is queued for a context that nobody will ask for again."""
        self.session.forget(context_id)
        self._make_room()

    # --- life

    def start(self, nursery: trio.Nursery) -> None:
        """Start reading and writing in a nursery."""
        if self._is_started:
            raise LocalProtocolError("this connection was started already")
        self._is_started = True
        nursery.start_soon(self._run)

    async def __aenter__(self) -> Self:
        """Start reading and writing."""
        self._own = trio.open_nursery()
        self.start(await self._own.__aenter__())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None, /
    ) -> None:
        """Close the connection; no task is left. When cancelled, it is cut."""
        try:
            await (self.cut() if isinstance(error, trio.Cancelled) else self.aclose())
        finally:
            if self._own is not None:  # its task has ended, so this neither waits nor raises
                await self._own.__aexit__(None, None, None)

    async def aclose(self, code: int = 1000, reason: str = "") -> None:
        """End the socket politely, within the session's close deadline. May be called again.

        Cancelling cuts the connection.
        """
        self.session.close(code, reason, now=trio.current_time())
        self._tell()
        try:
            if self._is_started:
                with trio.move_on_after(self.session.limits.close_seconds):
                    await self._ended.wait()
        finally:
            await self.cut()

    async def cut(self) -> None:
        """End the connection without a word, and wait for its task. May be called again."""
        self.session.abort()
        self._tell()
        self._tasks.cancel()
        with trio.CancelScope(shield=True):
            if self._is_started:
                await self._ended.wait()
            await trio.aclose_forcefully(self._stream)

    async def _run(self) -> None:
        try:
            with self._tasks:
                async with trio.open_nursery() as nursery:
                    nursery.start_soon(self._read_all)
                    nursery.start_soon(self._write_all)
        finally:
            self.session.abort()
            self._tell()
            self._ended.set()

    # --- reading and writing

    async def _read_all(self) -> None:
        while self.session.state is not State.CLOSED:
            if self.session.is_full():
                await self._wait_for_room()
                continue
            with trio.CancelScope(deadline=self._deadline()) as self._reading:
                await self._read_on()
            if self._reading.cancelled_caught:
                self.session.handle_timeout(trio.current_time())
            self._reading = None
            self._tell()

    async def _wait_for_room(self) -> None:
        """Wait until what must be taken before more is read is taken, or has waited for too long."""
        self._room = trio.Event()
        with trio.CancelScope(deadline=self._deadline()) as self._reading:
            await self._room.wait()
        self._reading = None
        if self.session.is_full():
            self.session.handle_timeout(trio.current_time())
        else:
            self.session.resumed(trio.current_time())
        self._tell()

    async def _read_on(self) -> None:
        """Read until the inbox is full or the socket is over. The scope around it lasts for many reads."""
        while self.session.state is not State.CLOSED and not self.session.is_full():
            try:  # no checkpoint between reading and feeding: a cancel there would lose bytes
                data = await self._stream.receive_some(_READ)
                self.session.receive_data(bytes(data), now=trio.current_time())
            except (trio.BrokenResourceError, trio.ClosedResourceError) as error:
                self._broken(error)
            self._tell()

    async def _write_all(self) -> None:
        while True:
            self._writing, self._written = self._written, trio.Event()
            has_written = False
            while data := self._rest or self.session.data_to_send(WRITE_NBYTES):
                self._rest, self._is_writing, has_written = b"", True, True
                await self._write(data)
            self._is_writing = False
            self._writing.set()
            if not has_written:  # else there may be others by now who wait for what was written
                if self.session.state is State.CLOSED:
                    return
                self._wanted = trio.Event()
                await self._wanted.wait()

    def _write_now(self) -> None:
        """Write without waiting, unless the writing task is at work."""
        if self._direct is None:
            return
        while not self._is_writing and (data := self.session.data_to_send(WRITE_NBYTES)):
            try:
                sent = self._direct.try_send(data)
            except trio.BrokenResourceError as error:
                self._broken(error)
                return
            self._rest = data[sent:]
            self._is_writing = bool(self._rest)

    async def _write(self, data: bytes) -> None:
        try:
            with trio.fail_after(self._write_timeout):
                await self._stream.send_all(data)
        except (trio.BrokenResourceError, trio.ClosedResourceError, trio.TooSlowError) as error:
            self._broken(error)

    def _broken(self, error: Exception) -> None:
        text = str(error.__cause__ or error) or type(error).__name__
        self.session.abort(ConnectionLost(f"the connection broke: {text}"))
        self._tell()

    def _deadline(self) -> float:
        deadline = self.session.next_deadline()
        return math.inf if deadline is None else deadline

    def _make_room(self) -> None:
        if not self._room.is_set() and not self.session.is_full():
            self._room.set()

    def _tell(self) -> None:
        """Write, and wake whoever is concerned by what has changed: waiters, the reader by its deadline, the writer."""
        if self.watch is not None:
            self.watch()
        self._write_now()
        if self._waiting:
            for key in [key for key in self._waiting if self.session.has_event(key)]:
                self._waiting.pop(key).set()
        self._make_room()
        # That the deadline may come too early spares moving it for each chunk.
        if self._reading is not None and (deadline := self._deadline()) < self._reading.deadline:
            self._reading.deadline = deadline
        if self.session.state is State.CLOSED:
            if self._reading is not None:
                self._reading.cancel()
            for event in (self._room, self._writing, self._written, self._wanted):
                event.set()
        elif self._rest or self.session.has_data_to_send():
            self._wanted.set()
