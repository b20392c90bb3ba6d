"""The forms of older versions: they pin what they need, and their pages stay there."""

from __future__ import annotations

import json

import pytest

from cartesia_core import voices
from cartesia_core.errors import InvalidArgument
from cartesia_core.http import Headers, Page, Request, Response
from cartesia_core.voices import MixVoiceByEmbedding, MixVoiceById, Voice, legacy
from tests.core.voice_samples import voice

JSON = Headers([("content-type", "application/json")])


@pytest.mark.parametrize(
    ("listed", "version"),
    [(legacy.list_2024_11_13(limit=1), "2024-11-13"), (legacy.list_2025_04_16(limit=1), "2025-04-16")],
    ids=["2024-11-13", "2025-04-16"],
)
def test_pages_stay_in_their_version(listed: Request[Page[Voice]], version: str) -> None:
    """Also those after the first, whatever version the client speaks else."""
    body = json.dumps({"data": [voice(version)], "has_more": True, "next_page": "v-1"}).encode()
    page = listed.decode(Response(200, JSON, version, content=body))
    assert listed.version == version
    assert page.next is not None
    assert (page.next.version, page.next.path) == (version, "/voices/")
    assert page.next.query == (("limit", "1"), ("starting_after", "v-1"))


def test_the_oldest_list_is_one_array() -> None:
    """With embeddings, and no page after it."""
    body = json.dumps([voice("2024-06-10")]).encode()
    page = legacy.list_2024_06_10().decode(Response(200, JSON, "2024-06-10", content=body))
    assert (len(page.data[0].embedding or ()), page.next) == (192, None)


def test_an_unknown_gender_is_refused() -> None:
    """As by the list of today."""
    for build in (legacy.list_2024_11_13, legacy.list_2025_04_16):
        with pytest.raises(InvalidArgument, match="gender is 'male'"):
            build(gender="male")  # type: ignore[arg-type]


@pytest.mark.parametrize("numbers", [[], [0.5] * 191, [0.5] * 191 + [float("nan")], [0.5] * 191 + [float("inf")]])
def test_embeddings_have_192_finite_numbers(numbers: list[float]) -> None:
    """Wherever one is given."""
    with pytest.raises(InvalidArgument, match="embedding"):
        voices.create(name="N", description="D", embedding=numbers)
    with pytest.raises(InvalidArgument, match="embedding"):
        legacy.localize_embedding(embedding=numbers, language="en", original_speaker_gender="male")
    with pytest.raises(InvalidArgument, match="embedding"):
        MixVoiceByEmbedding(numbers, 1.0)


def test_a_mix_needs_ingredients() -> None:
    """Each with an id and a weight that is a number."""
    with pytest.raises(InvalidArgument, match="voices has 0 values, but must have at least 1"):
        voices.mix(voices=[])
    with pytest.raises(InvalidArgument, match="id is empty"):
        MixVoiceById("", 1.0)
    with pytest.raises(InvalidArgument, match="weight"):
        MixVoiceById("v", float("nan"))
    with pytest.raises(InvalidArgument, match="weight"):
        MixVoiceByEmbedding([0.5] * 192, float("inf"))


def test_localizing_is_checked_as_today() -> None:
    """The voice, the gender and the dialect of the language."""
    with pytest.raises(InvalidArgument, match="voice_id is empty"):
        legacy.localize(voice_id="", name="N", description="D", language="en", original_speaker_gender="male")
    with pytest.raises(InvalidArgument, match="dialect"):
        legacy.localize(
            voice_id="v", name="N", description="D", language="pt", original_speaker_gender="male", dialect="uk"
        )
    with pytest.raises(InvalidArgument, match="original_speaker_gender"):
        legacy.localize_embedding(embedding=[0.5] * 192, language="en", original_speaker_gender="x")  # type: ignore[arg-type]


def test_embeddings_do_not_fill_the_screen() -> None:
    """Neither in answers nor in requests."""
    body = json.dumps({"embedding": [0.25] * 192}).encode()
    found = voices.mix(voices=[MixVoiceById("v", 1.0)]).decode(Response(200, JSON, "2024-11-13", content=body))
    assert found.embedding == (0.25,) * 192
    assert "0.25" not in repr(found)
    assert "0.25" not in repr(voices.create(name="N", description="D", embedding=found.embedding))
    assert "0.25" not in repr(MixVoiceByEmbedding(found.embedding, 1.0))
