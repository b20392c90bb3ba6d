"""Requests for voices, and voices of every API version."""

from __future__ import annotations

import json

import pytest

from cartesia_core import voices
from cartesia_core.errors import DecodeError, InvalidArgument
from cartesia_core.http import Headers, Response, RetryKind
from cartesia_core.versions import KNOWN
from cartesia_core.voices import Voice, VoiceLocale
from tests.core.voice_samples import OPTIONAL, REQUIRED, voice


def decode(value: object, version: str) -> Voice:
    """Decode an answer to `voices.get`."""
    headers = Headers([("content-type", "application/json")])
    return voices.get("v-1").decode(Response(200, headers, version, content=json.dumps(value).encode()))


def test_the_list_takes_what_the_catalogue_says() -> None:
    """Names and forms of every query parameter; `expand[]` is repeated."""
    request = voices.list(
        limit=100,
        starting_after="a",
        q="calm voice",
        is_owner=False,
        is_starred=True,
        gender="gender_neutral",
        language="de",
        expand=["preview_file_url", "is_starred"],
    )
    assert (request.method, request.path, request.retry) == ("GET", "/voices", RetryKind.READ)
    assert request.query == (
        ("limit", "100"),
        ("starting_after", "a"),
        ("q", "calm voice"),
        ("is_owner", "false"),
        ("is_starred", "true"),
        ("gender", "gender_neutral"),
        ("language", "de"),
        ("expand[]", "preview_file_url"),
        ("expand[]", "is_starred"),
    )
    assert voices.list().query == ()


def test_wrong_list_parameters_are_refused_here() -> None:
    """Limits, the closed set of genders, two cursors at once."""
    for limit in (0, 101):
        with pytest.raises(InvalidArgument, match="limit is .* from 1 to 100"):
            voices.list(limit=limit)
    with pytest.raises(InvalidArgument, match="'masculine', 'feminine', 'gender_neutral'"):
        voices.list(gender="female")  # type: ignore[arg-type]
    with pytest.raises(InvalidArgument, match="not both"):
        voices.list(starting_after="a", ending_before="b")


def test_one_voice() -> None:
    """Its id is one path segment."""
    request = voices.get("a/b", expand=["preview_file_url"])
    assert (request.path, request.query) == ("/voices/a%2Fb", (("expand[]", "preview_file_url"),))
    with pytest.raises(InvalidArgument):
        voices.get("")


@pytest.mark.parametrize("version", KNOWN)
def test_voices_of_every_version_are_read(version: str) -> None:
    """All fields of the version arrive, none is left to `extra`, the others are None."""
    given = voice(version)
    found = decode(given, version)
    assert found.extra == {}
    for name in given:
        value = given[name]
        if name == "locales":
            assert found.locales == (VoiceLocale("en-GB", is_native=True),)
        elif name == "embedding":
            assert found.embedding is not None
            assert len(found.embedding) == 192
        else:
            assert getattr(found, name) == value
    absent = {"tagline", "access", "visibility", "is_public", "user_id", "is_starred", "accent"} - given.keys()
    assert all(getattr(found, name) is None for name in absent)


@pytest.mark.parametrize(("version", "name"), [(version, name) for version in KNOWN for name in REQUIRED[version]])
def test_fields_that_a_version_promises_must_be_there(version: str, name: str) -> None:
    """A missing one, or null in its place, is an error that names it."""
    given = voice(version)
    with pytest.raises(DecodeError, match=rf"\$\.{name}: "):
        decode({key: value for key, value in given.items() if key != name}, version)
    with pytest.raises(DecodeError, match=rf"\$\.{name}: "):
        decode({**given, name: None}, version)


@pytest.mark.parametrize(("version", "name"), [(version, name) for version in KNOWN for name in OPTIONAL[version]])
def test_fields_that_a_version_may_leave_out(version: str, name: str) -> None:
    """They are None then."""
    given = voice(version)
    assert getattr(decode({key: value for key, value in given.items() if key != name}, version), name) is None


def test_newer_versions_are_held_to_what_the_newest_known_one_promises() -> None:
    """Nothing else is known about them."""
    assert decode(voice("2026-08-14"), "2027-01-01").access == "public"
    with pytest.raises(DecodeError):
        decode(voice("2025-11-04"), "2027-01-01")


def test_long_and_private_fields_do_not_show() -> None:
    """Neither embeddings nor preview addresses fill the screen."""
    shown = repr(decode(voice("2024-06-10"), "2024-06-10"))
    assert "0.5" not in shown
    assert "https://x" not in repr(decode(voice("2026-08-14"), "2026-08-14"))
