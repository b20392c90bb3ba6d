"""For every call that both have, the official SDK and ours put the same request on the wire, but for a known table."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from fnmatch import fnmatch
from typing import Final, TypeAlias

import pytest
from cartesia import Cartesia

from cartesia_sync import Client
from tests.judges.calls import PAIRS
from tests.judges.capture import Capture, Captured, Json, capturing
from tests.judges.pair import Pair

KEY: Final = "sk_car_the_same"
ABSENT: Final = "(absent)"

DIFFERENCES: Final[Mapping[tuple[str, str], str]] = {
    ("*", "header user-agent"): "each names itself",
    ("*", "header x-cartesia-client"): "the vendor's statistics of its own SDK; optional by the catalogue",
    (
        "*",
        "header x-stainless-*",
    ): "diagnostics of the official SDK's generator: machine, runtime, try; users gain nothing",
    (
        "voices.list*",
        "requests",
    ): "the official SDK walks on until an empty page; ours obeys has_more and saves that call",
    ("voices.list all filters", "raw query"): "a space goes out as %20, which every server reads, not as +",
    ("*.list", "raw query"): "the same; and the parameters in another order",
    ("*.export", "raw query"): "the same; and the parameters in another order",
    ("*.delete", "header content-type"): "there is no content",
    ("*.delete_accent", "header content-type"): "there is no content",
    ("*.add_to_agent", "header content-type"): "there is no content",
    ("*.remove_from_agent", "header content-type"): "there is no content",
    ("*.download_audio", "header accept-encoding"): "as for speech, below",
    (
        "generate fails with 500",
        "requests",
    ): "paid work is not repeated when the server may have done it; the SDK sends 3",
    ("generate *", "header accept-encoding"): "audio gains nothing from gzip, and httpx takes cut gzip for whole",
    ("stream", "header accept-encoding"): "the same",
    (
        "stt socket*",
        "raw query",
    ): "a space goes out as %20, which every server reads; and the parameters in another order",
    ("stt socket*", "header accept"): "as below",
    ("stt socket*", "header content-type"): "as below",
    ("stt socket*", "header accept-encoding"): "as below",
    ("stt socket*", "header sec-websocket-extensions"): "as below",
    ("websocket*", "header accept"): "an upgrade has no JSON answer",
    ("websocket*", "header content-type"): "an upgrade has no body",
    ("websocket*", "header accept-encoding"): "httpx opens our sockets and reads a refusal's body, compressed or not",
    ("websocket*", "header sec-websocket-extensions"): "permessage-deflate doubles the CPU and gains nothing on audio",
}
"""Call and part of its request, as patterns, to the reason why ours differs."""

Parts: TypeAlias = dict[str, Json]


@pytest.fixture(scope="module")
def capture() -> Iterator[Capture]:
    """Run a capturing server."""
    with capturing() as running:
        yield running


def flat(name: str, value: Json) -> Iterator[tuple[str, Json]]:
    """Give the leaves of a JSON value with their paths."""
    if isinstance(value, dict) and value:
        for key, inner in value.items():
            yield from flat(f"{name}.{key}", inner)
    else:
        yield name, value


def parts_of(asked: Captured, contexts: dict[Json, str]) -> Parts:
    """Take a request apart; what is random on both sides is left out or replaced by its number."""
    parts: Parts = {"method": asked.method, "path": asked.path, "raw query": asked.raw_query}
    parts.update({f"header {name}": value for name, value in asked.headers.items() if name != "sec-websocket-key"})
    for name, value in asked.query:
        parts[f"query {name}"] = f"{parts.get(f'query {name}', '')}{value};"
    parts.update(flat("body", json.loads(asked.body)) if asked.body else [])
    for number, message in enumerate(asked.messages):
        assert isinstance(message, dict)
        context = contexts.setdefault(message["context_id"], f"context {len(contexts)}")
        parts.update(flat(f"message {number}", {**message, "context_id": context}))
    parts.update((f"speech {number}", _said(said)) for number, said in enumerate(asked.speech))
    return parts


def _said(said: Json) -> Json:
    """JSON compares as JSON, whatever its spaces."""
    return json.loads(said) if isinstance(said, str) and said.startswith("{") else said


def compared(theirs: list[Captured], ours: list[Captured]) -> Iterator[tuple[str, Json, Json]]:
    """Give the parts that differ. `1` and `true` and `1.0` are three different things here."""
    contexts: tuple[dict[Json, str], dict[Json, str]] = ({}, {})
    if len(theirs) != len(ours):
        yield "requests", len(theirs), len(ours)
    for their, our in zip(theirs, ours, strict=False):
        left, right = parts_of(their, contexts[0]), parts_of(our, contexts[1])
        for part in sorted({*left, *right}):
            pair = left.get(part, ABSENT), right.get(part, ABSENT)
            if json.dumps(pair[0]) != json.dumps(pair[1]):
                yield part, *pair


def differences(pair: Pair, capture: Capture) -> list[tuple[str, Json, Json]]:
    """Make a call with both, and give what differs: part, theirs, ours."""
    capture.status, capture.answer = pair.status, pair.answer
    with Cartesia(api_key=KEY, base_url=capture.url, websocket_base_url=capture.url.replace("http", "ws")) as client:
        pair.official(client)
    theirs = capture.take()
    with Client(api_key=KEY, base_url=capture.url) as client:
        pair.ours(client)
    ours = capture.take()
    assert theirs
    assert ours
    return list(compared(theirs, ours))


def entries_for(call: str, part: str) -> list[tuple[str, str]]:
    """Give the entries of the table that speak of a difference."""
    return [key for key in DIFFERENCES if fnmatch(call, key[0]) and fnmatch(part, key[1])]


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.name)
def test_same_request(pair: Pair, capture: Capture) -> None:
    """Nothing differs but what the table lists."""
    unlisted = [found for found in differences(pair, capture) if not entries_for(pair.name, found[0])]
    assert unlisted == []


@pytest.mark.parametrize(
    "name",
    [
        "voices.list all filters",
        "generate fails with 500",
        "websocket cancel",
        "stt socket all options",
        "agents.calls.list",
        "agents.metrics.results.export",
        "agents.calls.download_audio",
        "datasets.files.delete",
        "voices.delete_accent",
        "agents.metrics.add_to_agent",
        "agents.metrics.remove_from_agent",
    ],
)
def test_listed_differences_exist(name: str, capture: Capture) -> None:
    """Each entry of the table that speaks of a call is still true of it, so that no entry outlives its reason."""
    pair = next(pair for pair in PAIRS if pair.name == name)
    seen = {key for found in differences(pair, capture) for key in entries_for(name, found[0])}
    assert seen == {key for key in DIFFERENCES if fnmatch(name, key[0])}


def test_comparison_can_fail() -> None:
    """A header, a type and a missing field are found."""
    one = Captured("GET", "/", "", {"accept": "a"}, b'{"n": 1, "gone": null}', [])
    other = Captured("GET", "/", "", {"accept": "b"}, b'{"n": true}', [])
    assert [part for part, *_ in compared([one], [other])] == ["body.gone", "body.n", "header accept"]
