"""Agents: voices on the telephone; their `calls`, `deployments`, `metrics` and the metrics' `results`."""

from cartesia_core.agents import calls, deployments, metrics, results
from cartesia_core.agents.agents import (
    Agent,
    AgentList,
    AgentPhoneNumber,
    AgentTemplate,
    AgentTemplateList,
    GitRepository,
    PhoneNumber,
    delete,
    get,
    list,  # noqa: A004
    list_phone_numbers,
    list_templates,
    update,
)

__all__ = [
    "Agent",
    "AgentList",
    "AgentPhoneNumber",
    "AgentTemplate",
    "AgentTemplateList",
    "GitRepository",
    "PhoneNumber",
    "calls",
    "delete",
    "deployments",
    "get",
    "list",
    "list_phone_numbers",
    "list_templates",
    "metrics",
    "results",
    "update",
]
