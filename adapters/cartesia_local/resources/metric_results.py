"""`/agents/metrics/results`: what metrics say of calls, in pages and as CSV. The items are in camel case."""

from __future__ import annotations

import csv
from datetime import datetime, timezone
from io import StringIO
from typing import TYPE_CHECKING, Final

from cartesia_core.versions import V2025_04_16
from cartesia_local.app import App, Table, route
from cartesia_local.http.exchange import Answer, json_answer
from cartesia_local.refusal import Refused
from cartesia_local.resources.paging import page_json, page_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cartesia_core._json import JsonValue
    from cartesia_local.http.exchange import Call, Headers, Reply
    from cartesia_local.store import Page
    from cartesia_local.store.agents import MetricResult

MAX_ROWS: Final = 100_000
_COLUMNS: Final = (
    "id",
    "metricId",
    "metricName",
    "agentId",
    "callId",
    "deploymentId",
    "createdAt",
    "result",
    "status",
    "summary",
    "value",
)


async def list_results(app: App, call: Call, reply: Reply) -> None:
    """Answer a page of the results that pass the filters."""
    page = _page(app, call)
    await reply.send(json_answer(page_json(page, _show)))


async def export(app: App, call: Call, reply: Reply) -> None:
    """Answer all results that pass the filters as CSV; on 2025-04-16 a page of them, told of in headers."""
    headers: Headers = ()
    if call.version == V2025_04_16:
        page = _page(app, call)
        rows = page.items
        headers = (
            ("x-has-more", str(page.has_more).lower()),
            ("x-limit", call.query_value("limit") or "10"),
            ("x-next-page", page.next_page or ""),
        )
    else:
        accept = _filter(call)
        rows = [result for result in app.store.metric_results.all() if accept(result)]
    if not rows:
        raise Refused("No results pass these filters.", status=404, title="No results")
    if len(rows) > MAX_ROWS:
        raise Refused(f"{len(rows)} results pass these filters; {MAX_ROWS} are allowed.", title="Too many results")
    await reply.send(Answer(200, "text/csv; charset=utf-8", _csv(rows), headers))


def _page(app: App, call: Call) -> Page[MetricResult]:
    accept = _filter(call)
    return page_of(call, lambda query: app.store.metric_results.page(query, accept=accept))


def _filter(call: Call) -> Callable[[MetricResult], bool]:
    metric, agent = call.query_value("metric_id"), call.query_value("agent_id")
    held, deployment = call.query_value("call_id"), call.query_value("deployment_id")
    start, end = _date(call, "start_date"), _date(call, "end_date")

    def accept(result: MetricResult) -> bool:
        when = _parsed(result.created_at)
        return (
            (not metric or result.metric_id == metric)
            and (not agent or result.agent_id == agent)
            and (not held or result.call_id == held)
            and (not deployment or result.deployment_id == deployment)
            and (start is None or when >= start)
            and (end is None or when <= end)
        )

    return accept


def _date(call: Call, name: str) -> datetime | None:
    text = call.query_value(name)
    if not text:
        return None
    try:
        return _parsed(text)
    except ValueError as error:
        raise Refused(
            f"{name} is {text[:40]!r}; a time such as 2026-01-31T12:00:00Z is needed.", title="Invalid parameter"
        ) from error


def _parsed(text: str) -> datetime:
    """Read an ISO 8601 time; without an offset it is UTC."""
    # Python 3.10 knows neither "Z" nor fractions of other lengths than three and six digits; ours have six.
    when = datetime.fromisoformat(text.strip().replace("Z", "+00:00").replace(" ", "+"))
    return when if when.tzinfo is not None else when.replace(tzinfo=timezone.utc)


def _show(result: MetricResult) -> dict[str, JsonValue]:
    return {
        "id": result.id,
        "metricId": result.metric_id,
        "metricName": result.metric_name,
        "agentId": result.agent_id,
        "callId": result.call_id,
        "deploymentId": result.deployment_id,
        "createdAt": result.created_at,
        "result": result.result,
        "status": result.status,
        "summary": result.summary,
        "runId": None,
        "jsonResult": None,
        "value": result.value,
    }


def _csv(results: Sequence[MetricResult]) -> bytes:
    text = StringIO()
    writer: csv.DictWriter[str] = csv.DictWriter(text, _COLUMNS, extrasaction="ignore")
    writer.writeheader()
    writer.writerows(_show(result) for result in results)
    return text.getvalue().encode()


TABLE: Final[Table] = (
    route("GET", "/agents/metrics/results", list_results, since=V2025_04_16),
    route("GET", "/agents/metrics/results/export", export, since=V2025_04_16),
)
