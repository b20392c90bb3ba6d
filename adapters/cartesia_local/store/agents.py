"""Agents, and what belongs to them: phone numbers, deployments, calls, metrics and their results."""

from __future__ import annotations

from attrs import frozen


@frozen(kw_only=True)
class Agent:
    """An agent."""

    id: str
    name: str
    description: str | None
    created_at: str
    updated_at: str
    tts_language: str
    tts_voice: str
    has_text_to_agent_run: bool = True
    git_account: str = ""
    git_name: str = ""
    git_branch: str = ""


@frozen(kw_only=True)
class PhoneNumber:
    """A number under which an agent is reached."""

    id: str
    agent_id: str
    number: str
    created_at: str
    updated_at: str


@frozen(kw_only=True)
class Turn:
    """What one side of a call says.

    Attributes:
        role: `user` or `assistant`.
        text: What is said.
        start: Seconds from the beginning of the call.
        end: Seconds from the beginning of the call.
    """

    role: str
    text: str
    start: float
    end: float


@frozen(kw_only=True)
class AgentCall:
    """A call that was held."""

    id: str
    agent_id: str
    deployment_id: str
    status: str
    start_time: str
    end_time: str
    summary: str
    from_number: str
    to_number: str
    caller_voice: str
    agent_voice: str
    turns: tuple[Turn, ...]
    error: str | None = None


@frozen(kw_only=True)
class Deployment:
    """A deployment of an agent.

    Attributes:
        id: Id.
        agent_id: Of which agent.
        status: One of the documented states.
        is_live: Whether it takes the calls.
        is_pinned: Whether it stays live when another one is built.
        commit: Hash of what was built.
        build_logs: What the build said.
        times: RFC 3339: created, build started, build completed, deployment started, deployment completed, updated.
        build_error: Why it was not built.
    """

    id: str
    agent_id: str
    status: str
    is_live: bool
    is_pinned: bool
    commit: str
    build_logs: str
    times: tuple[str, ...]
    build_error: str | None = None


@frozen(kw_only=True)
class Metric:
    """What calls are judged by."""

    id: str
    name: str
    prompt: str
    created_at: str
    display_name: str | None = None


@frozen(kw_only=True)
class AgentMetric:
    """A metric that is in use for an agent; its id is made of both ids."""

    id: str
    agent_id: str
    metric_id: str


@frozen(kw_only=True)
class MetricResult:
    """What a metric says of a call."""

    id: str
    metric_id: str
    metric_name: str
    agent_id: str
    call_id: str
    deployment_id: str
    created_at: str
    result: str
    summary: str
    value: float
    status: str = "completed"
