"""How often the server is asked, and after how long: for reads and for paid generations."""

from __future__ import annotations

import json
from collections.abc import Callable

import httpx
import pytest

from cartesia_core import NO_RETRIES, CartesiaError, Request, RetryPolicy
from cartesia_core.errors import ConnectFailed, RateLimitedError, ServerError
from cartesia_core.http import RetryKind
from cartesia_core.settings import settings_of
from cartesia_core.tts import endpoints as tts
from cartesia_core.tts.socket import TtsSocketRequest
from cartesia_httpx import HttpxSender, upgrade
from tests.adapters.calls import FORMAT
from tests.adapters.scripted import ScriptedServer
from tests.adapters.secrecy import KEY, assert_silent
from tests.adapters.steps import JSON, Accept, Answer, HangUp, Pairs, ReadRequest, Reset, Step
from tests.adapters.story import VOICE

WORK = tts.generate(model_id="sonic-3", transcript="Hello.", voice=VOICE, output_format=FORMAT)
READ: Request[bytes] = Request(
    method="GET", path="/thing", retry=RetryKind.READ, decode=lambda response: response.content
)
GOOD = Answer(body=b"good")
POLICY = RetryPolicy(max_retries=2, first_delay=0.5, max_delay=8.0, deadline=60.0)


def refusal(status: int, *headers: tuple[str, str]) -> Answer:
    """Answer with an error."""
    return Answer(status=status, kind=JSON, body=json.dumps({"message": "No."}).encode(), headers=headers)


class Sent:
    """What came of a call."""

    def __init__(self, server: ScriptedServer, call: Callable[[HttpxSender], object], policy: RetryPolicy) -> None:
        self.waits: list[float] = []
        self.error: CartesiaError | None = None
        settings = settings_of(api_key=KEY, base_url=server.url, retry=policy, timeout=2)
        with httpx.Client() as client:
            try:
                self.value = call(HttpxSender(client, settings, sleep=self.waits.append))
            except CartesiaError as error:
                assert_silent(error)
                self.error = error
        self.requests = len(server.requests)


def sent(request: Request[object], *steps: Step, policy: RetryPolicy = POLICY, single: bool = False) -> Sent:
    """Send a request to a server that plays one step for each connection (or all on one)."""
    scripts = [steps] if single else [(step,) for step in steps]
    with ScriptedServer(*scripts, default=()) as server:
        return Sent(server, lambda sender: sender.send(request), policy)


@pytest.mark.parametrize("status", [408, 409, 429, 500, 502, 503, 504, 529])
def test_a_read_is_repeated_after_passing_faults(status: int) -> None:
    """Two refusals, then the answer: three requests, with growing waits."""
    outcome = sent(READ, refusal(status), refusal(status), GOOD, single=True)
    assert outcome.requests == 3
    assert outcome.error is None
    first, second = outcome.waits
    assert 0.375 <= first <= 0.5
    assert 0.75 <= second <= 1.0


@pytest.mark.parametrize("status", [400, 401, 402, 403, 404, 422])
@pytest.mark.parametrize("request_", [READ, WORK], ids=["read", "work"])
def test_a_refusal_for_good_is_not_repeated(request_: Request[object], status: int) -> None:
    """What cannot become better is asked once."""
    outcome = sent(request_, refusal(status))
    assert outcome.requests == 1
    assert outcome.waits == []


@pytest.mark.parametrize("status", [408, 409, 500, 502, 503, 504])
def test_a_generation_is_not_repeated_when_it_may_have_been_done(status: int) -> None:
    """F51: the server may have accepted the work, so it is asked once."""
    outcome = sent(WORK, refusal(status))
    assert outcome.requests == 1
    assert outcome.error is not None
    assert outcome.error.status == status


@pytest.mark.parametrize("step", [HangUp(), Reset()], ids=["end", "reset"])
def test_a_lost_connection_is_repeated_for_reads_only(step: Step) -> None:
    """A connection that dies before the answer costs a read nothing, and a generation perhaps money."""
    for request, requests in ((READ, 3), (WORK, 1)):
        with ScriptedServer(default=(ReadRequest(), step)) as server:
            outcome = Sent(server, lambda sender, request=request: sender.send(request), POLICY)  # type: ignore[misc]
        assert outcome.requests == requests


@pytest.mark.parametrize("step", [HangUp(), Reset()], ids=["end", "reset"])
def test_a_read_whose_body_is_cut_is_repeated(step: Step) -> None:
    """Connection faults in mid-body are passing faults too."""
    with ScriptedServer((Answer(body=b"go", announced=4), step), (GOOD,)) as server:
        outcome = Sent(server, lambda sender: sender.send(READ), POLICY)
    assert outcome.error is None
    assert outcome.requests == 2


@pytest.mark.parametrize("request_", [READ, WORK], ids=["read", "work"])
def test_a_failed_connection_is_repeated(request_: Request[object]) -> None:
    """Nothing was sent, so trying again is harmless for paid work too."""
    with ScriptedServer() as server:
        url = server.url
    waits: list[float] = []
    with httpx.Client() as client, pytest.raises(ConnectFailed):
        HttpxSender(client, settings_of(api_key=KEY, base_url=url), sleep=waits.append).send(request_)
    assert len(waits) == 2


@pytest.mark.parametrize("request_", [READ, WORK], ids=["read", "work"])
@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ((("Retry-After", "7"),), 7.0),
        ((("retry-after-ms", "250"),), 0.25),
        ((("Retry-After", "7"), ("retry-after-ms", "1250")), 1.25),
        ((("Retry-After", "0"),), 0.0),
    ],
)
@pytest.mark.parametrize("status", [429, 503])
def test_a_retry_after_is_honoured(request_: Request[object], status: int, headers: Pairs, wait: float) -> None:
    """F52: exactly as long as the server asks, for reads and, as it has not accepted anything, for generations."""
    outcome = sent(request_, refusal(status, *headers), GOOD, single=True)
    assert outcome.error is None
    assert outcome.waits == [wait]


@pytest.mark.parametrize("request_", [READ, WORK], ids=["read", "work"])
def test_a_retry_after_beyond_the_deadline_raises_at_once(request_: Request[object]) -> None:
    """F52: nobody waits for what cannot be; the error says how long it would have been."""
    outcome = sent(request_, refusal(429, ("Retry-After", "120")))
    assert outcome.requests == 1
    assert outcome.waits == []
    assert type(outcome.error) is RateLimitedError
    assert outcome.error.retry_after == 120.0


def test_a_server_that_says_no_is_obeyed() -> None:
    """`x-should-retry: false` ends it."""
    assert sent(READ, refusal(500, ("x-should-retry", "false"))).requests == 1


@pytest.mark.parametrize("request_", [READ, WORK], ids=["read", "work"])
def test_retries_can_be_switched_off(request_: Request[object]) -> None:
    """`NO_RETRIES` asks once, whatever comes."""
    outcome = sent(request_, refusal(429, ("Retry-After", "0")), policy=NO_RETRIES)
    assert outcome.requests == 1


def test_the_last_failure_is_raised() -> None:
    """After all repeats, the error of the last one is told."""
    outcome = sent(READ, refusal(429), refusal(503), refusal(500), single=True)
    assert outcome.requests == 3
    assert type(outcome.error) is ServerError
    assert outcome.error.status == 500


def test_opening_a_socket_is_repeated_like_a_read() -> None:
    """D3: a refused upgrade that may pass is repeated with waits; each try has a key of its own."""
    steps = (refusal(503), refusal(429, ("Retry-After", "3")), Accept())

    def call(sender: HttpxSender) -> None:
        upgraded = upgrade(sender, TtsSocketRequest().call())
        upgraded.response.close()

    with ScriptedServer(steps) as server:
        outcome = Sent(server, call, POLICY)
        assert len({seen.headers["sec-websocket-key"] for seen in server.requests}) == len(server.requests)
    assert outcome.error is None
    assert outcome.requests == 3
    assert outcome.waits[1] == 3.0
