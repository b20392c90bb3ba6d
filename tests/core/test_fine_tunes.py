"""Fine-tunes and their voices."""

from __future__ import annotations

import json

import pytest

from cartesia_core import fine_tunes
from cartesia_core.errors import InvalidArgument
from cartesia_core.http import Headers, Response
from tests.core.voice_samples import voice

FINE_TUNE = {
    "id": "f",
    "name": "N",
    "description": "D",
    "dataset": "d",
    "language": "en",
    "model_id": "sonic-3-2026-01-12",
    "status": "paused",
}


def test_fine_tunes_are_read() -> None:
    """In states that are new, too."""
    found = fine_tunes.get("f").decode(Response(200, content=json.dumps(FINE_TUNE).encode()))
    assert (found.status, found.accent) == ("paused", None)


@pytest.mark.parametrize("version", ["2025-04-16", "2026-08-14"])
def test_their_voices_are_voices_of_the_version(version: str) -> None:
    """Page by page."""
    body = json.dumps({"data": [voice(version)], "has_more": True}).encode()
    json_type = Headers([("content-type", "application/json")])
    page = fine_tunes.list_voices("f/1", limit=1).decode(Response(200, json_type, version, content=body))
    assert page.data[0].id == "v-1"
    assert page.next is not None
    assert page.next.path == "/fine-tunes/f%2F1/voices"


def test_model_and_dataset_must_be_named() -> None:
    """Before anything is sent."""
    with pytest.raises(InvalidArgument, match="model_id is empty"):
        fine_tunes.create(name="N", description="D", language="en", model_id="", dataset="d")
    with pytest.raises(InvalidArgument, match="dataset is empty"):
        fine_tunes.create(name="N", description="D", language="en", model_id="m", dataset=" ")
