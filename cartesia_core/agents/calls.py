"""Calls of agents: who called, what was said, and its recording.

Source: `agents.calls.*` of the endpoint catalogue. From 2025-04-16 on.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from attrs import field, frozen

from cartesia_core._json import Extra, no_fields, on_the_wire
from cartesia_core.agents.transcripts import AgentTranscript
from cartesia_core.decoders import JsonAs, PageOf, expect_content
from cartesia_core.http import Page, Request, Response, RetryKind
from cartesia_core.parameters import check_text, paging, query_of
from cartesia_core.url import quote_id

AgentCallStatus: TypeAlias = Literal["active", "completed", "failed", "cancelled"]
CallExpand: TypeAlias = Literal["transcript"]


@frozen
class TelephonyParams:
    """Who called whom.

    Attributes:
        from_: Number of the caller; `from` on the wire.
        to: Number that was called.
        extra: Fields this library does not know.
    """

    from_: str = field(metadata=on_the_wire("from"), repr=False)
    to: str = field(repr=False)
    extra: Extra = field(factory=no_fields, repr=False)


@frozen(kw_only=True)
class AgentCall:
    """A call.

    Attributes:
        id: Its id.
        agent_id: Who answered.
        status: How it stands or ended.
        deployment_id: Which deployment of the agent.
        start_time: ISO 8601 time.
        end_time: ISO 8601 time.
        error_message: What went wrong.
        summary: What it was about.
        telephony_params: Who called whom, on the telephone.
        transcript: What was said; in lists when expanded.
        extra: Fields this library does not know.
    """

    id: str
    agent_id: str
    status: AgentCallStatus | str
    deployment_id: str | None = None
    start_time: str | None = None
    end_time: str | None = None
    error_message: str | None = None
    summary: str | None = field(default=None, repr=False)
    telephony_params: TelephonyParams | None = None
    transcript: tuple[AgentTranscript, ...] | None = field(default=None, repr=False)
    extra: Extra = field(factory=no_fields, repr=False)


@frozen
class CallAudio:
    """The recording of a call.

    Attributes:
        content: The bytes as the server sent them; WAV by the documentation.
        content_type: Their media type; empty if the server named none.
    """

    content: bytes = field(repr=lambda content: f"<{len(content)} bytes>")
    content_type: str = ""


@frozen
class CallAudioOf:
    """Decodes a recording, where there is one."""

    def __call__(self, response: Response) -> CallAudio | None:
        """Decode the answer.

        Raises:
            UnexpectedContentType: It is not audio by its own word.
        """
        if not response.content:
            return None
        expect_content(response, "audio/", "application/octet-stream", "binary/octet-stream")
        return CallAudio(response.content, response.content_type)


def list(  # noqa: A001 - the wire's own word, always used as `agents.calls.list`
    *,
    agent_id: str,
    expand: CallExpand | str | None = None,
    limit: int | None = None,
    starting_after: str | None = None,
    ending_before: str | None = None,
) -> Request[Page[AgentCall]]:
    """Describe fetching the calls of an agent, a page at a time.

    This list does not say whether it has more items. Forwards `next_page` does; backwards only an empty page is its end.

    Args:
        agent_id: Id of the agent.
        expand: `transcript` fills what was said.
        limit: Calls a page, 1 to 100; the server's default is 10.
        starting_after: Id of the call before the page.
        ending_before: Id of the call after the page; pages then go backwards.

    Raises:
        InvalidArgument: The id is empty, `limit` out of range, or both cursors given.
    """
    check_text("agent_id", agent_id)
    query = query_of({"agent_id": agent_id, "expand": expand, **paging(limit, starting_after, ending_before)})
    return PageOf(AgentCall, "/agents/calls", query).request()


def get(call_id: str, /) -> Request[AgentCall]:
    """Describe fetching one call with its transcript. Sending it raises `NotFoundError` if there is none.

    Args:
        call_id: Id of the call.
    """
    return Request(
        method="GET", path=f"/agents/calls/{quote_id(call_id)}", retry=RetryKind.READ, decode=JsonAs(AgentCall)
    )


def download_audio(call_id: str, /) -> Request[CallAudio | None]:
    """Describe fetching the recording of a call; None if the server answers with nothing, as one source says it does.

    Args:
        call_id: Id of the call.
    """
    return Request(
        method="GET",
        path=f"/agents/calls/{quote_id(call_id)}/audio",
        accept="*/*",
        headers=(("Accept-Encoding", "identity"),),  # a gzip body that was cut looks whole
        retry=RetryKind.READ,
        decode=CallAudioOf(),
    )
