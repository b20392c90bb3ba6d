"""What a client can say on the TTS socket."""

from __future__ import annotations

import math
import pickle
from typing import Final

import pytest
from attrs import evolve, fields

from cartesia_core.audio import RawFormat, WavFormat
from cartesia_core.errors import InvalidArgument
from cartesia_core.tts.commands import Cancel, ContextKeywords, ContextOptions, Finish, Flush, OpenContext, Push
from cartesia_core.tts.models import GenerationConfig, LegacyControls, VoiceByEmbedding, VoiceById
from cartesia_core.versions import KNOWN, NEWEST

RAW: Final = RawFormat("pcm_s16le", 16000)
OPTIONS: Final = ContextOptions(model_id="sonic-3", voice="v", output_format=RAW)


def test_the_least_context() -> None:
    """What is not given does not travel."""
    assert OPTIONS.wire("c", NEWEST) == {
        "context_id": "c",
        "model_id": "sonic-3",
        "voice": "v",
        "output_format": {"container": "raw", "encoding": "pcm_s16le", "sample_rate": 16000},
    }


def test_every_option_travels_under_its_name() -> None:
    """Null as null, nested values as objects."""
    given = ContextOptions(
        model_id="sonic-3",
        voice="v",
        output_format=RAW,
        locale="en-GB",
        normalization="auto",
        generation_config=GenerationConfig(volume=0.5),
        pronunciation_dict_id=None,
        add_timestamps=True,
        add_phoneme_timestamps=False,
        use_normalized_timestamps=None,
        max_buffer_delay_ms=0,
        speed="fast",
    )
    wire = given.wire("c", NEWEST)
    assert wire["generation_config"] == {"volume": 0.5}
    assert {name: wire[name] for name in ("locale", "normalization", "speed")} == {
        "locale": "en-GB",
        "normalization": "auto",
        "speed": "fast",
    }
    assert (wire["pronunciation_dict_id"], wire["use_normalized_timestamps"]) == (None, None)
    assert (wire["add_timestamps"], wire["add_phoneme_timestamps"], wire["max_buffer_delay_ms"]) == (True, False, 0)
    assert (
        ContextOptions(model_id="m", voice="v", output_format=RAW, language="de").wire("c", NEWEST)["language"] == "de"
    )


def test_keywords_and_options_are_the_same_list() -> None:
    """Facade and value cannot drift apart."""
    assert set(ContextKeywords.__annotations__) == {field.name for field in fields(ContextOptions)}


@pytest.mark.parametrize("version", KNOWN)
def test_the_voice_has_the_form_of_the_sockets_version(version: str) -> None:
    """As over HTTP."""
    assert OPTIONS.wire("c", version)["voice"] == ("v" if version == NEWEST else {"mode": "id", "id": "v"})


@pytest.mark.parametrize("version", KNOWN)
def test_older_options_need_an_older_socket(version: str) -> None:
    """One socket speaks one version: what that does not know is refused before anything is sent."""
    embedded = evolve(OPTIONS, voice=VoiceByEmbedding([0.5] * 192))
    controlled = evolve(OPTIONS, voice=VoiceById("v", LegacyControls(speed=0.1)))
    limited = evolve(OPTIONS, duration=5.0)
    for options, newest in ((embedded, "2024-11-13"), (controlled, "2024-11-13"), (limited, "2025-04-16")):
        if version <= newest:
            assert options.wire("c", version)["context_id"] == "c"
        else:
            with pytest.raises(
                InvalidArgument, match=f"need API version {newest} or older; the socket speaks {version}"
            ):
                options.wire("c", version)
    assert limited.wire("c", "2025-04-16")["duration"] == 5.0


@pytest.mark.parametrize("version", KNOWN)
def test_the_buffer_delay_has_the_limit_of_the_version(version: str) -> None:
    """1000 ms up to 2025-04-16, 5000 later."""
    evolve(OPTIONS, max_buffer_delay_ms=1000).wire("c", version)
    patient = evolve(OPTIONS, max_buffer_delay_ms=1001)
    if version >= "2025-11-04":
        assert patient.wire("c", version)["max_buffer_delay_ms"] == 1001
    else:
        with pytest.raises(InvalidArgument, match="from 0 to 1000"):
            patient.wire("c", version)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"model_id": " "}, "model_id is empty"),
        ({"voice": ""}, "voice is empty"),
        ({"output_format": WavFormat("pcm_s16le", 8000)}, "RawFormat only"),
        ({"language": "en", "locale": "en-GB"}, "not both"),
        ({"speed": "quick"}, "speed is 'quick'"),
        ({"max_buffer_delay_ms": -1}, "from 0 to 5000"),
        ({"max_buffer_delay_ms": 5001}, "from 0 to 5000"),
        ({"duration": math.nan}, "duration is nan"),
        ({"duration": -1}, "duration is -1"),
    ],
)
def test_wrong_options_are_refused_where_they_are_made(wrong: dict[str, object], message: str) -> None:
    """Before there is a context."""
    with pytest.raises(InvalidArgument) as caught:
        evolve(OPTIONS, **wrong)  # type: ignore[arg-type]
    assert message in str(caught.value)


def test_contexts_have_ids() -> None:
    """An empty one could not be told from none."""
    for empty in ("", " "):
        with pytest.raises(InvalidArgument, match="context_id is empty"):
            OpenContext(empty, OPTIONS)


@pytest.mark.parametrize("command", [OpenContext("c", OPTIONS), Push("c", "a"), Flush("c"), Finish("c"), Cancel("c")])
def test_commands_are_values(command: object) -> None:
    """They can be queued and sent to another process."""
    assert pickle.loads(pickle.dumps(command)) == command
