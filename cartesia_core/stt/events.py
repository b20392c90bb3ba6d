"""What the speech-to-text sockets answer with.

Source: unions `STTManualServerMessage` and `STTAutoServerMessage` of the schema catalogue; protocol notes, section 10.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, Final, Literal, TypeAlias

from attrs import field, frozen

from cartesia_core._codec import parse, structure, structure_array
from cartesia_core._json import Extra, JsonObject, JsonValue, is_object, no_fields
from cartesia_core.errors import ApiError, CartesiaError, DecodeError
from cartesia_core.events import FlushDone, Unknown
from cartesia_core.failure import build_error
from cartesia_core.stt.models import TranscribedWord

__all__ = [
    "Connected",
    "FlushDone",
    "ManualEvent",
    "Reconnected",
    "StreamDone",
    "StreamEvent",
    "StreamFailed",
    "StreamFault",
    "Transcript",
    "TurnEagerEnd",
    "TurnEnd",
    "TurnEvent",
    "TurnResume",
    "TurnStart",
    "TurnUpdate",
    "Unknown",
    "read_manual",
    "read_turn",
]


@frozen(kw_only=True)
class Transcript:
    """Text of speech: what is new since the last final one. Joined verbatim, the final ones are the whole text.

    Attributes:
        text: With its own spaces; may be empty.
        is_final: It will not change any more; else the next one takes its place.
        words: With their times in seconds from the beginning of the audio; None where the server gives none.
        duration: Seconds of audio, where the server says it.
        language: Language code, where the server says it.
        request_id: The id of the connection, to quote to support.
        extra: Fields this library does not know.
    """

    context_id: ClassVar[str] = ""
    type: ClassVar[Literal["transcript"]] = "transcript"

    text: str
    is_final: bool = False
    words: tuple[TranscribedWord, ...] | None = field(
        default=None, repr=lambda words: "None" if words is None else f"<{len(words)} words>"
    )
    duration: float | None = None
    language: str | None = None
    request_id: str | None = None
    extra: Extra = field(factory=no_fields, repr=False)


@frozen(kw_only=True)
class Connected:
    """The server is ready. Audio may be sent before.

    Attributes:
        request_id: The id of the connection, to quote to support.
        extra: Fields this library does not know.
    """

    context_id: ClassVar[str] = ""
    type: ClassVar[Literal["connected"]] = "connected"

    request_id: str | None = None
    extra: Extra = field(factory=no_fields, repr=False)


@frozen(kw_only=True)
class TurnStart:
    """Somebody begins to speak.

    Attributes:
        request_id: The id of the connection, to quote to support.
        extra: Fields this library does not know.
    """

    context_id: ClassVar[str] = ""
    type: ClassVar[Literal["turn.start"]] = "turn.start"

    request_id: str | None = None
    extra: Extra = field(factory=no_fields, repr=False)


@frozen(kw_only=True)
class TurnUpdate:
    """More was understood.

    Attributes:
        transcript: All of the turn so far; what was told of it before is not revised.
        request_id: The id of the connection, to quote to support.
        extra: Fields this library does not know.
    """

    context_id: ClassVar[str] = ""
    type: ClassVar[Literal["turn.update"]] = "turn.update"

    transcript: str
    request_id: str | None = None
    extra: Extra = field(factory=no_fields, repr=False)


@frozen(kw_only=True)
class TurnEagerEnd:
    """The turn may be over: an answer can be prepared. `TurnResume` or `TurnEnd` follows.

    Attributes:
        transcript: All of the turn so far.
        request_id: The id of the connection, to quote to support.
        extra: Fields this library does not know.
    """

    context_id: ClassVar[str] = ""
    type: ClassVar[Literal["turn.eager_end"]] = "turn.eager_end"

    transcript: str
    request_id: str | None = None
    extra: Extra = field(factory=no_fields, repr=False)


@frozen(kw_only=True)
class TurnResume:
    """The turn was not over after all.

    Attributes:
        request_id: The id of the connection, to quote to support.
        extra: Fields this library does not know.
    """

    context_id: ClassVar[str] = ""
    type: ClassVar[Literal["turn.resume"]] = "turn.resume"

    request_id: str | None = None
    extra: Extra = field(factory=no_fields, repr=False)


@frozen(kw_only=True)
class TurnEnd:
    """The turn is over. Joined verbatim, these are the whole conversation.

    Attributes:
        transcript: All of the turn; may be empty where only noise was heard.
        request_id: The id of the connection, to quote to support.
        extra: Fields this library does not know.
    """

    context_id: ClassVar[str] = ""
    type: ClassVar[Literal["turn.end"]] = "turn.end"

    transcript: str
    request_id: str | None = None
    extra: Extra = field(factory=no_fields, repr=False)


@frozen(kw_only=True)
class Reconnected:
    """The socket was lost and replaced, as was asked for with `reconnect`. Not a message of the server.

    A new connection is a new session of the server's: partial text of the old one is void, and words may come again
    that are in a final transcript already, where the server did not say exactly how far that reaches.

    Attributes:
        error: What ended the old socket.
        replayed_nbytes: Audio sent once more, because no final transcript is known to cover it.
        dropped_nbytes: Audio that is lost: it did not fit into the bounded memory, in which the newest is kept.
    """

    context_id: ClassVar[str] = ""
    type: ClassVar[Literal["reconnected"]] = "reconnected"

    error: CartesiaError
    replayed_nbytes: int = 0
    dropped_nbytes: int = 0


@frozen
class StreamDone:
    """The server has told all there is. Ends the iteration; programs that drive a dialogue themselves see it."""

    context_id: ClassVar[str] = ""


@frozen
class StreamFailed:
    """Nothing more comes, and something is missing. The error is raised.

    Attributes:
        error: What happened.
    """

    context_id: ClassVar[str] = ""
    error: CartesiaError


@frozen
class StreamFault:
    """The server reports an error and may go on. The error is raised; iterating may be continued.

    Attributes:
        error: What it said.
    """

    context_id: ClassVar[str] = ""
    error: ApiError


ManualEvent: TypeAlias = Transcript | FlushDone | Reconnected | Unknown
"""What iterating over `/stt/websocket` gives. It ends after the server's `done`; errors raise."""
TurnEvent: TypeAlias = Connected | TurnStart | TurnUpdate | TurnEagerEnd | TurnResume | TurnEnd | Reconnected | Unknown
"""What iterating over `/stt/turns/websocket` gives. It ends when the server closes after `finish`; errors raise."""
StreamEvent: TypeAlias = StreamDone | StreamFailed | StreamFault
"""What a dialogue gives beside them."""


def read_manual(data: str, *, version: str | None = None) -> ManualEvent | StreamDone | ApiError:
    """Read one message of `/stt/websocket`; an error comes back as the error it stands for, not raised.

    Raises:
        DecodeError: It is no JSON object, or a field has the wrong kind.
    """
    message, kind = _typed(data)
    if kind == "error":
        return build_error(message, status=None, api_version=version)
    reader = _MANUAL.get(kind)
    return reader(message) if reader is not None else Unknown(kind, dict(message), "")


def read_turn(data: str, *, version: str | None = None) -> TurnEvent | ApiError:
    """Read one message of `/stt/turns/websocket`; an error comes back as the error it stands for, not raised.

    Raises:
        DecodeError: It is no JSON object, or a field has the wrong kind.
    """
    message, kind = _typed(data)
    if kind == "error":
        return build_error(message, status=None, api_version=version)
    model = _TURNS.get(kind)
    return structure(model, _without_type(message)) if model is not None else Unknown(kind, dict(message), "")


def _typed(data: str) -> tuple[JsonObject, str]:
    message = parse(data)
    if not is_object(message):
        raise DecodeError(f"expected a JSON object, got {type(message).__name__}")
    kind = message.get("type")
    return message, kind if isinstance(kind, str) else ""


def _without_type(message: JsonObject) -> dict[str, JsonValue]:
    return {name: value for name, value in message.items() if name != "type"}


def _transcript(message: JsonObject) -> Transcript:
    fields = _without_type(message)
    words = fields.get("words")
    if is_object(words):
        fields["words"] = _paired(words)
    return structure(Transcript, fields)


def _paired(words: JsonObject) -> list[JsonValue]:
    """Turn parallel arrays into a list of words: the examples have that, but types of the official SDK these."""
    columns = {
        "word": structure_array(str, words.get("words", words.get("word"))),
        "start": structure_array(float, words.get("start")),
        "end": structure_array(float, words.get("end")),
    }
    if len({len(column) for column in columns.values()}) != 1:
        raise DecodeError("$.words: its arrays differ in length")
    return [dict(zip(columns, entry, strict=True)) for entry in zip(*columns.values(), strict=True)]


def _flush_done(_: JsonObject) -> FlushDone:
    return FlushDone("")


def _done(_: JsonObject) -> StreamDone:
    return StreamDone()


_MANUAL: Final[dict[str, Callable[[JsonObject], ManualEvent | StreamDone]]] = {
    "transcript": _transcript,
    "flush_done": _flush_done,
    "done": _done,
}
_TURNS: Final[dict[str, type[Connected | TurnStart | TurnUpdate | TurnEagerEnd | TurnResume | TurnEnd]]] = {
    "connected": Connected,
    "turn.start": TurnStart,
    "turn.update": TurnUpdate,
    "turn.eager_end": TurnEagerEnd,
    "turn.resume": TurnResume,
    "turn.end": TurnEnd,
}
