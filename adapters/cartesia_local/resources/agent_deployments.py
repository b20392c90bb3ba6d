"""`/agents/{agent_id}/deployments` and `/agents/deployments/{deployment_id}`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cartesia_core.versions import V2025_04_16
from cartesia_local.app import App, Table, route
from cartesia_local.http.exchange import json_answer
from cartesia_local.refusal import not_found
from cartesia_local.resources.agents import find_agent

if TYPE_CHECKING:
    from cartesia_core._json import JsonValue
    from cartesia_local.http.exchange import Call, Reply
    from cartesia_local.store.agents import Deployment

_TIMES: Final = (
    "created_at",
    "build_started_at",
    "build_completed_at",
    "deployment_started_at",
    "deployment_completed_at",
    "updated_at",
)


async def list_deployments(app: App, call: Call, reply: Reply) -> None:
    """Answer an agent's deployments as a bare array."""
    agent = find_agent(app, call.segments["agent_id"])
    await reply.send(json_answer([_show(deployment) for deployment in app.store.deployments.all(agent.id)]))


async def get(app: App, call: Call, reply: Reply) -> None:
    """Answer one deployment."""
    ident = call.segments["deployment_id"]
    deployment = app.store.deployments.get(ident)
    if deployment is None:
        raise not_found("deployment", ident[:80])
    await reply.send(json_answer(_show(deployment)))


def _show(deployment: Deployment) -> JsonValue:
    return {
        **dict(zip(_TIMES, deployment.times, strict=True)),
        "id": deployment.id,
        "agent_id": deployment.agent_id,
        "build_logs": deployment.build_logs,
        "env_var_collection_id": f"env_{deployment.agent_id}",
        "git_commit_hash": deployment.commit,
        "source_code_file_id": f"source_{deployment.id}",
        "is_live": deployment.is_live,
        "is_pinned": deployment.is_pinned,
        "status": deployment.status,
        "build_error": deployment.build_error,
        "deployment_error": None,
    }


TABLE: Final[Table] = (
    route("GET", "/agents/{agent_id}/deployments", list_deployments, since=V2025_04_16),
    route("GET", "/agents/deployments/{deployment_id}", get, since=V2025_04_16),
)
