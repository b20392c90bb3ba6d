"""Agents and what belongs to them. Each test that deletes has a server of its own."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from cartesia_core.versions import KNOWN, V2024_11_13, V2025_04_16
from cartesia_local import LocalServer
from tests.local.client import OTHER_VOICE, Json, http, samples
from tests.local.shapes import check

if TYPE_CHECKING:
    import httpx

AGENT = "agent_front_desk"
CALLS = {"agent_id": AGENT}
RESULTS = "/agents/metrics/results"
RATE = 22050
LATER = [version for version in KNOWN if version >= V2025_04_16]


def results(client: httpx.Client, **query: Any) -> list[Json]:
    page: Json = client.get(RESULTS, params=query).raise_for_status().json()
    return list(page["data"])


@pytest.mark.parametrize("version", LATER)
def test_everything_has_its_documented_shape(server: LocalServer, version: str) -> None:
    """In every version that has agents."""
    with http(server, version) as client:
        listed = client.get("/agents").json()
        check(listed, "AgentListResponse")
        assert len(listed["summaries"]) == 2
        agent = listed["summaries"][0]
        assert client.get(f"/agents/{agent['id']}").json() == agent
        check(client.get("/agents/templates").json(), "AgentTemplatesResponse")
        numbers = client.get(f"/agents/{AGENT}/phone-numbers").json()
        check(numbers[0], "AgentPhoneNumber")
        assert numbers[0]["number"] == agent["phone_numbers"][0]["number"]
        deployments = client.get(f"/agents/{AGENT}/deployments").json()
        assert len(deployments) == agent["deployment_count"] == 2
        for deployment in deployments:
            check(deployment, "Deployment")
            assert client.get(f"/agents/deployments/{deployment['id']}").json() == deployment
        calls = client.get("/agents/calls", params={**CALLS, "expand": "transcript"}).json()
        check(calls, "AgentCallPage")
        assert client.get(f"/agents/calls/{calls['data'][0]['id']}").json() == calls["data"][0]
        check(client.get("/agents/metrics").json(), "MetricListResponse")
        check(client.get(RESULTS).json(), "MetricResultPage")


def test_templates_need_no_key(server: LocalServer) -> None:
    """As in the definitions of 2025-04-16; all else does."""
    with http(server) as client:
        del client.headers["Authorization"]
        assert client.get("/agents/templates").status_code == 200
        assert client.get("/agents").status_code == 401


def test_agents_came_with_2025_04_16(server: LocalServer) -> None:
    """Before, there is nothing at their paths."""
    with http(server, V2024_11_13) as client:
        assert client.get("/agents").status_code == 404
    with http(server, V2025_04_16) as client:
        assert client.get("/agents/").status_code == 200


def test_changes_of_an_agent() -> None:
    """Absent and null keep; a voice must exist."""
    with LocalServer() as server, http(server) as client:
        path = f"/agents/{AGENT}"
        before = client.get(path).json()
        changed = client.patch(path, json={"name": "Desk", "tts_voice": OTHER_VOICE, "description": None}).json()
        assert (changed["name"], changed["tts_voice"]) == ("Desk", OTHER_VOICE)
        assert changed["description"] == before["description"]
        assert changed["updated_at"] > before["updated_at"]
        assert client.get(path).json() == changed
        assert client.patch(path, json={"tts_language": "de", "description": ""}).json()["tts_language"] == "de"
        for body in ({"name": ""}, {"name": 1}, {"tts_voice": "nothing"}):
            assert client.patch(path, json=body).status_code in {400, 404}
        assert client.patch("/agents/nothing", json={}).status_code == 404


def test_a_deleted_agent_is_gone_with_all_that_is_its() -> None:
    """Calls, recordings, deployments, numbers and results; the other agent keeps its own."""
    with LocalServer() as server, http(server) as client:
        paths = [f"/agents/{AGENT}", f"/agents/{AGENT}/deployments", f"/agents/{AGENT}/phone-numbers"]
        paths += ["/agents/calls/call_1", "/agents/calls/call_1/audio", "/agents/deployments/deployment_front_desk_1"]
        for path in paths:
            assert client.get(path).status_code == 200
        assert results(client, agent_id=AGENT)
        assert client.delete(f"/agents/{AGENT}").status_code == 204
        assert client.delete(f"/agents/{AGENT}").status_code == 404
        for path in paths:
            assert client.get(path).status_code == 404
        assert client.get("/agents/calls", params=CALLS).status_code == 404
        assert results(client) == []
        assert [agent["id"] for agent in client.get("/agents").json()["summaries"]] == ["agent_weather_line"]
        assert client.get("/agents/calls", params={"agent_id": "agent_weather_line"}).json()["data"]


def test_calls_have_pages(client: httpx.Client) -> None:
    """Of one agent, which must be named; what was said comes only where it is asked for."""
    first = client.get("/agents/calls", params={**CALLS, "limit": 2}).json()
    assert [call["id"] for call in first["data"]] == ["call_1", "call_2"]
    assert "has_more" not in first
    assert all("transcript" not in call for call in first["data"])
    rest = client.get("/agents/calls", params={**CALLS, "starting_after": first["next_page"]}).json()
    assert [call["id"] for call in rest["data"]] == ["call_3", "call_failed"]
    assert rest["next_page"] is None
    back = client.get("/agents/calls", params={**CALLS, "ending_before": "call_2"}).json()
    assert [call["id"] for call in back["data"]] == ["call_1"]
    assert client.get("/agents/calls").status_code == 400
    assert client.get("/agents/calls", params={"agent_id": "nothing"}).status_code == 404
    assert client.get("/agents/calls", params={**CALLS, "starting_after": "call_4"}).status_code == 400
    assert client.get("/agents/calls/nothing").status_code == 404


@pytest.mark.parametrize("ident", ["call_1", "call_2", "call_3", "call_4"])
def test_the_recording_is_what_the_transcript_says(client: httpx.Client, ident: str) -> None:
    """There is speech from each turn's beginning to its end, and silence between the turns."""
    call = client.get(f"/agents/calls/{ident}").json()
    answer = client.get(f"/agents/calls/{ident}/audio")
    assert answer.headers["content-type"] == "audio/wav"
    pcm = samples(answer.content)
    turns = call["transcript"]
    for turn in turns:
        said = pcm[int(turn["start_timestamp"] * RATE) : int(turn["end_timestamp"] * RATE)]
        assert np.abs(said[: RATE // 4]).max() > 0.05
        assert np.sqrt(np.mean(said**2)) > 0.02
    edges = [0.0, *(edge for turn in turns for edge in (turn["start_timestamp"], turn["end_timestamp"]))]
    for start, end in zip(edges[::2], edges[1::2], strict=False):
        assert np.abs(pcm[int((start + 0.06) * RATE) : int((end - 0.02) * RATE)]).max(initial=0) < 0.01
    assert len(pcm) / RATE == pytest.approx(turns[-1]["end_timestamp"] + 0.4, abs=0.05)


def test_a_call_that_failed(client: httpx.Client) -> None:
    """It tells why, nothing was said, and there is no recording."""
    call = client.get("/agents/calls/call_failed").json()
    assert (call["status"], call["transcript"]) == ("failed", [])
    assert "hung up" in call["error_message"]
    assert client.get("/agents/calls/call_failed/audio").status_code == 404


def test_a_metric_judges_the_calls_of_its_agent() -> None:
    """From when it is added; results stay when it is removed, and are not made twice."""
    with LocalServer() as server, http(server) as client:
        body = {"name": "said-goodbye_1.0", "prompt": "Does the caller say goodbye and thanks?", "display_name": "Bye"}
        metric = client.post("/agents/metrics", json=body).raise_for_status().json()
        check(metric, "Metric")
        ident, use = metric["id"], f"/agents/{AGENT}/metrics/{metric['id']}"
        assert client.get(f"/agents/metrics/{ident}").json() == metric
        assert results(client, metric_id=ident) == []
        for _ in range(2):
            added = client.post(use)
            assert (added.status_code, added.content) == (204, b"")
            found = results(client, metric_id=ident)
            assert [result["callId"] for result in found] == ["call_1", "call_2", "call_3"]
        assert [result["value"] for result in found] == [0.0, 0.5, 0.0]
        assert [result["result"] for result in found] == ["no", "yes", "no"]
        assert client.delete(use).status_code == 204
        assert client.delete(use).status_code == 404
        assert results(client, metric_id=ident) == found
        assert client.post(use).status_code == 204
        assert results(client, metric_id=ident) == found


def test_metrics_that_are_refused(client: httpx.Client) -> None:
    """A name that is taken is a conflict; others are malformed."""
    body = {"name": "table-booked", "prompt": "p"}
    assert client.post("/agents/metrics", json=body).status_code == 409
    for changes in ({"name": "Upper"}, {"name": ""}, {"name": "a b"}, {"name": 1}, {"prompt": ""}, {"display_name": 1}):
        assert client.post("/agents/metrics", json={**body, **changes}).status_code == 400
    assert client.get("/agents/metrics/nothing").status_code == 404
    for path in (f"/agents/{AGENT}/metrics/nothing", "/agents/nothing/metrics/metric_table_booked"):
        assert client.post(path).status_code == client.delete(path).status_code == 404


def test_filters_of_results(client: httpx.Client) -> None:
    """By metric, agent, call, deployment and time, one by one and together; empty ones do not count."""
    whole = results(client)
    assert len(whole) == 3
    for name in ("metric_id", "agent_id", "deployment_id"):
        assert results(client, **{name: ""}) == whole
        assert results(client, **{name: "nothing"}) == []
    assert results(client, call_id="call_2", agent_id=AGENT) == whole[1:2]
    when = whole[1]["createdAt"]
    assert results(client, start_date=when) == whole[1:]
    assert results(client, end_date=when) == whole[:2]
    assert results(client, start_date=when, end_date="2026-01-04T18:30:00+02:00") == whole[1:2]
    assert results(client, start_date="2026-01-05") == whole[2:]
    assert client.get(RESULTS, params={"start_date": "yesterday"}).status_code == 400
    page = client.get(RESULTS, params={"limit": 2}).json()
    assert (page["has_more"], page["next_page"]) == (True, whole[1]["id"])


@pytest.mark.parametrize("version", LATER)
def test_results_as_csv(server: LocalServer, version: str) -> None:
    """All that pass the filters; on 2025-04-16 a page, with its cursor in the headers. None is a 404."""
    with http(server, version) as client:
        answer = client.get(f"{RESULTS}/export", params={"limit": 2})
        rows = list(csv.DictReader(io.StringIO(answer.text)))
        assert answer.headers["content-type"].startswith("text/csv")
        assert rows[0]["callId"] == "call_1"
        assert rows[0]["summary"] == results(client)[0]["summary"]
        assert len(rows) == (2 if version == V2025_04_16 else 3)
        if version == V2025_04_16:
            told = [answer.headers[name] for name in ("x-has-more", "x-limit", "x-next-page")]
            assert told == ["true", "2", rows[1]["id"]]
        assert client.get(f"{RESULTS}/export", params={"metric_id": "nothing"}).status_code == 404


def test_more_rows_than_an_export_holds(client: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """A 400, as documented."""
    monkeypatch.setattr("cartesia_local.resources.metric_results.MAX_ROWS", 2)
    assert client.get(f"{RESULTS}/export").status_code == 400
    assert client.get(f"{RESULTS}/export", params={"call_id": "call_1"}).status_code == 200
