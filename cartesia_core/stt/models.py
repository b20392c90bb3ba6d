"""What speech to text takes and gives. Source: schemas `STTTranscribeResponse`, `STTWord`, `STTEncoding`."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

from attrs import field, frozen

from cartesia_core._json import Extra, no_fields

SttEncoding: TypeAlias = Literal["pcm_s16le", "pcm_s32le", "pcm_f16le", "pcm_f32le", "pcm_mulaw", "pcm_alaw"]
"""Encodings of samples without a header that speech to text understands: two more than text to speech gives."""
TimestampGranularity: TypeAlias = Literal["word"]

STT_ENCODINGS: Final[tuple[SttEncoding, ...]] = (
    "pcm_s16le",
    "pcm_s32le",
    "pcm_f16le",
    "pcm_f32le",
    "pcm_mulaw",
    "pcm_alaw",
)
GRANULARITIES: Final[tuple[TimestampGranularity, ...]] = ("word",)


@frozen
class TranscribedWord:
    """A word that was heard, and when.

    Attributes:
        word: As it was understood.
        start: Seconds from the beginning of the audio.
        end: Seconds from the beginning of the audio.
        extra: Fields this library does not know.
    """

    word: str
    start: float
    end: float
    extra: Extra = field(factory=no_fields, repr=False)


@frozen(kw_only=True)
class Transcription:
    """What was said in a file.

    Attributes:
        text: All of it.
        language: Language code, where the server says it.
        duration: Seconds of audio.
        words: With `timestamp_granularities=["word"]`; None without.
        request_id: The id to quote to support; in answers from 2025-11-04 on.
        is_final: Of no meaning here; in answers from 2025-11-04 on.
        type: `transcript`; in answers from 2025-11-04 on.
        extra: Fields this library does not know.
    """

    text: str
    language: str | None = None
    duration: float | None = None
    words: tuple[TranscribedWord, ...] | None = field(
        default=None, repr=lambda words: "None" if words is None else f"<{len(words)} words>"
    )
    request_id: str | None = None
    is_final: bool | None = None
    type: str | None = None
    extra: Extra = field(factory=no_fields, repr=False)
