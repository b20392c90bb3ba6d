"""Deployments: versions of an agent's code, built and running.

Source: `agents.deployments.*` of the endpoint catalogue. From 2025-04-16 on.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from attrs import field, frozen

from cartesia_core._json import Extra, no_fields
from cartesia_core.decoders import ArrayOf, JsonAs
from cartesia_core.http import Request, RetryKind
from cartesia_core.url import quote_id

DeploymentStatus: TypeAlias = Literal[
    "queued", "inactive", "deploy_error", "skipped", "build_error", "building", "deployed"
]


@frozen(kw_only=True)
class Deployment:
    """A version of an agent's code. Times are ISO 8601.

    Attributes:
        id: Its id.
        agent_id: Whose code it is.
        status: How far it is.
        is_live: Whether it answers calls.
        is_pinned: Whether it stays although there are newer ones.
        created_at: When it was asked for.
        updated_at: When it last changed.
        build_started_at: When its building began.
        build_completed_at: When its building ended.
        deployment_started_at: When its start began.
        deployment_completed_at: When its start ended.
        build_logs: What the build said.
        env_var_collection_id: Id of its environment variables.
        git_commit_hash: The commit.
        source_code_file_id: Id of the code as a file.
        build_error: Why it could not be built.
        deployment_error: Why it could not be started.
        extra: Fields this library does not know.
    """

    id: str
    agent_id: str
    status: DeploymentStatus | str
    is_live: bool
    is_pinned: bool
    created_at: str
    updated_at: str
    build_started_at: str
    build_completed_at: str
    deployment_started_at: str
    deployment_completed_at: str
    build_logs: str = field(repr=False)
    env_var_collection_id: str
    git_commit_hash: str
    source_code_file_id: str
    build_error: str | None = None
    deployment_error: str | None = None
    extra: Extra = field(factory=no_fields, repr=False)


def list(agent_id: str, /) -> Request[tuple[Deployment, ...]]:  # noqa: A001 - used as `agents.deployments.list`
    """Describe fetching the deployments of an agent; all of them come at once.

    Args:
        agent_id: Id of the agent.
    """
    return Request(
        method="GET",
        path=f"/agents/{quote_id(agent_id)}/deployments",
        retry=RetryKind.READ,
        decode=ArrayOf(Deployment),
    )


def get(deployment_id: str, /) -> Request[Deployment]:
    """Describe fetching one deployment. Sending it raises `NotFoundError` if there is none.

    Args:
        deployment_id: Id of the deployment.
    """
    return Request(
        method="GET",
        path=f"/agents/deployments/{quote_id(deployment_id)}",
        retry=RetryKind.READ,
        decode=JsonAs(Deployment),
    )
