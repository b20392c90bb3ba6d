"""Every field of the catalogue's forms can be sent by ours, under its name on the wire, and no other is."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Final

import pytest

from cartesia_core import UNSET, LegacyControls, Mp3Format, Unset
from cartesia_sync import Client
from tests.judges.calls import OUR_RAW, VOICE
from tests.judges.capture import Capture, Captured, capturing
from tests.judges.form_calls import SOUND
from tests.judges.test_catalogue import CATALOGUE, Object, endpoint, objects
from tests.judges.test_same_forms import form_of

pytestmark = pytest.mark.skipif(
    not (CATALOGUE / "endpoints.json").exists(), reason="the API catalogue is not beside this checkout"
)

MP3: Final = Mp3Format(44100, 128000)
Calls = Callable[[Client], object]


def _events(client: Client) -> None:
    for output_format in (OUR_RAW, MP3):
        with client.voice_changer.generate_sse(clip=SOUND, voice_id=VOICE, output_format=output_format) as events:
            list(events)


def _infill(client: Client, controls: LegacyControls | Unset = UNSET) -> None:
    for output_format in (OUR_RAW, MP3):
        client.tts.infill(
            model_id="m",
            language="en",
            transcript="Hi.",
            voice_id=VOICE,
            output_format=output_format,
            left_audio=SOUND,
            right_audio=SOUND,
            controls=controls,
        )


def _transcribe(client: Client) -> None:
    client.stt.transcribe(
        file=SOUND,
        model="m",
        language="en",
        timestamp_granularities=["word"],
        encoding="pcm_alaw",
        sample_rate=8000,
    )


def _transcribe_openai(client: Client) -> None:
    client.stt.transcribe_openai(
        file=SOUND,
        model="m",
        language="en",
        timestamp_granularities=["word"],
        encoding="pcm_alaw",
        sample_rate=8000,
    )


CALLS: Final[dict[str, tuple[str, Calls]]] = {
    "infill.bytes": ("2026-08-14", _infill),
    "infill.bytes@legacy": (
        "2024-11-13",
        lambda c: _infill(c, controls=LegacyControls(speed="slow", emotion=("anger",))),
    ),
    "voice_changer.bytes": (
        "2026-08-14",
        lambda c: [c.voice_changer.generate(clip=SOUND, voice_id=VOICE, output_format=f) for f in (OUR_RAW, MP3)],
    ),
    "voice_changer.sse": ("2026-08-14", _events),
    "stt.transcribe": ("2026-08-14", _transcribe),
    "stt.transcribe@openai": ("2026-08-14", _transcribe_openai),
    "voices.clone": (
        "2026-08-14",
        lambda c: c.voices.clone(
            clip=SOUND, name="n", language="en", description="d", base_voice_id=VOICE, accent="british"
        ),
    ),
    "voices.clone@legacy": (
        "2024-11-13",
        lambda c: c.voices.clone(
            clip=SOUND,
            name="n",
            language="en",
            description="d",
            base_voice_id=VOICE,
            mode="similarity",
            enhance=True,
            transcript="Hi.",
        ),
    ),
    "voices.clone@2025-04-16": (
        "2025-04-16",
        lambda c: c.voices.clone(
            clip=SOUND, name="n", language="en", description="d", base_voice_id=VOICE, enhance=False
        ),
    ),
    "voices.clone_clip": ("2024-06-10", lambda c: c.voices.clone_clip(clip=SOUND, enhance=False, mode="clip")),
    "datasets.files.upload": (
        "2026-08-14",
        lambda c: c.datasets.files.upload(VOICE, file=SOUND, purpose="fine_tune"),
    ),
    "datasets.upload_file@legacy": ("2024-06-10", lambda c: c.datasets.upload_file(VOICE, file=SOUND)),
}


@pytest.fixture(scope="module")
def capture() -> Iterator[Capture]:
    """Run a capturing server."""
    with capturing() as running:
        yield running


def wire_names(fields: list[Object]) -> set[str]:
    """Give the names on the wire."""
    found: set[str] = set()
    for field in fields:
        spread = field.get("wire")
        found.update(map(str, spread) if isinstance(spread, list) else [str(field["name"])])
    return found


def sent_names(asked: Captured) -> set[str]:
    """Give the names of the parts of a form."""
    return {part.split(" ")[1] for part, _ in form_of(asked)}


@pytest.mark.parametrize("name", CALLS)
def test_every_field_is_sent_and_no_other(name: str, capture: Capture) -> None:
    """At the address, in the version and to the query that the catalogue says."""
    entry = endpoint(name)
    version, call = CALLS[name]
    with Client(api_key="sk_car_catalogue", base_url=capture.url) as client:
        call(client)
    asked = capture.take()
    assert {one.path for one in asked} == {str(entry["path"]).replace("{id}", VOICE)}
    assert {one.headers["cartesia-version"] for one in asked} == {version}
    assert version in str(entry["api_versions"])
    if entry["accept"] is not None:
        assert {one.headers["accept"] for one in asked} == {entry["accept"]}
    fields = objects(entry["body"])
    assert set().union(*(sent_names(one) for one in asked)) == wire_names(fields)
    assert {pair[0] for one in asked for pair in one.query} == {str(field["name"]) for field in objects(entry["query"])}
    files = {part.split(" ")[1] for one in asked for part, _ in form_of(one) if part.startswith("file ")}
    assert files == {str(field["name"]) for field in fields if field.get("type") == "file"}


def test_every_form_of_the_catalogue_is_looked_at() -> None:
    """None was forgotten."""
    entries: list[Object] = json.loads((CATALOGUE / "endpoints.json").read_text(encoding="utf-8"))
    assert {str(entry["name"]) for entry in entries if entry["body_kind"] == "multipart"} == set(CALLS)
