"""Whether and when another socket may be opened."""

from __future__ import annotations

import pytest
from attrs import evolve

from cartesia_core import errors as e
from cartesia_core.failure import api_error
from cartesia_core.ws.events import Closed, ClosedBy
from cartesia_core.ws.reconnect import FINAL_STATUSES, ReconnectPolicy, Reconnects

POLICY = ReconnectPolicy(max_failures=6, first_delay=0.25, max_delay=2.0, short_life_seconds=5.0)
REFUSED = e.ConnectFailed("refused")
CLOSED = Closed(1008, "policy", ClosedBy.SERVER)


def failed(times: int, *, policy: ReconnectPolicy = POLICY, now: float = 0.0, jitter: float = 0.0) -> Reconnects:
    """Give what has seen so many failures, all at once."""
    reconnects = Reconnects(policy)
    for _ in range(times):
        reconnects.failed(REFUSED, now=now, jitter=jitter)
    return reconnects


def ended(closed: Closed, *, lived: float, has_worked: bool = False) -> Reconnects:
    """Give what has seen a failure at 0 and then, opened at 10, a socket that ended."""
    reconnects = failed(1)
    reconnects.ended(closed, opened_at=10.0, has_worked=has_worked, now=10.0 + lived, jitter=0.0)
    return reconnects


# --- how long to wait


def test_nothing_has_failed_yet() -> None:
    """Then there is no wait, at any time."""
    reconnects = Reconnects(POLICY)
    assert (reconnects.failures, reconnects.not_before) == (0, None)
    assert (reconnects.is_ready(0.0), reconnects.pause_seconds(0.0), reconnects.pause_seconds(1e9)) == (True, 0.0, 0.0)


def test_pauses_double_up_to_a_cap() -> None:
    """From the first failure on; a failure after ten thousand others is counted like any."""
    pauses = [failed(times, policy=evolve(POLICY, max_failures=10)).pause_seconds(0.0) for times in range(1, 7)]
    assert pauses == [0.25, 0.5, 1.0, 2.0, 2.0, 2.0]
    assert failed(10_000, policy=evolve(POLICY, max_failures=20_000)).pause_seconds(0.0) == 2.0


@pytest.mark.parametrize(("jitter", "pause"), [(0.0, 1.0), (0.5, 0.875), (1.0, 0.75)])
def test_chance_shortens_a_pause_by_up_to_a_quarter(jitter: float, pause: float) -> None:
    """So that many clients that lost their sockets together do not come back together."""
    assert failed(3, jitter=jitter).pause_seconds(0.0) == pause


def test_a_pause_runs_out() -> None:
    """What has passed of it is not waited for again."""
    reconnects = failed(2, now=100.0)
    assert [reconnects.pause_seconds(now) for now in (100.0, 100.125, 100.5, 101.0)] == [0.5, 0.375, 0.0, 0.0]
    assert [reconnects.is_ready(now) for now in (100.0, 100.499, 100.5)] == [False, False, True]


def test_what_the_server_asks_for_is_not_shortened() -> None:
    """Neither by chance, nor by the cap, nor by another failure while it lasts; what is longer anyway stands."""
    reconnects = Reconnects(POLICY)
    reconnects.failed(e.RateLimitedError("slow down", retry_after=60.0), now=0.0, jitter=1.0)
    assert reconnects.pause_seconds(0.0) == 60.0
    reconnects.failed(REFUSED, now=1.0, jitter=1.0)
    assert reconnects.pause_seconds(1.0) == 59.0
    reconnects = Reconnects(POLICY)
    reconnects.failed(e.RateLimitedError("slow down", retry_after=0.1), now=0.0, jitter=0.0)
    assert reconnects.pause_seconds(0.0) == 0.25


# --- when to stop


def test_after_too_many_failures_nothing_is_opened_for_a_while() -> None:
    """The error says how often, why the last one failed, and when to try again; it is retryable and cost nothing."""
    reconnects = failed(2, policy=ReconnectPolicy())
    assert reconnects.pause_seconds(0.0) == 0.5
    last = e.ServerError("overloaded", status=503, error_code="busy", request_id="r-1", close_code=1013, retry_after=3)
    last.close_reason = "try later"
    reconnects.failed(last, now=0.0, jitter=1.0)
    with pytest.raises(e.ReconnectStopped) as caught:
        reconnects.pause_seconds(1.0)
    error = caught.value
    assert "3 sockets in a row could not be opened or died within 5.0 s" in error.message
    assert "no other is opened for 5.0 s; the last one: overloaded" in error.message
    assert (error.status, error.error_code, error.request_id) == (503, "busy", "r-1")
    assert (error.close_code, error.close_reason, error.retry_after) == (1013, "try later", 5.0)
    assert (error.retryable, error.may_have_been_billed) == (True, False)


def test_after_the_pause_one_may_be_tried_and_its_failure_begins_the_pause_anew() -> None:
    """For as long as they fail."""
    reconnects = failed(3, policy=ReconnectPolicy())
    assert reconnects.pause_seconds(8.0) == 0.0
    reconnects.failed(REFUSED, now=8.0, jitter=1.0)
    assert reconnects.failures == 4
    with pytest.raises(e.ReconnectStopped, match="4 sockets in a row"):
        reconnects.pause_seconds(13.9)
    assert reconnects.pause_seconds(14.0) == 0.0


def test_an_end_of_trying_without_a_known_reason() -> None:
    """There is still an error to raise."""
    error = Reconnects(POLICY).stopped(1.0)
    assert (error.status, error.request_id, error.close_code, error.retry_after) == (None, None, None, 1.0)


@pytest.mark.parametrize("status", sorted(FINAL_STATUSES))
def test_some_refusals_are_final(status: int) -> None:
    """The same request would meet them again, so each that asks gets the error, an instance of its own."""
    assert frozenset({400, 401, 403, 404}) == FINAL_STATUSES
    reconnects = Reconnects(POLICY)
    original = api_error(status)("no", status=status)
    reconnects.failed(original, now=0.0, jitter=0.0)
    raised = []
    for now in (0.0, 1e9):
        assert not reconnects.is_ready(now)
        with pytest.raises(type(original)) as caught:
            reconnects.pause_seconds(now)
        raised.append(caught.value)
    assert raised[0] is not raised[1]
    assert [error.status for error in raised] == [status, status]


@pytest.mark.parametrize("status", [402, 408, 409, 422, 429, 500, 503])
def test_other_refusals_may_pass(status: int) -> None:
    """They are waited out."""
    reconnects = Reconnects(POLICY)
    reconnects.failed(api_error(status)("not now", status=status), now=0.0, jitter=0.0)
    assert reconnects.pause_seconds(0.0) == 0.25
    assert reconnects.pause_seconds(0.25) == 0.0


def test_the_error_that_is_kept_keeps_nobodys_frames() -> None:
    """A traceback would hold every local variable of whoever asked for the socket."""

    def ask_for_a_socket() -> None:
        raise e.AuthenticationError("no key", status=401)

    reconnects = Reconnects(POLICY)
    with pytest.raises(e.AuthenticationError) as refused:
        ask_for_a_socket()
    reconnects.failed(refused.value, now=0.0, jitter=0.0)
    with pytest.raises(e.AuthenticationError) as caught:
        reconnects.pause_seconds(0.0)
    names = [entry.name for entry in caught.traceback]
    assert (names[-1], "ask_for_a_socket" in names) == ("pause_seconds", False)


# --- what counts


def test_a_success_resets_the_count() -> None:
    """And ends the pause; the next failure is the first one again."""
    reconnects = failed(3)
    reconnects.succeeded(opened_at=1.0)
    assert (reconnects.failures, reconnects.pause_seconds(0.0)) == (0, 0.0)
    reconnects.failed(REFUSED, now=2.0, jitter=0.0)
    assert reconnects.pause_seconds(2.0) == 0.25


def test_a_socket_from_before_the_failure_resets_nothing() -> None:
    """That it works does not show that another can be opened: else a healthy socket would undo every pause."""
    reconnects = failed(3, policy=ReconnectPolicy(), now=50.0)
    reconnects.succeeded(opened_at=49.9)
    reconnects.ended(CLOSED, opened_at=0.0, has_worked=True, now=51.0, jitter=0.0)
    assert reconnects.failures == 3
    with pytest.raises(e.ReconnectStopped):
        reconnects.pause_seconds(51.0)


@pytest.mark.parametrize(
    ("lived", "has_worked", "failures"), [(0.0, False, 2), (4.9, False, 2), (5.0, False, 0), (0.1, True, 0)]
)
def test_a_socket_must_live_or_work(lived: float, has_worked: bool, failures: int) -> None:
    """One that is closed at once is as bad as one that cannot be opened."""
    assert ended(CLOSED, lived=lived, has_worked=has_worked).failures == failures


@pytest.mark.parametrize("lived", [0.0, 100.0])
def test_what_is_closed_from_here_says_nothing(lived: float) -> None:
    """Neither good nor bad."""
    assert ended(Closed(1000, "", ClosedBy.CLIENT), lived=lived).failures == 1


@pytest.mark.parametrize(
    ("closed", "words"),
    [
        (CLOSED, 'the server closed it with "policy" 1.2 s after it was opened (close code 1008)'),
        (Closed(1011, "", ClosedBy.SERVER), "the server closed it 1.2 s after it was opened (close code 1011)"),
        (Closed(1006, "", ClosedBy.NOBODY), "it died 1.2 s after it was opened (close code 1006)"),
        (Closed(1006, "", ClosedBy.NOBODY, e.ConnectionLost("reset by peer")), "the last one: reset by peer"),
        (Closed(1002, "", ClosedBy.CLIENT, e.RemoteProtocolError("bad frame")), "the last one: bad frame"),
    ],
)
def test_the_last_end_is_told_when_trying_stops(closed: Closed, words: str) -> None:
    """Whoever reads the error need not look for the reason elsewhere."""
    reconnects = Reconnects(evolve(POLICY, max_failures=1))
    reconnects.ended(closed, opened_at=0.0, has_worked=False, now=1.2345, jitter=0.0)
    with pytest.raises(e.ReconnectStopped) as caught:
        reconnects.pause_seconds(1.3)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("max_failures", 0),
        ("max_failures", 1.5),
        ("max_failures", True),
        ("first_delay", -0.1),
        ("max_delay", float("nan")),
        ("short_life_seconds", -1),
    ],
)
def test_policies_are_checked(name: str, value: int) -> None:
    """Where they are written, not when a socket dies."""
    with pytest.raises(e.InvalidArgument, match=name):
        evolve(POLICY, **{name: value})
