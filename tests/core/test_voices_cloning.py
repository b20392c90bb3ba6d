"""Cloning voices, in the form of every version."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cartesia_core import voices
from cartesia_core.errors import DecodeError, InvalidArgument, UnexpectedContentType
from cartesia_core.http import FormBody, Headers, Response, RetryKind
from cartesia_core.voices import Embedding
from tests.core.form_parts import fields_of, files_of

CALL: dict[str, Any] = {"clip": b"clip", "name": "Ada", "language": "en"}
JSON = Headers([("content-type", "application/json"), ("x-request-id", "r-1")])
MADE: dict[str, object] = {
    "id": "v1",
    "name": "Ada",
    "description": "",
    "language": "en",
    "created_at": "2026-01-01T00:00:00Z",
    "user_id": "u1",
}
NEWEST: dict[str, object] = {**MADE, "access": "private", "visibility": "owner", "tagline": ""}


class Base:
    """Anything with an id."""

    id = "v0"


def test_a_clip_a_name_and_a_language_make_a_voice() -> None:
    """It is not repeated once the server may have made one."""
    request = voices.clone(**CALL)
    assert (request.method, request.path, request.version) == ("POST", "/voices/clone", None)
    assert request.retry is RetryKind.WORK
    assert fields_of(request) == [("name", "Ada"), ("language", "en")]
    assert files_of(request) == {"clip": b"clip"}


def test_every_option_of_the_newest_version_travels() -> None:
    """Null is as good as nothing in a form."""
    request = voices.clone(**CALL, description="d", base_voice_id=Base(), accent="british", progress=print)
    assert fields_of(request)[2:] == [("description", "d"), ("base_voice_id", "v0"), ("accent", "british")]
    assert request.version is None
    assert isinstance(request.body, FormBody)
    assert request.body.progress is print
    assert fields_of(voices.clone(**CALL, description=None, base_voice_id=None, accent=None)) == fields_of(
        voices.clone(**CALL)
    )
    assert fields_of(voices.clone(**CALL, base_voice_id="v9"))[-1] == ("base_voice_id", "v9")


@pytest.mark.parametrize(
    ("options", "version", "fields"),
    [
        ({"enhance": True}, "2025-04-16", [("enhance", "true")]),
        ({"enhance": None}, "2025-04-16", []),
        ({"mode": "stability"}, "2024-11-13", [("mode", "stability")]),
        (
            {"mode": "similarity", "enhance": False, "transcript": "Hi."},
            "2024-11-13",
            [("enhance", "false"), ("mode", "similarity"), ("transcript", "Hi.")],
        ),
    ],
)
def test_older_options_pin_the_last_version_that_knows_them(
    options: dict[str, Any], version: str, fields: list[tuple[str, str]]
) -> None:
    """Nobody has to know versions by heart."""
    request = voices.clone(**CALL, **options)
    assert request.version == version
    assert fields_of(request)[2:] == fields


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"clip": b""}, "clip is empty"),
        ({"name": ""}, "name is empty"),
        ({"language": " "}, "language is empty"),
        ({"mode": "best"}, "'best'"),
        ({"mode": "similarity", "accent": "british"}, "accent"),
        ({"enhance": True, "accent": "british"}, "accent"),
        ({"transcript": "Hi."}, "transcript is for mode 'similarity'"),
        ({"mode": "stability", "transcript": "Hi."}, "transcript is for mode 'similarity'"),
    ],
)
def test_what_cannot_be_right_is_refused(wrong: dict[str, Any], words: str) -> None:
    """Options of different versions together are, too."""
    with pytest.raises(InvalidArgument, match=words):
        voices.clone(**{**CALL, **wrong})


def answer(fields: dict[str, object], version: str) -> Response:
    """Make an answer."""
    return Response(200, JSON, version, content=json.dumps(fields).encode())


@pytest.mark.parametrize(
    ("fields", "version"),
    [
        (NEWEST, "2026-08-14"),
        ({**MADE, "is_public": False}, "2026-03-01"),
        ({**MADE, "is_public": False}, "2024-06-10"),
    ],
)
def test_the_voice_that_was_made_is_given(fields: dict[str, object], version: str) -> None:
    """With fewer fields than one that is read; it can be spoken with at once."""
    voice = voices.clone(**CALL).decode(answer({**fields, "new": 1}, version))
    assert (voice.id, voice.name, voice.user_id, voice.extra) == ("v1", "Ada", "u1", {"new": 1})


@pytest.mark.parametrize(
    ("fields", "version", "words"),
    [
        (MADE, "2026-08-14", r"2026-08-14: \$.access: required.*\$.tagline: .*\$.visibility: "),
        (NEWEST, "2025-11-04", r"\$.is_public: required field is missing"),
        ({}, "2026-08-14", r"\$.id: required field is missing"),
    ],
)
def test_a_voice_that_lacks_what_its_version_promises_is_told(
    fields: dict[str, object], version: str, words: str
) -> None:
    """With the id of the answer."""
    with pytest.raises(DecodeError, match=words) as caught:
        voices.clone(**CALL).decode(answer(fields, version))
    assert (caught.value.request_id, caught.value.api_version) == ("r-1", version)


def test_a_web_page_is_no_voice() -> None:
    """Whatever its status."""
    with pytest.raises(UnexpectedContentType):
        voices.clone(**CALL).decode(Response(200, Headers([("content-type", "text/html")]), content=b"<html>"))


def test_a_clip_becomes_numbers_on_the_oldest_version() -> None:
    """As the official SDK 1 did it."""
    request = voices.clone_clip(clip=b"clip", mode="clip")
    assert (request.path, request.version) == ("/voices/clone/clip", "2024-06-10")
    assert fields_of(request) == [("enhance", "true"), ("mode", "clip")]
    assert fields_of(voices.clone_clip(clip=b"c", enhance=False)) == [("enhance", "false")]
    assert files_of(request) == {"clip": b"clip"}
    found = request.decode(answer({"embedding": [0.5] * 192}, "2024-06-10"))
    assert found == Embedding((0.5,) * 192)
    assert "0.5" not in repr(found)
