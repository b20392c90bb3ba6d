"""Which socket takes the next context, when another is opened, which are given up."""

from __future__ import annotations

import pytest
from attrs import evolve, frozen

from cartesia_core import errors as e
from cartesia_core.failure import api_error
from cartesia_core.tts.dialogue import TtsDialogue
from cartesia_core.tts.pool import (
    OpenSocket,
    PauseBeforeOpening,
    PoolLimits,
    PoolStatistics,
    SocketPool,
    UseSocket,
    WaitForSocket,
)
from cartesia_core.ws.events import Closed, ClosedBy, State
from cartesia_core.ws.notices import (
    RetiredFor,
    SocketFault,
    SocketLost,
    SocketNotOpened,
    SocketOpened,
    SocketOpening,
    SocketPause,
    SocketRetired,
)
from cartesia_core.ws.reconnect import ReconnectPolicy
from tests.core.tts.sockets import DIED, Pool, wire
from tests.core.tts.talk import chunk, server

TWO_TIMES_TWO = PoolLimits(max_sockets=2, max_contexts_per_socket=2)
RESTART = Closed(1012, "restart", ClosedBy.SERVER)


# --- one socket, the ordinary case


def test_the_first_context_opens_a_socket_and_the_others_share_it() -> None:
    """However many they are; the observer is told when, how long it took, and what to quote to the support."""
    pool = Pool()
    assert pool.ask() == OpenSocket()
    pool.now = 1.5
    first = pool.opened(request_id="r-1")
    assert pool.told() == [SocketOpening(0), SocketOpened(1, 1.5, "r-1")]
    assert [pool.begin(f"c{number}") for number in range(20)] == [first] * 20
    assert (pool.pool.opened_sockets, pool.pool.newest, pool.told()) == (1, first, [])


def test_a_socket_that_was_opened_unasked_took_no_time() -> None:
    """As when a program brings one of its own."""
    pool = Pool()
    pool.opened()
    assert pool.told() == [SocketOpened(1, 0.0)]


def test_one_attempt_at_a_time() -> None:
    """Whoever asks meanwhile waits for its outcome, and then uses the socket or opens another."""
    pool = Pool(evolve(TWO_TIMES_TWO, acquire_seconds=3.0))
    assert pool.ask() == OpenSocket()
    assert (pool.ask(), pool.warm(2), pool.ask(since=-1.0)) == (
        WaitForSocket(3.0),
        WaitForSocket(3.0),
        WaitForSocket(2.0),
    )
    pool.opened()
    assert isinstance(pool.ask(), UseSocket)
    assert pool.warm(2) == OpenSocket()


def test_a_failure_is_told_and_the_next_one_waits() -> None:
    """The pause is told once, however many ask for a socket while it lasts."""
    pool = Pool()
    error = e.ConnectFailed("refused")
    pool.fail(error)
    assert pool.told() == [SocketOpening(0), SocketNotOpened(error, 1)]
    assert [pool.ask(), pool.ask()] == [PauseBeforeOpening(0.25)] * 2
    assert pool.told() == [SocketPause(0.25, 1)]
    pool.now = 0.125
    assert pool.ask(since=0.0) == PauseBeforeOpening(0.125)
    pool.now = 0.25
    assert pool.ask(since=0.0) == OpenSocket()
    assert pool.told() == [SocketOpening(1)]
    pool.pool.not_opened(error, now=0.25, jitter=1.0)
    assert pool.ask() == PauseBeforeOpening(0.375)
    assert pool.told() == [SocketNotOpened(error, 2), SocketPause(0.375, 2)]


def test_who_is_cancelled_while_opening_has_not_failed() -> None:
    """The next who asks opens at once."""
    pool = Pool()
    assert pool.ask() == OpenSocket()
    pool.pool.not_opened(None, now=0.0, jitter=0.0)
    assert pool.ask() == OpenSocket()
    assert pool.told() == [SocketOpening(0), SocketOpening(0)]
    assert pool.pool.statistics().failures == 0


def test_a_pause_longer_than_anybody_waits_is_an_error_at_once() -> None:
    """As when the server asks for a minute."""
    pool = Pool(PoolLimits(acquire_seconds=10.0))
    pool.fail(e.RateLimitedError("too many sockets", status=429, retry_after=60.0))
    with pytest.raises(e.ReconnectStopped, match="too many sockets") as caught:
        pool.ask()
    assert (caught.value.status, caught.value.retry_after) == (429, 60.0)
    pool.now = 51.0
    assert pool.ask() == PauseBeforeOpening(9.0)
    with pytest.raises(e.ReconnectStopped):
        pool.ask(since=49.0)
    with pytest.raises(e.ReconnectStopped):
        pool.warm(1, since=49.0)


def test_three_failures_in_a_row_stop_the_trying_for_a_while() -> None:
    """Then one is tried again."""
    pool = Pool()
    for now in (0.0, 1.0, 2.0):
        pool.now = now
        pool.fail()
    pool.now = 9.9
    with pytest.raises(e.ReconnectStopped, match="3 sockets in a row"):
        pool.ask()
    pool.now = 10.0
    pool.open()


@pytest.mark.parametrize("status", [400, 401, 403, 404])
def test_some_refusals_are_never_tried_again(status: int) -> None:
    """Everybody gets the error, at any time, without a socket being opened."""
    pool = Pool()
    pool.fail(api_error(status)("no", status=status))
    pool.now = 1e6
    for ask in (pool.ask, lambda: pool.warm(1)):
        with pytest.raises(api_error(status)):
            ask()
    assert [type(notice) for notice in pool.told()] == [SocketOpening, SocketNotOpened]


# --- sockets that end


def test_a_socket_that_died_idle_is_replaced_at_once() -> None:
    """It had lived long enough: nobody waits and nobody is told but the observer."""
    pool = Pool()
    pool.open()
    pool.told()
    pool.now = 250.0
    first = pool.pool.newest
    assert first is not None
    first.be_closed(now=250.0)
    assert pool.ask() == OpenSocket()
    assert pool.told() == [SocketLost(1, RESTART, 250.0), SocketOpening(0)]
    assert (pool.to_close(), pool.to_close(), pool.pool.newest) == (["s1"], [], None)
    second = pool.opened()
    assert pool.begin("c") is second


def test_a_socket_that_dies_young_without_having_worked_is_a_failure() -> None:
    """Three of them, and it is over for a while: a server that accepts and closes is not asked for ever."""
    pool = Pool()
    for lived in (0.0, 1.0, 4.9):
        pool.now += 100.0
        socket = pool.open()
        pool.now += lived
        socket.die()
        pool.look()
    with pytest.raises(e.ReconnectStopped, match="it died 4.9 s after it was opened"):
        pool.ask()
    assert pool.pool.statistics().lost == pool.pool.statistics().failures == 3


def test_a_socket_that_worked_before_it_died_young_is_a_success() -> None:
    """The context that it carried to its end shows that it was good."""
    pool = Pool()
    pool.fail()
    pool.now = 1.0
    pool.open().speak("a", now=1.0)
    pool.now = 1.5
    socket = pool.pool.newest
    assert socket is not None
    socket.die()
    assert pool.ask() == OpenSocket()
    assert pool.told()[-2:] == [SocketLost(1, DIED, 0.5), SocketOpening(0)]


def test_a_socket_that_works_or_lives_resets_the_failures() -> None:
    """While it is still there; merely being open does not."""
    for works, lived in ((True, 0.0), (False, 5.0)):
        pool = Pool()
        pool.fail()
        pool.now = 1.0
        socket = pool.open()
        pool.look()
        assert pool.pool.statistics().failures == 1
        if works:
            socket.speak("a", now=1.0)
        pool.now += lived
        pool.look()
        assert pool.pool.statistics().failures == 0


def test_a_healthy_socket_does_not_undo_the_pauses_of_others() -> None:
    """Else every context would try to open another one, as fast as they come."""
    pool = Pool(PoolLimits(max_sockets=2, max_contexts_per_socket=1))
    healthy = pool.open()
    healthy.speak("a", now=0.0)
    pool.begin("b")
    pool.now = 60.0
    for _ in range(3):
        pool.fail(e.RateLimitedError("too many sockets", status=429))
        pool.now += 1.0
    with pytest.raises(e.ReconnectStopped):
        pool.ask()
    healthy.be_closed(now=pool.now)
    with pytest.raises(e.ReconnectStopped):
        pool.ask()
    assert pool.pool.statistics().failures == 3


@frozen
class Ending:
    """A session that ends, in another thread, after it was asked a few times."""

    answers: list[Closed | None]

    @property
    def state(self) -> State:
        """Open, as far as is known."""
        return State.OPEN

    @property
    def closed(self) -> Closed | None:
        """What is known by then."""
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


def test_a_socket_that_ends_while_the_pool_looks_is_not_forgotten() -> None:
    """It is still there when the pool looks again; then it is counted, told, and closed."""
    pool: SocketPool[str] = SocketPool(PoolLimits(), ReconnectPolicy())
    pool.opened("s1", Ending([None, DIED]), TtsDialogue(), now=0.0)
    pool.notices()
    pool.look(now=10.0, jitter=0.0)
    assert (pool.newest, pool.to_close(), pool.notices()) == ("s1", [], [])
    pool.look(now=11.0, jitter=0.0)
    assert (pool.newest, pool.to_close(), pool.notices()) == (None, ["s1"], [SocketLost(1, DIED, 11.0)])


# --- several sockets


def test_contexts_go_to_the_socket_with_the_fewest() -> None:
    """Those about to be opened count like those that are."""
    pool = Pool(TWO_TIMES_TWO)
    one, leased = pool.open(), pool.lease()
    assert leased.connection is one
    assert pool.begin("a") is one
    two = pool.open()
    assert pool.lease().connection is two
    pool.pool.release(leased)
    assert {pool.begin("b"), pool.begin("c")} == {one, two}
    assert isinstance(pool.ask(), WaitForSocket)


def test_a_full_pool_waits_until_something_ends() -> None:
    """A cancelled context makes room like one that is done."""
    pool = Pool(evolve(TWO_TIMES_TWO, acquire_seconds=4.0))
    one = pool.open()
    pool.begin("a")
    pool.begin("b")
    pool.open()
    pool.begin("c")
    pool.begin("d")
    assert pool.ask() == WaitForSocket(4.0)
    one.cancel("a", now=0.0)
    assert pool.begin("e") is one
    one.hear(server("done", "e"), now=0.0)
    assert pool.begin("f") is one
    assert pool.ask(since=-3.9) == WaitForSocket(-3.9 + 4.0)


def test_who_waits_too_long_is_told_what_to_do() -> None:
    """Nothing was sent, so nothing was billed."""
    pool = Pool(PoolLimits(max_sockets=1, max_contexts_per_socket=1, acquire_seconds=4.0))
    pool.open()
    pool.begin("a")
    pool.now = 4.0
    with pytest.raises(e.SocketTimeout) as caught:
        pool.ask(since=0.0)
    assert "no socket had room for 4.0 s: 1 of 1 are open with 1 contexts" in str(caught.value)
    assert "raise max_sockets or max_contexts_per_socket" in str(caught.value)
    assert (caught.value.retryable, caught.value.may_have_been_billed) == (True, False)


def test_waiting_for_another_ones_attempt_ends_too() -> None:
    """Even if that never comes back."""
    pool = Pool(PoolLimits(acquire_seconds=4.0))
    assert pool.ask() == OpenSocket()
    pool.now = 4.0
    with pytest.raises(e.SocketTimeout):
        pool.ask(since=0.0)
    with pytest.raises(e.SocketTimeout):
        pool.warm(1, since=0.0)


def test_a_socket_that_is_being_closed_takes_nothing_but_still_counts() -> None:
    """The plan counts it until it is gone."""
    pool = Pool()
    socket = pool.open()
    socket.session.close(now=0.0)
    assert pool.ask() == WaitForSocket(10.0)
    assert pool.pool.statistics().sockets == 0
    socket.session.abort()
    assert pool.ask() == OpenSocket()
    assert pool.pool.statistics().failures == 0


# --- warming


def test_warming_opens_as_many_as_asked_for() -> None:
    """One after the other; what is there counts."""
    pool = Pool(PoolLimits(max_sockets=3))
    for _ in range(3):
        assert pool.warm(3) == OpenSocket()
        pool.opened()
    assert (pool.warm(3), pool.warm(1)) == (None, None)
    assert pool.pool.statistics().sockets == 3
    assert {pool.begin(name).name for name in "abc"} == {"s1", "s2", "s3"}


def test_warming_replaces_what_is_no_good_any_more() -> None:
    """Dead ones, and ones unused for so long that the server may close them any moment."""
    pool = Pool(PoolLimits(max_sockets=2, max_idle_seconds=100.0))
    pool.open()
    assert pool.warm(2) == OpenSocket()
    pool.now = 50.0
    pool.opened().die()
    assert pool.warm(2) == PauseBeforeOpening(0.25)
    pool.now = 100.0
    assert pool.warm(1) == OpenSocket()
    assert pool.to_close() == ["s2", "s1"]


@pytest.mark.parametrize("count", [0, -1, 4])
def test_warming_more_than_there_may_be_is_refused(count: int) -> None:
    """So is warming none; nothing is opened."""
    pool = Pool(PoolLimits(max_sockets=3))
    with pytest.raises(e.InvalidArgument, match=r"from 1 to max_sockets, 3"):
        pool.warm(count)
    assert pool.told() == []


# --- retiring


def test_a_socket_unused_for_too_long_is_replaced_instead_of_used() -> None:
    """Unused since its opening, or since the last message over it in either direction."""
    pool = Pool(PoolLimits(max_idle_seconds=100.0))
    socket = pool.open()
    pool.now = 99.0
    assert pool.begin("a") is socket
    pool.now = 150.0
    socket.hear(chunk("a"), server("done", "a"), now=150.0)
    pool.now = 249.0
    pool.pool.release(pool.lease())
    pool.told()
    pool.now = 250.0
    assert pool.ask() == OpenSocket()
    assert pool.told() == [SocketRetired(1, RetiredFor.IDLE, 250.0), SocketOpening(0)]
    assert pool.to_close() == ["s1"]


def test_a_socket_that_carries_a_context_is_not_idle() -> None:
    """However long it is silent; nor is one that is about to."""
    pool = Pool(PoolLimits(max_idle_seconds=100.0))
    socket = pool.open()
    leased = pool.lease()
    pool.now = 1000.0
    assert leased.idle_seconds(pool.now) == 0.0
    assert pool.begin("a") is socket
    pool.pool.release(leased)
    pool.now = 2000.0
    assert pool.begin("b") is socket


def test_a_socket_that_says_nothing_new_stays_idle() -> None:
    """A command that puts nothing on the wire does not keep the server from closing it."""
    pool = Pool(PoolLimits(max_idle_seconds=100.0))
    socket = pool.open()
    socket.speak("a", now=10.0)
    socket.cancel("a", now=100.0)
    pool.now = 110.0
    assert pool.ask() == OpenSocket()
    assert pool.to_close() == ["s1"]


def test_sockets_may_stay_idle_and_grow_old_for_ever() -> None:
    """If so wished."""
    pool = Pool(PoolLimits(max_idle_seconds=None, max_age_seconds=None))
    socket = pool.open()
    pool.now = 1e9
    assert pool.lease().connection is socket


def test_an_old_socket_is_replaced_when_it_is_free() -> None:
    """Not while it speaks."""
    pool = Pool(PoolLimits(max_age_seconds=60.0))
    socket = pool.open()
    assert pool.begin("a") is socket
    pool.now = 60.0
    assert pool.begin("b") is socket  # there may be one only
    socket.cancel("a", now=60.0)
    socket.cancel("b", now=60.0)
    pool.told()
    assert pool.ask() == OpenSocket()
    assert pool.told() == [SocketRetired(1, RetiredFor.AGE, 60.0), SocketOpening(0)]


def test_an_old_socket_gets_nothing_new_while_another_can_be_opened() -> None:
    """While none can, an old one is better than none."""
    pool = Pool(PoolLimits(max_sockets=2, max_age_seconds=60.0))
    old = pool.open()
    pool.begin("a")
    pool.now = 60.0
    pool.fail()
    assert pool.begin("b") is old
    pool.now = 61.0
    young = pool.open()
    assert pool.begin("c") is young
    young.die()
    assert pool.begin("d") is old


def test_what_may_never_be_opened_again_leaves_what_is_there_in_use() -> None:
    """A key that was withdrawn ends no socket that was opened with it."""
    pool = Pool(PoolLimits(max_sockets=2, max_age_seconds=60.0))
    old = pool.open()
    pool.begin("a")
    pool.now = 60.0
    pool.fail(e.AuthenticationError("withdrawn", status=401))
    assert pool.begin("b") is old
    old.die()
    with pytest.raises(e.AuthenticationError):
        pool.ask()


# --- counting, telling, ending


def test_counts_outlive_their_sockets() -> None:
    """What was done, late and stray is summed up over all, alive or not."""
    pool = Pool(PoolLimits(max_sockets=2))
    one = pool.open()
    pool.warm(2)
    two = pool.opened()
    for socket in (one, two):
        socket.speak("a", now=0.0)
        socket.begin("b", now=0.0)
        socket.cancel("b", now=0.0)
        socket.hear(chunk("b", b"12345"), chunk("x"), now=0.0)
    two.begin("c", now=0.0)
    expected = PoolStatistics(
        sockets=2,
        contexts=1,
        opened=2,
        lost=0,
        failures=0,
        done_contexts=2,
        late_frames=2,
        late_nbytes=10,
        stray_frames=2,
    )
    assert pool.pool.statistics() == expected
    one.die()
    pool.look()
    assert pool.pool.statistics() == evolve(expected, sockets=1, lost=1)
    pool.pool.empty(now=0.0)
    assert pool.pool.statistics() == evolve(expected, sockets=0, contexts=0, lost=1)


def test_an_error_of_the_server_that_nobody_gets_is_told() -> None:
    """With the number of the socket, or 0 if that is in the pool no more."""
    pool = Pool(PoolLimits(max_sockets=2))
    pool.open()
    pool.warm(2)
    second = pool.opened()
    pool.told()
    error = e.ApiError("unknown context")
    pool.pool.fault(second, error)
    pool.pool.fault(wire("elsewhere"), error)
    assert pool.told() == [SocketFault(2, error), SocketFault(0, error)]
    assert pool.told() == []


def test_in_the_end_all_are_given_up() -> None:
    """Those given up before and not taken yet among them; nothing is given twice, and lost contexts are theirs."""
    pool = Pool(PoolLimits(max_sockets=3))
    for _ in range(3):
        pool.warm(3)
        pool.opened()
    pool.begin("a")
    pool.now = 7.0
    dead = pool.pool.newest
    assert dead is not None
    dead.die()
    pool.look()
    pool.told()
    assert [socket.name for socket in pool.pool.empty(now=8.0)] == ["s3", "s1", "s2"]
    assert pool.told() == [SocketRetired(1, RetiredFor.END, 8.0), SocketRetired(2, RetiredFor.END, 8.0)]
    assert (pool.pool.empty(now=9.0), pool.told(), pool.pool.newest) == ([], [], None)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("max_sockets", 0),
        ("max_sockets", 1.5),
        ("max_contexts_per_socket", 0),
        ("max_age_seconds", 0.0),
        ("max_idle_seconds", -1.0),
        ("acquire_seconds", 0.0),
    ],
)
def test_limits_are_checked(name: str, value: int) -> None:
    """Where they are written."""
    with pytest.raises(e.InvalidArgument, match=name):
        evolve(PoolLimits(), **{name: value})
