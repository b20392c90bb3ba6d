"""Metrics of agents."""

from __future__ import annotations

import json

import pytest

from cartesia_core import agents
from cartesia_core.errors import InvalidArgument
from cartesia_core.http import Response

METRIC = {"id": "m", "name": "solved", "prompt": "Was it?", "created_at": "2026-01-02T03:04:05Z"}


@pytest.mark.parametrize("name", ["", "Solved", "was it solved", "gelöst", "solved\n", "a/b"])
def test_names_are_plain(name: str) -> None:
    """Lower-case letters, digits, underscore, hyphen, dot."""
    with pytest.raises(InvalidArgument, match="must be lower-case letters, digits"):
        agents.metrics.create(name=name, prompt="P")
    assert agents.metrics.create(name="was_it-solved.2", prompt="P").body is not None


def test_lists_go_forwards_page_by_page() -> None:
    """By the server's cursor."""
    body = json.dumps({"data": [METRIC], "has_more": True, "next_page": "m"}).encode()
    page = agents.metrics.list(limit=1).decode(Response(200, content=body))
    assert page.data[0].display_name is None
    assert page.next is not None
    assert page.next.query == (("limit", "1"), ("starting_after", "m"))


def test_metrics_are_given_to_agents_and_taken_away() -> None:
    """By both ids; the answer says no more than that."""
    for request in (
        agents.metrics.add_to_agent("m/1", agent_id="a/1"),
        agents.metrics.remove_from_agent("m/1", agent_id="a/1"),
    ):
        assert request.path == "/agents/a%2F1/metrics/m%2F1"
        assert request.body is None
        request.decode(Response(204))
