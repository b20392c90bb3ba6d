"""Faults of answers over HTTP, whole, streamed and as events: each is one typed error."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from cartesia_core import NO_RETRIES, Timeouts
from cartesia_core.errors import (
    ApiError,
    AuthenticationError,
    BadRequestError,
    ConcurrencyLimited,
    ConnectFailed,
    ConnectionLost,
    IncompleteBody,
    LocalProtocolError,
    RateLimitedError,
    ReadTimeout,
    RemoteProtocolError,
    ServerError,
    UnexpectedContentType,
)
from cartesia_core.versions import NEWEST
from cartesia_sync import Client
from tests.adapters.calls import (
    ALL,
    FORMAT,
    GENERATIONS,
    Action,
    Maker,
    every_maker,
    failing,
    generate,
    get_voice,
    open_socket,
    sse,
    stream,
)
from tests.adapters.drivers import sync_client
from tests.adapters.faults.http import bomb
from tests.adapters.messages import sse_chunk
from tests.adapters.scripted import ScriptedServer
from tests.adapters.secrecy import KEY
from tests.adapters.steps import JSON, SSE, Answer, Deaf, Forever, HangUp, ReadRequest, Reset, Step
from tests.adapters.story import VOICE, Failure, failure_of

AUDIO = b"RIFF" + bytes(range(256)) * 8
PROBLEM = {"title": "Oh no", "message": "It is so.", "error_code": "bad", "request_id": "req-7", "doc_url": "https://d"}


def problem(status: int, *, code: str = "bad", **options: object) -> Answer:
    """Answer with an error of the newest shape."""
    body = json.dumps({**PROBLEM, "error_code": code}).encode()
    headers = options.get("headers", ())
    assert isinstance(headers, tuple)
    return Answer(status=status, kind=JSON, body=body, headers=headers)


@every_maker
@pytest.mark.parametrize("action", ALL)
@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (problem(400), BadRequestError),
        (problem(401), AuthenticationError),
        (problem(418), ApiError),
        (problem(429, code="concurrency_limited"), ConcurrencyLimited),
        (problem(429), RateLimitedError),
        (problem(500), ServerError),
        (problem(503), ServerError),
    ],
    ids=["400", "401", "418", "429-concurrency", "429", "500", "503"],
)
def test_a_refusal_is_the_same_error_everywhere(
    make: Maker, action: Action, answer: Answer, kind: type[ApiError]
) -> None:
    """F28 to F30: over HTTP, as a stream and as a refused upgrade, an error answer is the same typed error."""
    with ScriptedServer((answer,)) as server, make(server.url) as client:
        error = failing(action, client)
    assert type(error) is kind
    assert (error.status, error.request_id, error.doc_url) == (answer.status, "req-7", "https://d")
    assert error.title == "Oh no"
    assert error.message.startswith("Oh no: It is so.")
    assert error.retryable == (answer.status in (429, 500, 503))
    assert error.api_version == NEWEST


@every_maker
@pytest.mark.parametrize("action", ALL)
def test_a_retry_after_is_told(make: Maker, action: Action) -> None:
    """F28, F52: what the server asks to wait stands in the error."""
    answer = problem(429, headers=(("Retry-After", "120"),))
    with ScriptedServer((answer,)) as server, make(server.url) as client:
        error = failing(action, client)
    assert error.retry_after == 120.0


@every_maker
@pytest.mark.parametrize("action", ALL)
def test_an_error_page_of_a_proxy_is_named_so(make: Maker, action: Action) -> None:
    """A web page with an error status keeps its status and says that it is none of the API's."""
    answer = Answer(status=503, kind="text/html", body=b"<html><body>no backend</body></html>")
    with ScriptedServer((answer,)) as server, make(server.url) as client:
        error = failing(action, client)
    assert type(error) is ServerError
    assert "web page" in error.message


@every_maker
@pytest.mark.parametrize("action", ALL)
def test_a_web_page_with_status_200_is_no_success(make: Maker, action: Action) -> None:
    """F50: a login page is not handed out as audio, voices or a socket."""
    answer = Answer(kind="text/html", body=b"<html>log in</html>")
    with ScriptedServer((answer,)) as server, make(server.url) as client:
        error = failing(action, client)
    assert isinstance(error, RemoteProtocolError if action is open_socket else UnexpectedContentType)
    assert error.status == 200
    assert not error.retryable


@every_maker
@pytest.mark.parametrize("action", ALL)
def test_an_error_whose_body_is_cut_keeps_its_status(make: Maker, action: Action) -> None:
    """What the status says is known even when the body is not."""
    answer = Answer(status=401, kind=JSON, body=b'{"title": "No', announced=500)
    with ScriptedServer((answer, HangUp())) as server, make(server.url) as client:
        error = failing(action, client)
    assert type(error) is AuthenticationError
    assert error.status == 401


@every_maker
@pytest.mark.parametrize("action", ALL)
def test_a_key_that_the_server_quotes_is_blotted_out(make: Maker, action: Action) -> None:
    """F40: an error that quotes the key in any of its fields does not carry it on."""
    fields = dict.fromkeys(("title", "message", "error_code", "request_id", "doc_url"), f"bad key {KEY}!")
    answer = Answer(status=401, kind=JSON, body=json.dumps(fields).encode())
    with ScriptedServer((answer,)) as server, make(server.url) as client:
        failing(action, client)


# --- bodies


@every_maker
@pytest.mark.parametrize("action", [generate, stream])
@pytest.mark.parametrize(
    ("answer", "expected"),
    [(Answer(body=AUDIO, announced=5000), 5000), (Answer(body=AUDIO, chunked=True, is_cut=True), None)],
    ids=["F46-short", "F47-chunked"],
)
def test_a_cut_body_is_an_error_and_is_not_asked_for_again(
    make: Maker, action: Action, answer: Answer, expected: int | None
) -> None:
    """F46, F47: audio cut short is never taken for whole, tells how much came, and is not paid for twice."""
    with ScriptedServer((answer, HangUp())) as server, make(server.url, retry=None) as client:
        error = failing(action, client)
        assert len(server.requests) == 1
    assert failure_of(error) == Failure(
        kind=IncompleteBody,
        request_id=None,
        may_have_been_billed=True,
        received_nbytes=len(AUDIO),
        expected_nbytes=expected,
    )


@every_maker
@pytest.mark.parametrize("action", [generate, stream])
def test_a_body_without_length_ends_with_the_connection(make: Maker, action: Action) -> None:
    """F48: a body that ends at the end of the connection is accepted."""
    with ScriptedServer((Answer(body=AUDIO, announced=-1), HangUp())) as server, make(server.url) as client:
        assert action(client) == AUDIO


@every_maker
@pytest.mark.parametrize("action", [generate, stream])
def test_a_compressed_body_is_decoded(make: Maker, action: Action) -> None:
    """F49: gzip is undone."""
    with ScriptedServer((Answer(body=AUDIO, zipped=True),)) as server, make(server.url) as client:
        assert action(client) == AUDIO


@every_maker
@pytest.mark.parametrize("action", [generate, stream, get_voice])
def test_broken_compression_is_a_protocol_error(make: Maker, action: Action) -> None:
    """A body that claims to be gzip and is not raises."""
    answer = Answer(
        kind="application/json" if action is get_voice else "audio/wav",
        body=b"no gzip at all",
        headers=(("Content-Encoding", "gzip"),),
    )
    with ScriptedServer((answer,)) as server, make(server.url) as client:
        error = failing(action, client)
    assert type(error) is RemoteProtocolError


@every_maker
@pytest.mark.parametrize("action", [generate, stream])
def test_a_compression_bomb_is_refused(make: Maker, action: Action) -> None:
    """F49: a small body that would become gigantic is refused before it fills the memory."""
    answer = Answer(body=bomb(), headers=(("Content-Encoding", "gzip"),))
    with ScriptedServer((answer,)) as server, make(server.url) as client:
        error = failing(action, client)
    assert type(error) is RemoteProtocolError
    assert error.may_have_been_billed


@every_maker
@pytest.mark.parametrize("action", [generate, stream, sse])
def test_a_reset_in_mid_body_is_a_lost_connection(make: Maker, action: Action) -> None:
    """A TCP reset after the head is told as `ConnectionLost`, with the request id of the answer."""
    answer = Answer(kind=SSE if action is sse else "audio/wav", announced=500, headers=(("X-Request-Id", "req-9"),))
    with ScriptedServer((answer, Reset())) as server, make(server.url) as client:
        error = failing(action, client)
    assert isinstance(error, (ConnectionLost, IncompleteBody))
    assert error.may_have_been_billed
    assert error.request_id == "req-9"


@every_maker
@pytest.mark.parametrize("action", ALL)
@pytest.mark.parametrize("step", [HangUp(), Reset()], ids=["end", "reset"])
def test_no_answer_at_all_is_a_lost_connection(make: Maker, action: Action, step: Step) -> None:
    """The connection ends where an answer should come. What only reads or opens a socket has cost nothing."""
    with ScriptedServer((ReadRequest(), step)) as server, make(server.url) as client:
        error = failing(action, client)
        assert len(server.requests) == 1
    assert type(error) is ConnectionLost
    assert error.retryable
    assert error.may_have_been_billed is (action not in (get_voice, open_socket))


def test_streaming_gives_the_first_bytes_before_the_last_are_sent() -> None:
    """D20: pieces are handed on as they come."""
    with (
        ScriptedServer((Answer(body=b"first", announced=9), Answer())) as server,
        sync_client(server) as client,
        client.tts.stream(model_id="sonic-3", transcript="Hi.", voice=VOICE, output_format=FORMAT) as pieces,
    ):
        assert next(iter(pieces)) == b"first"


def test_leaving_a_stream_early_closes_its_connection() -> None:
    """Nothing more is read, and nothing is handed out afterwards as if it were whole."""
    with ScriptedServer((Answer(body=b"first", announced=9),)) as server, sync_client(server) as client:
        with client.tts.stream(model_id="sonic-3", transcript="Hi.", voice=VOICE, output_format=FORMAT) as pieces:
            assert next(iter(pieces)) == b"first"
        server.until(lambda: server.records[0].has_ended, "the end of the connection")
        with pytest.raises(LocalProtocolError):
            list(pieces)


def test_a_stream_must_be_entered() -> None:
    """Iterating without the block tells what to write."""
    with Client(api_key=KEY) as client:
        pieces = client.tts.stream(model_id="sonic-3", transcript="Hi.", voice=VOICE, output_format=FORMAT)
        with pytest.raises(LocalProtocolError, match="with client"):
            iter(pieces)


# --- time


@every_maker
@pytest.mark.parametrize("action", GENERATIONS)
def test_silence_is_a_read_timeout_and_one_request(make: Maker, action: Action) -> None:
    """F51: a server that never answers a paid request is asked once."""
    with (
        ScriptedServer((ReadRequest(), Deaf())) as server,
        make(server.url, timeout=Timeouts(read=0.5)) as client,
    ):
        error = failing(action, client)
        assert len(server.requests) == 1
    assert type(error) is ReadTimeout
    assert error.may_have_been_billed
    assert isinstance(error, TimeoutError)


@every_maker
@pytest.mark.parametrize("action", GENERATIONS)
def test_silence_in_mid_body_is_a_read_timeout(make: Maker, action: Action) -> None:
    """A body that stalls raises after the time-out, with the request id."""
    body = sse_chunk(b"aa") if action is sse else AUDIO
    answer = Answer(
        kind=SSE if action is sse else "audio/wav",
        body=body,
        announced=len(body) + 9,
        headers=(("X-Request-Id", "req-9"),),
    )
    with (
        ScriptedServer((answer, Deaf())) as server,
        make(server.url, timeout=Timeouts(read=0.5)) as client,
    ):
        error = failing(action, client)
    assert type(error) is ReadTimeout
    assert error.may_have_been_billed
    assert error.request_id == "req-9"


@every_maker
@pytest.mark.parametrize("action", ALL)
def test_nobody_listening_is_a_failed_connection(make: Maker, action: Action) -> None:
    """A refused connection costs nothing and may be tried again."""
    with ScriptedServer() as server:
        url = server.url
    with make(url, timeout=1, retry=NO_RETRIES) as client:
        error = failing(action, client)
    assert type(error) is ConnectFailed
    assert error.retryable
    assert not error.may_have_been_billed


# --- sharing


def test_threads_share_one_client() -> None:
    """Sixteen threads generate at once; each gets the audio of its own text."""
    threads = 16
    barrier = Barrier(threads, timeout=5)
    parrot = Forever(Answer(body=lambda seen: str(seen.json["transcript"]).encode() * 2000))
    with (
        ScriptedServer(default=(parrot,)) as server,
        sync_client(server) as client,
        ThreadPoolExecutor(threads) as pool,
    ):

        def speak(number: int) -> None:
            barrier.wait()
            for round_ in range(5):
                text = f"<{number}.{round_}>"
                assert generate(client, text) == text.encode() * 2000

        for future in [pool.submit(speak, number) for number in range(threads)]:
            future.result(timeout=20)
        assert len(server.requests) == threads * 5


def test_a_connection_that_was_closed_meanwhile_is_replaced() -> None:
    """The server closes a kept connection between two calls: the second one opens another, and is sent once."""
    scripts = ((Answer(body=AUDIO), HangUp()), (Answer(body=AUDIO),))
    with ScriptedServer(*scripts) as server, sync_client(server) as client:
        assert generate(client) == AUDIO
        server.until(lambda: server.records[0].has_faulted)
        assert generate(client) == AUDIO
        assert len(server.requests) == 2


@pytest.mark.parametrize("action", ALL)
def test_a_closed_client_says_so(action: Action) -> None:
    """Using a client after its block is an error of the caller."""
    with ScriptedServer() as server:
        client = sync_client(server)
        client.close()
        assert type(failing(action, client)) is LocalProtocolError
