"""Results of metrics: names in camel case, and tables."""

from __future__ import annotations

import json
from datetime import datetime, timezone

import pytest

from cartesia_core import MetricExport, agents
from cartesia_core.errors import DecodeError, InvalidArgument, UnexpectedContentType
from cartesia_core.http import Headers, Response

RESULT = {
    "id": "r",
    "metricId": "m",
    "metricName": "solved",
    "agentId": "a",
    "callId": "c",
    "deploymentId": "d",
    "createdAt": "2026-01-02T03:04:05Z",
    "result": "yes",
    "status": "completed",
    "summary": "S",
}


def test_results_are_read() -> None:
    """Their names are ours; JSON inside stays as it is."""
    value = {**RESULT, "jsonResult": {"a": [None]}, "value": [1, "x"], "runId": None, "scoreCard": 5}
    body = json.dumps({"data": [value], "has_more": False}).encode()
    [found] = agents.results.list().decode(Response(200, content=body)).data
    assert (found.metric_id, found.metric_name, found.created_at) == ("m", "solved", "2026-01-02T03:04:05Z")
    assert (found.json_result, found.value, found.run_id) == ({"a": [None]}, [1, "x"], None)
    assert found.extra == {"scoreCard": 5}


def test_python_names_are_no_wire_names() -> None:
    """A field that is spelt as ours is unknown, and the right one missing."""
    value = {**{name: RESULT[name] for name in RESULT if name != "callId"}, "call_id": "c"}
    with pytest.raises(DecodeError, match=r"\$\.data\[0\]\.callId: required field is missing"):
        agents.results.list().decode(Response(200, content=json.dumps({"data": [value]}).encode()))


def export(content: bytes, *headers: tuple[str, str]) -> MetricExport:
    """Decode a table."""
    return agents.results.export().decode(Response(200, Headers(headers), content=content))


def test_tables_are_text() -> None:
    """Whole; nothing is said of pages."""
    table = "call,answer\nc,ja, gelöst\n"
    found = export(table.encode(), ("Content-Type", "text/csv; charset=utf-8"))
    assert found == MetricExport(table)
    assert repr(found) == "MetricExport(text=<25 characters>, has_more=None, limit=None, next_page=None)"


def test_tables_of_2025_04_16_come_in_pages() -> None:
    """Header fields tell how it goes on."""
    pages = (("x-has-more", "True"), ("x-limit", "100"), ("x-next-page", "r"))
    assert export(b"a\n", *pages) == MetricExport("a\n", has_more=True, limit=100, next_page="r")
    assert export(b"a\n", ("X-Has-More", "false"), ("X-Next-Page", "")) == MetricExport("a\n", has_more=False)


@pytest.mark.parametrize(
    ("content", "headers", "problem"),
    [
        (b"\xff", (), "not UTF-8: invalid start byte at byte 0"),
        (b"", (("x-has-more", "maybe"),), "x-has-more: expected true or false"),
        (b"", (("x-limit", "many"),), "x-limit: expected a whole number"),
        (b"", (("x-limit", "9" * 5000),), "x-limit: expected a whole number"),
    ],
)
def test_broken_tables_are_told(content: bytes, headers: tuple[tuple[str, str], ...], problem: str) -> None:
    """With the answer they came in."""
    with pytest.raises(DecodeError, match=problem) as caught:
        export(content, *headers, ("x-request-id", "r-1"))
    assert caught.value.request_id == "r-1"


def test_json_is_no_table() -> None:
    """By its own word."""
    with pytest.raises(UnexpectedContentType):
        export(b"{}", ("content-type", "application/json"))


def test_times_have_a_zone() -> None:
    """Or nobody knows which moment is meant."""
    when = datetime(2026, 1, 31, tzinfo=timezone.utc)
    assert agents.results.list(start_date=when).query == (("start_date", "2026-01-31T00:00:00+00:00"),)
    with pytest.raises(InvalidArgument, match="start_date is .*, without a time zone"):
        agents.results.list(start_date=datetime(2026, 1, 31))  # noqa: DTZ001 - the mistake that is looked for
    with pytest.raises(InvalidArgument, match="end_date is 'yesterday', but must be an ISO 8601"):
        agents.results.export(end_date="yesterday")
