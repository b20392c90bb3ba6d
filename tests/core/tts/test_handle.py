"""One context as its caller sees it: what to send, and what each event means."""

from __future__ import annotations

import pytest
from attrs import evolve

from cartesia_core import errors as e
from cartesia_core.tts.commands import Cancel, Finish, Flush, OpenContext, Push, TtsCommand
from cartesia_core.tts.context import ContextState
from cartesia_core.tts.dialogue import ConnectionFault, ContextDone, TtsDialogue, TtsEvent
from cartesia_core.tts.events import AudioChunk, FlushDone, Unknown, WordTimestamps
from cartesia_core.tts.handle import ContextEvent, ContextHandle
from cartesia_core.ws.events import Closed, ClosedBy, Opened, Rejected
from tests.core.tts.talk import OPTIONS, chunk, server

VERSION = "2026-08-14"
CLOSED = Closed(1012, "restart", ClosedBy.SERVER)


class Caller:
    """A handle and the conversation it is on; events are taken as an adapter would."""

    def __init__(self) -> None:
        self.dialogue = TtsDialogue()
        self.handle = ContextHandle("c", OPTIONS, VERSION)

    def send(self, commands: tuple[TtsCommand, ...]) -> list[TtsEvent]:
        """Carry out what the handle gives; give the events that follow at once."""
        return [event for command in commands for event in self.dialogue.send(command, now=0.0)[1]]

    def begin(self, text: str = "Hi.") -> None:
        """Open it with a text."""
        self.send(self.handle.push(text))
        self.handle.begun(self.dialogue)

    def state(self) -> ContextState:
        """Tell where it stands now."""
        return self.handle.state

    def hear(self, *messages: str) -> list[ContextEvent | None]:
        """Take what the server says, as the caller gets it."""
        events = [event for message in messages for event in self.dialogue.receive(message, now=1.0)]
        return [self.handle.take(event) for event in events]


def begun(text: str = "Hi.") -> Caller:
    """Give a context that is open on a socket."""
    caller = Caller()
    caller.begin(text)
    return caller


# --- a whole life


def test_a_context_from_its_first_word_to_the_end() -> None:
    """Opened by text, pushed, flushed, finished; audio, words and the end come back, and the audio is counted."""
    caller = Caller()
    handle = caller.handle
    assert (handle.context_id, handle.state, handle.is_begun) == ("c", ContextState.OPEN, False)
    assert handle.push(" ") == ()
    assert handle.push("Hi") == (OpenContext("c", OPTIONS), Push("c", " Hi"))
    caller.begin(" there.")
    assert handle.is_begun
    assert handle.push("More.") == (Push("c", "More."),)
    assert handle.flush() == (Flush("c"),)
    assert not handle.is_over()
    caller.send(handle.finish())
    assert caller.state() is ContextState.FINISHING
    words = {"words": ["Hi"], "start": [0.0], "end": [0.5]}
    told = caller.hear(
        chunk("c", b"abc"), server("timestamps", "c", word_timestamps=words), chunk("c", b"de"), server("done", "c")
    )
    assert [type(event) for event in told] == [AudioChunk, WordTimestamps, AudioChunk, type(None)]
    assert handle.audio_nbytes == 5
    assert caller.state() is ContextState.DONE
    assert handle.is_over()


def test_events_that_need_no_reading_pass() -> None:
    """Ends of flushes, and messages this version does not know."""
    caller = begun()
    caller.send(caller.handle.flush())
    flushed, unknown = caller.hear(server("flush_done", "c", flush_id=1), server("news", "c"))
    assert isinstance(flushed, FlushDone)
    assert isinstance(unknown, Unknown)


def test_a_context_that_the_server_gave_up_is_expired() -> None:
    """Its end is told as any other; finishing it is then merely late."""
    caller = begun()
    assert caller.hear(server("done", "c")) == [None]
    assert caller.handle.state is ContextState.EXPIRED
    assert caller.handle.is_over()
    assert caller.handle.finish() == ()
    assert caller.handle.cancel() == ()


# --- before the first word


def test_options_are_checked_when_the_context_is_made() -> None:
    """Not only when the first word comes."""
    with pytest.raises(e.InvalidArgument, match="2025-04-16 or older"):
        ContextHandle("c", evolve(OPTIONS, duration=5.0), VERSION)


def test_what_needs_text_says_that_there_is_none() -> None:
    """Nobody waits for what will never come."""
    handle = Caller().handle
    with pytest.raises(e.LocalProtocolError, match="nothing to flush"):
        handle.flush()
    with pytest.raises(e.LocalProtocolError, match="nothing to wait for"):
        handle.is_over()
    assert handle.lost() is None


def test_finishing_before_the_first_word_is_a_silent_end() -> None:
    """Nothing is sent, nothing comes, and nothing can be added."""
    handle = Caller().handle
    assert (handle.finish(), handle.finish(), handle.cancel()) == ((), (), ())
    assert handle.state is ContextState.DONE
    assert handle.is_over()
    with pytest.raises(e.ContextClosed, match="the context is done"):
        handle.push("Hi.")


def test_cancelling_before_the_first_word_is_told_to_whoever_waits() -> None:
    """Again and again."""
    handle = Caller().handle
    assert (handle.cancel(), handle.cancel(), handle.finish()) == ((), (), ())
    assert handle.state is ContextState.CANCELLED
    for _ in range(2):
        with pytest.raises(e.ContextCancelled) as caught:
            handle.is_over()
        assert caught.value.context_id == "c"


# --- ends that are errors


def test_cancelling_is_told_to_whoever_waits() -> None:
    """By the event, and to those who ask later."""
    caller = begun()
    (event,) = caller.send(caller.handle.cancel())
    assert caller.handle.state is ContextState.CANCELLED
    assert caller.handle.cancel() == ()
    with pytest.raises(e.ContextCancelled):
        caller.handle.take(event)
    with pytest.raises(e.ContextCancelled):
        caller.handle.is_over()


def test_a_cancelled_context_is_not_waited_for() -> None:
    """Who has left it has dropped the event that tells so."""
    caller = begun()
    assert caller.handle.cancel() == (Cancel("c"),)
    caller.send(caller.handle.cancel())
    with pytest.raises(e.ContextCancelled):
        caller.handle.is_over()


def test_a_context_that_was_left_is_not_waited_for() -> None:
    """Also if the server had ended it: its events were dropped, the end among them."""
    caller = begun()
    caller.send(caller.handle.finish())
    caller.dialogue.receive(server("done", "c"), now=1.0)
    assert caller.handle.cancel() == ()
    caller.handle.leave()
    assert caller.handle.is_left
    assert caller.handle.state is ContextState.DONE
    with pytest.raises(e.ContextCancelled, match="was left") as caught:
        caller.handle.is_over()
    assert caught.value.context_id == "c"


def test_a_context_that_was_read_to_its_end_can_be_left() -> None:
    """Asking again gives the end, not an error."""
    caller = begun()
    caller.send(caller.handle.finish())
    assert caller.hear(server("done", "c")) == [None]
    caller.handle.leave()
    assert caller.handle.is_over()


def test_errors_of_the_server_are_raised_again_and_again() -> None:
    """Whoever asks after the end gets the same error, not a wait without end."""
    caller = begun()
    with pytest.raises(e.ServerError) as first:
        caller.hear(chunk("c"), server("error", "c", status_code=500, title="T", message="M"))
    with pytest.raises(e.ServerError) as second:
        caller.handle.is_over()
    assert first.value is second.value
    assert caller.handle.state is ContextState.FAILED
    assert first.value.may_have_been_billed
    assert caller.handle.lost() is None


def test_a_dead_socket_is_told_with_what_had_come() -> None:
    """Whoever pushes learns it by `lost`, whoever waits by the event."""
    caller = begun()
    caller.hear(chunk("c", b"abcd"))
    (event,) = caller.dialogue.lost(CLOSED)
    lost = caller.handle.lost()
    assert isinstance(lost, e.ContextInterrupted)
    assert (lost.audio_nbytes, lost.close_code) == (4, 1012)
    with pytest.raises(e.ContextInterrupted):
        caller.handle.take(event)


def test_the_end_of_the_socket_after_the_end_of_the_context() -> None:
    """Somebody else has taken the context's own events; the end of the socket wakes the one who is left."""
    caller = begun()
    with pytest.raises(e.ContextClosed, match="its events were taken") as caught:
        caller.handle.take(CLOSED)
    assert caught.value.context_id == "c"
    with pytest.raises(e.ContextClosed):
        caller.handle.is_over()


def test_a_context_whose_end_was_not_taken_yet_is_not_over() -> None:
    """The dialogue is through with it, and its caller has yet to hear so."""
    caller = begun()
    caller.dialogue.receive(server("done", "c"), now=1.0)
    assert not caller.dialogue.is_open("c")
    assert not caller.handle.is_over()


@pytest.mark.parametrize("event", [Opened(), Rejected(e.ServerError("no")), ConnectionFault(e.ServerError("no"))])
def test_events_of_the_socket_are_no_business_of_a_context(event: Opened | Rejected | ConnectionFault) -> None:
    """An adapter that hands them over is wrong."""
    with pytest.raises(e.LocalProtocolError, match=f"{type(event).__name__} concerns no context"):
        begun().handle.take(event)


def test_a_context_that_ended_long_ago_is_not_open() -> None:
    """The dialogue remembers the latest only; the rest can still be finished and cancelled in vain."""
    caller = begun()
    caller.dialogue.receive(server("done", "c"), now=1.0)
    for number in range(300):
        caller.send((OpenContext(f"c{number}", OPTIONS), Cancel(f"c{number}")))
    assert caller.dialogue.state("c") is None
    assert caller.handle.state is ContextState.DONE
    assert (caller.handle.finish(), caller.handle.cancel()) == ((), ())
    assert caller.handle.take(ContextDone("c")) is None


def test_finish_is_sent_once() -> None:
    """A second one is let through while the first is under way: the dialogue makes nothing of it."""
    caller = begun()
    assert caller.handle.finish() == (Finish("c"),)
    caller.send(caller.handle.finish())
    assert caller.dialogue.send(Finish("c"), now=0.0) == ((), ())
