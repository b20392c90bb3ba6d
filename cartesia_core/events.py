"""Events that text to speech and speech to text have in common."""

from __future__ import annotations

from attrs import field, frozen

from cartesia_core._json import Extra, no_fields


@frozen
class FlushDone:
    """All text up to a flush has been spoken, or all audio up to a `finalize` was listened to. It never ends a stream.

    Text to speech sends it unasked, too, once per input, when the buffer delay is 0 (protocol notes, section 9). Speech
    to text may send the last final transcript before or after it (protocol notes, section 10).

    Attributes:
        context_id: The context it belongs to; empty in speech to text, which has none.
        flush_id: Number of the flush; None in speech to text.
    """

    context_id: str | None = None
    flush_id: int | None = None


@frozen
class Unknown:
    """A message of a type this library does not know: data to look at, not an error.

    Attributes:
        type: The message's own name for itself; empty if it has none.
        raw: The JSON object.
        context_id: The context it belongs to, where it says so; empty in speech to text, which has none.
    """

    type: str
    raw: Extra = field(factory=no_fields, repr=False)
    context_id: str | None = None
