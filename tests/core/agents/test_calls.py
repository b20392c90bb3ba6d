"""Calls of agents: transcripts, numbers, recordings, and a list that does not say whether it goes on."""

from __future__ import annotations

import json

import pytest

from cartesia_core import CallAudio, agents
from cartesia_core.agents.calls import AgentCall
from cartesia_core.errors import DecodeError, InvalidArgument, UnexpectedContentType
from cartesia_core.http import Headers, Page, Response

CALL = {"id": "c", "agent_id": "a", "status": "completed"}
TURN = {
    "role": "assistant",
    "start_timestamp": 0,
    "end_timestamp": 1.5,
    "text": "Hello, this is private.",
    "tool_calls": [{"id": "t", "name": "look_up", "arguments": {"number": "5"}}],
    "log_event": {"event": "e", "metadata": {"a": "b"}, "timestamp": 1},
}


def answer(value: object) -> Response:
    """Make a success."""
    return Response(200, content=json.dumps(value).encode())


def test_calls_are_read() -> None:
    """What is a reserved word in Python has an underscore; mappings stay mappings."""
    value = {**CALL, "telephony_params": {"from": "+15550100", "to": "+15550101"}, "transcript": [TURN]}
    found = agents.calls.get("c").decode(answer(value))
    assert found.telephony_params is not None
    assert (found.telephony_params.from_, found.telephony_params.to) == ("+15550100", "+15550101")
    assert found.transcript is not None
    [turn] = found.transcript
    assert turn.tool_calls is not None
    assert turn.log_event is not None
    assert (turn.tool_calls[0].arguments, turn.log_event.metadata) == ({"number": "5"}, {"a": "b"})


def test_what_people_said_does_not_show() -> None:
    """Nor the numbers they called from."""
    value = {**CALL, "telephony_params": {"from": "+15550100", "to": "+15550101"}, "transcript": [TURN]}
    found = agents.calls.get("c").decode(answer(value))
    for shown in (repr(found), repr(found.transcript), repr(found.telephony_params)):
        assert "private" not in shown
        assert "+1555" not in shown


def test_broken_parts_are_told_by_their_wire_names() -> None:
    """However deep."""
    value = {**CALL, "telephony_params": {"to": 5}, "transcript": [{**TURN, "log_event": {"metadata": {"a": 1}}}]}
    with pytest.raises(DecodeError) as caught:
        agents.calls.get("c").decode(answer(value))
    for problem in (
        "$.telephony_params.from: required field is missing",
        "$.telephony_params.to: expected string, got int",
        "$.transcript[0].log_event.metadata['a']: expected string, got int",
        "$.transcript[0].log_event.event: required field is missing",
    ):
        assert problem in caught.value.message


def page(value: object, **cursor: str) -> Page[AgentCall]:
    """Decode a page."""
    return agents.calls.list(agent_id="a", **cursor).decode(answer(value))  # type: ignore[arg-type]


def test_forwards_the_list_goes_on_while_there_is_a_next_page() -> None:
    """There is no `has_more` on it."""
    assert page({"data": [CALL]}).next is None
    assert page({"data": [CALL], "next_page": None}).next is None
    following = page({"data": [CALL], "next_page": "c"}).next
    assert following is not None
    assert following.query == (("agent_id", "a"), ("starting_after", "c"))


def test_backwards_the_list_goes_on_until_an_empty_page() -> None:
    """`next_page` speaks of the other direction; ending early would lose calls."""
    following = page({"data": [CALL], "next_page": None}, ending_before="z").next
    assert following is not None
    assert following.query == (("agent_id", "a"), ("ending_before", "c"))
    assert page({"data": [], "next_page": "z"}, ending_before="c").next is None


def test_the_agent_must_be_named() -> None:
    """The list is of one agent."""
    with pytest.raises(InvalidArgument, match="agent_id is empty"):
        agents.calls.list(agent_id="")


def test_recordings_come_or_do_not() -> None:
    """Sources disagree whether the answer has a body."""
    request = agents.calls.download_audio("c")
    assert request.decode(Response(204)) is None
    found = request.decode(Response(200, Headers([("Content-Type", "audio/wav")]), content=b"RIFF"))
    assert found == CallAudio(b"RIFF", "audio/wav")
    assert repr(found) == "CallAudio(content=<4 bytes>, content_type='audio/wav')"
    with pytest.raises(UnexpectedContentType):
        request.decode(Response(200, Headers([("Content-Type", "application/json")]), content=b"{}"))


def test_recordings_are_asked_for_uncompressed() -> None:
    """A gzip body that was cut looks whole."""
    assert agents.calls.download_audio("c").headers == (("Accept-Encoding", "identity"),)
