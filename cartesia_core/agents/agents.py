"""Agents, their telephone numbers and the templates they can be made from.

Source: `agents.*` of the endpoint catalogue. From 2025-04-16 on.
"""

from __future__ import annotations

from attrs import field, frozen

from cartesia_core._json import Extra, no_fields
from cartesia_core.decoders import ArrayOf, JsonAs, Nothing
from cartesia_core.http import JsonBody, Request, RetryKind
from cartesia_core.parameters import body_of
from cartesia_core.unset import UNSET, Unset
from cartesia_core.url import quote_id


@frozen
class GitRepository:
    """Where the code of an agent lies.

    Attributes:
        account: Owner of the repository.
        name: Of the repository.
        provider: Who hosts it.
        extra: Fields this library does not know.
    """

    account: str
    name: str
    provider: str
    extra: Extra = field(factory=no_fields, repr=False)


@frozen
class PhoneNumber:
    """A telephone number, as an agent tells it. Schema `PhoneNumberSummary`.

    Attributes:
        id: Its id.
        number: The number.
        extra: Fields this library does not know.
    """

    id: str
    number: str
    extra: Extra = field(factory=no_fields, repr=False)


@frozen(kw_only=True)
class Agent:
    """An agent. Schema `AgentSummary`.

    Attributes:
        id: What `agent_id` means elsewhere.
        name: Its name.
        created_at: ISO 8601 time.
        updated_at: ISO 8601 time.
        deployment_count: How often it was deployed.
        has_text_to_agent_run: Whether it was made from a description.
        tts_language: Language it speaks.
        tts_voice: Id of the voice it speaks with.
        deleted_at: ISO 8601 time; None while it lives.
        description: What it is for.
        git_deploy_branch: Branch that is deployed.
        git_repository: Where its code lies.
        phone_numbers: Where it can be called.
        webhook_id: Id of the webhook that is told of its calls.
        extra: Fields this library does not know.
    """

    id: str
    name: str
    created_at: str
    updated_at: str
    deployment_count: int
    has_text_to_agent_run: bool
    tts_language: str
    tts_voice: str
    deleted_at: str | None = None
    description: str | None = None
    git_deploy_branch: str | None = None
    git_repository: GitRepository | None = None
    phone_numbers: tuple[PhoneNumber, ...] | None = None
    webhook_id: str | None = None
    extra: Extra = field(factory=no_fields, repr=False)


@frozen
class AgentList:
    """All agents. Schema `AgentListResponse`.

    Attributes:
        summaries: The agents.
        extra: Fields this library does not know.
    """

    summaries: tuple[Agent, ...]
    extra: Extra = field(factory=no_fields, repr=False)


@frozen(kw_only=True)
class AgentPhoneNumber:
    """A telephone number of an agent, in full.

    Attributes:
        agent_id: Whose it is.
        number: The number.
        is_cartesia_managed: Whether the vendor rents it.
        created_at: ISO 8601 time.
        updated_at: ISO 8601 time.
        extra: Fields this library does not know.
    """

    agent_id: str
    number: str
    is_cartesia_managed: bool
    created_at: str
    updated_at: str
    extra: Extra = field(factory=no_fields, repr=False)


@frozen(kw_only=True)
class AgentTemplate:
    """What an agent can be made from.

    Attributes:
        id: Its id.
        name: Its name.
        owner_id: Whose it is.
        repo_url: Where its code lies.
        root_dir: Folder in there.
        created_at: ISO 8601 time.
        updated_at: ISO 8601 time.
        dependencies: What its code needs.
        description: What it is for.
        required_env_vars: Environment variables it wants.
        extra: Fields this library does not know.
    """

    id: str
    name: str
    owner_id: str
    repo_url: str
    root_dir: str
    created_at: str
    updated_at: str
    dependencies: tuple[str, ...] | None = None
    description: str | None = None
    required_env_vars: tuple[str, ...] | None = None
    extra: Extra = field(factory=no_fields, repr=False)


@frozen
class AgentTemplateList:
    """All templates. Schema `AgentTemplatesResponse`.

    Attributes:
        templates: The templates.
        extra: Fields this library does not know.
    """

    templates: tuple[AgentTemplate, ...]
    extra: Extra = field(factory=no_fields, repr=False)


def list() -> Request[AgentList]:  # noqa: A001 - the wire's own word, always used as `agents.list`
    """Describe fetching all agents; this list has no pages."""
    return Request(method="GET", path="/agents", retry=RetryKind.READ, decode=JsonAs(AgentList))


def get(agent_id: str, /) -> Request[Agent]:
    """Describe fetching one agent. Sending it raises `NotFoundError` if there is none.

    Args:
        agent_id: Id of the agent.
    """
    return Request(method="GET", path=f"/agents/{quote_id(agent_id)}", retry=RetryKind.READ, decode=JsonAs(Agent))


def update(
    agent_id: str,
    /,
    *,
    name: str | None | Unset = UNSET,
    description: str | None | Unset = UNSET,
    tts_language: str | None | Unset = UNSET,
    tts_voice: str | None | Unset = UNSET,
) -> Request[Agent]:
    """Describe changing an agent. What is not given stays as it is.

    Args:
        agent_id: Id of the agent.
        name: New name.
        description: New description.
        tts_language: Language it speaks from now on.
        tts_voice: Id of the voice it speaks with from now on.
    """
    values = {"name": name, "description": description, "tts_language": tts_language, "tts_voice": tts_voice}
    return Request(
        method="PATCH",
        path=f"/agents/{quote_id(agent_id)}",
        body=JsonBody(body_of(values)),
        retry=RetryKind.UPDATE,
        decode=JsonAs(Agent),
    )


def delete(agent_id: str, /) -> Request[None]:
    """Describe deleting an agent. Sending it raises `NotFoundError` if there is none.

    Args:
        agent_id: Id of the agent.
    """
    return Request(method="DELETE", path=f"/agents/{quote_id(agent_id)}", accept="*/*", decode=Nothing())


def list_phone_numbers(agent_id: str, /) -> Request[tuple[AgentPhoneNumber, ...]]:
    """Describe fetching the telephone numbers of an agent; all of them come at once.

    Args:
        agent_id: Id of the agent.
    """
    return Request(
        method="GET",
        path=f"/agents/{quote_id(agent_id)}/phone-numbers",
        retry=RetryKind.READ,
        decode=ArrayOf(AgentPhoneNumber),
    )


def list_templates() -> Request[AgentTemplateList]:
    """Describe fetching all templates; this list has no pages."""
    return Request(method="GET", path="/agents/templates", retry=RetryKind.READ, decode=JsonAs(AgentTemplateList))
