"""Sockets of a pool that are real sessions without a wire, and a pool with a clock that the test moves."""

from __future__ import annotations

from typing import Final, TypeVar

from attrs import define

from cartesia_core.errors import CartesiaError, ConnectFailed
from cartesia_core.tts.commands import Cancel, Finish, OpenContext, Push, TtsCommand
from cartesia_core.tts.dialogue import TtsDialogue, TtsEvent
from cartesia_core.tts.pool import OpenSocket, PooledSocket, PoolLimits, PoolStep, PoolTask, SocketPool, UseSocket
from cartesia_core.ws.events import Closed, ClosedBy, NeedData, Opened, Rejected
from cartesia_core.ws.notices import SocketNotice
from cartesia_core.ws.reconnect import ReconnectPolicy
from cartesia_core.ws.session import Session
from tests.core.tts.talk import OPTIONS, chunk, server
from tests.core.ws.peer import frame

T = TypeVar("T")
CLOSE_1012: Final = b"\x03\xf4restart"


@define(eq=False)
class Wire:
    """A session that nobody carries: the test says what arrives."""

    name: str
    session: Session[TtsCommand, TtsEvent]
    dialogue: TtsDialogue

    def begin(self, context_id: str, *, now: float) -> None:
        """Open a context with a text."""
        self.session.send(OpenContext(context_id, OPTIONS), now=now)
        self.session.send(Push(context_id, "Hi."), now=now)

    def hear(self, *messages: str, now: float) -> None:
        """Have messages of the server arrive."""
        for message in messages:
            self.session.receive_data(frame(1, message.encode()), now=now)

    def speak(self, context_id: str, *, now: float) -> None:
        """Carry a context from its text to its end."""
        self.begin(context_id, now=now)
        self.session.send(Finish(context_id), now=now)
        self.hear(chunk(context_id), server("done", context_id), now=now)

    def cancel(self, context_id: str, *, now: float) -> None:
        """Cancel a context."""
        self.session.send(Cancel(context_id), now=now)

    def die(self) -> None:
        """Break."""
        self.session.abort()

    def be_closed(self, *, now: float) -> None:
        """Be closed by the server, which restarts."""
        self.session.receive_data(frame(8, CLOSE_1012), now=now)

    def next_event(self, only: str | None = None) -> TtsEvent | Opened | Rejected | Closed | NeedData:
        """Take an event."""
        return self.session.next_event(only)


def wire(name: str, *, now: float = 0.0) -> Wire:
    """Give an open one."""
    dialogue = TtsDialogue()
    return Wire(name, Session(dialogue, now=now), dialogue)


class Pool:
    """A pool, its clock, and whoever carries out what it asks for.

    Args:
        limits: How many, how full, how old.
        policy: How sockets are replaced.
    """

    def __init__(self, limits: PoolLimits | None = None, policy: ReconnectPolicy | None = None) -> None:
        self.pool: Final[SocketPool[Wire]] = SocketPool(limits or PoolLimits(), policy or ReconnectPolicy())
        self.now: float = 0.0
        self.jitter: float = 0.0

    def ask(self, *, since: float | None = None) -> PoolStep[Wire]:
        """Ask for a socket, for the first time or since some time."""
        return self.pool.next_step(now=self.now, since=self.now if since is None else since, jitter=self.jitter)

    def warm(self, count: int, *, since: float | None = None) -> PoolTask | None:
        """Ask for sockets ahead."""
        return self.pool.warm_step(count, now=self.now, since=self.now if since is None else since, jitter=self.jitter)

    def opened(self, *, request_id: str | None = None) -> Wire:
        """Say that a socket was opened."""
        new = wire(f"s{self.pool.opened_sockets + 1}", now=self.now)
        self.pool.opened(new, new.session, new.dialogue, now=self.now, request_id=request_id)
        return new

    def open(self) -> Wire:
        """Ask for a socket, be told to open one, and do so."""
        assert self.ask() == OpenSocket()
        return self.opened()

    def fail(self, error: CartesiaError | None = None) -> None:
        """Ask for a socket, be told to open one, and fail."""
        assert self.ask() == OpenSocket()
        self.pool.not_opened(error or ConnectFailed("refused"), now=self.now, jitter=self.jitter)

    def lease(self) -> PooledSocket[Wire]:
        """Ask for a socket and get one that is there."""
        step = self.ask()
        assert isinstance(step, UseSocket)
        return step.socket

    def begin(self, context_id: str) -> Wire:
        """Open a context on whatever socket the pool gives, which must be there."""
        socket = self.lease()
        socket.connection.begin(context_id, now=self.now)
        self.pool.release(socket)
        return socket.connection

    def look(self) -> None:
        """Have it look at its sockets."""
        self.pool.look(now=self.now, jitter=self.jitter)

    def told(self) -> list[SocketNotice]:
        """Give what observers would be told."""
        return self.pool.notices()

    def to_close(self) -> list[str]:
        """Give the names of the sockets to be closed."""
        return [socket.name for socket in self.pool.to_close()]


DIED: Final = Closed(1006, "", ClosedBy.NOBODY)
