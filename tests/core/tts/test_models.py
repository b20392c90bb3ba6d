"""What text-to-speech calls take: checks and wire forms by version."""

from __future__ import annotations

import math

import pytest

from cartesia_core.audio import Mp3Format, RawFormat, WavFormat
from cartesia_core.errors import InvalidArgument
from cartesia_core.tts.models import (
    GenerationConfig,
    LegacyControls,
    VoiceByEmbedding,
    VoiceById,
    as_voice,
    check_options,
    check_raw,
    newest_for,
)
from cartesia_core.unset import UNSET
from cartesia_core.versions import KNOWN, NEWEST
from cartesia_core.voices import Voice

EMBEDDING = tuple(index / 192 for index in range(192))


def test_generation_config_sends_what_was_given() -> None:
    """The server has its own defaults."""
    assert GenerationConfig().wire(NEWEST) == {}
    assert GenerationConfig(speed=0.6, volume=2.0, emotion="calm").wire(NEWEST) == {
        "speed": 0.6,
        "volume": 2.0,
        "emotion": "calm",
    }


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"speed": 0.59}, "speed is 0.59, but must be a number from 0.6 to 1.5"),
        ({"speed": 1.51}, "speed is 1.51"),
        ({"speed": math.nan}, "speed is nan"),
        ({"volume": 0.4}, "volume is 0.4, but must be a number from 0.5 to 2.0"),
        ({"volume": math.inf}, "volume is inf"),
        ({"emotion": " "}, "emotion is empty"),
        ({"speed": "fast"}, "speed is 'fast'"),
    ],
)
def test_generation_config_is_checked(wrong: dict[str, float], message: str) -> None:
    """With the limits of the catalogue."""
    with pytest.raises(InvalidArgument) as caught:
        GenerationConfig(**wrong)  # type: ignore[arg-type]
    assert message in str(caught.value)


def test_legacy_controls_on_the_wire() -> None:
    """Number or name; emotions as tags."""
    assert LegacyControls().wire() == {}
    assert LegacyControls(speed=-1).wire() == {"speed": -1}
    assert LegacyControls(speed="slowest", emotion=["anger", "positivity:high"]).wire() == {
        "speed": "slowest",
        "emotion": ["anger", "positivity:high"],
    }


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"speed": 1.1}, "from -1.0 to 1.0"),
        ({"speed": math.nan}, "from -1.0 to 1.0"),
        ({"speed": "quick"}, "'slowest', 'slow', 'normal', 'fast', 'fastest'"),
        ({"emotion": ["joy"]}, "'anger', 'positivity', 'surprise', 'sadness', 'curiosity'"),
        ({"emotion": ["anger:very"]}, "'lowest', 'low', 'high', 'highest'"),
    ],
)
def test_legacy_controls_are_checked(wrong: dict[str, float], message: str) -> None:
    """Against the closed sets of their versions."""
    with pytest.raises(InvalidArgument) as caught:
        LegacyControls(**wrong)  # type: ignore[arg-type]
    assert message in str(caught.value)


@pytest.mark.parametrize("version", KNOWN)
def test_a_voice_by_id_has_a_form_on_every_version(version: str) -> None:
    """A string on the newest, `{mode, id}` before."""
    assert VoiceById("v").wire(version) == ("v" if version == NEWEST else {"mode": "id", "id": "v"})


@pytest.mark.parametrize("version", KNOWN)
def test_legacy_forms_exist_on_their_versions_only(version: str) -> None:
    """Embeddings and controls up to 2024-11-13; later they are refused here."""
    controls = LegacyControls(speed=0.5)
    by_id, by_embedding = VoiceById("v", controls), VoiceByEmbedding(EMBEDDING, controls)
    assert newest_for(by_id) == newest_for(by_embedding) == newest_for(VoiceByEmbedding(EMBEDDING)) == "2024-11-13"
    assert newest_for(VoiceById("v")) is None
    if version <= "2024-11-13":
        wire = {"__experimental_controls": {"speed": 0.5}}
        assert by_id.wire(version) == {"mode": "id", "id": "v", **wire}
        assert by_embedding.wire(version) == {"mode": "embedding", "embedding": list(EMBEDDING), **wire}
        assert VoiceByEmbedding(EMBEDDING).wire(version) == {"mode": "embedding", "embedding": list(EMBEDDING)}
    else:
        for voice, words in ((by_id, "voice controls"), (by_embedding, "voice embeddings")):
            with pytest.raises(
                InvalidArgument, match=f"{words} exist up to API version 2024-11-13 only, not on {version}"
            ):
                voice.wire(version)


@pytest.mark.parametrize("embedding", [(), EMBEDDING[1:], (*EMBEDDING, 0.0)])
def test_embeddings_have_192_numbers(embedding: tuple[float, ...]) -> None:
    """Counted here."""
    with pytest.raises(InvalidArgument, match=f"192 numbers, not {len(embedding)}"):
        VoiceByEmbedding(embedding)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_embeddings_are_finite(value: float) -> None:
    """JSON has no word for anything else."""
    with pytest.raises(InvalidArgument, match="embedding is"):
        VoiceByEmbedding((value, *EMBEDDING[1:]))


def test_voices_are_taken_in_all_their_forms() -> None:
    """An id, a `Voice`, or one of the older forms as it is."""
    given = Voice(id="v-1", name="Ann", description="", language="en", created_at="")
    assert as_voice("v-1") == as_voice(given) == VoiceById("v-1")
    embedding = VoiceByEmbedding(EMBEDDING)
    assert as_voice(embedding) is embedding
    for empty in ("", "  "):
        with pytest.raises(InvalidArgument, match="voice is empty"):
            as_voice(empty)


def test_streams_and_sockets_are_raw() -> None:
    """Containers are for whole answers."""
    check_raw(RawFormat("pcm_mulaw", 8000))
    for other in (WavFormat("pcm_s16le", 8000), Mp3Format(44100, 128000), "raw", None):
        with pytest.raises(InvalidArgument, match="RawFormat only"):
            check_raw(other)


def test_shared_options_are_checked() -> None:
    """A model there must be; language or locale; the deprecated speed is a closed set."""
    check_options({"model_id": "sonic-3", "language": "en", "locale": UNSET, "speed": "slow"})
    check_options({"model_id": "sonic-3", "language": None, "locale": "en-GB", "speed": UNSET})
    check_options({"model_id": "sonic-3"})
    with pytest.raises(InvalidArgument, match="language or locale, not both"):
        check_options({"model_id": "sonic-3", "language": "en", "locale": "en-GB"})
    for model in ("", " ", None, 5):
        with pytest.raises(InvalidArgument, match="model_id is empty"):
            check_options({"model_id": model})
    with pytest.raises(InvalidArgument, match="must be one of 'slow', 'normal', 'fast'$"):
        check_options({"model_id": "sonic-3", "speed": "quick"})
