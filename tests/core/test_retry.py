"""The verdict after one try: kinds of call, outcomes, what the server asks for, deadlines, redirects."""

from __future__ import annotations

import pytest
from attrs import evolve

from cartesia_core import errors as e
from cartesia_core.http import Call, Headers, Response, RetryKind
from cartesia_core.retry import (
    MAX_REDIRECTS,
    NO_RETRIES,
    Accepted,
    Attempt,
    Failed,
    Follow,
    Retry,
    RetryPolicy,
    Verdict,
    backoff,
    retry_after,
    settle,
)

READ = Call(method="GET", path="/voices", retry=RetryKind.READ)
WORK = Call(method="POST", path="/tts/bytes", retry=RetryKind.WORK)
UPDATE = Call(method="PATCH", path="/voices/v", retry=RetryKind.UPDATE)
URL = "https://api.example/tts/bytes"
POLICY = RetryPolicy()
NOW = 784_111_777.0  # Sun, 06 Nov 1994 08:49:37 GMT


def answer(status: int, **headers: str) -> Response:
    """Make an answer; underscores in names stand for hyphens."""
    return Response(status, Headers((name.replace("_", "-"), value) for name, value in headers.items()), "2026-08-14")


def judge(
    call: Call, outcome: Response | e.CartesiaError, attempt: Attempt | None = None, policy: RetryPolicy = POLICY
) -> Verdict:
    """Settle with the usual rest."""
    return settle(call, outcome, attempt or Attempt(now=NOW), policy, url=URL)


@pytest.mark.parametrize("call", [READ, WORK])
@pytest.mark.parametrize("status", [200, 201, 204, 206, 299])
def test_success_is_accepted(call: Call, status: int) -> None:
    """Whatever the attempt, an answer of 2xx is taken."""
    assert judge(call, answer(status), Attempt(number=9, elapsed=1e9)) == Accepted()


STATUSES: list[tuple[int, dict[str, str], bool, bool]] = [
    # status, header fields, repeated for reads, repeated for work
    (400, {}, False, False),
    (401, {}, False, False),
    (402, {}, False, False),
    (403, {}, False, False),
    (404, {}, False, False),
    (408, {}, True, False),
    (409, {}, True, False),
    (418, {}, False, False),
    (422, {}, False, False),
    (429, {}, True, True),
    (429, {"retry_after": "3"}, True, True),
    (429, {"x_should_retry": "false"}, False, False),
    (429, {"x_should_retry": "true"}, True, True),
    (500, {}, True, False),
    (500, {"retry_after": "3"}, True, False),
    (500, {"x_should_retry": " False "}, False, False),
    (500, {"x_should_retry": "true"}, True, False),
    (502, {}, True, False),
    (503, {}, True, False),
    (503, {"retry_after": "3"}, True, True),
    (503, {"retry_after": "later"}, True, False),
    (503, {"retry_after_ms": "250"}, True, True),
    (503, {"retry_after": "3", "x_should_retry": "false"}, False, False),
    (504, {}, True, False),
    (304, {}, False, False),
    (100, {}, False, False),
]


@pytest.mark.parametrize(("status", "headers", "read", "work"), STATUSES)
def test_statuses(status: int, headers: dict[str, str], read: bool, work: bool) -> None:
    """Reads are repeated after passing faults, updates too but for conflicts; work only when it cannot have begun."""
    for call, repeated in ((READ, read), (WORK, work), (UPDATE, read and status != 409)):
        verdict = judge(call, answer(status, **headers))
        assert isinstance(verdict, Retry if repeated else Failed)
        error = verdict.because if isinstance(verdict, Retry) else verdict.error
        assert (error.status, error.api_version) == (status, "2026-08-14")


FAULTS: list[tuple[e.CartesiaError, bool, bool]] = [
    (e.ConnectFailed("x"), True, True),
    (e.ConnectTimeout("x"), True, True),
    (e.ConnectionLost("x"), True, False),
    (e.ReadTimeout("x"), True, False),
    (e.TransportError("x"), True, False),
    (e.TransportError("x", retryable=False), False, False),
    (e.RedirectRefused("x"), False, False),
    (e.RemoteProtocolError("x"), False, False),
    (e.IncompleteBody("x"), True, False),
    (e.DecodeError("x"), False, False),
    (e.UnexpectedContentType("x"), False, False),
    (e.InvalidArgument("x"), False, False),
    (e.ServerError("x"), True, False),
]


@pytest.mark.parametrize(("fault", "read", "work"), FAULTS, ids=lambda value: type(value).__name__)
def test_faults(fault: e.CartesiaError, read: bool, work: bool) -> None:
    """A request that may have arrived is repeated only where repeating is harmless."""
    for call, repeated in ((READ, read), (WORK, work), (UPDATE, read)):
        verdict = judge(call, fault)
        assert verdict == (Retry(0.5, fault) if repeated else Failed(fault))


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry_after": "3"}, 3.0),
        ({"retry_after": "2.5"}, 2.5),
        ({"retry_after": "0"}, 0.0),
        ({"retry_after_ms": "1500"}, 1.5),
        ({"retry_after_ms": "1500", "retry_after": "9"}, 1.5),
        ({"retry_after_ms": "soon", "retry_after": "9"}, 9.0),
        ({"retry_after": "Sun, 06 Nov 1994 08:49:47 GMT"}, 10.0),
        ({"retry_after": "Sun, 06 Nov 1994 08:00:00 GMT"}, 0.0),
        ({"retry_after": "-1"}, None),
        ({"retry_after": "nan"}, None),
        ({"retry_after": "inf"}, None),
        ({"retry_after": ""}, None),
        ({"retry_after": "soon"}, None),
        ({}, None),
    ],
)
def test_forms_of_retry_after(headers: dict[str, str], seconds: float | None) -> None:
    """Milliseconds, seconds, fractions, dates; nonsense counts as nothing said."""
    head = answer(429, **headers)
    assert retry_after(head, NOW) == seconds
    verdict = judge(WORK, head)
    assert isinstance(verdict, Retry)
    assert verdict.after == (0.5 if seconds is None else seconds)
    assert verdict.because.retry_after == seconds


def test_what_the_server_asks_for_is_not_shortened() -> None:
    """Neither `max_delay` nor jitter applies to it."""
    verdict = judge(READ, answer(429, retry_after="30"), Attempt(jitter=1.0))
    assert isinstance(verdict, Retry)
    assert verdict.after == 30


def test_back_off_doubles_up_to_its_limit() -> None:
    """0.5, 1, 2, 4, 8, 8, ... and up to a quarter less; however many tries, nothing overflows."""
    assert [backoff(POLICY, number, 0.0) for number in range(6)] == [0.5, 1.0, 2.0, 4.0, 8.0, 8.0]
    assert backoff(POLICY, 1, 1.0) == 0.75
    assert backoff(POLICY, 100_000, 0.0) == 8.0


def test_retries_are_counted() -> None:
    """`max_retries` repeats follow the first try; 0 switches repeating off."""
    assert isinstance(judge(READ, answer(500), Attempt(number=1)), Retry)
    assert isinstance(judge(READ, answer(500), Attempt(number=2)), Failed)
    assert isinstance(judge(READ, answer(500), policy=NO_RETRIES), Failed)
    assert isinstance(judge(READ, e.ConnectFailed("x"), policy=NO_RETRIES), Failed)


@pytest.mark.parametrize(
    ("elapsed", "asked", "repeated"),
    [(0, "59", True), (0, "60", False), (58, "1", True), (59, "1", False), (59.6, None, False), (59.4, None, True)],
)
def test_no_repeat_begins_beyond_the_deadline(elapsed: float, asked: str | None, repeated: bool) -> None:
    """The deadline counts tries and waits together; what cannot begin in time fails at once."""
    head = answer(429, retry_after=asked) if asked is not None else answer(429)
    verdict = judge(READ, head, Attempt(elapsed=elapsed))
    assert isinstance(verdict, Retry if repeated else Failed)


REDIRECTS = [301, 302, 303, 307, 308]


@pytest.mark.parametrize("status", REDIRECTS)
@pytest.mark.parametrize(
    ("location", "target"),
    [
        ("/tts/bytes/", "https://api.example/tts/bytes/"),
        ("other?x=1", "https://api.example/tts/other?x=1"),
        ("https://API.example:443/v2", "https://API.example:443/v2"),
        ("https:///v2", "https://api.example/v2"),
    ],
)
def test_redirects_within_the_origin_are_followed(status: int, location: str, target: str) -> None:
    """A read follows all of them; work only those that keep method and body."""
    assert judge(READ, answer(status, location=location)) == Follow(target)
    verdict = judge(WORK, answer(status, location=location))
    if status in (307, 308):
        assert verdict == Follow(target)
    else:
        assert isinstance(verdict, Failed)
        assert "into a GET" in str(verdict.error)


@pytest.mark.parametrize("status", REDIRECTS)
@pytest.mark.parametrize("call", [READ, WORK])
@pytest.mark.parametrize(
    "location",
    [
        "https://evil.example/",
        "//evil.example/",
        "http://api.example/",
        "https://api.example:444/",
        "https://api.example@evil.example/",
        "https://api.example.evil.example/",
        "javascript:alert(1)",
        "https://evil.example\\@api.example.evil/",
    ],
)
def test_redirects_elsewhere_are_refused(status: int, call: Call, location: str) -> None:
    """Neither key nor text follows to another origin, and the error says what to change."""
    verdict = judge(call, answer(status, location=location, x_request_id="r"))
    assert isinstance(verdict, Failed)
    assert isinstance(verdict.error, e.RedirectRefused)
    assert (verdict.error.status, verdict.error.request_id) == (status, "r")
    assert "base_url" in str(verdict.error)


@pytest.mark.parametrize("headers", [{}, {"location": ""}, {"location": "https://["}])
def test_redirects_to_nowhere_are_refused(headers: dict[str, str]) -> None:
    """Sending the same to the same place would not help, and nonsense is no crash."""
    verdict = judge(READ, answer(307, **headers))
    assert isinstance(verdict, Failed)
    assert "location" in str(verdict.error)


def test_redirects_in_a_row_are_counted() -> None:
    """A loop ends."""
    head = answer(307, location="/a")
    assert judge(READ, head, Attempt(redirects=MAX_REDIRECTS - 1)) == Follow("https://api.example/a")
    verdict = judge(READ, head, Attempt(redirects=MAX_REDIRECTS))
    assert isinstance(verdict, Failed)
    assert "4th in a row" in str(verdict.error)


@pytest.mark.parametrize("name", ["max_retries", "first_delay", "max_delay", "deadline"])
@pytest.mark.parametrize("value", [-1, float("nan"), "2"])
def test_policies_are_checked(name: str, value: float) -> None:
    """What makes no sense is refused where it is written."""
    with pytest.raises(e.InvalidArgument, match=name):
        evolve(POLICY, **{name: value})  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", RetryKind)
def test_what_only_reads_has_cost_nothing(kind: RetryKind) -> None:
    """Whatever became of it; of any other call the server may have done the work."""
    call = Call(method="GET", path="/voices", retry=kind)
    verdict = settle(call, e.ConnectionLost("gone"), Attempt(number=9), RetryPolicy(), url="https://api.test/voices")
    assert isinstance(verdict, Failed)
    assert verdict.error.may_have_been_billed is (kind is not RetryKind.READ)
