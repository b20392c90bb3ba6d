"""Descriptions of the text-to-speech calls: what is checked here, what goes out, which version they need."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import Final, TypedDict

import pytest

from cartesia_core import tts
from cartesia_core.audio import Mp3Format, OutputFormat, RawFormat, WavFormat
from cartesia_core.errors import InvalidArgument
from cartesia_core.http import Call, JsonBody, RetryKind
from cartesia_core.settings import outgoing, settings_of
from cartesia_core.tts.models import GenerationConfig, LegacyControls, VoiceByEmbedding, VoiceById

RAW: Final = RawFormat("pcm_f32le", 44100)


class Wanted(TypedDict):
    """What every call needs."""

    model_id: str
    transcript: str
    voice: str
    output_format: RawFormat


BASE: Final[Wanted] = {"model_id": "sonic-3", "transcript": "Hello.", "voice": "v-1", "output_format": RAW}
BUILDERS: Final[list[Callable[..., Call]]] = [tts.generate, tts.stream, tts.generate_sse]


def body(call: Call, version: str = "2026-08-14") -> dict[str, object]:
    """Give the JSON that goes out."""
    value: dict[str, object] = json.loads(outgoing(call, settings_of(api_key="k", version=version)).content)
    return value


@pytest.mark.parametrize(
    ("build", "path", "accept"),
    [
        (tts.generate, "/tts/bytes", "audio/wav"),
        (tts.stream, "/tts/bytes", "audio/wav"),
        (tts.generate_sse, "/tts/sse", "text/event-stream"),
    ],
)
def test_where_calls_go(build: Callable[..., Call], path: str, accept: str) -> None:
    """Paid work on its path, on any version, asking for what it can read."""
    call = build(**BASE)
    assert (call.method, call.path, call.accept) == ("POST", path, accept)
    assert (call.retry, call.version, call.query) == (RetryKind.WORK, None, ())


@pytest.mark.parametrize("build", BUILDERS)
def test_what_is_not_given_does_not_travel(build: Callable[..., Call]) -> None:
    """The least request."""
    assert body(build(**BASE)) == {
        "model_id": "sonic-3",
        "transcript": "Hello.",
        "voice": "v-1",
        "output_format": {"container": "raw", "encoding": "pcm_f32le", "sample_rate": 44100},
    }


@pytest.mark.parametrize("build", BUILDERS)
def test_every_option_travels_under_its_name(build: Callable[..., Call]) -> None:
    """Null as null."""
    options: dict[str, object] = {
        "language": None,
        "locale": "en-GB",
        "normalization": "off",
        "pronunciation_dict_id": "d-1",
        "speed": "slow",
    }
    if build is tts.generate_sse:
        options |= {
            "add_timestamps": True,
            "add_phoneme_timestamps": False,
            "use_normalized_timestamps": None,
            "context_id": "c-1",
        }
    else:
        options |= {"save": True}
    sent = body(build(**BASE, **options, generation_config=GenerationConfig(speed=1.5)))
    assert {name: sent[name] for name in options} == options
    assert sent["generation_config"] == {"speed": 1.5}
    assert "duration" not in sent


@pytest.mark.parametrize(
    ("output_format", "wire"),
    [
        (
            WavFormat("pcm_mulaw", 8000),
            {"container": "wav", "encoding": "pcm_mulaw", "sample_rate": 8000},
        ),
        (Mp3Format(22050, 32000), {"container": "mp3", "sample_rate": 22050, "bit_rate": 32000}),
    ],
)
def test_containers(output_format: OutputFormat, wire: dict[str, object]) -> None:
    """Whole answers and streamed bodies come in any of them; event streams are raw."""
    for build in (tts.generate, tts.stream):
        assert (
            body(build(model_id="m", transcript="Hi.", voice="v", output_format=output_format))["output_format"] == wire
        )
    with pytest.raises(InvalidArgument, match="RawFormat only"):
        tts.generate_sse(model_id="m", transcript="Hi.", voice="v", output_format=output_format)  # type: ignore[arg-type]


@pytest.mark.parametrize("build", BUILDERS)
@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"transcript": ""}, "empty or blank"),
        ({"transcript": " \n\t"}, "empty or blank"),
        ({"transcript": "Say <spell>abc"}, "never closed"),
        ({"transcript": "abc</spell>"}, "not opened"),
        ({"transcript": 'a <speed ratio="9"/>'}, "speed"),
        ({"model_id": ""}, "model_id is empty"),
        ({"voice": ""}, "voice is empty"),
        ({"voice": " "}, "voice is empty"),
        ({"language": "en", "locale": "en-GB"}, "language or locale, not both"),
        ({"speed": "quick"}, "speed is 'quick'"),
        ({"duration": -1}, "duration is -1"),
        ({"duration": math.nan}, "duration is nan"),
        ({"duration": 3601}, "from 0 to 3600"),
    ],
)
def test_what_is_wrong_is_told_before_anything_is_sent(
    build: Callable[..., Call], wrong: dict[str, object], message: str
) -> None:
    """Each with its reason, as a `ValueError`."""
    with pytest.raises(ValueError) as caught:
        build(**{**BASE, **wrong})
    assert isinstance(caught.value, InvalidArgument)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("encoding", "sample_rate"), [("pcm_s16le", 12345), ("pcm_s16le", 0), ("fp32", 44100), ("", 44100)]
)
def test_formats_are_checked_where_they_are_made(encoding: str, sample_rate: int) -> None:
    """The message lists what is allowed."""
    with pytest.raises(InvalidArgument, match=r"pcm_s16le|44100"):
        RawFormat(encoding, sample_rate)  # type: ignore[arg-type]


@pytest.mark.parametrize("build", BUILDERS)
def test_older_forms_pin_their_version(build: Callable[..., Call]) -> None:
    """Embeddings and controls need 2024-11-13, `duration` alone 2025-04-16; the body is of that version."""
    embedding = VoiceByEmbedding([0.5] * 192)
    controlled = VoiceById("v", LegacyControls(speed="slow"))
    assert build(**{**BASE, "voice": embedding}).version == "2024-11-13"
    assert build(**{**BASE, "voice": controlled}).version == "2024-11-13"
    assert build(**{**BASE, "voice": controlled, "duration": 5}).version == "2024-11-13"
    limited = build(**BASE, duration=5)
    assert limited.version == "2025-04-16"
    sent = body(limited)
    assert (sent["duration"], sent["voice"]) == (5, {"mode": "id", "id": "v-1"})
    assert body(build(**BASE, duration=None))["duration"] is None


@pytest.mark.parametrize("build", BUILDERS)
def test_a_pin_wins_over_the_client(build: Callable[..., Call]) -> None:
    """And decides about the header of the key, too."""
    call = build(**{**BASE, "voice": VoiceById("v", LegacyControls(speed="slow"))})
    sent = outgoing(call, settings_of(api_key="k"))
    assert (dict(sent.headers)["Cartesia-Version"], dict(sent.headers)["X-API-Key"]) == ("2024-11-13", "k")


def test_text_that_is_no_utf8_is_refused() -> None:
    """Half surrogate pairs come from command lines that are not UTF-8."""
    call = tts.generate(model_id="m", transcript="a\udcff.", voice="v", output_format=RAW)
    assert isinstance(call.body, JsonBody)
    with pytest.raises(InvalidArgument, match="cannot be sent"):
        outgoing(call, settings_of(api_key="k"))
