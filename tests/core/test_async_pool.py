"""The TTS socket on an event loop that the test drives step by step: who waits, who is woken, what is left behind."""

from __future__ import annotations

import gc

import pytest

from cartesia_core import errors as e
from cartesia_core.http import Head, Headers
from cartesia_core.tts.commands import Cancel, OpenContext, Push
from cartesia_core.tts.pool import PoolLimits
from cartesia_core.ws.events import Closed, ClosedBy
from cartesia_core.ws.notices import (
    SocketFault,
    SocketLost,
    SocketNotice,
    SocketNotOpened,
    SocketOpened,
    SocketOpening,
    SocketPause,
)
from tests.core.async_lines import Line, Socket
from tests.core.by_hand import Cancelled
from tests.core.tts.talk import OPTIONS, chunk, server
from tests.core.ws.peer import frame

ONE_EACH = PoolLimits(max_sockets=2, max_contexts_per_socket=1, acquire_seconds=10.0)
CLOSE = frame(8, b"\x03\xe8connection idle timeout")


def full(limits: PoolLimits) -> tuple[Socket, Line]:
    """Give a socket whose only connection carries the context `a`, which fills it."""
    socket = Socket(limits)
    line = socket.opened()
    line.post(OpenContext("a", OPTIONS), Push("a", "Hi."))
    return socket, line


# --- opening


def test_the_first_text_opens_a_connection() -> None:
    """Its tasks are started, the observer is told, and the answer to the upgrade is at hand."""
    socket = Socket()
    with pytest.raises(e.LocalProtocolError, match="no connection is open"):
        _ = socket.head
    task = socket.loop.start(socket.new_context().push("Hi."))
    assert (len(socket.attempts), socket.connections, task.is_done) == (1, 0, False)
    socket.loop.pass_time(0.5)
    head = Head(101, Headers((("x-request-id", "r-1"),)))
    line = socket.succeed(head=head)
    task.result()
    assert (socket.connections, socket.started, socket.head) == (1, ["s1"], head)
    assert line.said() == [("c1", "Hi.")]
    assert socket.told == [SocketOpening(0), SocketOpened(1, 0.5, "r-1")]
    assert (socket.statistics().sockets, socket.statistics().contexts) == (1, 1)


def test_a_connection_that_was_upgraded_elsewhere_has_no_head() -> None:
    """Asking for it says so."""
    socket = Socket()
    socket.opened()
    assert socket.told[-1] == SocketOpened(1, 0.0, None)
    with pytest.raises(e.LocalProtocolError, match="no connection is open"):
        _ = socket.head


def test_tasks_that_ask_at_once_share_one_attempt() -> None:
    """All of them go on when it is through."""
    socket = Socket()
    tasks = [socket.loop.start(socket.new_context().push("Hi.")) for _ in range(3)]
    assert len(socket.attempts) == 1
    line = socket.succeed()
    assert all(task.is_done for task in tasks)
    assert line.said() == [("c1", "Hi."), ("c2", "Hi."), ("c3", "Hi.")]


def test_a_failed_attempt_is_the_error_of_who_made_it() -> None:
    """The others make their own, after the pause, one by one; who is not in time is told."""
    socket = Socket()
    first, second = (socket.loop.start(socket.new_context().push("Hi.")) for _ in range(2))
    error = e.ConnectFailed("refused")
    socket.fail(error)
    assert (first.error, second.is_done, len(socket.attempts)) == (error, False, 1)
    socket.loop.pass_time(0.25)
    assert len(socket.attempts) == 2
    socket.succeed()
    second.result()
    assert socket.told == [
        SocketOpening(0),
        SocketNotOpened(error, 1),
        SocketPause(0.25, 1),
        SocketOpening(1),
        SocketOpened(1, 0.0),
    ]


def test_what_is_no_error_of_the_network_is_no_failure() -> None:
    """A mistake of the program is raised, and the next one tries at once."""
    socket = Socket()
    first, second = (socket.loop.start(socket.new_context().push("Hi.")) for _ in range(2))
    mistake = RuntimeError("a mistake")
    socket.fail(mistake)
    assert (first.error, len(socket.attempts), socket.statistics().failures) == (mistake, 2, 0)
    socket.succeed()
    second.result()


def test_cancelling_who_opens_lets_another_one_try() -> None:
    """At once: the cancelled attempt is no failure."""
    socket = Socket()
    first, second = (socket.loop.start(socket.new_context().push("Hi.")) for _ in range(2))
    first.cancel()
    socket.loop.settle()
    assert isinstance(first.error, Cancelled)
    assert len(socket.attempts) == 2
    line = socket.succeed()
    assert second.is_done
    assert line.said() == [("c2", "Hi.")]


def test_a_socket_that_is_closed_while_a_connection_opens_cuts_it() -> None:
    """Whoever waited for it is told, and nothing is left open."""
    socket = Socket()
    first, second = (socket.loop.start(socket.new_context().push("Hi.")) for _ in range(2))
    assert socket.end() == []
    assert isinstance(second.error, e.LocalProtocolError)
    line = socket.succeed()
    assert isinstance(first.error, e.LocalProtocolError)
    assert (line.end, line.watch, socket.connections, socket.started) == ("cut", None, 0, [])
    assert socket.told == [SocketOpening(0)]


def test_a_server_that_closes_every_connection_at_once_is_not_asked_for_ever() -> None:
    """Three times, then it is an error that says so."""
    socket = Socket()
    for _ in range(3):
        task = socket.loop.start(socket.warm())
        socket.loop.pass_time(8.0)
        socket.succeed().die()
        task.result()
    assert isinstance(socket.loop.start(socket.warm()).error, e.ReconnectStopped)
    assert len(socket.attempts) == 3
    socket.loop.pass_time(8.0)
    socket.loop.start(socket.warm())
    assert len(socket.attempts) == 4


# --- waiting


@pytest.mark.parametrize("ends", ["done", "cancelled", "failed"])
def test_the_end_of_a_context_wakes_who_waits_for_room(ends: str) -> None:
    """Whatever kind of end; the texts of the others are not touched."""
    socket, line = full(PoolLimits(max_sockets=1, max_contexts_per_socket=1))
    task = socket.loop.start(socket.new_context().push("Next."))
    line.hear(chunk("a"))
    assert not task.is_done
    if ends == "done":
        line.hear(server("done", "a"))
    elif ends == "failed":
        line.hear(server("error", "a", status_code=500, title="T", message="M"))
    else:
        line.post(Cancel("a"))
        socket.loop.settle()
    task.result()
    assert line.said()[-1] == ("c1", "Next.")


def test_the_end_of_a_connection_wakes_who_waits_for_room() -> None:
    """Another one is opened in its place."""
    socket, line = full(PoolLimits(max_sockets=1, max_contexts_per_socket=1))
    socket.loop.pass_time(100.0)
    task = socket.loop.start(socket.new_context().push("Next."))
    line.die()
    assert (len(socket.attempts), socket.closing) == (2, ["s1"])
    assert socket.succeed().said() == [("c1", "Next.")]
    task.result()


def test_audio_wakes_nobody_who_waits_for_room() -> None:
    """It makes none, and comes often; the end of the context does, also when another began meanwhile."""
    socket, line = full(PoolLimits(max_sockets=1, max_contexts_per_socket=2))
    line.post(OpenContext("b", OPTIONS), Push("b", "Hi."))
    task = socket.loop.start(socket.new_context().push("Next."))
    (event,) = socket.loop.events
    line.hear(*[chunk("a")] * 10)
    assert list(socket.loop.events) == [event]
    line.hear(server("done", "b"))
    task.result()
    other = socket.loop.start(socket.new_context().push("Next."))
    line.hear(server("done", "c1"))
    other.result()


def test_waiting_for_room_ends() -> None:
    """After `acquire_seconds`, counted from the asking; nothing is left of who waited."""
    socket, line = full(PoolLimits(max_sockets=1, max_contexts_per_socket=1, acquire_seconds=10.0))
    task = socket.loop.start(socket.new_context().push("Next."))
    socket.loop.pass_time(9.0)
    line.hear(chunk("a"))
    assert not task.is_done
    socket.loop.pass_time(1.0)
    assert isinstance(task.error, e.SocketTimeout)
    line.hear(server("done", "a"))
    assert line.said() == [("a", "Hi.")]
    assert socket.statistics().contexts == 0


def test_who_is_cancelled_while_waiting_leaves_no_trace() -> None:
    """The room goes to the next one."""
    socket, line = full(PoolLimits(max_sockets=1, max_contexts_per_socket=1))
    first, second = (socket.loop.start(socket.new_context().push("Next.")) for _ in range(2))
    first.cancel()
    line.hear(server("done", "a"))
    assert second.is_done
    assert line.said()[1:] == [("c2", "Next.")]


def test_closing_the_socket_ends_the_waiting() -> None:
    """For room, and through a pause: nobody sits out a pause for a socket that will not come."""
    socket, _ = full(ONE_EACH)
    failing = socket.loop.start(socket.new_context().push("Next."))
    socket.fail(e.ConnectFailed("refused"))
    assert isinstance(failing.error, e.ConnectFailed)
    pausing = socket.loop.start(socket.new_context().push("Next."))
    assert not pausing.is_done
    assert [line.name for line in socket.end()] == ["s1"]
    assert isinstance(pausing.error, e.LocalProtocolError)
    assert len(socket.attempts) == 2


def test_who_pauses_takes_the_room_that_comes_meanwhile() -> None:
    """The pause is for opening, not for using what is there; it is told once."""
    socket, line = full(ONE_EACH)
    socket.loop.start(socket.warm(2))
    socket.fail(e.RateLimitedError("too many", status=429, retry_after=9.0))
    task = socket.loop.start(socket.new_context().push("Next."))
    line.hear(chunk("a"))
    line.hear(chunk("a"))
    assert not task.is_done
    line.hear(server("done", "a"))
    task.result()
    assert line.said()[-1] == ("c1", "Next.")
    assert [notice for notice in socket.told if isinstance(notice, SocketPause)] == [SocketPause(9.0, 1)]


# --- leases


def test_an_idle_connection_that_died_unnoticed_is_not_used() -> None:
    """It is looked at before; another one is opened instead, and the lease is given back."""
    socket = Socket()
    line = socket.opened()
    socket.loop.pass_time(200.0)
    line.unread.append(CLOSE)
    task = socket.loop.start(socket.new_context().push("Hi."))
    assert (line.said(), len(socket.attempts)) == ([], 2)
    assert socket.succeed().said() == [("c1", "Hi.")]
    task.result()
    closed = Closed(1000, "connection idle timeout", ClosedBy.SERVER)
    assert socket.told[2:4] == [SocketLost(1, closed, 200.0), SocketOpening(0)]
    assert socket.closing == ["s1"]


def test_a_connection_in_use_is_not_looked_at() -> None:
    """Its reading tells already, and the text goes out without a turn of the loop in between."""
    socket, line = full(PoolLimits())
    line.unread.append(CLOSE)
    socket.loop.run(socket.new_context().push("Next."))
    assert line.said()[-1] == ("c1", "Next.")


def test_who_is_cancelled_while_looking_gives_the_lease_back() -> None:
    """Else the connection would count as used for ever."""
    socket = Socket(PoolLimits(max_sockets=1, max_contexts_per_socket=1))
    line = socket.opened()
    line.is_slow = True
    first, second = (socket.loop.start(socket.new_context().push("Hi.")) for _ in range(2))
    line.is_slow = False
    first.cancel()
    socket.loop.settle()
    second.result()
    assert line.said() == [("c2", "Hi.")]


def test_warming_opens_connections_one_by_one() -> None:
    """And is done when they are there; more than the pool may hold are refused."""
    socket = Socket(ONE_EACH)
    task = socket.loop.start(socket.warm(2))
    socket.succeed()
    assert (len(socket.attempts), task.is_done) == (2, False)
    socket.succeed()
    task.result()
    socket.loop.run(socket.warm(2))
    with pytest.raises(e.InvalidArgument, match="max_sockets"):
        socket.loop.run(socket.warm(3))
    socket.end()
    with pytest.raises(e.LocalProtocolError, match="closed here"):
        socket.loop.run(socket.warm())


# --- telling


def test_errors_for_no_context_are_told() -> None:
    """Whatever else concerns no context is dropped, and nothing piles up."""
    socket = Socket()
    line = socket.opened()
    socket.told.clear()
    line.hear(server("notice"), server("error", "x", status_code=404, title="T", message="M"))
    (fault,) = socket.told
    assert isinstance(fault, SocketFault)
    assert (fault.number, fault.error.context_id, fault.error.status) == (1, "x", 404)
    assert not line.session.has_event()


def test_a_mistake_of_an_observer_is_reported_and_interrupts_nothing() -> None:
    """Neither the opening nor the reading; it is told of everything that follows."""
    seen: list[SocketNotice] = []

    def observe(notice: SocketNotice) -> None:
        seen.append(notice)
        raise ValueError(f"mistake {len(seen)}")

    socket = Socket(observe=observe)
    line = socket.opened()
    line.die()
    assert [type(notice) for notice in seen] == [SocketOpening, SocketOpened, SocketLost]
    assert [str(error) for error in socket.loop.reported] == ["mistake 1", "mistake 2", "mistake 3"]
    assert socket.closing == ["s1"]


def test_nobody_has_to_observe() -> None:
    """What would be told is forgotten then."""
    socket = Socket(observe=None)
    socket.opened().die()
    assert (socket.connections, socket.statistics().lost) == (1, 1)


def test_who_waited_leaves_nothing_behind() -> None:
    """However the waiting ended: with room, with a timeout, or cancelled."""
    socket, line = full(PoolLimits(max_sockets=1, max_contexts_per_socket=1, acquire_seconds=10.0))
    tasks = [socket.loop.start(socket.new_context().push("Next.")) for _ in range(3)]
    gc.collect()
    assert len(socket.loop.events) == 3
    tasks[0].cancel()
    line.hear(server("done", "a"))
    socket.loop.pass_time(10.0)
    assert [type(task.error) for task in tasks] == [Cancelled, type(None), e.SocketTimeout]
    tasks.clear()
    gc.collect()
    assert len(socket.loop.events) == 0
