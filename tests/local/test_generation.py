"""Every field of a text-to-speech request: what is taken, what is refused, and how the refusal reads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from cartesia_core.audio import BIT_RATES, ENCODINGS, SAMPLE_RATES
from cartesia_core.versions import KNOWN, NEWEST, V2024_06_10, V2024_11_13, V2025_04_16, V2025_11_04, V2026_03_01
from cartesia_local.fields import Fields
from cartesia_local.refusal import Refused
from cartesia_local.store import Store
from cartesia_local.tts.embeddings import embedding_of
from cartesia_local.tts.generation import (
    LANGUAGES,
    LANGUAGES_2025_11_04,
    LEGACY_LANGUAGES,
    SPEEDS,
    Generation,
    read_generation,
    read_model,
    read_transcript,
)
from cartesia_local.tts.voices import LEGACY_EMOTIONS, LEVELS, SPEED_NAMES
from tests.local.client import OTHER_VOICE, RAW, VOICE, Json, api_facts, speech

if TYPE_CHECKING:
    from collections.abc import Iterator

UNKNOWN = "11111111-2222-4333-8444-555555555555"
BY_ID = {"mode": "id", "id": VOICE}


@pytest.fixture(scope="module")
def store() -> Iterator[Store]:
    """The voices."""
    opened = Store()
    yield opened
    opened.close()


def read(store: Store, version: str = NEWEST, *, is_raw_only: bool = False, **changes: Any) -> Generation:
    if version < NEWEST:
        changes.setdefault("voice", BY_ID)
    fields = Fields(speech(**changes))
    read_transcript(fields)
    return read_generation(fields, store, version, is_raw_only=is_raw_only)


BAD: list[tuple[Json, str]] = [
    ({"model_id": None}, "model_id is missing"),
    ({"model_id": 3}, "model_id is 3; a string"),
    ({"transcript": None}, "transcript is missing"),
    ({"transcript": " \n"}, "transcript is empty"),
    ({"transcript": ["a"]}, "transcript is an array; a string"),
    ({"voice": None}, "voice is missing"),
    ({"voice": 5}, "voice is 5; a voice id or {id}"),
    ({"voice": {}}, "voice.id is missing"),
    ({"voice": {"id": 5}}, "voice.id is 5; a string"),
    ({"voice": {"mode": "embedding", "embedding": [0.0] * 192}}, "voice.mode is 'embedding'; 'id'"),
    ({"output_format": None}, "output_format is missing"),
    ({"output_format": "mp3"}, "output_format is 'mp3'; an object"),
    ({"output_format": {}}, "output_format.container is missing"),
    ({"output_format": {**RAW, "container": "ogg"}}, "container is 'ogg'; one of raw, wav, mp3"),
    ({"output_format": {**RAW, "sample_rate": 12345}}, "sample_rate is 12345; one of 8000, 16000"),
    ({"output_format": {**RAW, "sample_rate": 16000.5}}, "sample_rate is 16000.5; one of"),
    ({"output_format": {**RAW, "sample_rate": True}}, "sample_rate is true; one of"),
    ({"output_format": {"container": "raw", "sample_rate": 8000}}, "output_format.encoding is missing"),
    ({"output_format": {**RAW, "encoding": "mp3"}}, "encoding is 'mp3'; one of pcm_f32le"),
    ({"output_format": {"container": "wav", "encoding": "pcm_s16le"}}, "output_format.sample_rate is missing"),
    ({"output_format": {"container": "mp3", "sample_rate": 44100}}, "output_format.bit_rate is missing"),
    ({"output_format": {"container": "mp3", "sample_rate": 44100, "bit_rate": 1}}, "bit_rate is 1; one of 32000"),
    ({"generation_config": 1}, "generation_config is 1; an object"),
    ({"generation_config": {"speed": 0.5}}, "generation_config.speed is 0.5; a number from 0.6 to 1.5"),
    ({"generation_config": {"speed": 1.6}}, "generation_config.speed is 1.6"),
    ({"generation_config": {"speed": "fast"}}, "generation_config.speed is 'fast'"),
    ({"generation_config": {"speed": True}}, "generation_config.speed is true"),
    ({"generation_config": {"volume": 2.1}}, "generation_config.volume is 2.1; a number from 0.5 to 2"),
    ({"generation_config": {"volume": 0}}, "generation_config.volume is 0"),
    ({"generation_config": {"emotion": ["sad"]}}, "generation_config.emotion is an array; a string"),
    ({"language": "xx"}, "language is 'xx'; one of en, fr"),
    ({"language": 1}, "language is 1; a string"),
    ({"locale": "en"}, "locale is 'en'; a tag of language and region"),
    ({"locale": "xx-YY"}, "locale is 'xx-YY'"),
    ({"locale": "en-GB", "language": "en"}, "language and locale exclude each other"),
    ({"normalization": "on"}, "normalization is 'on'; auto, off or a locale"),
    ({"pronunciation_dict_id": "pdict_1"}, "There is no pronunciation dictionary 'pdict_1'"),
    ({"speed": "faster"}, "speed is 'faster'; one of slow, normal, fast"),
    ({"speed": 1.2}, "speed is 1.2; a string"),
    ({"add_timestamps": "yes"}, "add_timestamps is 'yes'; true or false"),
    ({"add_phoneme_timestamps": 1}, "add_phoneme_timestamps is 1; true or false"),
    ({"use_normalized_timestamps": "no"}, "use_normalized_timestamps is 'no'"),
]


@pytest.mark.parametrize(("change", "message"), BAD, ids=[message for _, message in BAD])
def test_what_does_not_fit_is_refused_with_its_path(store: Store, change: Json, message: str) -> None:
    """The message names the field, its value, and what would fit."""
    with pytest.raises(Refused) as caught:
        read(store, **change)
    assert message in caught.value.message


@pytest.mark.parametrize(
    ("version", "change", "status", "code"),
    [
        (NEWEST, {"model_id": "sonic-9"}, 400, "model_not_found"),
        (V2024_06_10, {"model_id": "gpt"}, 400, "model_not_found"),
        (NEWEST, {"voice": UNKNOWN}, 400, "voice_not_found"),
        (NEWEST, {"voice": {"id": "malformed"}}, 404, "voice_not_found"),
        (V2026_03_01, {"voice": {"mode": "id", "id": "malformed"}}, 404, "voice_not_found"),
        (V2025_11_04, {"voice": {"mode": "id", "id": "malformed"}}, 400, "voice_not_found"),
        (V2025_11_04, {"voice": {"mode": "id", "id": UNKNOWN}}, 400, "voice_not_found"),
        (NEWEST, {"pronunciation_dict_id": "x"}, 404, None),
        (V2025_04_16, {"pronunciation_dict_id": "x"}, 400, None),
        (V2024_11_13, {"pronunciation_dict_id": "x"}, 400, None),
    ],
)
def test_what_there_is_not(store: Store, version: str, change: Json, status: int, code: str | None) -> None:
    """Status and error code are those of the version."""
    with pytest.raises(Refused) as caught:
        read(store, version, **change)
    assert (caught.value.status, caught.value.error_code) == (status, code)


@pytest.mark.parametrize(
    ("version", "change"),
    [
        (NEWEST, {"voice": {"id": VOICE, "mode": "id", "more": 1}}),
        (NEWEST, {"unheard_of": {"a": [1]}}),
        (NEWEST, {"duration": "unknown to this version"}),
        (NEWEST, {"language": "en-GB"}),
        (NEWEST, {"locale": "de-CH", "normalization": "en-IN"}),
        (NEWEST, {"normalization": "off"}),
        (NEWEST, {"generation_config": {"emotion": "something new"}}),
        (V2025_11_04, {"locale": 5, "normalization": 5}),
        (V2024_06_10, {"pronunciation_dict_id": "unknown to this version"}),
        (V2024_06_10, {"voice": {"id": VOICE}}),
        (V2024_11_13, {"output_format": {**RAW, "bit_rate": 1}}),
    ],
)
def test_what_is_taken(store: Store, version: str, change: Json) -> None:
    """Unknown fields are ignored, those of other versions too; open sets stay open."""
    assert read(store, version, **change).voice.id == VOICE


@pytest.mark.parametrize("name", ["language", "locale", "speed", "generation_config", "add_timestamps", "save"])
def test_null_counts_as_absent(store: Store, name: str) -> None:
    """As the vendor's types have it."""
    fields = Fields({**speech(), name: None})
    assert read_generation(fields, store, NEWEST, is_raw_only=False) == read(store)


@pytest.mark.parametrize(
    ("version", "voice"),
    [
        (V2026_03_01, VOICE),
        (V2026_03_01, {"id": VOICE}),
        (V2024_11_13, {"id": VOICE}),
        (V2025_04_16, {"mode": "embedding", "embedding": [0.0] * 192}),
        (V2024_11_13, {"mode": "embedding", "embedding": [0.0] * 191}),
        (V2024_11_13, {"mode": "embedding", "embedding": [0.0] * 191 + ["x"]}),
        (V2024_11_13, {"mode": "embedding"}),
        (V2024_11_13, {"mode": "name", "id": VOICE}),
        (V2024_11_13, {**BY_ID, "__experimental_controls": {"speed": 1.1}}),
        (V2024_11_13, {**BY_ID, "__experimental_controls": {"speed": "quick"}}),
        (V2024_11_13, {**BY_ID, "__experimental_controls": {"emotion": ["joy"]}}),
        (V2024_11_13, {**BY_ID, "__experimental_controls": {"emotion": ["anger:much"]}}),
        (V2024_11_13, {**BY_ID, "__experimental_controls": {"emotion": ["anger:"]}}),
        (V2024_11_13, {**BY_ID, "__experimental_controls": {"emotion": "anger"}}),
    ],
)
def test_forms_of_a_voice_that_a_version_does_not_have(store: Store, version: str, voice: Any) -> None:
    """A bare string came with 2026-08-14; `mode` was needed before; embeddings ended with 2024-11-13."""
    with pytest.raises(Refused) as caught:
        read(store, version, voice=voice)
    assert "voice" in caught.value.message


def test_an_embedding_means_the_nearest_voice(store: Store) -> None:
    """The embedding that the server gave out means that voice again, even when rounded or with a little noise."""
    known = store.voices.get(OTHER_VOICE)
    assert known is not None
    noisy = [number + 0.01 * (-1) ** place for place, number in enumerate(embedding_of(known))]
    for version, voice in ((V2024_11_13, {"mode": "embedding"}), (V2024_06_10, {})):
        assert read(store, version, voice={**voice, "embedding": noisy}).voice.id == OTHER_VOICE


def test_experimental_controls(store: Store) -> None:
    """Speed by number or name, and the strongest emotion under today's name."""

    def controlled(**controls: Any) -> Generation:
        return read(store, V2024_11_13, voice={**BY_ID, "__experimental_controls": controls})

    assert [controlled(speed=speed).speed for speed in (-1, 0, 1)] == [0.6, 1.0, 1.5]
    assert controlled(speed="slowest").speed == controlled(speed=-1.0).speed
    assert controlled(emotion=["sadness:low", "anger:high", "surprise"]).emotion == "angry"
    assert controlled(emotion=[]).emotion is None


def test_the_more_specific_field_wins(store: Store) -> None:
    """generation_config over __experimental_controls over speed; models before sonic-3 know no generation_config."""
    config = {"speed": 1.3, "volume": 1.5, "emotion": "sad"}
    assert read(store, speed="slow").speed == 0.8
    both = read(store, speed="slow", generation_config=config)
    assert (both.speed, both.volume, both.emotion) == (1.3, 1.5, "sad")
    old = read(store, model_id="sonic-2", speed="slow", generation_config=config)
    assert (old.speed, old.volume, old.emotion) == (0.8, 1.0, None)
    voice = {**BY_ID, "__experimental_controls": {"speed": 1.0}}
    assert read(store, V2024_11_13, voice=voice, speed="slow").speed == 1.5


def test_duration_belongs_to_old_versions(store: Store) -> None:
    """Up to 2025-04-16; zero or less makes no sense."""
    assert read(store, V2025_04_16, duration=1.5).cap_seconds == 1.5
    for duration in (0, -1, "1"):
        with pytest.raises(Refused, match="duration"):
            read(store, V2024_06_10, duration=duration)


@pytest.mark.parametrize("container", ["wav", "mp3"])
def test_streams_and_sockets_are_raw_only(store: Store, container: str) -> None:
    """The message says so."""
    with pytest.raises(Refused, match="one of raw is needed"):
        read(store, is_raw_only=True, output_format={**RAW, "container": container})


def test_languages_by_version(store: Store) -> None:
    """Urdu came with 2026-08-14, Georgian with 2025-11-04."""
    assert read(store, language="ur").language == "ur"
    for version, language in ((V2026_03_01, "ur"), (V2025_04_16, "ka"), (V2025_11_04, "en-GB")):
        with pytest.raises(Refused, match="language"):
            read(store, version, language=language)


def test_the_tables_are_those_of_the_wire_facts() -> None:
    """Models, encodings, rates, languages and names, compared with the documentation's enums."""
    enums = {name: enum.get("values", []) for name, enum in api_facts("schemas.json")["enums"].items()}
    assert list(ENCODINGS) == enums["RawEncoding"]
    assert list(SAMPLE_RATES) == enums["SampleRate"]
    assert list(BIT_RATES) == enums["MP3BitRate"]
    assert list(LANGUAGES) == enums["SupportedLanguage"]
    assert list(LANGUAGES_2025_11_04) == enums["SupportedLanguage_2025_11_04"]
    assert list(LEGACY_LANGUAGES) == enums["SupportedLanguage_legacy"]
    assert list(SPEEDS) == enums["ModelSpeed"]
    assert list(SPEED_NAMES) == enums["LegacyVoiceSpeedName"]
    tags = {f"{name}:{level}".rstrip(":") for name in LEGACY_EMOTIONS for level in LEVELS}
    assert tags == set(enums["LegacyEmotionTag"])
    assert list(KNOWN) == enums["ApiVersion"]
    for model in (*enums["TTSModel"], *enums["TTSModelDocs"]):
        assert read_model(Fields({"model_id": model})) == model


@pytest.mark.parametrize("place", ["tts.bytes", "tts.sse"])
def test_every_documented_field_is_checked(store: Store, place: str) -> None:
    """A value of the wrong type is refused for each documented field of the newest version."""
    endpoints = {endpoint["name"]: endpoint for endpoint in api_facts("endpoints.json")}
    for field in endpoints[place]["body"]:
        if field["name"] in {"context_id", "save"}:
            continue  # Read by their resources.
        change: Json = {field["name"]: 7.5}
        with pytest.raises(Refused, match=field["name"]):
            read(store, **change)
