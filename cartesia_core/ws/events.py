"""What happens to a socket as a whole; every dialogue adds its own events to these."""

from __future__ import annotations

from enum import Enum
from typing import Final

from attrs import field, frozen

from cartesia_core.errors import CartesiaError
from cartesia_core.http import Headers


class NeedData(Enum):
    """Type of `NEED_DATA`; an enum, so that type checkers narrow `is NEED_DATA`."""

    TOKEN = 0


NEED_DATA: Final = NeedData.TOKEN
"""There is no event yet: feed more bytes."""


class State(Enum):
    """Where a socket stands."""

    CONNECTING = "connecting"
    OPEN = "open"
    CLOSING = "closing"
    CLOSED = "closed"


class ClosedBy(Enum):
    """Who ended a socket."""

    CLIENT = "client"
    SERVER = "server"
    NOBODY = "nobody"
    """The wire broke: no close frame came."""


class Supersedes:
    """Base of events that follow from a command and make everything still queued for their context worthless."""

    context_id: str | None


@frozen
class Opened:
    """The handshake is through.

    Attributes:
        headers: Header fields of the server's answer.
    """

    headers: Headers = field(factory=Headers)


@frozen
class Rejected:
    """The server refused the handshake.

    Attributes:
        error: The same typed error as over HTTP.
    """

    error: CartesiaError


@frozen
class Closed:
    """The socket is over. Everyone who asks later gets it too.

    Attributes:
        code: Close code; 1006 if no close frame came, 1005 if it carried none.
        reason: The text beside the code.
        by: Who ended it.
        cause: What went wrong, where something did.
    """

    code: int
    reason: str
    by: ClosedBy
    cause: CartesiaError | None = None
