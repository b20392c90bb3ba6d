"""One context on an event loop that the test drives step by step."""

from __future__ import annotations

import pytest

from cartesia_core import errors as e
from cartesia_core.async_context import AsyncContext, AsyncTtsConnection
from cartesia_core.tts.context import ContextState
from cartesia_core.tts.dialogue import TtsDialogue
from cartesia_core.tts.events import AudioChunk
from cartesia_core.tts.handle import ContextHandle
from cartesia_core.tts.pool import Lease, PoolLimits
from cartesia_core.versions import NEWEST
from tests.core.async_lines import Line, Socket
from tests.core.async_memory_ports import collect
from tests.core.by_hand import Cancelled, Loop
from tests.core.tts.talk import OPTIONS, chunk, server

AUDIO = AudioChunk(b"\1\2", "c1", None, 1.0)
DONE = server("done", "c1")


def begun(text: str = "Hi.") -> tuple[Socket, Line, AsyncContext]:
    """Give a context whose first text was sent."""
    socket = Socket()
    line = socket.opened()
    context = socket.new_context()
    socket.loop.run(context.push(text))
    return socket, line, context


def state(context: AsyncContext) -> ContextState:
    """Tell where it stands now."""
    return context.state


async def enter_and_leave(context: AsyncContext) -> None:
    """Do nothing with it."""
    async with context as same:
        assert same is context


# --- a whole life


def test_a_context_from_its_first_word_to_the_end() -> None:
    """Text goes out while another task iterates; the audio is counted; after the end there is nothing more."""
    socket, line, context = begun("Hello, ")
    heard = socket.loop.start(collect(context))
    socket.loop.run(context.push("world."))
    socket.loop.run(context.flush())
    line.hear(chunk("c1"), server("flush_done", "c1", flush_id=1))
    assert (context.context_id, context.audio_nbytes, state(context)) == ("c1", 2, ContextState.OPEN)
    socket.loop.run(context.finish())
    socket.loop.run(context.finish())
    assert state(context) is ContextState.FINISHING
    assert not heard.is_done
    line.hear(chunk("c1"), DONE)
    audio, flushed, more = heard.result()
    assert (audio, type(flushed).__name__, more) == (AUDIO, "FlushDone", AUDIO)
    assert line.said() == [("c1", "Hello, "), ("c1", "world."), ("c1", ""), ("c1", "")]
    assert (context.audio_nbytes, state(context)) == (4, ContextState.DONE)
    assert socket.loop.run(collect(context)) == []
    socket.loop.run(context.finish())
    socket.loop.run(context.cancel())
    assert len(line.said()) == 4


def test_blank_text_asks_for_no_connection() -> None:
    """It goes out with the first word."""
    socket = Socket()
    context = socket.new_context()
    socket.loop.run(context.push(" "))
    socket.loop.run(context.push("\n"))
    assert socket.attempts == []
    task = socket.loop.start(context.push("Hi."))
    line = socket.succeed()
    task.result()
    assert line.said() == [("c1", " \nHi.")]


def test_a_context_without_text_sends_nothing() -> None:
    """Left, cancelled or finished, it has opened no connection."""
    socket = Socket()
    socket.loop.run(enter_and_leave(socket.new_context()))
    context = socket.new_context()
    socket.loop.run(context.finish())
    assert socket.loop.run(collect(context)) == []
    context = socket.new_context()
    socket.loop.run(context.cancel())
    with pytest.raises(e.ContextCancelled):
        socket.loop.run(collect(context))
    with pytest.raises(e.LocalProtocolError, match="nothing to flush"):
        socket.loop.run(socket.new_context().flush())
    assert socket.attempts == []


def test_pushing_waits_until_the_peer_takes() -> None:
    """Cancelling abandons the waiting; what was queued goes out all the same."""
    socket, line, context = begun()
    line.is_stuck = True
    task = socket.loop.start(context.push("More."))
    assert not task.is_done
    task.cancel()
    assert line.said() == [("c1", "Hi."), ("c1", "More.")]
    line.is_stuck = False
    socket.loop.run(context.push("Still more."))


def test_being_cancelled_while_the_first_text_is_written_leaves_the_context_open() -> None:
    """It was begun: the next text is not its first."""
    socket = Socket()
    line = socket.opened()
    line.is_stuck = True
    context = socket.new_context()
    task = socket.loop.start(context.push("Hi."))
    task.cancel()
    line.is_stuck = False
    socket.loop.run(context.push("More."))
    assert line.said() == [("c1", "Hi."), ("c1", "More.")]
    assert socket.statistics().contexts == 1


# --- two tasks, one context


def test_who_pushes_while_the_first_text_waits_for_a_connection_comes_after_it() -> None:
    """One connection is opened, and the context once."""
    socket = Socket()
    context = socket.new_context()
    tasks = [socket.loop.start(context.push(text)) for text in ("One. ", "Two. ", "Three.")]
    assert len(socket.attempts) == 1
    line = socket.succeed()
    for task in tasks:
        task.result()
    assert line.said() == [("c1", "One. "), ("c1", "Two. "), ("c1", "Three.")]


def test_cancelling_the_first_text_lets_the_second_be_the_first() -> None:
    """The text of a cancelled push is not spoken."""
    socket = Socket()
    context = socket.new_context()
    first, second = (socket.loop.start(context.push(text)) for text in ("One. ", "Two."))
    first.cancel()
    socket.loop.settle()
    assert isinstance(first.error, Cancelled)
    line = socket.succeed()
    second.result()
    assert line.said() == [("c1", "Two.")]


def test_text_that_could_not_be_sent_may_be_pushed_again() -> None:
    """It is not spoken twice then; blank text before it stays where it was."""
    socket = Socket(PoolLimits(max_sockets=1, max_contexts_per_socket=1, acquire_seconds=5.0))
    line = socket.opened()
    other, context = socket.new_context(), socket.new_context()
    socket.loop.run(other.push("Hi."))
    socket.loop.run(context.push("\n"))
    task = socket.loop.start(context.push("Hello."))
    socket.loop.pass_time(5.0)
    assert isinstance(task.error, e.SocketTimeout)
    other.leave()
    socket.loop.run(context.push("Hello."))
    assert line.said()[-1] == ("c2", "\nHello.")


def test_text_that_is_no_unicode_opens_nothing() -> None:
    """The context can go on with other text, and holds no room on the connection meanwhile."""
    socket = Socket(PoolLimits(max_sockets=1, max_contexts_per_socket=1))
    line = socket.opened()
    context = socket.new_context()
    with pytest.raises(e.InvalidArgument):
        socket.loop.run(context.push("a\udcff"))
    assert socket.statistics().contexts == 0
    socket.loop.run(context.push("Hi."))
    assert line.said() == [("c1", "Hi.")]


@pytest.mark.parametrize("how", ["cancel", "finish"])
def test_ending_a_context_whose_first_text_waits_refuses_the_text(how: str) -> None:
    """Nothing of it is sent on the connection that is then there, and the lease is given back."""
    socket = Socket(PoolLimits(max_sockets=1, max_contexts_per_socket=1))
    context = socket.new_context()
    task = socket.loop.start(context.push("Hi."))
    socket.loop.run(context.cancel() if how == "cancel" else context.finish())
    line = socket.succeed()
    assert isinstance(task.error, e.ContextClosed)
    assert line.said() == []
    socket.loop.run(socket.new_context().push("Next."))
    assert line.said() == [("c2", "Next.")]


def test_cancelling_tells_the_task_that_iterates() -> None:
    """And the server; every later try to iterate is told too."""
    socket, line, context = begun()
    heard = socket.loop.start(collect(context))
    line.hear(chunk("c1"))
    socket.loop.run(context.cancel())
    assert isinstance(heard.error, e.ContextCancelled)
    with pytest.raises(e.ContextCancelled):
        socket.loop.run(collect(context))
    with pytest.raises(e.ContextClosed, match="cancelled"):
        socket.loop.run(context.push("More."))
    assert line.said() == [("c1", "Hi."), ("c1", None)]


# --- leaving


def test_leaving_a_context_cancels_it_and_drops_what_waits() -> None:
    """Nothing is kept for a context that nobody will ask for."""
    socket, line, context = begun()
    line.hear(chunk("c1"))
    socket.loop.run(enter_and_leave(context))
    assert line.said()[-1] == ("c1", None)
    assert line.forgotten == ["c1"]
    assert not line.session.has_event("c1")
    with pytest.raises(e.ContextCancelled):
        socket.loop.run(collect(context))


def test_leaving_a_context_that_has_ended_says_nothing() -> None:
    """Also when its events were not taken."""
    socket, line, context = begun()
    socket.loop.run(context.finish())
    line.hear(chunk("c1"), DONE)
    context.leave()
    assert len(line.said()) == 2
    assert not line.session.has_event("c1")
    with pytest.raises(e.ContextCancelled, match="left"):
        socket.loop.run(collect(context))


def test_a_task_that_iterates_over_a_context_that_is_left_gets_its_end_first() -> None:
    """Only then is what waits dropped."""
    socket, line, context = begun()
    heard = socket.loop.start(collect(context))
    context.leave()
    assert line.forgotten == []
    socket.loop.settle()
    assert isinstance(heard.error, e.ContextCancelled)
    assert line.forgotten == ["c1"]


def test_who_is_cancelled_while_iterating_loses_nothing() -> None:
    """What comes later is there for the next who asks."""
    socket, line, context = begun()
    heard = socket.loop.start(collect(context))
    heard.cancel()
    assert isinstance(heard.error, Cancelled)
    line.hear(chunk("c1"), DONE)
    assert socket.loop.run(collect(context)) == [AUDIO]


# --- the connection dies


class Leases:
    """Gives connections in turn; the first has died since it was found alive."""

    def __init__(self, loop: Loop) -> None:
        self.lines = [Line(loop, TtsDialogue(), name, None) for name in ("s1", "s2")]
        self.lines[0].die()
        self.given = 0
        self.released: list[str] = []

    async def acquire(self) -> Lease[AsyncTtsConnection]:
        """Give the next one."""
        line = self.lines[self.given]
        self.given += 1
        return Lease(line, line.dialogue, lambda: self.released.append(line.name))


def test_a_connection_that_dies_before_the_first_text_goes_out_is_replaced() -> None:
    """Nothing was sent on it, so nothing is lost."""
    loop = Loop()
    leases = Leases(loop)
    context = AsyncContext(leases.acquire, ContextHandle("c1", OPTIONS, NEWEST), loop)
    loop.run(context.push("Hi."))
    assert [line.said() for line in leases.lines] == [[], [("c1", "Hi.")]]
    assert leases.released == ["s1", "s2"]


def test_a_context_that_is_over_asks_for_no_other_connection() -> None:
    """When the one that it was given has died, too."""
    loop = Loop()
    leases = Leases(loop)
    handle = ContextHandle("c1", OPTIONS, NEWEST)

    async def acquire() -> Lease[AsyncTtsConnection]:
        handle.cancel()
        return await leases.acquire()

    with pytest.raises(e.ContextClosed, match="cancelled"):
        loop.run(AsyncContext(acquire, handle, loop).push("Hi."))
    assert leases.released == ["s1"]


def test_a_dead_connection_is_the_error_of_a_context_that_was_on_it() -> None:
    """For who iterates, and for who pushes, flushes or finishes; cancelling is in vain and no error."""
    socket, line, context = begun()
    heard = socket.loop.start(collect(context))
    line.hear(chunk("c1"))
    line.die()
    assert isinstance(heard.error, e.ContextInterrupted)
    assert heard.error.audio_nbytes == 2
    assert state(context) is ContextState.FAILED
    for work in (context.push("More."), context.flush()):
        with pytest.raises(e.ContextInterrupted):
            socket.loop.run(work)
    socket.loop.run(context.finish())
    socket.loop.run(context.cancel())
    context.leave()


def test_what_does_not_fit_is_told_as_it_is() -> None:
    """A mistake of the caller is no loss of the connection."""
    socket, _, context = begun()
    socket.loop.run(context.finish())
    with pytest.raises(e.ContextClosed, match="finishing"):
        socket.loop.run(context.push("More."))
    with pytest.raises(e.ContextClosed, match="finishing"):
        socket.loop.run(context.flush())


def test_cancelling_on_a_connection_that_is_closing_is_no_error() -> None:
    """There is nothing to cancel any more; iterating tells the end."""
    socket, line, context = begun()
    socket.loop.run(line.aclose())
    socket.loop.run(context.cancel())
    line.die()
    with pytest.raises(e.ContextInterrupted):
        socket.loop.run(collect(context))
