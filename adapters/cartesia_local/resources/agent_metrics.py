"""`/agents/metrics`, and their use for an agent: `/agents/{agent_id}/metrics/{metric_id}`.

A metric that is added to an agent judges the calls that were held already, as no further ones are held here.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from cartesia_core.versions import V2025_04_16
from cartesia_local.app import App, Table, route
from cartesia_local.http.exchange import Answer, json_answer
from cartesia_local.refusal import Refused, not_found
from cartesia_local.resources.agents import find_agent
from cartesia_local.resources.paging import page_in, page_json
from cartesia_local.store import new_id
from cartesia_local.store.agents import AgentMetric, Metric
from cartesia_local.store.judging import judge
from cartesia_local.store.seeds import use_id

if TYPE_CHECKING:
    from cartesia_core._json import JsonValue
    from cartesia_local.http.exchange import Call, Reply
    from cartesia_local.store.agents import Agent

_NAME: Final = re.compile(r"[a-z0-9_.-]+")


async def list_metrics(app: App, call: Call, reply: Reply) -> None:
    """Answer a page; there is no paging backwards here."""
    if call.query_value("ending_before"):
        raise Refused("Metrics take no ending_before.", title="Invalid parameter")
    await reply.send(json_answer(page_json(page_in(call, app.store.metrics), _show)))


async def create(app: App, call: Call, reply: Reply) -> None:
    """Make a metric; a second one of the same name is a conflict."""
    fields = call.fields()
    name = fields.text("name")
    if not _NAME.fullmatch(name):
        raise fields.misfit("name", "lower-case letters, digits, _, - and .")
    metric = Metric(
        id=new_id("metric_"),
        name=name,
        prompt=fields.filled("prompt"),
        created_at=app.store.timestamp(),
        display_name=fields.optional_text("display_name"),
    )
    with app.store.writing():
        if any(other.name == name for other in app.store.metrics.all()):
            raise Refused(f"There is a metric {name!r} already.", status=409, title="Name taken")
        app.store.metrics.add(metric)
    await reply.send(json_answer(_show(metric)))


async def get(app: App, call: Call, reply: Reply) -> None:
    """Answer one metric."""
    await reply.send(json_answer(_show(_find(app, call))))


async def add_to_agent(app: App, call: Call, reply: Reply) -> None:
    """Let a metric judge an agent's calls; nothing changes where it does already."""
    agent, metric = find_agent(app, call.segments["agent_id"]), _find(app, call)
    with app.store.writing():
        if app.store.agent_metrics.get(use_id(agent.id, metric.id)) is None:
            _use(app, agent, metric)
    await reply.send(Answer(204, None))


async def remove_from_agent(app: App, call: Call, reply: Reply) -> None:
    """Use a metric no more; what it has said stays."""
    agent, metric = find_agent(app, call.segments["agent_id"]), _find(app, call)
    if not app.store.agent_metrics.remove(use_id(agent.id, metric.id)):
        raise not_found("metric of this agent", metric.id)
    await reply.send(Answer(204, None))


def _use(app: App, agent: Agent, metric: Metric) -> None:
    app.store.agent_metrics.put(AgentMetric(id=use_id(agent.id, metric.id), agent_id=agent.id, metric_id=metric.id))
    judged = {result.call_id for result in app.store.metric_results.all(agent.id) if result.metric_id == metric.id}
    for held in app.store.calls.all(agent.id):
        if held.status == "completed" and held.id not in judged:
            result = judge(metric, held, ident=new_id("result_"), created_at=app.store.timestamp())
            app.store.metric_results.add(result)


def _find(app: App, call: Call) -> Metric:
    ident = call.segments["metric_id"]
    metric = app.store.metrics.get(ident)
    if metric is None:
        raise not_found("metric", ident[:80])
    return metric


def _show(metric: Metric) -> JsonValue:
    return {
        "id": metric.id,
        "name": metric.name,
        "prompt": metric.prompt,
        "created_at": metric.created_at,
        "display_name": metric.display_name,
    }


TABLE: Final[Table] = (
    route("GET", "/agents/metrics", list_metrics, since=V2025_04_16),
    route("POST", "/agents/metrics", create, since=V2025_04_16),
    route("GET", "/agents/metrics/{metric_id}", get, since=V2025_04_16),
    route("POST", "/agents/{agent_id}/metrics/{metric_id}", add_to_agent, since=V2025_04_16),
    route("DELETE", "/agents/{agent_id}/metrics/{metric_id}", remove_from_agent, since=V2025_04_16),
)
