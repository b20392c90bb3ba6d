"""Calls about agents."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Final

from cartesia_core import agents
from tests.core.forms.form import ID, QUOTED, READ, UPDATE, Form

WHEN: Final = datetime(2026, 1, 31, 12, 30, tzinfo=timezone(timedelta(hours=1)))
_AGENT: Final = f"/agents/{QUOTED}"
_FILTERS: Final = (
    ("agent_id", "a"),
    ("call_id", "c"),
    ("deployment_id", "d"),
    ("metric_id", "m"),
    ("start_date", "2026-01-31"),
    ("end_date", "2026-01-31T12:30:00+01:00"),
)

AGENTS: Final[dict[str, tuple[Form, ...]]] = {
    "agents.list": (Form(call=agents.list(), path="/agents", retry=READ),),
    "agents.get": (Form(call=agents.get(ID), path=_AGENT, retry=READ),),
    "agents.update": (
        Form(
            call=agents.update(ID, name="N", description="D", tts_language="en", tts_voice="v"),
            method="PATCH",
            path=_AGENT,
            body={"name": "N", "description": "D", "tts_language": "en", "tts_voice": "v"},
            retry=UPDATE,
        ),
        Form(
            call=agents.update(ID, name=None, description=None, tts_language=None, tts_voice=None),
            method="PATCH",
            path=_AGENT,
            body={"name": None, "description": None, "tts_language": None, "tts_voice": None},
            retry=UPDATE,
        ),
        Form(call=agents.update(ID), method="PATCH", path=_AGENT, body={}, retry=UPDATE),
    ),
    "agents.delete": (Form(call=agents.delete(ID), method="DELETE", path=_AGENT, accept="*/*"),),
    "agents.list_phone_numbers": (
        Form(call=agents.list_phone_numbers(ID), path=f"{_AGENT}/phone-numbers", retry=READ),
    ),
    "agents.list_templates": (Form(call=agents.list_templates(), path="/agents/templates", retry=READ),),
    "agents.calls.list": (
        Form(
            call=agents.calls.list(agent_id="a", expand="transcript", limit=100, starting_after="c"),
            path="/agents/calls",
            query=(("agent_id", "a"), ("expand", "transcript"), ("limit", "100"), ("starting_after", "c")),
            retry=READ,
        ),
        Form(
            call=agents.calls.list(agent_id="a", ending_before="c"),
            path="/agents/calls",
            query=(("agent_id", "a"), ("ending_before", "c")),
            retry=READ,
        ),
    ),
    "agents.calls.get": (Form(call=agents.calls.get(ID), path=f"/agents/calls/{QUOTED}", retry=READ),),
    "agents.calls.download_audio": (
        Form(call=agents.calls.download_audio(ID), path=f"/agents/calls/{QUOTED}/audio", accept="*/*", retry=READ),
    ),
    "agents.deployments.list": (Form(call=agents.deployments.list(ID), path=f"{_AGENT}/deployments", retry=READ),),
    "agents.deployments.get": (
        Form(call=agents.deployments.get(ID), path=f"/agents/deployments/{QUOTED}", retry=READ),
    ),
    "agents.metrics.list": (
        Form(
            call=agents.metrics.list(limit=100, starting_after="a"),
            path="/agents/metrics",
            query=(("limit", "100"), ("starting_after", "a")),
            retry=READ,
        ),
    ),
    "agents.metrics.create": (
        Form(
            call=agents.metrics.create(name="was_it.solved-2", prompt="P", display_name="Solved?"),
            method="POST",
            path="/agents/metrics",
            body={"name": "was_it.solved-2", "prompt": "P", "display_name": "Solved?"},
        ),
        Form(
            call=agents.metrics.create(name="n", prompt="P", display_name=None),
            method="POST",
            path="/agents/metrics",
            body={"name": "n", "prompt": "P", "display_name": None},
        ),
        Form(
            call=agents.metrics.create(name="n", prompt="P"),
            method="POST",
            path="/agents/metrics",
            body={"name": "n", "prompt": "P"},
        ),
    ),
    "agents.metrics.get": (Form(call=agents.metrics.get(ID), path=f"/agents/metrics/{QUOTED}", retry=READ),),
    "agents.metrics.add_to_agent": (
        Form(
            call=agents.metrics.add_to_agent("m", agent_id=ID), method="POST", path=f"{_AGENT}/metrics/m", accept="*/*"
        ),
    ),
    "agents.metrics.remove_from_agent": (
        Form(
            call=agents.metrics.remove_from_agent(ID, agent_id="a"),
            method="DELETE",
            path=f"/agents/a/metrics/{QUOTED}",
            accept="*/*",
        ),
    ),
    "agents.metrics.results.list": (
        Form(
            call=agents.results.list(
                agent_id="a",
                call_id="c",
                deployment_id="d",
                metric_id="m",
                start_date="2026-01-31",
                end_date=WHEN,
                limit=100,
                starting_after="r",
            ),
            path="/agents/metrics/results",
            query=(*_FILTERS, ("limit", "100"), ("starting_after", "r")),
            retry=READ,
        ),
        Form(
            call=agents.results.list(ending_before="r"),
            path="/agents/metrics/results",
            query=(("ending_before", "r"),),
            retry=READ,
        ),
    ),
    "agents.metrics.results.export": (
        Form(
            call=agents.results.export(
                agent_id="a",
                call_id="c",
                deployment_id="d",
                metric_id="m",
                start_date="2026-01-31",
                end_date=WHEN,
            ),
            path="/agents/metrics/results/export",
            query=_FILTERS,
            accept="text/csv",
            retry=READ,
        ),
        # in pages, as 2025-04-16 gives it
        Form(
            call=agents.results.export(limit=100, starting_after="r"),
            path="/agents/metrics/results/export",
            query=(("limit", "100"), ("starting_after", "r")),
            accept="text/csv",
            retry=READ,
        ),
    ),
}
