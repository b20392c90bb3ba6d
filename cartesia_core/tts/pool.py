"""A small pool of TTS sockets: which of them takes the next context, when another is opened, which are given up.

Pure: adapters carry out the steps. A pool of one socket is the ordinary case.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Generic, Protocol, TypeAlias, TypeVar

from attrs import define, field, frozen

from cartesia_core.errors import CartesiaError, InvalidArgument, SocketTimeout
from cartesia_core.parameters import above_zero, whole_above_zero
from cartesia_core.tts.dialogue import TtsDialogue
from cartesia_core.ws.events import Closed, State
from cartesia_core.ws.notices import (
    RetiredFor,
    SocketFault,
    SocketLost,
    SocketNotice,
    SocketNotOpened,
    SocketOpened,
    SocketOpening,
    SocketPause,
    SocketRetired,
)
from cartesia_core.ws.reconnect import ReconnectPolicy, Reconnects


@frozen(kw_only=True)
class PoolLimits:
    """How many sockets, how full, how old.

    Attributes:
        max_sockets: Sockets at once. Plans limit them (protocol notes, section 4).
        max_contexts_per_socket: A socket with so many contexts gets no more, so another is opened; None for any number,
            and then more than one socket is there only after `warm`.
        max_age_seconds: An older socket gets no new context while another can be opened; None for never.
        max_idle_seconds: A socket unused for longer is replaced instead of used. The server closes one after five
            minutes (protocol notes, section 9), and text that crosses the close is lost.
        acquire_seconds: How long a context waits for a socket when all are full.
    """

    max_sockets: int = field(default=1, validator=whole_above_zero)
    max_contexts_per_socket: int | None = field(default=None, validator=whole_above_zero)
    max_age_seconds: float | None = field(default=None, validator=above_zero)
    max_idle_seconds: float | None = field(default=270.0, validator=above_zero)
    acquire_seconds: float = field(default=10.0, validator=above_zero)


class Ended(Protocol):
    """What a pool needs to know of a session."""

    @property
    def state(self) -> State:
        """Where the socket stands."""
        ...

    @property
    def closed(self) -> Closed | None:
        """How it ended."""
        ...


K = TypeVar("K")
K_co = TypeVar("K_co", covariant=True)


@define(eq=False, kw_only=True)
class PooledSocket(Generic[K]):
    """A socket of the pool.

    Attributes:
        number: Counted from 1.
        connection: The adapter's.
        session: What it carries.
        dialogue: The contexts on it.
        opened_at: When it was opened, on the caller's clock.
        leases: Contexts that are about to be opened on it.
    """

    number: int
    connection: K
    session: Ended
    dialogue: TtsDialogue
    opened_at: float
    leases: int = 0

    @property
    def is_open(self) -> bool:
        """Whether it takes messages."""
        return self.session.state is State.OPEN

    @property
    def load(self) -> int:
        """Contexts on it, and about to be."""
        return self.dialogue.open_contexts + self.leases

    def idle_seconds(self, now: float) -> float:
        """Tell for how long nothing has gone over it; 0 while it carries a context."""
        return 0.0 if self.load else now - max(self.opened_at, self.dialogue.active_at or self.opened_at)


@frozen
class Lease(Generic[K_co]):
    """A socket that is alive, kept for one context until that is open.

    Attributes:
        connection: What to open the context on.
        dialogue: The contexts on it.
        release: To be called when the context is open, or never will be.
    """

    connection: K_co
    dialogue: TtsDialogue
    release: Callable[[], None]


@frozen
class UseSocket(Generic[K]):
    """Open the context on this socket, then `release` it."""

    socket: PooledSocket[K]


@frozen
class OpenSocket:
    """Open a socket, then say `opened` or `not_opened`, and ask again."""


@frozen
class WaitForSocket:
    """Ask again when a context or socket ends or opens, at the latest at that time on the caller's clock."""

    until: float


@frozen
class PauseBeforeOpening:
    """Ask again after so many seconds, because sockets have failed; or earlier, when something ends or opens."""

    seconds: float


PoolTask: TypeAlias = OpenSocket | WaitForSocket | PauseBeforeOpening
"""What has to be done before a socket can be used."""
PoolStep: TypeAlias = UseSocket[K] | PoolTask


@frozen(kw_only=True)
class PoolStatistics:
    """What a pool holds now, and what it has counted.

    Attributes:
        sockets: Open ones.
        contexts: Open ones on them.
        opened: Sockets opened so far.
        lost: Sockets that ended without being closed from here.
        failures: Failures in a row; see `ReconnectPolicy`.
        done_contexts: Contexts that the server has spoken to their end.
        late_frames: Frames dropped because their context had ended here.
        late_nbytes: Bytes of audio in them.
        stray_frames: Frames dropped because their context was never opened here.
    """

    sockets: int
    contexts: int
    opened: int
    lost: int
    failures: int
    done_contexts: int
    late_frames: int
    late_nbytes: int
    stray_frames: int


class SocketPool(Generic[K]):
    """Decides for whoever wants to open a context. Not locked: the adapter asks one thread or task at a time.

    Args:
        limits: How many, how full, how old.
        policy: How sockets are replaced.
    """

    def __init__(self, limits: PoolLimits, policy: ReconnectPolicy) -> None:
        self.limits: Final = limits
        self._reconnects: Final = Reconnects(policy)
        self._sockets: list[PooledSocket[K]] = []
        self._to_close: list[K] = []
        self._notices: list[SocketNotice] = []
        self._opening_since: float | None = None
        self._paused_until: float | None = None
        self.opened_sockets: int = 0
        self._lost: int = 0
        self._past: Final[list[int]] = [0, 0, 0, 0]

    @property
    def newest(self) -> K | None:
        """The socket opened last, if it is still there."""
        return self._sockets[-1].connection if self._sockets else None

    @property
    def open_contexts(self) -> int:
        """How many contexts are open on its sockets."""
        return sum(socket.dialogue.open_contexts for socket in self._sockets)

    # --- asking

    def next_step(self, *, now: float, since: float, jitter: float) -> PoolStep[K]:
        """Tell what to do for a socket to open a context on. It is leased then, until it is released.

        Args:
            now: Seconds on the caller's clock.
            since: When the caller began to ask.
            jitter: A random number, 0 to 1.

        Raises:
            ApiError: Sockets were refused for good.
            ReconnectStopped: They fail, and the pause before the next try is longer than the caller waits.
            SocketTimeout: All are in use, and that for too long.
        """
        self.look(now=now, jitter=jitter)
        self._retire_idle(now)
        usable = [socket for socket in self._sockets if socket.is_open and self._has_room(socket)]
        young = [socket for socket in usable if not self._is_old(socket, now)]
        is_complete = len(self._sockets) >= self.limits.max_sockets
        if chosen := young or (usable if is_complete or not self._reconnects.is_ready(now) else []):
            socket = min(chosen, key=lambda candidate: candidate.load)
            socket.leases += 1
            return UseSocket(socket)
        return self._wait(now, since) if is_complete else self._another(now, since)

    def warm_step(self, count: int, *, now: float, since: float, jitter: float) -> PoolTask | None:
        """Tell what to do for so many sockets to be open; None when they are.

        Raises:
            InvalidArgument: The pool may not hold so many.
            CartesiaError: What `next_step` raises.
        """
        if not 1 <= count <= self.limits.max_sockets:
            raise InvalidArgument(f"warm({count!r}) needs a number from 1 to max_sockets, {self.limits.max_sockets}")
        self.look(now=now, jitter=jitter)
        self._retire_idle(now)
        return None if len(self._sockets) >= count else self._another(now, since)

    def _has_room(self, socket: PooledSocket[K]) -> bool:
        limit = self.limits.max_contexts_per_socket
        return limit is None or socket.load < limit

    def _is_old(self, socket: PooledSocket[K], now: float) -> bool:
        limit = self.limits.max_age_seconds
        return limit is not None and now - socket.opened_at >= limit

    def _another(self, now: float, since: float) -> PoolTask:
        if self._opening_since is not None:  # one attempt at a time
            return self._wait(now, since)
        pause = self._reconnects.pause_seconds(now)
        if not pause:
            self._opening_since = now
            self._notices.append(SocketOpening(self._reconnects.failures))
            return OpenSocket()
        if now + pause > since + self.limits.acquire_seconds:
            raise self._reconnects.stopped(pause)
        if self._paused_until != self._reconnects.not_before:  # each pause is told once, however many ask
            self._paused_until = self._reconnects.not_before
            self._notices.append(SocketPause(pause, self._reconnects.failures))
        return PauseBeforeOpening(pause)

    def _wait(self, now: float, since: float) -> WaitForSocket:
        until = since + self.limits.acquire_seconds
        if now >= until:
            raise SocketTimeout(
                f"no socket had room for {self.limits.acquire_seconds} s: {len(self._sockets)} of "
                f"{self.limits.max_sockets} are open with {sum(socket.load for socket in self._sockets)} contexts; "
                "finish or cancel some, or raise max_sockets or max_contexts_per_socket",
                retryable=True,
            )
        return WaitForSocket(until)

    # --- telling

    def opened(
        self, connection: K, session: Ended, dialogue: TtsDialogue, *, now: float, request_id: str | None = None
    ) -> None:
        """Take notice of a socket that was opened."""
        took = now - self._opening_since if self._opening_since is not None else 0.0
        self._opening_since = None
        self.opened_sockets += 1
        number = self.opened_sockets
        self._sockets.append(
            PooledSocket(number=number, connection=connection, session=session, dialogue=dialogue, opened_at=now)
        )
        self._notices.append(SocketOpened(number, took, request_id))

    def not_opened(self, error: CartesiaError | None, *, now: float, jitter: float) -> None:
        """Take notice that no socket was opened: for an error, or for None because the caller was cancelled."""
        self._opening_since = None
        if error is not None:
            self._reconnects.failed(error, now=now, jitter=jitter)
            self._notices.append(SocketNotOpened(error, self._reconnects.failures))

    def release(self, socket: PooledSocket[K]) -> None:
        """Take notice that the context is open on the socket, or never will be."""
        socket.leases -= 1

    def fault(self, connection: K, error: CartesiaError) -> None:
        """Take notice of an error that the server sent for no context open here."""
        number = next((socket.number for socket in self._sockets if socket.connection is connection), 0)
        self._notices.append(SocketFault(number, error))

    def look(self, *, now: float, jitter: float) -> None:
        """Look which sockets have ended, and which have proved themselves."""
        for socket in list(self._sockets):
            # Asked once, and first: with threads, it may do more work, and end, between two questions.
            closed, opened_at = socket.session.closed, socket.opened_at
            has_worked = socket.dialogue.done_contexts > 0
            if closed is not None:
                self._remove(socket)
                self._lost += 1
                self._reconnects.ended(closed, opened_at=opened_at, has_worked=has_worked, now=now, jitter=jitter)
                self._notices.append(SocketLost(socket.number, closed, now - opened_at))
            elif has_worked or now - opened_at >= self._reconnects.policy.short_life_seconds:
                self._reconnects.succeeded(opened_at=opened_at)

    def _retire_idle(self, now: float) -> None:
        for socket in list(self._sockets):
            limit = self.limits.max_idle_seconds
            if socket.load:
                continue
            if limit is not None and socket.idle_seconds(now) >= limit:
                self._retire(socket, RetiredFor.IDLE, now)
            elif self._is_old(socket, now):
                self._retire(socket, RetiredFor.AGE, now)

    def _retire(self, socket: PooledSocket[K], reason: RetiredFor, now: float) -> None:
        self._remove(socket)
        self._notices.append(SocketRetired(socket.number, reason, now - socket.opened_at))

    def _remove(self, socket: PooledSocket[K]) -> None:
        """Keep its counts, and have it closed."""
        self._sockets.remove(socket)
        self._to_close.append(socket.connection)
        for index, count in enumerate(_counts(socket.dialogue)):
            self._past[index] += count

    # --- taking

    def to_close(self) -> list[K]:
        """Give the connections that are in the pool no more, to be closed, and forget them."""
        connections, self._to_close = self._to_close, []
        return connections

    def empty(self, *, now: float) -> list[K]:
        """Give all connections to be closed, and forget them."""
        for socket in list(self._sockets):
            self._retire(socket, RetiredFor.END, now)
        return self.to_close()

    def notices(self) -> list[SocketNotice]:
        """Give what is to be told to whoever observes, and forget it."""
        notices, self._notices = self._notices, []
        return notices

    def statistics(self) -> PoolStatistics:
        """Count."""
        counts = list(self._past)
        for socket in self._sockets:
            counts = [old + new for old, new in zip(counts, _counts(socket.dialogue), strict=True)]
        return PoolStatistics(
            sockets=sum(socket.is_open for socket in self._sockets),
            contexts=self.open_contexts,
            opened=self.opened_sockets,
            lost=self._lost,
            failures=self._reconnects.failures,
            done_contexts=counts[0],
            late_frames=counts[1],
            late_nbytes=counts[2],
            stray_frames=counts[3],
        )


def _counts(dialogue: TtsDialogue) -> tuple[int, int, int, int]:
    return dialogue.done_contexts, dialogue.late_frames, dialogue.late_nbytes, dialogue.stray_frames
