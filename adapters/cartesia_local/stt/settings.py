"""What the query of a socket for recognition asks for. Source: socket notes `stt.manual_finalize`, `stt.auto_finalize`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from attrs import frozen

from cartesia_local.fields import Fields, FormFields
from cartesia_local.hearing.intake import ENCODINGS
from cartesia_local.hearing.presence import Thresholds
from cartesia_local.refusal import Refused, not_found

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cartesia_local.http.exchange import Call

INK_2: Final = "ink-2"
MODELS: Final = (INK_2, "ink-whisper", "ink-whisper-2025-06-04")
MIN_RATE: Final = 4_000
MAX_RATE: Final = 192_000
MAX_KEYTERMS: Final = 100
MAX_KEYTERM_CHARACTERS: Final = 1200
USUAL_SILENCE_SECONDS: Final = 0.8
MAX_SILENCE_SECONDS: Final = 60


@frozen(kw_only=True)
class StreamFormat:
    """What a stream sends.

    Attributes:
        encoding: One of the API's.
        sample_rate: In Hz.
    """

    encoding: str
    sample_rate: int


@frozen(kw_only=True)
class ManualSettings:
    """How `/stt/websocket` hears.

    Attributes:
        format: Of the audio.
        min_volume: What is quieter is silence.
        silence_seconds: So long a silence ends an utterance.
    """

    format: StreamFormat
    min_volume: float = 0.0
    silence_seconds: float = USUAL_SILENCE_SECONDS


@frozen(kw_only=True)
class TurnSettings:
    """How `/stt/turns/websocket` hears."""

    format: StreamFormat
    thresholds: Thresholds


def read_manual(call: Call) -> ManualSettings:
    """Read the query.

    Raises:
        Refused: A parameter is missing, wrong, or not to be had here.
    """
    fields = FormFields(dict(call.query))
    model = _read_model(fields, MODELS)
    language = fields.optional_text("language") or "en"
    if language != "en":
        raise Refused(f"This server hears English only, not {language[:20]!r}.", status=501, title="No recogniser")
    _check_keyterms(call.query_values("keyterm"))
    volume = fields.number("min_volume", 0, 1)
    silence = fields.number("max_silence_duration_secs", 0, MAX_SILENCE_SECONDS)
    if model == INK_2:
        return ManualSettings(format=_read_format(fields))
    return ManualSettings(
        format=_read_format(fields),
        min_volume=volume or 0.0,
        silence_seconds=USUAL_SILENCE_SECONDS if silence is None else silence,
    )


def read_turns(call: Call) -> TurnSettings:
    """Read the query.

    Raises:
        Refused: A parameter is missing or wrong.
    """
    fields = FormFields(dict(call.query))
    _read_model(fields, (INK_2,))
    _check_keyterms(call.query_values("keyterm"))
    return TurnSettings(format=_read_format(fields), thresholds=read_thresholds(fields, Thresholds(), "turn_"))


def read_thresholds(fields: Fields, now: Thresholds, prefix: str = "") -> Thresholds:
    """Read the settings of turns; what is left out stays as it is.

    Raises:
        Refused: One is out of its range, or start > eager_end > end does not hold.
    """

    def read(name: str, lowest: float, highest: float, usual: float) -> float:
        found = fields.number(prefix + name, lowest, highest)
        return usual if found is None else found

    found = Thresholds(
        start=read("start_threshold", 0.5, 0.9, now.start),
        eager_end=read("eager_end_threshold", 0.3, 0.6, now.eager_end),
        end=read("end_threshold", 0.05, 0.5, now.end),
        end_timeout_ms=read("end_timeout_ms", 640, 11200, now.end_timeout_ms),
    )
    if not found.start > found.eager_end > found.end:
        raise Refused(
            f"{prefix}start_threshold ({found.start:g}) > {prefix}eager_end_threshold ({found.eager_end:g}) > "
            f"{prefix}end_threshold ({found.end:g}) must hold.",
            title="Conflicting fields",
        )
    return found


def _read_model(fields: Fields, known: Sequence[str]) -> str:
    model = fields.text("model")
    if model not in known:
        raise not_found("model", model[:80], status=400, error_code="model_not_found")
    return model


def _read_format(fields: Fields) -> StreamFormat:
    encoding = fields.choice("encoding", list(ENCODINGS))
    if encoding is None:
        raise fields.missing("encoding")
    rate = fields.integer("sample_rate", MIN_RATE, MAX_RATE)
    if rate is None:
        raise fields.missing("sample_rate")
    return StreamFormat(encoding=encoding, sample_rate=rate)


def _check_keyterms(terms: Sequence[str]) -> None:
    if len(terms) > MAX_KEYTERMS or sum(map(len, terms)) > MAX_KEYTERM_CHARACTERS:
        raise Refused(
            f"keyterm is given {len(terms)} times with {sum(map(len, terms))} characters; at most {MAX_KEYTERMS} "
            f"with {MAX_KEYTERM_CHARACTERS} together are allowed.",
            title="Invalid field",
        )
    if not all(term.strip() for term in terms):
        raise Refused("keyterm is blank; a phrase is needed.", title="Invalid field")
