"""What differs between a request of ours and that of an official SDK, and why."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Final

from tests.judges.capture import Captured
from tests.judges.endpoints.running import Made
from tests.judges.test_same_forms import form_of
from tests.judges.test_same_requests import ABSENT, flat

FOLLOW: Final = ("host", "content-length")
"""Header fields that are what the rest makes them."""
Difference = tuple[str, str, str]
"""Part of the request, theirs, ours."""


def parts_of(asked: Captured, made: Mapping[str, str]) -> dict[str, str]:
    """Take a request apart; ids give way to what they are the ids of."""
    parts = {"method": asked.method, "path": asked.path, "query": repr(sorted(asked.query))}
    for name, value in asked.headers.items():
        if name not in FOLLOW:
            parts[f"header {name}"] = value.partition("; boundary=")[0]
    if asked.headers.get("content-type", "").startswith("multipart/"):
        for name, value in form_of(asked):
            parts[name] = f"{parts[name]};{value}" if name in parts else value
    elif asked.body:
        parts.update({name: json.dumps(value) for name, value in flat("body", json.loads(asked.body))})
    return {name: _without(value, made) for name, value in parts.items()}


def _without(text: str, made: Mapping[str, str]) -> str:
    for name, value in made.items():
        text = text.replace(value, f"<{name}>")
    return text


def differences(theirs: Made, ours: Made) -> Iterator[Difference]:
    """Give what differs in the first request of each, and whether there are as many."""
    if len(theirs.asked) != len(ours.asked):
        yield "requests", str(len(theirs.asked)), str(len(ours.asked))
    left, right = parts_of(theirs.asked[0], theirs.made), parts_of(ours.asked[0], ours.made)
    for part in sorted({*left, *right}):
        if left.get(part) != right.get(part):
            yield part, left.get(part, ABSENT), right.get(part, ABSENT)
