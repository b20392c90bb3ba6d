"""Datasets and their files: other fields on 2024-06-10 than since, and pages that cannot be turned there."""

from __future__ import annotations

import json

import pytest

from cartesia_core import datasets
from cartesia_core.errors import DecodeError
from cartesia_core.http import Headers, Response

JSON = Headers([("content-type", "application/json")])
DATASET = {"id": "d", "name": "N", "created_at": "2026-01-02"}
FILE = {"id": "f", "filename": "a.wav", "created_at": "2026-01-02"}


def answer(value: object, version: str) -> Response:
    """Make a success."""
    return Response(200, JSON, version, content=json.dumps(value).encode())


def test_the_description_is_promised_since_2025_04_16() -> None:
    """Before, there is none."""
    assert datasets.legacy.create(name="N").decode(answer(DATASET, "2024-06-10")).description is None
    assert datasets.get("d").decode(answer({**DATASET, "description": ""}, "2026-08-14")).description == ""
    with pytest.raises(DecodeError, match=r"\$\.description: required field is missing"):
        datasets.get("d").decode(answer(DATASET, "2025-04-16"))


def test_the_size_is_promised_since_2025_04_16() -> None:
    """Before, there is none."""
    page = {"data": [FILE], "has_more": False}
    assert datasets.legacy.list_files("d").decode(answer(page, "2024-06-10")).data[0].size is None
    with pytest.raises(DecodeError, match=r"\$\.data\[0\]\.size: required field is missing"):
        datasets.files.list("d").decode(answer(page, "2026-08-14"))


def test_pages_of_2024_06_10_cannot_be_turned() -> None:
    """They may say that there is more, but there is no way to ask for it."""
    for value, request in (
        ({"data": [DATASET], "has_more": True}, datasets.legacy.list()),
        ({"data": [FILE], "has_more": True}, datasets.legacy.list_files("d")),
    ):
        page = request.decode(answer(value, "2024-06-10"))
        assert (page.has_more, page.next) == (True, None)


def test_updates_and_deletes_are_answered_with_nothing() -> None:
    """Whether the server writes 204, or 200 with an empty body."""
    for request in (
        datasets.update("d", name="N", description="D"),
        datasets.delete("d"),
        datasets.files.delete("f", dataset_id="d"),
    ):
        request.decode(Response(204))
        request.decode(Response(200, JSON, content=b""))
