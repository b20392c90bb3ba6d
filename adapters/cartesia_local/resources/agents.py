"""`/agents`: list, get, update, delete, phone numbers and templates. A new server has two agents; none can be made.

Source: endpoint notes `agents.*`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from attrs import evolve

from cartesia_core.versions import V2025_04_16
from cartesia_local.app import App, Table, route
from cartesia_local.http.exchange import Answer, json_answer
from cartesia_local.refusal import Refused, not_found
from cartesia_local.tts.voices import find_voice

if TYPE_CHECKING:
    from cartesia_core._json import JsonValue
    from cartesia_local.http.exchange import Call, Reply
    from cartesia_local.store.agents import Agent

_TEMPLATES: Final[tuple[JsonValue, ...]] = tuple(
    {
        "id": f"template_{name}",
        "name": title,
        "owner_id": "local",
        "repo_url": "https://example.com/agent-templates",
        "root_dir": name,
        "created_at": "2026-01-01T09:00:00Z",
        "updated_at": "2026-01-01T09:00:00Z",
        "description": description,
        "dependencies": [],
        "required_env_vars": [],
    }
    for name, title, description in (
        ("greeter", "Greeter", "Greets whoever calls."),
        ("booking", "Booking", "Takes bookings for a restaurant."),
    )
)
"""The same on every server: there is nothing behind them to deploy."""


async def list_agents(app: App, _call: Call, reply: Reply) -> None:
    """Answer all agents."""
    await reply.send(json_answer({"summaries": [_show(app, agent) for agent in app.store.agents.all()]}))


async def get(app: App, call: Call, reply: Reply) -> None:
    """Answer one agent."""
    await reply.send(json_answer(_show(app, find_agent(app, call.segments["agent_id"]))))


async def update(app: App, call: Call, reply: Reply) -> None:
    """Change name, description, language or voice."""
    fields = call.fields()
    name, description = fields.optional_filled("name"), fields.optional_text("description")
    language, voice_id = fields.optional_filled("tts_language"), fields.optional_filled("tts_voice")
    if voice_id is not None:
        find_voice(app.store, voice_id, call.version)

    def change(agent: Agent) -> Agent:
        return evolve(
            agent,
            name=name or agent.name,
            description=agent.description if description is None else description,
            tts_language=language or agent.tts_language,
            tts_voice=voice_id or agent.tts_voice,
            updated_at=app.store.timestamp(),
        )

    ident = call.segments["agent_id"]
    changed = app.store.agents.change(ident, change)
    if changed is None:
        raise _unknown(ident)
    await reply.send(json_answer(_show(app, changed)))


async def delete(app: App, call: Call, reply: Reply) -> None:
    """Remove an agent and all that belongs to it."""
    ident, store = call.segments["agent_id"], app.store
    with store.writing():
        if not store.agents.remove(ident):
            raise _unknown(ident)
        for table in (store.phone_numbers, store.deployments, store.calls, store.agent_metrics, store.metric_results):
            table.remove_of(ident)
    await reply.send(Answer(204, None))


async def list_phone_numbers(app: App, call: Call, reply: Reply) -> None:
    """Answer an agent's phone numbers."""
    agent = find_agent(app, call.segments["agent_id"])
    numbers: list[JsonValue] = [
        {
            "agent_id": number.agent_id,
            "number": number.number,
            "is_cartesia_managed": True,
            "created_at": number.created_at,
            "updated_at": number.updated_at,
        }
        for number in app.store.phone_numbers.all(agent.id)
    ]
    await reply.send(json_answer(numbers))


async def list_templates(_app: App, _call: Call, reply: Reply) -> None:
    """Answer the templates."""
    await reply.send(json_answer({"templates": _TEMPLATES}))


def find_agent(app: App, ident: str) -> Agent:
    """Find an agent.

    Raises:
        Refused: 404.
    """
    agent = app.store.agents.get(ident)
    if agent is None:
        raise _unknown(ident)
    return agent


def _unknown(ident: str) -> Refused:
    return not_found("agent", ident[:80])


def _show(app: App, agent: Agent) -> JsonValue:
    return {
        "id": agent.id,
        "name": agent.name,
        "description": agent.description,
        "created_at": agent.created_at,
        "updated_at": agent.updated_at,
        "deployment_count": len(app.store.deployments.all(agent.id)),
        "has_text_to_agent_run": agent.has_text_to_agent_run,
        "tts_language": agent.tts_language,
        "tts_voice": agent.tts_voice,
        "deleted_at": None,
        "git_deploy_branch": agent.git_branch,
        "git_repository": {"account": agent.git_account, "name": agent.git_name, "provider": "github"},
        "phone_numbers": [
            {"id": number.id, "number": number.number} for number in app.store.phone_numbers.all(agent.id)
        ],
        "webhook_id": None,
    }


TABLE: Final[Table] = (
    route("GET", "/agents", list_agents, since=V2025_04_16),
    route("GET", "/agents/templates", list_templates, needs_key=False, since=V2025_04_16),
    route("GET", "/agents/{agent_id}", get, since=V2025_04_16),
    route("PATCH", "/agents/{agent_id}", update, since=V2025_04_16),
    route("DELETE", "/agents/{agent_id}", delete, since=V2025_04_16),
    route("GET", "/agents/{agent_id}/phone-numbers", list_phone_numbers, since=V2025_04_16),
)
