"""Faults of HTTP and of event streams: F41 to F44, F46 to F52."""

from __future__ import annotations

import gzip
from functools import cache
from typing import Final

from cartesia_core import Timeouts
from cartesia_core.errors import (
    BadRequestError,
    DecodeError,
    IncompleteBody,
    IncompleteStream,
    RateLimitedError,
    ReadTimeout,
    RemoteProtocolError,
    ServerError,
    UnexpectedContentType,
)
from tests.adapters.faults.checks import Check, Single
from tests.adapters.faults.fault import Fault
from tests.adapters.faults.opening import refusal
from tests.adapters.faults.results import Returned
from tests.adapters.messages import SSE_DONE, chunk, done, event, sse_chunk
from tests.adapters.steps import SSE, Accept, Answer, Deaf, Expect, Forever, HangUp, ReadRequest, Step
from tests.adapters.story import Failure

AUDIO: Final = b"RIFF" + bytes(range(256)) * 8
SPEECH: Final[tuple[Step, ...]] = (Accept(), Expect("finish"), chunk(0, b"aa" * 500), done(0))
WHOLE: Final[tuple[Step, ...]] = (Answer(body=AUDIO), HangUp())
PROBLEM: Final = {"title": "Oh no", "message": "It is so.", "error_code": "bad", "request_id": "req-7"}
BOMB_NBYTES: Final = 65 * 1024 * 1024
REFUSED_EVENT: Final = Failure(
    kind=BadRequestError, status=400, error_code="bad", request_id="req-7", may_have_been_billed=True
)
PAGE: Final = Answer(kind="text/html", body=b"<html>please log in</html>")
NO_AUDIO: Final = Failure(kind=UnexpectedContentType, status=200, may_have_been_billed=True)


def events(*parts: bytes, wanted: Returned | Failure) -> Check:
    """Make an answer of events."""
    answer = Answer(kind=SSE, body=b"".join(parts), chunked=True)
    return Single(verb="sse", scripts=((answer,),), wanted=wanted)


def bodies(*steps: Step, wanted: Returned | Failure) -> tuple[Check, ...]:
    """Make an answer with a body, read whole and while it arrives; ours may repeat as users have it by default."""
    return tuple(
        Single(verb=verb, scripts=(steps,), default=steps, wanted=wanted, retry=None, seconds=6.0)
        for verb in ("generate", "stream")
    )


@cache
def bomb() -> bytes:
    """Give a small body that would become gigantic; this one stops just above what is let through unchecked."""
    return gzip.compress(bytes(BOMB_NBYTES), 1)


def generation(*steps: Step, wanted: Failure, timeouts: Timeouts | None = None, seconds: float = 6.0) -> Check:
    """Make a generation that is not answered well; ours may repeat as users have it by default."""
    return Single(
        verb="generate",
        scripts=(steps,),
        default=steps,
        wanted=wanted,
        retry=None,
        timeouts=timeouts,
        seconds=seconds,
    )


HTTP_FAULTS: Final = (
    Fault(
        number=41,
        title="an event stream is cut within an event, or ends without `done`",
        checks=(
            events(
                sse_chunk(b"aa"),
                sse_chunk(b"bb")[:20],
                wanted=Failure(kind=IncompleteStream, may_have_been_billed=True),
            ),
            events(sse_chunk(b"aa"), wanted=Failure(kind=IncompleteStream, may_have_been_billed=True)),
        ),
    ),
    Fault(
        number=42,
        title="an event stream reports an error",
        checks=(
            events(
                sse_chunk(b"aa"), event("error", {"type": "error", "status_code": 400, **PROBLEM}), wanted=REFUSED_EVENT
            ),
        ),
    ),
    Fault(
        number=43,
        title="an event stream with blocks that hold only an id, a comment or nothing",
        checks=tuple(
            events(b"id: 1\n", sse_chunk(b"aa"), noise, sse_chunk(b"bb"), SSE_DONE, wanted=Returned(4, 2))
            for noise in (b"id: 7\n\n", b": ping\n\n", b"\n\n\n", b"data:\n\n", b"event: chunk\n\n")
        ),
    ),
    Fault(
        number=44,
        title="an event whose audio is no base64",
        checks=(
            events(
                sse_chunk(b"aa"),
                event("chunk", {"type": "chunk", "data": "%%"}),
                SSE_DONE,
                wanted=Failure(kind=DecodeError, may_have_been_billed=True),
            ),
        ),
    ),
    Fault(
        number=46,
        title="a body shorter than its `Content-Length`",
        checks=bodies(
            Answer(body=AUDIO, announced=5000),
            HangUp(),
            wanted=Failure(
                kind=IncompleteBody,
                may_have_been_billed=True,
                received_nbytes=len(AUDIO),
                expected_nbytes=5000,
            ),
        ),
    ),
    Fault(
        number=47,
        title="a chunked body without its end",
        checks=bodies(
            Answer(body=AUDIO, chunked=True, is_cut=True),
            HangUp(),
            wanted=Failure(kind=IncompleteBody, may_have_been_billed=True, received_nbytes=len(AUDIO)),
        ),
    ),
    Fault(
        number=48,
        title="a body without a length, ended by the end of the connection",
        checks=bodies(Answer(body=AUDIO, announced=-1), HangUp(), wanted=Returned(len(AUDIO))),
    ),
    Fault(
        number=49,
        title="a body in gzip; one that would unpack to a thousand times its size",
        checks=(
            *bodies(Answer(body=AUDIO, zipped=True), wanted=Returned(len(AUDIO))),
            Single(
                verb="stream",
                scripts=((Answer(body=lambda _: bomb(), headers=(("Content-Encoding", "gzip"),)),),),
                wanted=Failure(kind=RemoteProtocolError, may_have_been_billed=True),
            ),
        ),
    ),
    Fault(number=50, title="status 200 with a web page", checks=bodies(PAGE, wanted=NO_AUDIO)),
    Fault(
        number=51,
        title="500, or silence, in answer to a generation",
        checks=(
            generation(
                Forever(refusal(500, "bad")),
                wanted=Failure(
                    kind=ServerError,
                    status=500,
                    error_code="bad",
                    request_id="req-7",
                    retryable=True,
                    may_have_been_billed=True,
                ),
            ),
            generation(
                ReadRequest(),
                Deaf(),
                wanted=Failure(kind=ReadTimeout, retryable=True, may_have_been_billed=True),
                timeouts=Timeouts(connect=2, read=0.5),
            ),
        ),
    ),
    Fault(
        number=52,
        title="429 with `Retry-After: 120` in answer to a generation",
        checks=(
            generation(
                Forever(refusal(429, "bad", ("Retry-After", "120"))),
                wanted=Failure(
                    kind=RateLimitedError,
                    status=429,
                    error_code="bad",
                    request_id="req-7",
                    retryable=True,
                    retry_after=120.0,
                ),
            ),
        ),
    ),
)
