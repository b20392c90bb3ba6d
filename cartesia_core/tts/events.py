"""What text-to-speech answers with, alike in event streams and on the socket.

Source: unions `TTSSSEEvent` and `TTSWebSocketServerMessage` of the schema catalogue; protocol notes, sections 7 and 9.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

from attrs import field, frozen

from cartesia_core._codec import parse, structure
from cartesia_core._fast import b64decode
from cartesia_core._json import Extra, JsonObject, is_object, no_fields
from cartesia_core.errors import ApiError, DecodeError
from cartesia_core.events import FlushDone, Unknown
from cartesia_core.failure import build_error


@frozen
class AudioChunk:
    """Audio as it was made, decoded from base64.

    Attributes:
        audio: Samples in the raw format asked for. A chunk may end in the middle of a sample: `SampleAligner` mends that.
        context_id: The context it belongs to.
        flush_id: Number of the flush it belongs to, from 1; None where flushes are not used.
        step_time_ms: Milliseconds the server took for it.
        sample_rate: Samples per second, in Hz, where the event says so: the voice changer's do.
    """

    audio: bytes = field(repr=lambda audio: f"<{len(audio)} bytes>")
    context_id: str | None = None
    flush_id: int | None = None
    step_time_ms: float | None = None
    sample_rate: int | None = None


@frozen
class WordTimestamps:
    """When words are spoken: three tuples of the same length.

    Attributes:
        words: As in the transcript, transcript tags included at times; single characters for Chinese and Japanese.
        start: Seconds from the beginning of the context's audio.
        end: Seconds from the beginning of the context's audio.
        context_id: The context they belong to.
        flush_id: Number of the flush they belong to.
    """

    words: tuple[str, ...]
    start: tuple[float, ...]
    end: tuple[float, ...]
    context_id: str | None = None
    flush_id: int | None = None


@frozen
class PhonemeTimestamps:
    """When phonemes are spoken: three tuples of the same length.

    Attributes:
        phonemes: In the International Phonetic Alphabet.
        start: Seconds from the beginning of the context's audio.
        end: Seconds from the beginning of the context's audio.
        context_id: The context they belong to.
        flush_id: Number of the flush they belong to.
    """

    phonemes: tuple[str, ...]
    start: tuple[float, ...]
    end: tuple[float, ...]
    context_id: str | None = None
    flush_id: int | None = None


@frozen
class Done:
    """The server has sent all there is for the context or the stream.

    Attributes:
        context_id: The context it belongs to.
    """

    context_id: str | None = None


__all__ = [
    "AudioChunk",
    "Done",
    "FlushDone",
    "PhonemeTimestamps",
    "ServerMessage",
    "Unknown",
    "WordTimestamps",
    "read_message",
]

ServerMessage: TypeAlias = "AudioChunk | WordTimestamps | PhonemeTimestamps | FlushDone | Done | Unknown | ApiError"


@frozen
class _Words:
    words: tuple[str, ...]
    start: tuple[float, ...]
    end: tuple[float, ...]
    extra: Extra = field(factory=no_fields)


@frozen
class _Phonemes:
    phonemes: tuple[str, ...]
    start: tuple[float, ...]
    end: tuple[float, ...]
    extra: Extra = field(factory=no_fields)


def read_message(data: str | bytes, *, version: str | None = None) -> ServerMessage:
    """Read one message of the server; an error event comes back as the error it stands for, not raised.

    Args:
        data: JSON text.
        version: The API version asked for, kept in errors.

    Raises:
        DecodeError: It is no JSON object, its audio is not base64, or a field has the wrong kind. `context_id` is set
            where the message names one.
    """
    message = parse(data)
    if not is_object(message):
        raise DecodeError(f"expected a JSON object, got {type(message).__name__}")
    context_id = message.get("context_id")
    if context_id is not None and not isinstance(context_id, str):
        raise DecodeError(f"$.context_id: expected string, got {type(context_id).__name__}")
    kind = message.get("type")
    reader = _READERS.get(kind) if isinstance(kind, str) else None
    try:
        if reader is not None:
            return reader(message, context_id)
        return _without_type(message, context_id, version)
    except DecodeError as error:
        error.context_id = context_id
        raise


def _without_type(message: JsonObject, context_id: str | None, version: str | None) -> ServerMessage:
    """Tell errors, and the events of SDK 1's days that had no `type` (protocol notes, section 7)."""
    kind = message.get("type")
    if kind == "error" or (kind is None and message.get("error") is not None):
        return build_error(message, status=None, api_version=version)
    if kind is None and message.get("done") is True:
        return Done(context_id)
    if kind is None and "data" in message:
        return _chunk(message, context_id)
    return Unknown(kind if isinstance(kind, str) else "", dict(message), context_id)


def _chunk(message: JsonObject, context_id: str | None) -> AudioChunk:
    data = message.get("data")
    if not isinstance(data, str):
        raise DecodeError(f"$.data: expected base64 text, got {type(data).__name__}")
    try:
        audio = b64decode(data)
    except ValueError as error:
        raise DecodeError(f"$.data: not base64: {error}") from None
    step_time, flush_id, sample_rate = message.get("step_time"), message.get("flush_id"), message.get("sample_rate")
    return AudioChunk(
        audio,
        context_id,
        flush_id if isinstance(flush_id, int) else None,
        step_time if isinstance(step_time, (float, int)) else None,
        sample_rate if isinstance(sample_rate, int) else None,
    )


def _flush_id(message: JsonObject) -> int | None:
    value = message.get("flush_id")
    return value if isinstance(value, int) else None


def _words(message: JsonObject, context_id: str | None) -> WordTimestamps:
    found = structure(_Words, message.get("word_timestamps") or _NO_WORDS, path="$.word_timestamps")
    _check_lengths("word_timestamps", found.words, found.start, found.end)
    return WordTimestamps(found.words, found.start, found.end, context_id, _flush_id(message))


def _phonemes(message: JsonObject, context_id: str | None) -> PhonemeTimestamps:
    found = structure(_Phonemes, message.get("phoneme_timestamps") or _NO_PHONEMES, path="$.phoneme_timestamps")
    _check_lengths("phoneme_timestamps", found.phonemes, found.start, found.end)
    return PhonemeTimestamps(found.phonemes, found.start, found.end, context_id, _flush_id(message))


def _check_lengths(name: str, *columns: tuple[object, ...]) -> None:
    if len({len(column) for column in columns}) != 1:
        raise DecodeError(f"$.{name}: its arrays differ in length: {', '.join(str(len(c)) for c in columns)}")


def _flush_done(message: JsonObject, context_id: str | None) -> FlushDone:
    return FlushDone(context_id, _flush_id(message))


def _done(_: JsonObject, context_id: str | None) -> Done:
    return Done(context_id)


_NO_WORDS: Final[JsonObject] = {"words": [], "start": [], "end": []}
_NO_PHONEMES: Final[JsonObject] = {"phonemes": [], "start": [], "end": []}
_READERS: Final[dict[str, Callable[[JsonObject, str | None], ServerMessage]]] = {
    "chunk": _chunk,
    "timestamps": _words,
    "phoneme_timestamps": _phonemes,
    "flush_done": _flush_done,
    "done": _done,
}
