"""Results of metrics: what the questions about calls were answered, one by one or as a table.

Source: `agents.metrics.results.*` of the endpoint catalogue. From 2025-04-16 on.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, Literal, TypeAlias

from attrs import field, frozen

from cartesia_core._json import Extra, no_fields, on_the_wire
from cartesia_core.agents.transcripts import AgentTranscript
from cartesia_core.dates import Time, iso_time
from cartesia_core.decoders import PageOf, expect_content, identify
from cartesia_core.errors import DecodeError
from cartesia_core.http import Headers, Page, Pairs, Request, Response, RetryKind
from cartesia_core.parameters import paging, query_of

MetricResultStatus: TypeAlias = Literal["completed", "failed"]

_NUMBER: Final = re.compile(r"[0-9]{1,9}\Z")


@frozen(kw_only=True)
class MetricResult:
    """The answer to one metric about one call. On the wire, its names are in camel case.

    Attributes:
        id: Its id.
        metric_id: Id of the metric.
        metric_name: Name of the metric.
        agent_id: Id of the agent.
        call_id: Id of the call.
        deployment_id: Id of the agent's deployment.
        created_at: ISO 8601 time.
        result: The answer as text.
        status: Whether the question could be answered.
        summary: Of the call.
        run_id: Id of the run that made it.
        json_result: The answer as a JSON object.
        value: The answer as whatever JSON it is.
        transcript: What was said in the call.
        extra: Fields this library does not know.
    """

    id: str
    metric_id: str = field(metadata=on_the_wire("metricId"))
    metric_name: str = field(metadata=on_the_wire("metricName"))
    agent_id: str = field(metadata=on_the_wire("agentId"))
    call_id: str = field(metadata=on_the_wire("callId"))
    deployment_id: str = field(metadata=on_the_wire("deploymentId"))
    created_at: str = field(metadata=on_the_wire("createdAt"))
    result: str
    status: MetricResultStatus | str
    summary: str = field(repr=False)
    run_id: str | None = field(default=None, metadata=on_the_wire("runId"))
    json_result: Mapping[str, object] | None = field(default=None, metadata=on_the_wire("jsonResult"))
    value: object = None
    transcript: tuple[AgentTranscript, ...] | None = field(default=None, repr=False)
    extra: Extra = field(factory=no_fields, repr=False)


@frozen
class MetricExport:
    """Results as a table.

    Attributes:
        text: The table as CSV, its first line with the names.
        has_more: Whether there are more rows. On 2025-04-16, which gives the table in pages; None elsewhere.
        limit: Rows a page. On 2025-04-16.
        next_page: What `starting_after` takes for the next page. On 2025-04-16.
    """

    text: str = field(repr=lambda text: f"<{len(text)} characters>")
    has_more: bool | None = None
    limit: int | None = None
    next_page: str | None = None


@frozen
class ExportOf:
    """Decodes a CSV answer and the header fields about its pages."""

    def __call__(self, response: Response) -> MetricExport:
        """Decode the answer.

        Raises:
            UnexpectedContentType: It is no CSV by its own word.
            DecodeError: It is not UTF-8, or a header field is not what it should be.
        """
        expect_content(response, "text/csv", "text/plain", "application/csv", "application/octet-stream")
        try:
            return MetricExport(_text(response.content), *_pages(response.headers))
        except DecodeError as error:
            raise identify(error, response) from None


def _text(content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise DecodeError(f"the table is not UTF-8: {error.reason} at byte {error.start}") from None


def _pages(headers: Headers) -> tuple[bool | None, int | None, str | None]:
    more, limit = headers.get("x-has-more", "").strip().lower(), headers.get("x-limit", "").strip()
    if more not in ("", "true", "false"):
        raise DecodeError("header field x-has-more: expected true or false")
    if limit and not _NUMBER.match(limit):
        raise DecodeError("header field x-limit: expected a whole number")
    next_page = headers.get("x-next-page", "").strip()
    return more == "true" if more else None, int(limit) if limit else None, next_page or None


def list(  # noqa: A001 - the wire's own word, always used as `agents.metrics.results.list`
    *,
    agent_id: str | None = None,
    call_id: str | None = None,
    deployment_id: str | None = None,
    metric_id: str | None = None,
    start_date: Time | None = None,
    end_date: Time | None = None,
    limit: int | None = None,
    starting_after: str | None = None,
    ending_before: str | None = None,
) -> Request[Page[MetricResult]]:
    """Describe fetching results, a page at a time.

    Args:
        agent_id: Only of an agent.
        call_id: Only of a call.
        deployment_id: Only of a deployment.
        metric_id: Only of a metric.
        start_date: Only from this time on: ISO 8601 text, or a time with its zone.
        end_date: Only until this time.
        limit: Results a page, 1 to 100; the server's default is 10.
        starting_after: Id of the result before the page.
        ending_before: Id of the result after the page; pages then go backwards.

    Raises:
        InvalidArgument: A time is none or has no zone, `limit` out of range, or both cursors given.
    """
    query = _query(
        start_date,
        end_date,
        paging(limit, starting_after, ending_before),
        agent_id=agent_id,
        call_id=call_id,
        deployment_id=deployment_id,
        metric_id=metric_id,
    )
    return PageOf(MetricResult, "/agents/metrics/results", query).request()


def export(
    *,
    agent_id: str | None = None,
    call_id: str | None = None,
    deployment_id: str | None = None,
    metric_id: str | None = None,
    start_date: Time | None = None,
    end_date: Time | None = None,
    limit: int | None = None,
    starting_after: str | None = None,
    ending_before: str | None = None,
) -> Request[MetricExport]:
    """Describe fetching results as CSV, at most 100,000 rows.

    Sending it raises `BadRequestError` if more rows match, and `NotFoundError` if none does.

    Args:
        agent_id: Only of an agent.
        call_id: Only of a call.
        deployment_id: Only of a deployment.
        metric_id: Only of a metric.
        start_date: Only from this time on: ISO 8601 text, or a time with its zone.
        end_date: Only until this time.
        limit: Rows a page, 1 to 100. On 2025-04-16 only, which gives the table in pages.
        starting_after: Id of the result before the page. On 2025-04-16 only.
        ending_before: Id of the result after the page. On 2025-04-16 only.

    Raises:
        InvalidArgument: A time is none or has no zone, `limit` out of range, or both cursors given.
    """
    query = _query(
        start_date,
        end_date,
        paging(limit, starting_after, ending_before),
        agent_id=agent_id,
        call_id=call_id,
        deployment_id=deployment_id,
        metric_id=metric_id,
    )
    return Request(
        method="GET",
        path="/agents/metrics/results/export",
        query=query,
        accept="text/csv",
        retry=RetryKind.READ,
        decode=ExportOf(),
    )


def _query(
    start_date: Time | None, end_date: Time | None, pages: Mapping[str, str | int | None], **ids: str | None
) -> Pairs:
    times = {"start_date": iso_time("start_date", start_date), "end_date": iso_time("end_date", end_date)}
    return query_of({**ids, **times, **pages})
