"""All faults, and which of them can happen to what."""

from __future__ import annotations

from typing import Final, TypeAlias

from cartesia_core.errors import InvalidArgument
from cartesia_local.faults.answers import BadHandshake, Framing, Gzip, HttpStatus, NoAnswer, Redirect, Trickle
from cartesia_local.faults.ends import CloseSocket, HalfOpen, HangUp, IgnoreClose, Reset, Stall
from cartesia_local.faults.events import (
    BadAudio,
    Drop,
    Fragment,
    LateEvents,
    PingFlood,
    Repeat,
    SendBinary,
    SendBytes,
    SendChunk,
    SendError,
    SendEvent,
    SendText,
)

Instead: TypeAlias = NoAnswer | HttpStatus | Redirect
"""Takes the place of an answer."""
TextAddition: TypeAlias = SendText | SendEvent | SendError | SendChunk
Addition: TypeAlias = TextAddition | SendBinary | SendBytes | PingFlood
End: TypeAlias = CloseSocket | Reset | HangUp | Stall | HalfOpen
Act: TypeAlias = Addition | End
"""Happens once, at its moment."""
Change: TypeAlias = BadAudio | Repeat | Drop | LateEvents | Fragment
"""Changes real events from its moment on."""
Manner: TypeAlias = IgnoreClose | BadHandshake | Framing | Gzip | Trickle
"""Changes how a connection behaves."""
Fault: TypeAlias = Instead | Act | Change | Manner

ONLY_SOCKETS: Final = (CloseSocket, HalfOpen, IgnoreClose, SendBinary, PingFlood, LateEvents, Fragment, BadHandshake)
ENDS: Final = (CloseSocket, Reset, HangUp, Stall, HalfOpen)
ONLY_ANSWERS: Final = (Framing, Gzip)
INSTEAD: Final = (NoAnswer, HttpStatus, Redirect)
ACTS: Final = (*ENDS, SendText, SendBinary, SendBytes, SendEvent, SendError, SendChunk, PingFlood)
CHANGES: Final = (BadAudio, Repeat, Drop, LateEvents, Fragment)


def check_together(faults: tuple[Fault, ...]) -> None:
    """Check that faults can meet on one connection.

    Raises:
        InvalidArgument: There are none, or they exclude one another.
    """
    if not faults:
        raise InvalidArgument("Give at least one fault.")
    is_answered = any(needs_answer(fault) or isinstance(fault, INSTEAD) for fault in faults)
    if is_answered and any(needs_socket(fault) for fault in faults):
        raise InvalidArgument(f"One connection cannot meet all of these, some need a socket, some an answer: {faults}.")
    if any(isinstance(fault, INSTEAD) for fault in faults[1:]):
        raise InvalidArgument("NoAnswer, HttpStatus and Redirect take the place of an answer: one of them, and first.")
    if isinstance(faults[0], (NoAnswer, Redirect)) and faults[1:]:
        raise InvalidArgument(f"Nothing can follow on {faults[0]}.")


def needs_socket(fault: Fault) -> bool:
    """Whether it can only happen on a socket."""
    return isinstance(fault, ONLY_SOCKETS) or bool(getattr(fault, "after_messages", 0))


def needs_answer(fault: Fault) -> bool:
    """Whether it can only happen to an answer with a body."""
    return isinstance(fault, ONLY_ANSWERS)
