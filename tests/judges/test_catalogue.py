"""Every field of the API catalogue can be sent by ours, under its name and in its type.

The catalogue lies beside the checkout, not in it; without it there is nothing to compare with.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from cartesia_core import UNSET, GenerationConfig, LegacyControls, VoiceByEmbedding, VoiceById
from cartesia_core.tts.commands import ContextKeywords
from cartesia_sync import Client
from tests.judges.calls import MODEL, OUR_ALL_OPTIONS, OUR_CONFIG, OUR_RAW, TEXT, VOICE
from tests.judges.capture import Capture, Captured, Json, capturing

CATALOGUE: Final = Path(__file__).parents[3] / "shared" / "api"
NEWEST: Final = "2026-08-14"
LEGACY: Final = "2024-11-13"
# duration, stream and use_original_timestamps are of older versions; see the legacy tests for the first.
OLD_SOCKET_FIELDS: Final = frozenset({"duration", "stream", "use_original_timestamps"})

pytestmark = pytest.mark.skipif(
    not (CATALOGUE / "endpoints.json").exists(), reason="the API catalogue is not beside this checkout"
)

Object = dict[str, Json]


@pytest.fixture(scope="module")
def capture() -> Iterator[Capture]:
    """Run a capturing server."""
    with capturing() as running:
        yield running


@pytest.fixture
def client(capture: Capture) -> Iterator[Client]:
    """Make a client of the capturing server."""
    with Client(api_key="sk_car_catalogue", base_url=capture.url) as running:
        yield running


def objects(value: Json) -> list[Object]:
    """Give the objects of an array."""
    assert isinstance(value, list)
    return [item for item in value if isinstance(item, dict)]


def names(fields: Json) -> set[str]:
    """Give the names of fields."""
    return {str(field["name"]) for field in objects(fields)}


def endpoint(name: str) -> Object:
    """Look an endpoint up."""
    found: list[Object] = json.loads((CATALOGUE / "endpoints.json").read_text(encoding="utf-8"))
    return next(entry for entry in found if entry["name"] == name)


def kinds(field: Object) -> set[type]:
    """Give the Python types that JSON values of a field may have."""
    scalar: dict[Json, set[type]] = {
        "string": {str},
        "integer": {int},
        "number": {int, float},
        "boolean": {bool},
        "array": {list},
    }
    if "ref" not in field:
        return scalar[field["type"]]
    schemas: dict[str, dict[str, Object]] = json.loads((CATALOGUE / "schemas.json").read_text(encoding="utf-8"))
    name = str(field["ref"])
    if name in schemas["enums"]:
        return scalar[schemas["enums"][name]["type"]]
    variants = schemas["unions"].get(name, {}).get("variants", {})
    assert isinstance(variants, dict)
    return {dict, str} if "string" in variants else {dict}


def assert_all_fields(sent: list[Object], fields: list[Object]) -> None:
    """Assert that the messages together have every field and no other, each in its type."""
    assert {name for message in sent for name in message} == {str(field["name"]) for field in fields}
    for field in fields:
        values = [message[str(field["name"])] for message in sent if str(field["name"]) in message]
        assert {type(value) for value in values} <= kinds(field)


def body_of(asked: Captured) -> Object:
    """Give the JSON object of a request."""
    body: Object = json.loads(asked.body)
    return body


def assert_addressed(asked: Captured, entry: Object, version: str = NEWEST) -> None:
    """Assert that method, path, version and the credential are those of the catalogue."""
    assert (asked.method, asked.path) == (entry["method"], str(entry["path"]).replace("{id}", VOICE))
    assert asked.headers["cartesia-version"] == version
    if version == NEWEST:
        assert asked.headers["authorization"] == "Bearer sk_car_catalogue"
        assert asked.headers["accept"] == entry["accept"]


def test_tts_bytes(client: Client, capture: Capture) -> None:
    """`tts.generate` sends every field of `tts.bytes`."""
    for language, locale in (("en", UNSET), (UNSET, "en-GB")):
        client.tts.generate(
            model_id=MODEL,
            transcript=TEXT,
            voice=VOICE,
            output_format=OUR_RAW,
            normalization="auto",
            generation_config=OUR_CONFIG,
            pronunciation_dict_id="pdict_1",
            save=True,
            speed="normal",
            language=language,
            locale=locale,
        )
    entry, asked = endpoint("tts.bytes"), capture.take()
    assert_addressed(asked[0], entry)
    assert_all_fields([body_of(one) for one in asked], objects(entry["body"]))


def test_tts_sse(client: Client, capture: Capture) -> None:
    """`tts.generate_sse` sends every field of `tts.sse`."""
    for language, locale in (("en", UNSET), (UNSET, "en-GB")):
        with client.tts.generate_sse(
            model_id=MODEL,
            transcript=TEXT,
            voice=VOICE,
            output_format=OUR_RAW,
            add_timestamps=True,
            add_phoneme_timestamps=True,
            use_normalized_timestamps=True,
            context_id="mine",
            normalization="auto",
            generation_config=OUR_CONFIG,
            pronunciation_dict_id="pdict_1",
            speed="normal",
            language=language,
            locale=locale,
        ) as events:
            list(events)
    entry, asked = endpoint("tts.sse"), capture.take()
    assert_addressed(asked[0], entry)
    assert_all_fields([body_of(one) for one in asked], objects(entry["body"]))


def test_generation_config(client: Client, capture: Capture) -> None:
    """The generation config has every field of its schema."""
    config = GenerationConfig(speed=0.6, volume=2.0, emotion="angry")
    client.tts.generate(model_id=MODEL, transcript=TEXT, voice=VOICE, output_format=OUR_RAW, generation_config=config)
    sent = body_of(capture.take()[0])["generation_config"]
    schemas: dict[str, dict[str, Object]] = json.loads((CATALOGUE / "schemas.json").read_text(encoding="utf-8"))
    assert isinstance(sent, dict)
    assert sent == {"speed": 0.6, "volume": 2.0, "emotion": "angry"}
    assert set(sent) == names(schemas["objects"]["GenerationConfig"]["fields"])


def test_voices_list(client: Client, capture: Capture) -> None:
    """`voices.list` sends every query parameter, the expansion under its bracketed name."""
    list(client.voices.list(limit=100, starting_after="a", q="calm", is_owner=False, gender="feminine"))
    list(client.voices.list(ending_before="b", expand=["preview_file_url"]))
    entry, asked = endpoint("voices.list"), capture.take()
    assert_addressed(asked[0], entry)
    sent = dict(pair for one in asked for pair in one.query)
    assert set(sent) == names(entry["query"])
    assert (sent["is_owner"], sent["limit"]) == ("false", "100")


def test_voices_get(client: Client, capture: Capture) -> None:
    """`voices.get` sends path and expansion."""
    client.voices.get(VOICE, expand=["preview_file_url"])
    entry, asked = endpoint("voices.get"), capture.take()
    assert_addressed(asked[0], entry)
    assert asked[0].query == [("expand[]", "preview_file_url")]


def test_status(client: Client, capture: Capture) -> None:
    """`get_status` asks the root."""
    client.get_status()
    assert_addressed(capture.take()[0], endpoint("status.get"))


def test_socket_fields(client: Client, capture: Capture) -> None:
    """The socket's messages have every field of the generation request, and cancelling has its own form."""
    options: ContextKeywords = {**OUR_ALL_OPTIONS, "speed": "fast", "normalization": "off"}
    located: ContextKeywords = {"model_id": MODEL, "voice": VOICE, "output_format": OUR_RAW, "locale": "en-GB"}
    with client.tts.websocket() as ws, ws.context(**options) as context, ws.context(**located) as other:
        context.push("Hello.")
        context.flush()
        other.push("Hello.")
        other.cancel()
        context.finish()
        list(context)
    [asked] = capture.take()
    sent = [message for message in asked.messages if isinstance(message, dict)]
    schemas: dict[str, dict[str, Object]] = json.loads((CATALOGUE / "schemas.json").read_text(encoding="utf-8"))
    fields = objects(schemas["objects"]["GenerationRequest"]["fields"])
    current = [field for field in fields if field["name"] not in OLD_SOCKET_FIELDS]
    assert_all_fields([message for message in sent if "cancel" not in message], current)
    assert [message for message in sent if "cancel" in message] == [
        {"context_id": sent[2]["context_id"], "cancel": True}
    ]
    assert asked.path == "/tts/websocket"
    assert asked.headers["cartesia-version"] == NEWEST


LEGACY_VOICES: Final = (
    (VoiceByEmbedding([0.5] * 192), {"mode": "embedding", "embedding": [0.5] * 192}),
    (
        VoiceById(VOICE, controls=LegacyControls(speed="slow", emotion=("anger:high",))),
        {"mode": "id", "id": VOICE, "__experimental_controls": {"speed": "slow", "emotion": ["anger:high"]}},
    ),
)


@pytest.mark.parametrize(("voice", "wire"), LEGACY_VOICES, ids=["embedding", "controls"])
def test_legacy_voices(client: Client, capture: Capture, voice: VoiceById | VoiceByEmbedding, wire: Object) -> None:
    """Older forms of a voice pin the version that still knows them, with that version's credential."""
    client.tts.generate(model_id="sonic", transcript=TEXT, voice=voice, output_format=OUR_RAW, duration=2.5)
    [asked] = capture.take()
    entry = endpoint("tts.bytes@legacy")
    assert_addressed(asked, entry, LEGACY)
    assert asked.headers["x-api-key"] == "sk_car_catalogue"
    sent = body_of(asked)
    assert (sent["voice"], sent["duration"]) == (wire, 2.5)
    assert set(sent) <= names(entry["body"])


def test_duration_alone(client: Client, capture: Capture) -> None:
    """`duration` pins the last version that has it."""
    client.tts.generate(model_id="sonic-2", transcript=TEXT, voice=VOICE, output_format=OUR_RAW, duration=2.5)
    [asked] = capture.take()
    assert asked.headers["cartesia-version"] == "2025-04-16"
    assert body_of(asked)["voice"] == {"mode": "id", "id": VOICE}


def test_legacy_socket(client: Client, capture: Capture) -> None:
    """On a socket of an older version, a context takes the older forms of a voice and `duration`."""
    voice, wire = LEGACY_VOICES[1]
    with (
        client.tts.websocket(version=LEGACY) as ws,
        ws.context(model_id="sonic", voice=voice, output_format=OUR_RAW, duration=2.5) as context,
    ):
        context.push("Hello.")
        context.finish()
        list(context)
    [asked] = capture.take()
    assert asked.headers["cartesia-version"] == LEGACY
    [first, _] = asked.messages
    assert isinstance(first, dict)
    assert (first["voice"], first["duration"]) == (wire, 2.5)
