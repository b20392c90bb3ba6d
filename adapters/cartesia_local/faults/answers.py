"""Faults in how a request is answered, whether it asks for a body or for a WebSocket."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, Literal

from attrs import field, frozen

from cartesia_core.errors import InvalidArgument
from cartesia_local.faults.moment import name_of, positive, positive_rate

Headers = tuple[tuple[str, str], ...]
_BREAKS: Final = frozenset("\r\n\0")


def _pairs(value: Mapping[str, str] | Iterable[tuple[str, str]]) -> Headers:
    return tuple(dict(value).items())


def _headers(_: object, __: object, value: Headers) -> None:
    if any(_BREAKS & set(name + text) or not name for name, text in value):
        raise InvalidArgument("A header field has no name, or a line break in it.")


def _one_line(_: object, attribute: object, value: str) -> None:
    if _BREAKS & set(value):
        raise InvalidArgument(f"{name_of(attribute)} has a line break in it.")


def _one_line_or_none(_: object, attribute: object, value: str | None) -> None:
    if value is not None:
        _one_line(_, attribute, value)


@frozen
class NoAnswer:
    """Read the request and answer nothing.

    Attributes:
        then: `wait` keeps the connection until the client leaves, `hang_up` ends it, `reset` cuts it with a TCP reset.
    """

    then: Literal["wait", "hang_up", "reset"] = "wait"


def _status(_: object, __: object, value: int) -> None:
    if not 200 <= value <= 999:
        raise InvalidArgument(f"status is {value!r}; 200 to 999 is needed.")


@frozen
class HttpStatus:
    """Answer a request or an upgrade with this in place of what was asked for.

    Attributes:
        status: 200 to 999. 200 with a body of HTML is what a captive portal answers.
        body: Unless given, an error body in the shape of the API version asked for.
        content_type: Of the given body.
        headers: More header fields, e.g. `{"retry-after": "2"}`, or pairs.
        error_code: The machine-readable code in the body that is not given, from 2026-03-01 on.
        title: The short text in the body that is not given.
        message: The long text in the body that is not given.
    """

    status: int = field(default=500, validator=_status)
    body: bytes | None = None
    content_type: str = field(default="application/json", kw_only=True, validator=_one_line)
    headers: Headers = field(default=(), kw_only=True, converter=_pairs, validator=_headers)
    error_code: str | None = field(default=None, kw_only=True)
    title: str = field(default="Scripted fault", kw_only=True)
    message: str = field(default="This failure was asked for.", kw_only=True)


@frozen
class Redirect:
    """Answer a request or an upgrade with a redirect.

    Attributes:
        location: Where to, e.g. another server's address.
        status: 301, 302, 303, 307 or 308.
    """

    location: str = field(validator=_one_line)
    status: int = field(default=307, validator=_status)


@frozen(kw_only=True)
class BadHandshake:
    """Agree to an upgrade in a way that a client must refuse; one that does not can converse as usual.

    Attributes:
        accept: `Sec-WebSocket-Accept` in place of the right one.
        upgrade: The protocol switched to, in place of `websocket`.
        extensions: `Sec-WebSocket-Extensions` that nobody asked for, e.g. `permessage-deflate`.
        subprotocol: `Sec-WebSocket-Protocol` that nobody asked for.
    """

    accept: str | None = field(default=None, validator=_one_line_or_none)
    upgrade: str | None = field(default=None, validator=_one_line_or_none)
    extensions: str | None = field(default=None, validator=_one_line_or_none)
    subprotocol: str | None = field(default=None, validator=_one_line_or_none)

    def __attrs_post_init__(self) -> None:
        if self.accept is self.upgrade is self.extensions is self.subprotocol is None:
            raise InvalidArgument("Say what is bad: accept, upgrade, extensions or subprotocol.")


@frozen
class Framing:
    """Send an answer's body in another framing than the server would.

    Attributes:
        how: `content_length` sends it when the whole is there, `chunked` piece by piece, `eof` piece by piece and
            without any length: the end of the connection is the end of the body.
    """

    how: Literal["content_length", "chunked", "eof"]


@frozen
class Gzip:
    """Compress an answer's body, whether or not the client takes that."""


@frozen
class Trickle:
    """Send an answer's body, or a socket's frames, slowly.

    Attributes:
        bytes_per_second: How fast.
        piece_nbytes: How many bytes go out at once; between two pieces the server waits.
    """

    bytes_per_second: float = field(validator=positive_rate)
    piece_nbytes: int = field(default=1, validator=positive)
