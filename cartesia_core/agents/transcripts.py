"""What was said in an agent's call, turn by turn. Source: schemas `AgentTranscript` and its parts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeAlias

from attrs import field, frozen

from cartesia_core._json import Extra, no_fields

TranscriptRole: TypeAlias = Literal["user", "assistant", "system"]
TurnEndReason: TypeAlias = Literal["call_ended", "interrupted", "tts_completed"]


@frozen
class TranscriptLogEvent:
    """Something that the agent's code noted.

    Attributes:
        event: What it was.
        metadata: More about it.
        timestamp: When; the unit is not documented.
        extra: Fields this library does not know.
    """

    event: str
    metadata: Mapping[str, str]
    timestamp: float
    extra: Extra = field(factory=no_fields, repr=False)


@frozen
class TranscriptLogMetric:
    """A number that the agent's code noted.

    Attributes:
        name: Of what.
        timestamp: When; the unit is not documented.
        value: The number.
        extra: Fields this library does not know.
    """

    name: str
    timestamp: float
    value: float
    extra: Extra = field(factory=no_fields, repr=False)


@frozen
class TranscriptTextChunk:
    """A piece of a turn's text.

    Attributes:
        start_timestamp: When it began to be said; the unit is not documented.
        text: The piece.
        extra: Fields this library does not know.
    """

    start_timestamp: float
    text: str
    extra: Extra = field(factory=no_fields, repr=False)


@frozen
class TranscriptToolCall:
    """A tool that the agent used.

    Attributes:
        id: Of this use.
        name: Of the tool.
        arguments: What it was given.
        extra: Fields this library does not know.
    """

    id: str
    name: str
    arguments: Mapping[str, str]
    extra: Extra = field(factory=no_fields, repr=False)


@frozen(kw_only=True)
class AgentTranscript:
    """One turn of a call.

    Attributes:
        role: Who spoke.
        start_timestamp: In seconds.
        end_timestamp: In seconds.
        end_reason: Why the turn ended.
        log_event: What the agent's code noted.
        log_metric: A number that the agent's code noted.
        text: What was said.
        text_chunks: The same, piece by piece.
        tool_calls: Tools that the agent used.
        tts_ttfb: Seconds until the first byte of speech.
        vad_buffer_ms: Milliseconds of audio that the end of speech was looked for in.
        extra: Fields this library does not know.
    """

    role: TranscriptRole | str
    start_timestamp: float
    end_timestamp: float
    end_reason: TurnEndReason | str | None = None
    log_event: TranscriptLogEvent | None = None
    log_metric: TranscriptLogMetric | None = None
    text: str | None = field(default=None, repr=False)
    text_chunks: tuple[TranscriptTextChunk, ...] | None = field(default=None, repr=False)
    tool_calls: tuple[TranscriptToolCall, ...] | None = field(default=None, repr=False)
    tts_ttfb: float | None = None
    vad_buffer_ms: int | None = None
    extra: Extra = field(factory=no_fields, repr=False)
