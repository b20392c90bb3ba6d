"""What becomes of sockets, for whoever observes: metrics, logs, alarms.

Each is a frozen value without text, audio or credentials. An observer is called in the middle of the work: it must
be quick and must not raise.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import Enum
from typing import TypeAlias

from attrs import frozen

from cartesia_core.errors import CartesiaError
from cartesia_core.ws.events import Closed


class RetiredFor(Enum):
    """Why a socket was closed from here."""

    IDLE = "idle"
    AGE = "age"
    END = "end"
    """The block was left; or all was told, and the stream of speech ended with it."""
    FAILURE = "failure"
    """The server reported an error that ended its stream of speech, or told nothing for too long."""


@frozen
class SocketOpening:
    """A socket is about to be opened. Nothing more is told of it when its opening is cancelled.

    Attributes:
        failures: Failures in a row before this try.
    """

    failures: int


@frozen
class SocketOpened:
    """A socket was opened.

    Attributes:
        number: Which one, counted from 1.
        took_seconds: For name, TCP, TLS and upgrade, repeats included.
        request_id: What to quote to the vendor's support, where the server gave one.
    """

    number: int
    took_seconds: float
    request_id: str | None = None


@frozen
class SocketNotOpened:
    """A socket could not be opened; the error is raised, too.

    Attributes:
        error: Why.
        failures: Failures in a row.
    """

    error: CartesiaError
    failures: int


@frozen
class SocketPause:
    """Sockets have failed, so the next is opened only after a pause.

    Attributes:
        seconds: How long it is.
        failures: Failures in a row.
    """

    seconds: float
    failures: int


@frozen
class SocketLost:
    """A socket has ended that was not closed from here. Contexts on it have been told.

    Attributes:
        number: Which one.
        closed: How it ended.
        lived_seconds: From its opening until the end was noticed.
    """

    number: int
    closed: Closed
    lived_seconds: float


@frozen
class SocketRetired:
    """A socket was closed from here.

    Attributes:
        number: Which one.
        reason: Why.
        lived_seconds: From its opening.
    """

    number: int
    reason: RetiredFor
    lived_seconds: float


@frozen
class SocketFault:
    """The server sent an error for no context that is open here, so it is raised nowhere.

    Attributes:
        number: On which socket; 0 if that is in the pool no more.
        error: What it said.
    """

    number: int
    error: CartesiaError


SocketNotice: TypeAlias = (
    SocketOpening | SocketOpened | SocketNotOpened | SocketPause | SocketLost | SocketRetired | SocketFault
)
Observer: TypeAlias = Callable[[SocketNotice], object]
"""Called with each notice."""


def tell(observe: Observer | None, notices: Iterable[SocketNotice], report: Callable[[Exception], object]) -> None:
    """Call an observer with each notice; what it raises is reported, for it must not end whoever happens to read."""
    if observe is not None:
        for notice in notices:
            _tell_one(observe, notice, report)


def _tell_one(observe: Observer, notice: SocketNotice, report: Callable[[Exception], object]) -> None:
    try:
        observe(notice)
    except Exception as error:  # whatever it is, it is the observer's
        report(error)
