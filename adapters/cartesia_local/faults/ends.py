"""Faults that end a connection, or leave it hanging."""

from __future__ import annotations

from typing import Final

from attrs import field, frozen

from cartesia_core.errors import InvalidArgument
from cartesia_local.faults.moment import ByteMoment, Moment, not_negative_seconds

MAX_CODE: Final = 0xFFFF
MAX_REASON_NBYTES: Final = 123


def _code(_: object, __: object, value: int | None) -> None:
    if value is not None and not 0 <= value <= MAX_CODE:
        raise InvalidArgument(f"code is {value!r}; 0 to {MAX_CODE}, or None for a close without a code, is needed.")


def _reason(_: object, __: object, value: str) -> None:
    if len(value.encode()) > MAX_REASON_NBYTES:
        raise InvalidArgument(f"reason is longer than the {MAX_REASON_NBYTES} bytes that fit into a close frame.")


@frozen
class CloseSocket(Moment):
    """Close the socket; the client's answer is read, for a second at most.

    Attributes:
        code: Any number, also those that may not be sent (1005, 1006, ...); None sends a close frame without a code.
        reason: At most 123 bytes of UTF-8.
    """

    code: int | None = field(default=1000, validator=_code)
    reason: str = field(default="", validator=_reason)

    def __attrs_post_init__(self) -> None:
        if self.code is None and self.reason:
            raise InvalidArgument("A close without a code has no reason.")


@frozen
class Reset(ByteMoment):
    """Cut the connection with a TCP reset; what the client has not read yet is lost to it."""


@frozen
class HangUp(ByteMoment):
    """End the connection without a word: no close frame, no end of the body. The client reads the end of file."""


@frozen
class Stall(ByteMoment):
    """Send no more events for a while. A socket for speech still answers pings and the close, unless it stalls in a frame.

    One for recognition does not: it reads when it has told what it heard, so it reads nothing meanwhile.

    Attributes:
        seconds: How long; None for good.
    """

    seconds: float | None = field(default=None, validator=not_negative_seconds)


@frozen
class HalfOpen(ByteMoment):
    """Do nothing at all any more, as behind a cable that was pulled: no events, no pongs, no close.

    The connection stays until the client ends it, where `reads` is set; otherwise until the server stops.

    Attributes:
        reads: Whether what the client sends is still read (and thrown away). Otherwise its writes block once the
            buffers of both sides are full.
    """

    reads: bool = False


@frozen
class IgnoreClose:
    """Converse as usual, but do not answer the client's close; the connection stays until the client ends it."""
