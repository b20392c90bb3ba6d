"""Faults in what is sent: events added, spoiled, repeated, withheld or torn."""

from __future__ import annotations

from typing import Final, Literal

from attrs import field, frozen

from cartesia_core._json import JsonObject
from cartesia_core.errors import InvalidArgument
from cartesia_local.faults.moment import CURRENT, Current, Moment, not_negative, positive, positive_or_none

MALFORMED_JSON: Final = '{"type": "chunk", "data": "AA'
MAX_PING_NBYTES: Final = 125


@frozen
class SendText(Moment):
    """Add a text message as it is; in an event stream an event with this data, in another body the bytes.

    Attributes:
        text: Malformed JSON unless given; `"null"`, `"[]"` and the like are worth trying too.
    """

    text: str = MALFORMED_JSON


@frozen
class SendBinary(Moment):
    """Add a binary message, which no TTS socket sends."""

    data: bytes = b"\x00\x01\x02\x03"


@frozen
class SendBytes(Moment):
    """Add bytes as they are: a broken frame on a socket, anything in the body of an answer."""

    data: bytes


@frozen
class SendEvent(Moment):
    """Add an event.

    Attributes:
        event: Its fields; what the API does not know is as good.
        context_id: The context it is for; an id of your own makes it one that was never opened, None leaves it out.
    """

    event: JsonObject
    context_id: str | Current | None = CURRENT


@frozen
class SendError(Moment):
    """Add an error event, in the shape of the API version asked for.

    The conversation goes on behind it; add a `CloseSocket` where it shall not.

    Attributes:
        status: Its `status_code`.
        error_code: The machine-readable code, from 2026-03-01 on.
        title: The short text.
        message: The long text.
        context_id: The context it is for; an id of your own makes it one that was never opened, None leaves it out.
    """

    status: int = 500
    error_code: str | None = None
    title: str = "Scripted fault"
    message: str = "This failure was asked for."
    context_id: str | Current | None = CURRENT


@frozen
class SendChunk(Moment):
    """Add audio: zeros of any amount. 1 MB of audio makes a message of 1.33 MB.

    Attributes:
        nbytes: Of audio, before base64.
        context_id: The context it is for; an id of your own makes it one that was never opened, None leaves it out.
    """

    nbytes: int = field(default=960, validator=not_negative)
    context_id: str | Current | None = CURRENT


def _payload(_: object, __: object, value: bytes) -> None:
    if len(value) > MAX_PING_NBYTES:
        raise InvalidArgument(f"payload is longer than the {MAX_PING_NBYTES} bytes that fit into a ping.")


@frozen
class PingFlood(Moment):
    """Send pings at once, as fast as the connection takes them.

    Attributes:
        count: How many.
        payload: What each carries.
    """

    count: int = field(default=5000, validator=positive)
    payload: bytes = field(default=b"scripted", validator=_payload)


@frozen
class BadAudio(Moment):
    """Spoil the base64 of real chunks.

    Attributes:
        how: `not_base64` replaces it by other characters, `junk_inside` puts four into its middle (so that a decoder
            which skips them still gives audio), `unpadded` makes its length no multiple of four.
        count: How many chunks; None all that follow.
    """

    how: Literal["not_base64", "junk_inside", "unpadded"] = "not_base64"
    count: int | None = field(default=1, validator=positive_or_none)


@frozen
class Repeat(Moment):
    """Send real events of one type twice.

    Attributes:
        event_type: `done` for an end that comes twice.
        count: How many events; None all that follow.
    """

    event_type: str = "done"
    count: int | None = field(default=1, validator=positive_or_none)


@frozen
class Drop(Moment):
    """Withhold real events of one type.

    Attributes:
        event_type: `chunk` for an end without any audio, `done` for audio without an end.
        count: How many events; None all that follow.
    """

    event_type: str = "chunk"
    count: int | None = field(default=None, validator=positive_or_none)


@frozen
class LateEvents(Moment):
    """Hold back the end of a cancelled context, and send it with audio right before the next context's first event.

    Attributes:
        chunks: How many copies of its last chunk come before its `done`; silence where it had none.
        count: How many cancelled contexts; None all that follow.
    """

    chunks: int = field(default=2, validator=not_negative)
    count: int | None = field(default=1, validator=positive_or_none)


@frozen
class Fragment(Moment):
    """Send real messages in many frames. Characters of more than one byte are torn too.

    Attributes:
        nbytes: How many bytes of the message each frame has.
        count: How many messages; None all that follow.
    """

    nbytes: int = field(default=1, validator=positive)
    count: int | None = field(default=None, validator=positive_or_none)
