"""Changing and localizing voices: what can be seen to be wrong is refused here."""

from __future__ import annotations

import json

import pytest

from cartesia_core import voices
from cartesia_core.errors import DecodeError, InvalidArgument
from cartesia_core.http import Headers, Request, Response
from cartesia_core.languages import DIALECTS
from tests.core.voice_samples import NEWEST_VOICE, voice

JSON = Headers([("content-type", "application/json")])


def test_an_unknown_gender_is_refused() -> None:
    """Null is none: it resets the field."""
    with pytest.raises(InvalidArgument, match="gender is 'female', but must be one of 'masculine'"):
        voices.update("v", gender="female")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"voice_id": " "}, "voice_id is empty"),
        ({"accent": ""}, "accent is empty"),
        ({"tagline": "x" * 33}, "tagline has 33 characters, but may have 32"),
        ({"original_speaker_gender": "feminine"}, "original_speaker_gender is 'feminine', but must be one of 'male'"),
        ({"dialect": "at"}, "dialect is 'at', but must be one of 'au'"),
        ({"language": "en", "dialect": "mx"}, "dialect is 'mx', but must be one of 'au', 'in', 'so', 'uk', 'us'$"),
        ({"language": "de", "dialect": "eu"}, "language 'de' has no dialects, only en, es, pt, fr have"),
    ],
)
def test_what_localizing_does_not_take(options: dict[str, str], problem: str) -> None:
    """Texts too long or empty, and dialects of another language."""
    given: dict[str, str] = {"voice_id": "v", "name": "N", "accent": "mexican", **options}
    with pytest.raises(InvalidArgument, match=problem):
        voices.localize(**given)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("language", "dialect"), [(language, dialect) for language, known in DIALECTS.items() for dialect in known]
)
def test_every_dialect_goes_with_its_language(language: str, dialect: str) -> None:
    """And without one, for then nobody can say whose it is."""
    for request in (
        voices.localize(voice_id="v", name="N", accent="a", language=language, dialect=dialect),  # type: ignore[arg-type]
        voices.localize(voice_id="v", name="N", accent="a", dialect=dialect),  # type: ignore[arg-type]
    ):
        assert request.body is not None


@pytest.mark.parametrize("count", [0, 10])
def test_one_to_nine_accents_are_added_at_once(count: int) -> None:
    """A voice holds ten with its own."""
    assert voices.add_accents("v", accents=["british"] * 9).body is not None
    with pytest.raises(InvalidArgument, match=f"accents has {count} values, but must have 1 to 9"):
        voices.add_accents("v", accents=["british"] * count)
    with pytest.raises(InvalidArgument, match="put it into a list"):
        voices.add_accents("v", accents="hindi")


def test_voices_come_back_from_what_changes_them() -> None:
    """As this version tells them; what it promises must be there."""
    old = Response(200, JSON, "2025-04-16", content=json.dumps(voice("2025-04-16")).encode())
    new = Response(200, JSON, "2026-08-14", content=json.dumps(NEWEST_VOICE).encode())
    for request in (
        voices.update("v"),
        voices.add_accents("v", accents=["hindi"]),
        voices.delete_accent("a", voice_id="v"),
    ):
        assert request.decode(new).id == "v-1"
        assert request.decode(old).is_public is True
        with pytest.raises(DecodeError, match=r"\$\.access"):
            request.decode(Response(200, JSON, "2026-08-14", content=old.content))


METADATA = {
    "id": "v",
    "name": "N",
    "description": "",
    "language": "en",
    "created_at": "2026-01-02T03:04:05Z",
    "user_id": "u",
    "access": "private",
    "tagline": "",
    "visibility": "owner",
}


def localized(value: object, version: str) -> voices.VoiceMetadata:
    """Decode an answer to `voices.localize`."""
    request: Request[voices.VoiceMetadata] = voices.localize(voice_id="v", name="N", accent="a")
    return request.decode(Response(200, JSON, version, content=json.dumps(value).encode()))


def test_new_voices_are_told_in_short() -> None:
    """With other fields before 2026-08-14 than since."""
    assert localized(METADATA, "2026-08-14").visibility == "owner"
    old = {name: METADATA[name] for name in ("id", "name", "description", "language", "created_at", "user_id")}
    assert localized({**old, "is_public": False}, "2026-03-01").is_public is False
    with pytest.raises(DecodeError, match=r"\$\.is_public: required field is missing"):
        localized(METADATA, "2026-03-01")
    with pytest.raises(DecodeError, match=r"\$\.visibility: required field is missing"):
        localized({**METADATA, "visibility": None}, "2027-01-01")
    del old["user_id"]
    assert localized(old, "2024-11-13").user_id is None


def test_deleting_gives_nothing() -> None:
    """An empty answer is a success."""
    voices.delete("v").decode(Response(204))
