"""Metrics: questions that are asked about every call of an agent.

Source: `agents.metrics.*` of the endpoint catalogue. From 2025-04-16 on.
"""

from __future__ import annotations

import re
from typing import Final

from attrs import field, frozen

from cartesia_core._json import Extra, no_fields
from cartesia_core.decoders import JsonAs, Nothing, PageOf
from cartesia_core.errors import InvalidArgument
from cartesia_core.http import JsonBody, Page, Request, RetryKind
from cartesia_core.parameters import body_of, paging, query_of
from cartesia_core.unset import UNSET, Unset
from cartesia_core.url import quote_id

_NAME: Final = re.compile(r"[a-z0-9_.-]+\Z")


@frozen
class Metric:
    """A question about calls.

    Attributes:
        id: Its id.
        name: Unique.
        prompt: The question, as a model is asked it.
        created_at: ISO 8601 time.
        display_name: For people.
        extra: Fields this library does not know.
    """

    id: str
    name: str
    prompt: str
    created_at: str
    display_name: str | None = None
    extra: Extra = field(factory=no_fields, repr=False)


def list(  # noqa: A001 - the wire's own word, always used as `agents.metrics.list`
    *, limit: int | None = None, starting_after: str | None = None
) -> Request[Page[Metric]]:
    """Describe fetching metrics, a page at a time; this list goes forwards only.

    Args:
        limit: Metrics a page, 1 to 100; the server's default is 10.
        starting_after: Id of the metric before the page.

    Raises:
        InvalidArgument: `limit` out of range.
    """
    return PageOf(Metric, "/agents/metrics", query_of(paging(limit, starting_after))).request()


def create(*, name: str, prompt: str, display_name: str | None | Unset = UNSET) -> Request[Metric]:
    """Describe making a metric.

    Args:
        name: Unique; lower-case letters, digits, `_`, `-` and `.`.
        prompt: The question, as a model is asked it.
        display_name: For people.

    Raises:
        InvalidArgument: The name has other characters, or none.
    """
    if not _NAME.match(name):
        raise InvalidArgument(f"name is {name!r}, but must be lower-case letters, digits, '_', '-' and '.'")
    return Request(
        method="POST",
        path="/agents/metrics",
        body=JsonBody(body_of({"name": name, "prompt": prompt, "display_name": display_name})),
        decode=JsonAs(Metric),
    )


def get(metric_id: str, /) -> Request[Metric]:
    """Describe fetching one metric. Sending it raises `NotFoundError` if there is none.

    Args:
        metric_id: Id of the metric.
    """
    return Request(
        method="GET", path=f"/agents/metrics/{quote_id(metric_id)}", retry=RetryKind.READ, decode=JsonAs(Metric)
    )


def add_to_agent(metric_id: str, /, *, agent_id: str) -> Request[None]:
    """Describe asking a question about every call of an agent from now on.

    Args:
        metric_id: Id of the metric.
        agent_id: Id of the agent.
    """
    return Request(method="POST", path=_of_agent(agent_id, metric_id), accept="*/*", decode=Nothing())


def remove_from_agent(metric_id: str, /, *, agent_id: str) -> Request[None]:
    """Describe not asking a question about the calls of an agent any longer.

    Args:
        metric_id: Id of the metric.
        agent_id: Id of the agent.
    """
    return Request(method="DELETE", path=_of_agent(agent_id, metric_id), accept="*/*", decode=Nothing())


def _of_agent(agent_id: str, metric_id: str) -> str:
    return f"/agents/{quote_id(agent_id)}/metrics/{quote_id(metric_id)}"
