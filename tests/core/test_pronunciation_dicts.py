"""Pronunciation dictionaries: items in both spellings, and back again."""

from __future__ import annotations

import json

import pytest

from cartesia_core import PronunciationDictItem, pronunciation_dicts
from cartesia_core._fast import dumps
from cartesia_core.errors import InvalidArgument
from cartesia_core.http import JsonBody, Response

DICT = {
    "id": "d",
    "name": "N",
    "owner_id": "o",
    "pinned": False,
    "created_at": "2026-01-02T03:04:05Z",
    "items": [
        {"text": "GIF", "pronunciation": "jif"},
        {"text": "Cartesia", "alias": "car-TEE-zha", "case_sensitive": False, "note": {"by": "me"}},
    ],
}


def test_what_was_read_can_be_written_back() -> None:
    """Item by item, with what this library does not know of them."""
    found = pronunciation_dicts.get("d").decode(Response(200, content=json.dumps(DICT).encode()))
    assert [item.alias for item in found.items] == [None, "car-TEE-zha"]
    assert found.description is None
    body = pronunciation_dicts.update("d", items=found.items).body
    assert isinstance(body, JsonBody)
    assert json.loads(dumps(body.render("2026-08-14"))) == {"items": DICT["items"]}


def test_a_pronunciation_has_at_most_100_characters() -> None:
    """An alias may be longer: nothing is known against it. What comes from the server is not judged."""
    long = PronunciationDictItem("a", pronunciation="x" * 101)
    with pytest.raises(InvalidArgument, match="pronunciation has 101 characters, but may have 100"):
        pronunciation_dicts.create(name="N", items=[long])
    with pytest.raises(InvalidArgument, match="pronunciation has 101 characters"):
        pronunciation_dicts.update("d", items=[long])
    assert pronunciation_dicts.create(name="N", items=[PronunciationDictItem("a", alias="x" * 101)]).body is not None


def test_the_description_of_2025_04_16() -> None:
    """That version takes one."""
    body = pronunciation_dicts.create(name="N", description="D").body
    assert isinstance(body, JsonBody)
    assert body.render("2025-04-16") == {"name": "N", "description": "D"}


def test_what_was_added_by_hand_must_be_json() -> None:
    """It is refused when the body is written, before anything is sent."""
    body = pronunciation_dicts.create(name="N", items=[PronunciationDictItem("a", extra={"b": object()})]).body
    assert isinstance(body, JsonBody)
    with pytest.raises(InvalidArgument, match="cannot be sent as JSON"):
        dumps(body.render("2026-08-14"))
