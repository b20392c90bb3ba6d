"""Deployments of agents."""

from __future__ import annotations

import json

from attrs import fields

from cartesia_core import Deployment, agents
from cartesia_core.http import Response

OPTIONAL = {"build_error", "deployment_error", "extra"}
FLAGS = {"is_live": True, "is_pinned": False}
DEPLOYMENT = {field.name: FLAGS.get(field.name, "x") for field in fields(Deployment) if field.name not in OPTIONAL}


def test_deployments_come_as_a_bare_array() -> None:
    """In states that are new, too; what the build said does not fill the screen."""
    value = [{**DEPLOYMENT, "status": "rolling", "build_logs": "a thousand lines"}]
    [found] = agents.deployments.list("a").decode(Response(200, content=json.dumps(value).encode()))
    assert (found.status, found.is_live, found.build_error) == ("rolling", True, None)
    assert "a thousand lines" not in repr(found)


def test_one_deployment() -> None:
    """By its own id, without the agent's."""
    request = agents.deployments.get("d")
    assert request.path == "/agents/deployments/d"
    assert request.decode(Response(200, content=json.dumps(DEPLOYMENT).encode())).is_pinned is False
