"""What is kept at the vendor's, over real connections: empty answers, tables, pages, and what is repeated."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Final

import pytest

from cartesia_core import AgentCall, Dataset, MetricExport, Request, RetryPolicy, agents, datasets, fine_tunes, voices
from cartesia_core.errors import ConnectionLost
from tests.adapters.calls import AnyClient, AsyncCaller, Maker, every_maker
from tests.adapters.flavours import AsyncClient
from tests.adapters.scripted import ScriptedServer
from tests.adapters.secrecy import assert_silent
from tests.adapters.steps import Answer, ReadRequest, Reset
from tests.core.voice_samples import NEWEST_VOICE

POLICY: Final = RetryPolicy(first_delay=0.0)
NOTHING: Final = Answer(status=204, kind="", announced=-1)
DATASET: Final = {"id": "d", "name": "N", "description": "D", "created_at": "2026-01-02"}


def in_json(value: object) -> Answer:
    """Answer with JSON."""
    return Answer(kind="application/json", body=json.dumps(value).encode())


def send(client: AnyClient, *requests: Request[object]) -> list[object]:
    """Send one after the other with the same client."""

    async def later(client: AsyncClient) -> list[object]:
        return [await client.send(request) for request in requests]

    return client.run(later) if isinstance(client, AsyncCaller) else [client.send(request) for request in requests]


@every_maker
def test_answers_of_every_kind_come_over_one_connection(make: Maker) -> None:
    """An answer without a body is whole: the next call uses the same connection."""
    table = Answer(kind="text/csv", body=b"call,answer\n", headers=(("x-has-more", "false"),))
    script = (NOTHING, in_json(DATASET), NOTHING, table, in_json([]))
    with ScriptedServer(script) as server, make(server.url) as client:
        found = send(
            client,
            fine_tunes.delete("f"),
            datasets.create(name="N", description="D"),
            datasets.update("d", name="N", description=""),
            agents.results.export(agent_id="a"),
            agents.deployments.list("a"),
        )
    dataset = Dataset("d", "N", "2026-01-02", "D")
    assert found == [None, dataset, None, MetricExport("call,answer\n", has_more=False), ()]
    assert [(seen.method, seen.target) for seen in server.requests] == [
        ("DELETE", "/fine-tunes/f"),
        ("POST", "/datasets/"),
        ("PATCH", "/datasets/d"),
        ("GET", "/agents/metrics/results/export?agent_id=a"),
        ("GET", "/agents/a/deployments"),
    ]
    assert server.requests[2].json == {"name": "N", "description": ""}


def calls_before(client: AnyClient, last: str, most: int) -> list[str]:
    """Walk an agent's calls backwards; leave when there are enough."""
    found: list[str] = []

    def is_enough(call: AgentCall) -> bool:
        found.append(call.id)
        return len(found) == most

    async def later(client: AsyncClient) -> None:
        async for call in client.agents.calls.list(agent_id="a", ending_before=last):
            if is_enough(call):
                break

    if isinstance(client, AsyncCaller):
        client.run(later)
        return found
    for call in client.agents.calls.list(agent_id="a", ending_before=last):
        if is_enough(call):
            break
    return found


def calls(*ids: str) -> Answer:
    """Answer with a page of calls."""
    return in_json({"data": [{"id": name, "agent_id": "a", "status": "completed"} for name in ids]})


@every_maker
@pytest.mark.parametrize(("most", "requests"), [(99, 3), (2, 1), (3, 2)])
def test_lists_are_walked_backwards_as_far_as_wanted(make: Maker, most: int, requests: int) -> None:
    """Until an empty page where the list does not say how it goes on; nothing more is fetched after leaving."""
    with (
        ScriptedServer((calls("c", "d"), calls("a", "b"), calls())[:requests]) as server,
        make(server.url) as client,
    ):
        assert calls_before(client, "e", most) == ["c", "d", "a", "b"][:most]
    cursors = [seen.target.rpartition("ending_before=")[2] for seen in server.requests]
    assert cursors == ["e", "c", "a"][:requests]


UPDATES: Final[tuple[Callable[[], Request[object]], ...]] = (
    lambda: voices.update("v", gender=None),
    lambda: datasets.update("d", name="N", description="D"),
)
WORKS: Final[tuple[Callable[[], Request[object]], ...]] = (
    lambda: voices.delete("v"),
    lambda: voices.add_accents("v", accents=["hindi"]),
    lambda: agents.metrics.add_to_agent("m", agent_id="a"),
)


@every_maker
@pytest.mark.parametrize("build", UPDATES)
def test_updates_are_repeated(make: Maker, build: Callable[[], Request[object]]) -> None:
    """After a lost connection, too: twice leaves what once does."""
    answer = in_json(NEWEST_VOICE)
    with ScriptedServer((ReadRequest(), Reset()), (answer,)) as server, make(server.url, retry=POLICY) as client:
        send(client, build())
    assert len({(seen.method, seen.target, seen.body) for seen in server.requests}) == 1
    assert len(server.requests) == 2


@every_maker
@pytest.mark.parametrize("build", WORKS)
def test_deletes_and_additions_are_not_repeated(make: Maker, build: Callable[[], Request[object]]) -> None:
    """A second try would find nothing, or add twice."""
    with ScriptedServer((ReadRequest(), Reset())) as server, make(server.url, retry=POLICY) as client:
        with pytest.raises(ConnectionLost) as caught:
            send(client, build())
        assert_silent(caught.value)
    assert len(server.requests) == 1
