"""Faults of event streams: each is one typed error, after the events before it."""

from __future__ import annotations

import pytest

from cartesia_core import AudioChunk, Timeouts
from cartesia_core.errors import (
    BadRequestError,
    DecodeError,
    IncompleteStream,
    ServerError,
)
from tests.adapters.calls import (
    Maker,
    every_maker,
    failing,
    sse,
)
from tests.adapters.messages import SSE_DONE, event, sse_chunk
from tests.adapters.scripted import ScriptedServer
from tests.adapters.steps import SSE, Answer, Deaf, Reset, Step

PROBLEM = {"title": "Oh no", "message": "It is so.", "error_code": "bad", "request_id": "req-7"}


def answer_of(*parts: bytes, **options: object) -> Answer:
    """Answer with an event stream."""
    return Answer(kind=SSE, body=b"".join(parts), headers=(("X-Request-Id", "req-9"),), chunked=True)


@every_maker
def test_events_come_in_order_and_end_at_done(make: Maker) -> None:
    """Audio of the stream, and nothing for `done`."""
    with (
        ScriptedServer((answer_of(sse_chunk(b"aa"), sse_chunk(b"bb"), SSE_DONE),)) as server,
        make(server.url) as client,
    ):
        events = sse(client)
    assert [event.audio for event in events if isinstance(event, AudioChunk)] == [b"aa", b"bb"]


@every_maker
@pytest.mark.parametrize(
    "noise",
    [b"id: 7\n\n", b": ping\n\n", b"\n\n\n", b"data:\n\n", b"event: chunk\n\n", b"retry: 5\n\n"],
    ids=["id", "comment", "blank", "empty data", "no data", "retry"],
)
def test_blocks_without_data_are_skipped(make: Maker, noise: bytes) -> None:
    """F43: a block with only an id or a comment, or with empty data, is no event."""
    answer = answer_of(b"id: 1\n", sse_chunk(b"aa"), noise, sse_chunk(b"bb"), SSE_DONE)
    with ScriptedServer((answer,)) as server, make(server.url) as client:
        assert len(sse(client)) == 2


@every_maker
@pytest.mark.parametrize(
    ("parts", "kind"),
    [
        ((sse_chunk(b"aa"), sse_chunk(b"bb")[:20]), IncompleteStream),
        ((sse_chunk(b"aa"),), IncompleteStream),
        ((), IncompleteStream),
        ((sse_chunk(b"aa"), event("chunk", {"type": "chunk", "data": "%%"})), DecodeError),
        ((sse_chunk(b"aa"), b"data: {nonsense\n\n"), DecodeError),
        ((sse_chunk(b"aa"), event("error", {"type": "error", "status_code": 500, **PROBLEM})), ServerError),
        ((sse_chunk(b"aa"), event("error", {"type": "error", "status_code": 400, **PROBLEM})), BadRequestError),
    ],
    ids=["F41-cut", "F41-no-done", "F41-empty", "F44-base64", "json", "F42-error-500", "F42-error-400"],
)
def test_faults_in_an_event_stream_raise(make: Maker, parts: tuple[bytes, ...], kind: type[Exception]) -> None:
    """F41, F42, F44: after the events before it, what is wrong is raised, once, with the request id."""
    got: list[object] = []

    with ScriptedServer((answer_of(*parts),)) as server, make(server.url) as client:
        error = failing(lambda each: sse(each, got), client)
        assert len(server.requests) == 1
    assert type(error) is kind
    assert error.request_id in ("req-9", "req-7")
    assert error.may_have_been_billed == bool(parts) or isinstance(error, IncompleteStream)
    assert len(got) == min(len(parts), 1)


@every_maker
@pytest.mark.parametrize("step", [Deaf(), Reset()], ids=["open", "reset"])
def test_after_done_nothing_more_is_waited_for(make: Maker, step: Step) -> None:
    """When `done` has come, the answer is whole, whatever becomes of the connection."""
    answer = Answer(kind=SSE, body=sse_chunk(b"aa") + SSE_DONE, chunked=True, is_cut=True)
    with (
        ScriptedServer((answer, step)) as server,
        make(server.url, timeout=Timeouts(read=0.5)) as client,
    ):
        assert len(sse(client)) == 1
