"""A session over a byte stream, for plain threads.

Whoever waits for an event reads for all: one thread at a time reads the stream and feeds the session, the others wait
until it has brought their event, or until they may read themselves. In the same way one thread at a time writes, and
takes along what others have queued meanwhile.
"""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from threading import Condition, RLock
from typing import Final, Generic, TypeVar

from cartesia_core.errors import ConnectionLost, LocalProtocolError
from cartesia_core.http import Head
from cartesia_core.ws.events import NEED_DATA, Closed, NeedData, Opened, Rejected, State
from cartesia_core.ws.outbox import WRITE_NBYTES
from cartesia_core.ws.session import Session
from cartesia_sync.stream import ByteStream

C = TypeVar("C")
E = TypeVar("E")
_SLICE_SECONDS: Final = 0.02


class Connection(Generic[C, E]):
    """Carries a session. Any thread may send, any may receive.

    Pings are answered while somebody receives; a socket that nobody reads from may be closed by the server.

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
        """Called after reading, after queueing, and at the end, without any lock held."""
        self._stream: Final = stream
        self._write_timeout: Final = write_timeout
        self._lock: Final = RLock()
        self._state: Final = Condition(self._lock)
        self._waiters: int = 0
        """How many threads wait for `_state`: mostly none, and to notify nobody costs too."""
        self._is_reading: bool = False
        self._reads_until: float = 0.0
        """When the thread that reads looks again, or has looked last."""
        self._is_writing: bool = False
        self._is_stopped: bool = False
        """Nobody reads, because too much waits for a context."""
        self._abandoned: Final[deque[tuple[str, C]]] = deque()
        self._unsent: bytes | memoryview = b""

    def send(self, *commands: C, patient: bool = True) -> None:
        """Carry out commands, with one write.

        Args:
            commands: What to carry out.
            patient: Wait while another thread is writing, so that nobody queues faster than the peer takes. Else the
                bytes are left to that thread.

        Raises:
            LocalProtocolError: A command does not fit; the ones before it are carried out.
        """
        try:
            self.post(*commands)
        finally:
            self._flush(patient=patient)

    def post(self, *commands: C) -> None:
        """Queue commands; `flush` sends them.

        Raises:
            LocalProtocolError: A command does not fit; the ones before it are queued.
        """
        try:
            with self._lock:
                self._clear_away()
                now = time.monotonic()
                for command in commands:
                    self.session.send(command, now=now)
        finally:
            self._tell_all()

    def abandon(self, context_id: str, command: C) -> None:
        """Leave word that nobody will ask for a context again. Nothing is done or waited for; any thread may call it.

        Args:
            context_id: Which one.
            command: To be carried out for it by the next thread that uses this connection, if it still fits.
        """
        self._abandoned.append((context_id, command))

    def _clear_away(self) -> None:
        while self._abandoned:
            context_id, command = self._abandoned.popleft()
            with suppress(LocalProtocolError):  # it may be over, or the socket
                self.session.send(command, now=time.monotonic())
            self.session.forget(context_id)

    def flush(self) -> None:
        """Write what is queued, and wait until the peer has taken it."""
        self._flush(patient=True)

    def receive(self, only: str | None = None) -> E | Opened | Rejected | Closed:
        """Wait for the next event.

        Args:
            only: Wait for events of this context alone. The end of the socket comes to everyone.
        """
        while True:
            with self._lock:
                event = self._next_event(only)
                if event is not NEED_DATA:
                    return event
                is_reader = self._take_turn()
            if is_reader:
                self._read_once()
            else:
                self._flush(patient=False)

    def _take_turn(self) -> bool:
        """Become the thread that reads. Else wait for what others do, or for what is due while nobody may read."""
        self._clear_away()
        self._is_stopped = self.session.is_full()
        if not (self._is_reading or self._is_stopped):
            self._is_reading = True
            return True
        deadline = None if self._is_reading else self.session.next_deadline()
        if not self._wait(None if deadline is None else max(0.0, deadline - time.monotonic())):
            self.session.handle_timeout(time.monotonic())
            self._notify_all()
        return False

    def _next_event(self, only: str | None) -> E | Opened | Rejected | Closed | NeedData:
        event = self.session.next_event(only)
        if self._is_stopped and not self.session.is_full():
            self._is_stopped = False
            self.session.resumed(time.monotonic())
            self._notify_all()
        return event

    def unowned_events(self) -> list[E | Opened | Rejected | Closed]:
        """Give the events that belong to no context."""
        with self._lock:
            events = iter(self.session.next_unowned_event, NEED_DATA)
            return [event for event in events if event is not NEED_DATA]

    def is_writing(self) -> bool:
        """Whether there are bytes that the peer has not taken yet."""
        return self._is_writing or bool(self._unsent)

    def refresh(self) -> None:
        """Take in all that has arrived while nobody was reading, without waiting.

        The end of the socket may be among it, behind much late audio of a cancelled context.
        """
        while self._begin_reading() and self._read_once(wait=False):
            pass

    def forget(self, context_id: str) -> None:
        """Drop what is queued for a context that nobody will ask for again."""
        with self._lock:
            self.session.forget(context_id)
            self._notify_all()

    def begin_close(self, code: int = 1000, reason: str = "") -> None:
        """Send the close frame and wait for nothing; `close` has to follow."""
        with self._lock:
            self.session.close(code, reason, now=time.monotonic())
        self._flush(patient=False)

    def drop(self) -> None:
        """End the socket with a close frame whose answer is not waited for."""
        self.begin_close()
        with self._lock:
            self.session.abort()
        self.close()

    def close(self, code: int = 1000, reason: str = "") -> None:
        """End the socket politely, within the session's close deadline. May be called again, from any thread."""
        self.begin_close(code, reason)
        self._stream.wake()
        while self.session.state is not State.CLOSED:
            if self._begin_reading():
                self._read_once()
            else:
                with self._lock:
                    self._wait(self.session.limits.close_seconds, lambda: not self._is_reading)
        self._stream.cut()
        with self._lock:
            self._wait(self.session.limits.close_seconds, lambda: not (self._is_reading or self._is_writing))
        self._stream.close()

    def _begin_reading(self) -> bool:
        """Become the thread that reads, unless there is one or nothing to read."""
        with self._lock:
            if self._is_reading or self.session.state is State.CLOSED:
                return False
            self._is_reading = True
            return True

    def _read_once(self, *, wait: bool = True) -> bool:
        """Read what is there, or wait for it; tell whether something came."""
        data: bytes | None = None
        try:
            data = self._stream.receive(self._patience() if wait else 0)
            self._take_in(data, time.monotonic(), wait=wait)
        except OSError as error:
            self._abort(error)
        finally:
            with self._lock:
                self._is_reading = False
                self._notify_all()
        self._flush(patient=False)
        self._look()
        return bool(data)

    def _look(self) -> None:
        if self.watch is not None:
            self.watch()

    def _take_in(self, data: bytes | None, now: float, *, wait: bool) -> None:
        with self._lock:
            if data is not None:
                self.session.receive_data(data, now=now)
            # A peer that talks on and on must not keep a closing socket open.
            if (data is None and wait) or self._is_overdue(now):
                self.session.handle_timeout(now)

    def _is_overdue(self, now: float) -> bool:
        deadline = self.session.next_deadline()
        return self.session.state is State.CLOSING and deadline is not None and now >= deadline

    def _patience(self) -> float | None:
        with self._lock:
            deadline = self.session.next_deadline()
            self._reads_until = math.inf if deadline is None else deadline
            is_unsent = bool(self._unsent) and not self._is_writing
        if is_unsent:
            return _SLICE_SECONDS
        # A wait of 0 would only look: what is due by now is due after one look at what has arrived.
        return None if deadline is None else max(0.0005, deadline - time.monotonic())

    def _flush(self, *, patient: bool) -> None:
        """Write what is queued, or leave it to the thread that is writing.

        Args:
            patient: Wait until the peer has taken it. Else what the peer does not take at once is kept: whoever reads
                or cancels must not be held up by what another thread pushed.
        """
        data = self._begin_writing(patient=patient)
        while data:
            data = self._write_or_abort(data, patient=patient)
        if self.session.state is State.CLOSED:
            self._look()

    def _begin_writing(self, *, patient: bool) -> bytes | memoryview:
        with self._lock:
            while self._is_writing:
                if not patient:
                    return b""
                self._wait()
            data = self._unsent or self.session.data_to_send(WRITE_NBYTES)
            self._is_writing = bool(data)
            return data

    def _write_or_abort(self, data: bytes | memoryview, *, patient: bool) -> bytes | memoryview:
        """Write; give what to write next, which is nothing when the peer does not take all of this at once."""
        rest: bytes | memoryview = b""
        following = b""
        is_broken = True
        try:
            rest = self._write(data, patient=patient)
            is_broken = False
        except OSError as error:  # half a frame may be out: nothing may follow it
            self._abort(error)
        except BaseException as error:
            self._abort(error)
            raise
        finally:
            with self._lock:
                if not (rest or is_broken):
                    following = self.session.data_to_send(WRITE_NBYTES)
                self._is_writing, self._unsent = bool(following), rest
                self._notify_all()
        return following

    def _write(self, data: bytes | memoryview, *, patient: bool) -> bytes | memoryview:
        """Write; give what is left, which is nothing for the patient."""
        nbytes = self._stream.send(data, _SLICE_SECONDS if patient else 0)
        return b"" if nbytes == len(data) else self._write_on(memoryview(data)[nbytes:], patient=patient)

    def _write_on(self, rest: memoryview, *, patient: bool) -> memoryview:
        """Write what the peer did not take at once.

        While the peer takes nothing, what it sends is read: else both sides could wait for ever.
        """
        gives_up = time.monotonic() + self._write_timeout
        while rest:
            if nbytes := self._stream.send(rest, _SLICE_SECONDS if patient else 0):
                rest = rest[nbytes:]
                gives_up = time.monotonic() + self._write_timeout
            elif not patient:
                return rest
            elif time.monotonic() > gives_up:
                raise TimeoutError("the peer did not take the bytes in time")
            else:
                self.refresh()
        return rest

    def _abort(self, error: BaseException) -> None:
        with self._lock:
            self.session.abort(ConnectionLost(f"the connection broke: {str(error) or type(error).__name__}"))
            self._notify_all()
        self._stream.wake()

    def _tell_all(self) -> None:
        """Wake who waits; the thread that reads only if something is due before it would look again."""
        with self._lock:
            self._notify_all()
            deadline = self.session.next_deadline() if self._is_reading else None
            is_late = deadline is not None and deadline < self._reads_until
        if is_late:
            self._stream.wake()
        self._look()

    def _wait(self, timeout: float | None = None, until: Callable[[], bool] | None = None) -> bool:
        """Wait until something has changed, or a condition holds; tell whether it has in time. The lock is held."""
        self._waiters += 1
        try:
            return self._state.wait(timeout) if until is None else self._state.wait_for(until, timeout)
        finally:
            self._waiters -= 1

    def _notify_all(self) -> None:
        """Wake all who wait. The lock is held."""
        if self._waiters:
            self._state.notify_all()
