"""What a text-to-speech request asks for, checked field by field.

Source: schema notes `GenerationRequest`, `GenerationConfig`, `OutputFormat`, `TTSModel`, `TTSModelDocs`; endpoint
notes `tts.bytes`, `tts.sse` and their legacy forms. Fields that a version does not have are unknown to it and
therefore ignored, as the documentation says of unknown fields.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Final

from attrs import evolve, frozen

from cartesia_core.audio import (
    BIT_RATES,
    ENCODINGS,
    SAMPLE_RATES,
    Encoding,
    Mp3Format,
    OutputFormat,
    RawFormat,
    WavFormat,
)
from cartesia_core.errors import InvalidArgument
from cartesia_core.versions import V2024_11_13, V2025_04_16, V2025_11_04, V2026_03_01, V2026_08_14
from cartesia_local.refusal import Refused, not_found
from cartesia_local.speech.engine import Utterance
from cartesia_local.speech.lexicon import AS_WRITTEN, Entry, Lexicon
from cartesia_local.tts.voices import Speaker, find_voice, read_controls, read_speaker

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cartesia_local.fields import Fields
    from cartesia_local.store import Store, StoredVoice

_FAMILIES: Final = (
    "sonic-3.6",
    "sonic-3.5",
    "sonic-3",
    "sonic-2",
    "sonic-turbo",
    "sonic-english",
    "sonic-multilingual",
    "sonic",
)
MODEL: Final = re.compile(rf"(?:{'|'.join(map(re.escape, _FAMILIES))})(?:-latest|-\d{{4}}-\d{{2}}-\d{{2}})?\Z")
_OBEYS_CONFIG: Final = re.compile(r"sonic-(?:3|latest)")

LEGACY_LANGUAGES: Final = tuple("en fr de es pt zh ja hi it ko nl pl ru sv tr".split())  # noqa: SIM905 -- as a table
_SINCE_2025_11_04: Final = "tl bg ro ar cs el fi hr ms sk da ta uk hu no vi bn th he ka id te gu kn ml mr pa"
LANGUAGES_2025_11_04: Final = (*LEGACY_LANGUAGES, *_SINCE_2025_11_04.split())
LANGUAGES: Final = (*LANGUAGES_2025_11_04, "or", "ur")
_LOCALE: Final = re.compile(r"[a-zA-Z]{2,3}(?:-[a-zA-Z0-9]{2,8})+\Z")

SPEEDS: Final[Mapping[str, float]] = {"slow": 0.8, "normal": 1.0, "fast": 1.2}
"""Factors of the deprecated `speed`; the cloud's are not documented."""


@frozen(kw_only=True)
class Generation:
    """A checked request, without its text.

    Attributes:
        format: What the audio is to be.
        voice: The voice that speaks.
        language: Language or locale code, None for the voice's own.
        speed: Factor on the normal speed.
        volume: Factor on the normal volume.
        emotion: One of the documented emotions or any other string; what the engine does not know is neutral to it.
        has_words: Whether word times are wanted.
        has_phonemes: Whether phoneme times are wanted.
        cap_seconds: Longest audio of one text (`duration` of older versions).
        lexicon: The pronunciation dictionary.
    """

    format: OutputFormat
    voice: StoredVoice
    language: str | None = None
    speed: float = 1.0
    volume: float = 1.0
    emotion: str | None = None
    has_words: bool = False
    has_phonemes: bool = False
    cap_seconds: float = math.inf
    lexicon: Lexicon = AS_WRITTEN

    def louder(self, factor: float) -> Generation:
        """Give the same at another volume."""
        return evolve(self, volume=max(0.0, min(self.volume * factor, 2.0)))

    def utterance(self, text: str) -> Utterance:
        """Say what the engine shall speak."""
        return Utterance(
            text=text,
            voice=self.voice.engine,
            language=self.language,
            speed=self.speed,
            volume=self.volume,
            emotion=self.emotion,
            lexicon=self.lexicon,
        )


def read_generation(fields: Fields, store: Store, version: str, *, is_raw_only: bool) -> Generation:
    """Check every field but the transcript.

    Raises:
        Refused: A field is missing, of the wrong type, out of range, or names what there is not.
    """
    model = read_model(fields)
    speaker = read_speaker(fields, store, version)
    speed, volume, emotion = _read_prosody(fields, model, speaker)
    fields.flag("use_normalized_timestamps")
    return Generation(
        format=read_format(fields, is_raw_only=is_raw_only),
        voice=speaker.voice,
        language=_read_language(fields, version),
        speed=speed,
        volume=volume,
        emotion=emotion,
        has_words=fields.flag("add_timestamps"),
        has_phonemes=fields.flag("add_phoneme_timestamps"),
        cap_seconds=_read_cap(fields, version),
        lexicon=_read_lexicon(fields, store, version, model),
    )


def read_infill(fields: Fields, store: Store, version: str) -> Generation:
    """Check the fields of an infill but the transcript; up to 2024-11-13 the voice may have controls.

    Raises:
        Refused: A field is missing, of the wrong type, out of range, or names what there is not.
    """
    read_model(fields)
    fields.text("language")
    speaker = Speaker(find_voice(store, fields.text("voice_id"), version))
    controlled = fields.inner("voice")
    if controlled is not None and version <= V2024_11_13:
        speaker = read_controls(controlled, speaker.voice)
    return Generation(
        format=read_format(fields, is_raw_only=False),
        voice=speaker.voice,
        language=_read_language(fields, version),
        speed=1.0 if speaker.speed is None else speaker.speed,
        emotion=speaker.emotion,
    )


def read_transcript(fields: Fields) -> str:
    """Give a transcript that has something to say.

    Raises:
        Refused: It is missing, or blank.
    """
    text = fields.text("transcript")
    if not text.strip():
        raise Refused("transcript is empty; there is nothing to say.", title="Empty transcript")
    return text


def read_model(fields: Fields) -> str:
    """Give a model id: a documented family, alone, with `-latest` or with a date.

    Raises:
        Refused: 400 `model_not_found`.
    """
    model = fields.text("model_id")
    if model != "sonic-latest" and not MODEL.match(model):
        raise not_found("model", model[:80], status=400, error_code="model_not_found")
    return model


def read_format(fields: Fields, *, is_raw_only: bool) -> OutputFormat:
    """Read `output_format`.

    Raises:
        Refused: It is missing, or a value is not among the allowed ones, which the message lists.
    """
    inner = fields.inner("output_format")
    if inner is None:
        raise Refused(f"{fields.name('output_format')} is missing.", title="Missing field")
    inner.text("container")
    container = inner.choice("container", ("raw",) if is_raw_only else ("raw", "wav", "mp3"))
    sample_rate = inner.member("sample_rate", SAMPLE_RATES)
    if container == "mp3":
        return Mp3Format(sample_rate, inner.member("bit_rate", BIT_RATES))
    inner.text("encoding")
    inner.choice("encoding", ENCODINGS)
    encodings: dict[str, Encoding] = {known: known for known in ENCODINGS}
    encoding = encodings[inner.text("encoding")]
    try:
        return RawFormat(encoding, sample_rate) if container == "raw" else WavFormat(encoding, sample_rate)
    except InvalidArgument as error:
        raise Refused(f"output_format: {error.message}", title="Invalid field") from error


def _read_prosody(fields: Fields, model: str, speaker: Speaker) -> tuple[float, float, str | None]:
    """Combine what sets speed, volume and emotion; the more specific field wins.

    Models before sonic-3 ignore `generation_config`, as the vendor's documentation says; it is checked all the same.
    """
    named = fields.choice("speed", tuple(SPEEDS))
    speed = speaker.speed if speaker.speed is not None else SPEEDS[named or "normal"]
    config = fields.inner("generation_config")
    if config is None:
        return speed, 1.0, speaker.emotion
    wanted_speed, volume = config.number("speed", 0.6, 1.5), config.number("volume", 0.5, 2.0)
    emotion = config.optional_text("emotion")
    if not _OBEYS_CONFIG.match(model):
        return speed, 1.0, speaker.emotion
    return (speed if wanted_speed is None else wanted_speed), volume or 1.0, emotion or speaker.emotion


def languages_of(version: str) -> tuple[str, ...]:
    """Give the languages that a version knows."""
    if version >= V2026_08_14:
        return LANGUAGES
    return LANGUAGES_2025_11_04 if version >= V2025_11_04 else LEGACY_LANGUAGES


def _read_language(fields: Fields, version: str) -> str | None:
    language = fields.optional_text("language")
    known = languages_of(version)
    if language is not None and not _is_language(language, known, is_regional_allowed=version >= V2026_08_14):
        raise fields.misfit("language", "one of " + ", ".join(known))
    return language if version < V2026_08_14 else _read_locale(fields, language)


def _read_locale(fields: Fields, language: str | None) -> str | None:
    """Read `locale` and check `normalization`, both new in 2026-08-14.

    The engine reads numbers and abbreviations in its own way for each language, so `normalization` changes nothing.
    """
    locale = fields.optional_text("locale")
    if locale is not None and language is not None:
        raise Refused("language and locale exclude each other; send one of them.", title="Conflicting fields")
    if locale is not None and not (_LOCALE.match(locale) and locale.partition("-")[0].lower() in LANGUAGES):
        raise fields.misfit("locale", "a tag of language and region such as en-GB")
    mode = fields.optional_text("normalization")
    if mode not in {None, "auto", "off"} and not _is_language(mode or "", LANGUAGES, is_regional_allowed=True):
        raise fields.misfit("normalization", "auto, off or a locale such as en-IN")
    return locale or language


def _is_language(code: str, known: tuple[str, ...], *, is_regional_allowed: bool) -> bool:
    if code in known:
        return True
    return is_regional_allowed and bool(_LOCALE.match(code)) and code.partition("-")[0].lower() in known


def _read_cap(fields: Fields, version: str) -> float:
    """Read `duration`, which versions up to 2025-04-16 have: the longest audio in seconds."""
    if version > V2025_04_16:
        return math.inf
    cap = fields.number("duration", 0, math.inf)
    if cap is not None and cap <= 0:
        raise fields.misfit("duration", "a number of seconds above 0")
    return math.inf if cap is None else cap


def _read_lexicon(fields: Fields, store: Store, version: str, model: str) -> Lexicon:
    """Find the dictionary; models before sonic-3 ignore it, but it must be there all the same."""
    ident = fields.optional_text("pronunciation_dict_id")
    # 2024-11-13: SDK 2.0.17 sends it, though that version's definitions do not have it.
    if ident is None or version < V2024_11_13:
        return AS_WRITTEN
    dictionary = store.dictionaries.get(ident)
    if dictionary is None:
        raise not_found("pronunciation dictionary", ident[:80], status=404 if version >= V2026_03_01 else 400)
    if not _OBEYS_CONFIG.match(model):
        return AS_WRITTEN
    return Lexicon(tuple(Entry(item.text, item.said, item.case_sensitive) for item in dictionary.items))
