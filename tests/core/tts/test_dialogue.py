"""The TTS conversation on messages: contexts, faults, deadlines. F-numbers are those of the fault table."""

from __future__ import annotations

import gc
import tracemalloc

import pytest
from attrs import evolve

from cartesia_core import errors as e
from cartesia_core.tts.commands import Cancel, Finish, Flush, OpenContext, Push, TtsCommand
from cartesia_core.tts.context import ContextState
from cartesia_core.tts.dialogue import (
    ConnectionFault,
    ContextDone,
    ContextFailed,
    ContextWasCancelled,
    TtsDialogue,
    TtsEvent,
    TtsLimits,
)
from cartesia_core.tts.events import AudioChunk, FlushDone, PhonemeTimestamps, Unknown, WordTimestamps
from cartesia_core.ws import NEED_DATA, Session
from cartesia_core.ws.events import Closed, ClosedBy
from tests.core.tts.talk import OPTIONS, Talk, chunk, joined, said, server
from tests.core.ws.peer import frame

ERROR = {"status_code": 500, "title": "T", "message": "M", "request_id": "r-1"}


def active_at(talk: Talk) -> float | None:
    """Tell when the latest message went out or came in."""
    return talk.dialogue.active_at


def failure(event: TtsEvent) -> e.CartesiaError:
    """Give the error of a failed context; it names the context."""
    assert isinstance(event, ContextFailed)
    assert event.error.context_id == event.context_id
    return event.error


# --- commands


def test_messages_repeat_all_fields_and_differ_in_text_only() -> None:
    """The server wants the same options in every input of a context."""
    talk = Talk("c")
    first, second, flush, last = talk.send(Push("c", "Hello, "), Push("c", "world."), Flush("c"), Finish("c"))
    options = OPTIONS.wire("c", "2026-08-14")
    assert first == {**options, "transcript": "Hello, ", "continue": True}
    assert second == {**options, "transcript": "world.", "continue": True}
    assert flush == {**options, "transcript": "", "continue": True, "flush": True}
    assert last == {**options, "transcript": "", "continue": False}
    assert talk.send(Finish("c")) == []


def test_opening_sends_nothing() -> None:
    """A context that is never used costs nothing, and ending it in any way neither."""
    talk = Talk("a", "b", "c")
    assert talk.dialogue.is_idle()
    assert talk.send(Finish("a"), Cancel("b")) == []
    assert talk.events == [ContextDone("a"), ContextWasCancelled("b")]
    assert talk.dialogue.open_contexts == 1


def test_blank_text_is_held_until_words_follow() -> None:
    """Alone it would be an error at the server, dropped it would glue words together."""
    talk = Talk("c")
    assert talk.send(Push("c", ""), Push("c", " "), Push("c", "\n")) == []
    (message,) = talk.send(Push("c", "Hi"))
    assert message["transcript"] == " \nHi"
    assert talk.send(Push("c", " "), Push("c", "")) == []
    (message,) = talk.send(Push("c", "there"))
    assert message["transcript"] == " there"


def test_blank_text_at_the_end_goes_with_the_last_message() -> None:
    """And is not lost by a flush before it."""
    talk = Talk("c")
    messages = talk.send(Push("c", "Hi."), Push("c", " "), Flush("c"), Push("c", "\n"), Finish("c"))
    assert [message["transcript"] for message in messages] == ["Hi.", "", " \n"]
    assert joined(messages, "c") == "Hi. \n"


def test_a_context_of_blank_text_alone_is_silent() -> None:
    """Nothing is sent for it, and its end is told at once."""
    talk = Talk("c")
    assert talk.send(Push("c", "  "), Finish("c")) == []
    assert talk.events == [ContextDone("c", audio_nbytes=0, chunks=0)]
    assert talk.dialogue.state("c") is ContextState.DONE


def test_there_must_be_text_before_a_flush() -> None:
    """The server would not know the context."""
    talk = Talk("c")
    talk.send(Push("c", " "))
    with pytest.raises(e.LocalProtocolError, match="no text to flush yet"):
        talk.send(Flush("c"))
    assert talk.dialogue.state("c") is ContextState.OPEN


@pytest.mark.parametrize("command", [Push("x", "a"), Flush("x"), Finish("x"), Cancel("x")])
def test_contexts_must_be_opened(command: TtsCommand) -> None:
    """A misspelt id is told."""
    with pytest.raises(e.LocalProtocolError, match="no such context") as caught:
        Talk("c").send(command)
    assert caught.value.context_id == "x"


def test_ids_are_used_once() -> None:
    """While the context lives and after it; late frames could not be told apart otherwise."""
    talk = Talk("a", "b")
    talk.send(Cancel("a"))
    for context_id in ("a", "b"):
        with pytest.raises(e.LocalProtocolError, match="taken"):
            talk.send(OpenContext(context_id, OPTIONS))


def test_options_that_the_socket_does_not_know_are_refused() -> None:
    """No context comes of it, and the id stays free."""
    talk = Talk()
    with pytest.raises(e.InvalidArgument, match="2025-04-16 or older"):
        talk.send(OpenContext("c", evolve(OPTIONS, duration=1.0)))
    assert talk.dialogue.state("c") is None
    talk.send(OpenContext("c", OPTIONS))


@pytest.mark.parametrize("command", [Push("c", "a"), Flush("c")])
def test_nothing_follows_the_end_of_the_text(command: TtsCommand) -> None:
    """Neither while finishing nor after the end."""
    talk = Talk("c")
    talk.send(Push("c", "Hi."), Finish("c"))
    with pytest.raises(e.ContextClosed, match="finishing"):
        talk.send(command)
    talk.hear(server("done", "c"))
    with pytest.raises(e.ContextClosed, match="open a new context"):
        talk.send(command)
    assert talk.send(Finish("c")) == []


def test_text_that_cannot_be_sent_changes_nothing() -> None:
    """Half a surrogate pair is refused; what was held is still held, and the count is right."""
    talk = Talk("c")
    talk.send(Push("c", " "))
    with pytest.raises(e.InvalidArgument):
        talk.send(Push("c", "a\udcff"))
    assert talk.dialogue.is_idle()
    (message,) = talk.send(Push("c", "Hi."))
    assert message["transcript"] == " Hi."


def test_transcripts_are_quoted() -> None:
    """Quotation marks, backslashes and line separators arrive as they were pushed."""
    text = 'a"b\\c\n\u2028\x00\U0001f600'
    (message,) = Talk("c").send(Push("c", text))
    assert message["transcript"] == text


# --- what comes


def test_a_context_from_beginning_to_end() -> None:
    """Every kind of event, then the end with the counts."""
    talk = Talk("c")
    talk.send(Push("c", "Hi."), Flush("c"), Finish("c"))
    times = {"words": ["Hi."], "start": [0], "end": [1]}
    phonemes = {"phonemes": ["h"], "start": [0], "end": [1]}
    events = talk.hear(
        chunk("c", b"abc"),
        server("timestamps", "c", word_timestamps=times),
        server("phoneme_timestamps", "c", phoneme_timestamps=phonemes),
        server("flush_done", "c", flush_id=1),
        chunk("c", b"d"),
        server("done", "c"),
    )
    assert events == [
        AudioChunk(b"abc", "c", None, 1.0),
        WordTimestamps(("Hi.",), (0.0,), (1.0,), "c"),
        PhonemeTimestamps(("h",), (0.0,), (1.0,), "c"),
        FlushDone("c", 1),
        AudioChunk(b"d", "c", None, 1.0),
        ContextDone("c", audio_nbytes=4, chunks=2),
    ]
    assert talk.dialogue.state("c") is ContextState.DONE
    assert talk.dialogue.is_idle()


def test_an_end_that_nobody_asked_for() -> None:
    """The server gives contexts up a second after their last audio; finishing then is merely late."""
    talk = Talk("c")
    talk.send(Push("c", "Hi."))
    assert talk.hear(chunk("c"), server("done", "c"))[-1] == ContextDone("c", 2, 1, expired=True)
    assert talk.dialogue.state("c") is ContextState.EXPIRED
    assert talk.send(Finish("c"), Cancel("c")) == []
    assert talk.events == []
    with pytest.raises(e.ContextClosed, match="expired"):
        talk.send(Push("c", "more"))


def test_f4_an_error_without_a_context_fails_them_all() -> None:
    """Nobody goes on waiting; each error is its own."""
    talk = Talk("a", "b")
    talk.send(Push("a", "x"), Push("b", "y"))
    talk.hear(chunk("b"))
    one, other = (failure(event) for event in talk.hear(server("error", **ERROR)))
    assert (one.context_id, other.context_id) == ("a", "b")
    assert isinstance(one, e.ServerError)
    assert (one.request_id, str(one)) == ("r-1", "T: M (status 500, request id r-1, context a)")
    assert talk.dialogue.open_contexts == 0


def test_f5_an_error_with_a_context_fails_that_one() -> None:
    """Others are unharmed; audio that came may have been billed."""
    talk = Talk("a", "b")
    talk.send(Push("a", "x"), Push("b", "y"))
    talk.hear(chunk("a"))
    (event,) = talk.hear(server("error", "a", **{**ERROR, "status_code": 429}))
    assert isinstance(failure(event), e.RateLimitedError)
    assert failure(event).may_have_been_billed
    assert talk.dialogue.state("a") is ContextState.FAILED
    assert talk.hear(chunk("b")) == [AudioChunk(b"\1\2", "b", None, 1.0)]
    (event,) = talk.hear(server("error", "b", **{**ERROR, "status_code": 400}))
    assert failure(event).may_have_been_billed


def test_f6_an_error_and_then_the_end_of_the_socket_is_one_error() -> None:
    """The context is over before the close frame comes."""
    talk = Talk("a")
    talk.send(Push("a", "x"))
    assert len(talk.hear(server("error", "a", **ERROR))) == 1
    assert talk.dialogue.lost(Closed(1008, "policy", ClosedBy.SERVER)) == []


def test_f7_an_error_for_an_unknown_context_concerns_the_connection() -> None:
    """It reaches no context, is told and counted; with no context open, so is one that names none."""
    talk = Talk("a")
    (event,) = talk.hear(server("error", "x", **ERROR))
    assert isinstance(event, ConnectionFault)
    assert event.error.context_id == "x"
    assert talk.dialogue.stray_frames == 1
    assert talk.dialogue.state("a") is ContextState.OPEN
    (event,) = Talk().hear(server("error", **ERROR))
    assert isinstance(event, ConnectionFault)


def test_an_error_for_a_context_that_has_ended_is_late() -> None:
    """Nobody is left to tell; it is counted."""
    talk = Talk("a", "b")
    talk.send(Push("a", "x"), Cancel("a"))
    assert talk.hear(server("error", "a", **ERROR)) == []
    assert (talk.dialogue.late_frames, talk.dialogue.stray_frames) == (1, 0)


def test_f8_unknown_types_are_events() -> None:
    """Of their context, or of the connection."""
    talk = Talk("a")
    talk.send(Push("a", "x"))
    own, common = talk.hear(server("visemes", "a", x=1), server("notice"))
    assert isinstance(own, Unknown)
    assert isinstance(common, Unknown)
    assert (own.type, own.context_id, common.type, common.context_id) == ("visemes", "a", "notice", None)


@pytest.mark.parametrize(
    "message", ["{", "", "[]", "null", "5", '"x"', '{"type":"done","context_id":5}', '{"type":"chunk"}']
)
def test_f9_f10_what_is_no_message_ends_the_socket(message: str) -> None:
    """It is raised for the session to close, as it names no context that could be failed instead."""
    talk = Talk("a")
    with pytest.raises(e.DecodeError):
        talk.hear(message)
    with pytest.raises(e.RemoteProtocolError):
        talk.hear(message)


@pytest.mark.parametrize("data", ["YQ", "Y!Q==", "?", None, 5])
def test_f11_f12_broken_audio_fails_its_context(data: object) -> None:
    """At once, not when somebody looks; the server is told to stop; others go on."""
    talk = Talk("a", "b")
    talk.send(Push("a", "x"), Push("b", "y"))
    (event,) = talk.hear(server("chunk", "a", data=data))
    assert isinstance(failure(event), e.DecodeError)
    assert talk.replies() == [{"context_id": "a", "cancel": True}]
    assert talk.replies() == []
    assert talk.dialogue.state("a") is ContextState.FAILED
    assert talk.dialogue.state("b") is ContextState.OPEN


def test_nothing_is_cancelled_that_the_server_cannot_know() -> None:
    """A broken message for a context without any text yet fails it, and that is all."""
    talk = Talk("a")
    (event,) = talk.hear(server("chunk", "a", data="?"))
    assert isinstance(failure(event), e.DecodeError)
    assert talk.replies() == []


def test_broken_messages_for_others_are_counted() -> None:
    """A broken chunk that comes late is late, one that belongs to nobody is stray."""
    talk = Talk("a")
    talk.send(Push("a", "x"), Cancel("a"))
    assert talk.hear(server("chunk", "a", data="?"), server("chunk", "x", data="?")) == []
    assert (talk.dialogue.late_frames, talk.dialogue.stray_frames) == (1, 1)
    assert talk.replies() == []


def test_f13_binary_messages_end_the_socket() -> None:
    """The TTS socket has none."""
    with pytest.raises(e.RemoteProtocolError, match="binary"):
        TtsDialogue().receive(b"abc", now=0.0)


def test_f14_done_without_audio_is_told_as_silence() -> None:
    """The counts say so."""
    talk = Talk("c")
    talk.send(Push("c", "x"), Finish("c"))
    assert talk.hear(server("done", "c")) == [ContextDone("c", audio_nbytes=0, chunks=0)]


def test_f15_done_twice_ends_nothing_twice() -> None:
    """The second is late; the next context is unharmed."""
    talk = Talk("a", "b")
    talk.send(Push("a", "x"), Finish("a"), Push("b", "y"))
    assert talk.hear(server("done", "a"), server("done", "a")) == [ContextDone("a")]
    assert talk.dialogue.late_frames == 1
    assert talk.dialogue.state("b") is ContextState.OPEN


def test_f16_frames_of_a_cancelled_context_are_late() -> None:
    """Not a byte of them is delivered anywhere, but they are counted."""
    talk = Talk("a", "b")
    (_, cancel) = talk.send(Push("a", "x"), Cancel("a"))
    assert cancel == {"context_id": "a", "cancel": True}
    assert talk.events == [ContextWasCancelled("a")]
    talk.send(Push("b", "y"))
    assert talk.hear(chunk("a", b"12345"), server("flush_done", "a"), server("done", "a")) == []
    assert (talk.dialogue.late_frames, talk.dialogue.late_nbytes) == (3, 5)
    assert talk.hear(chunk("b")) == [AudioChunk(b"\1\2", "b", None, 1.0)]
    assert talk.send(Cancel("a")) == []
    assert talk.events == []


def test_f18_contexts_interleave() -> None:
    """Each gets its own."""
    talk = Talk("a", "b", "c")
    talk.send(*(Push(name, "x") for name in "abc"), *(Finish(name) for name in "abc"))
    events = talk.hear(*(chunk(name, name.encode()) for name in "abcabcb"), *(server("done", name) for name in "bca"))
    heard = {
        name: b"".join(ev.audio for ev in events if isinstance(ev, AudioChunk) and ev.context_id == name)
        for name in "abc"
    }
    assert heard == {"a": b"aa", "b": b"bbb", "c": b"cc"}
    assert [ev.context_id for ev in events if isinstance(ev, ContextDone)] == ["b", "c", "a"]


@pytest.mark.parametrize(
    "message", [chunk("x"), chunk(None), server("done", "x"), server("done"), server("flush_done")]
)
def test_f19_frames_for_contexts_never_opened_are_counted(message: str) -> None:
    """And delivered to nobody."""
    talk = Talk("a")
    talk.send(Push("a", "x"))
    assert talk.hear(message) == []
    assert (talk.dialogue.stray_frames, talk.dialogue.late_frames, talk.dialogue.late_nbytes) == (1, 0, 0)


# --- the socket dies


@pytest.mark.parametrize(
    ("closed", "words"),
    [
        (
            Closed(1000, "connection idle timeout", ClosedBy.SERVER),
            'closed by the server with "connection idle timeout"',
        ),
        (Closed(1012, "", ClosedBy.SERVER), "closed by the server in the middle"),
        (
            Closed(1006, "", ClosedBy.NOBODY, e.ConnectionLost("reset by peer")),
            "died in the middle of a context: reset",
        ),
        (Closed(1000, "", ClosedBy.CLIENT), "closed here"),
    ],
)
def test_f1_f2_f3_a_dead_socket_tells_every_open_context(closed: Closed, words: str) -> None:
    """With what had come until then; a close code of 1000 is no end of the audio."""
    talk = Talk("a", "b", "draft", "done")
    talk.send(Push("a", "Hello"), Push("b", "x"), Finish("b"), Push("done", "y"), Finish("done"))
    talk.hear(chunk("a", b"123"), server("done", "done"))
    one, other, draft = (failure(event) for event in talk.dialogue.lost(closed))
    assert isinstance(one, e.ContextInterrupted)
    assert (one.audio_nbytes, one.characters_sent, one.may_have_been_billed) == (3, 5, True)
    assert (one.close_code, one.close_reason, one.retryable) == (closed.code, closed.reason, True)
    assert words in str(one)
    assert "3 bytes of audio had come for 5 characters of text" in str(one)
    assert (other.context_id, draft.context_id) == ("b", "draft")
    assert not draft.may_have_been_billed
    assert talk.dialogue.open_contexts == 0
    assert talk.dialogue.lost(closed) == []


def test_the_error_of_a_context_that_died_with_its_socket_stays_at_hand() -> None:
    """For whoever comes too late for the event; others have none."""
    talk = Talk("a", "b")
    talk.send(Push("a", "x"), Cancel("b"))
    (event,) = talk.dialogue.lost(Closed(1006, "", ClosedBy.NOBODY))
    assert talk.dialogue.loss("a") is failure(event)
    assert talk.dialogue.loss("b") is talk.dialogue.loss("never opened") is None


@pytest.mark.parametrize("cause", [e.RemoteProtocolError("bad frame"), e.AuthenticationError("no key")])
def test_what_the_server_did_wrong_is_the_error_of_every_context(cause: e.CartesiaError) -> None:
    """Not a mere interruption."""
    talk = Talk("a", "b")
    talk.send(Push("a", "x"))
    errors = [failure(event) for event in talk.dialogue.lost(Closed(1002, "", ClosedBy.CLIENT, cause))]
    assert [type(error) for error in errors] == [type(cause)] * 2
    assert cause.context_id is None


def test_an_error_before_the_end_of_the_socket_gets_to_know_the_close_code() -> None:
    """The server says why in a message and then closes: both belong to one error, also where no context was open."""
    closed = Closed(1008, "policy", ClosedBy.SERVER)
    talk = Talk("a", "b")
    talk.send(Push("a", "x"))
    errors = [failure(event) for event in talk.hear(server("error", **ERROR))]
    assert [error.close_code for error in errors] == [None, None]
    assert talk.dialogue.lost(closed) == []
    assert [(error.close_code, error.close_reason) for error in errors] == [(1008, "policy")] * 2
    talk = Talk()
    (fault,) = talk.hear(server("error", **ERROR))
    assert isinstance(fault, ConnectionFault)
    talk.dialogue.lost(closed)
    assert (fault.error.close_code, fault.error.close_reason) == (1008, "policy")


def test_an_error_of_a_single_context_has_nothing_to_do_with_the_end_of_the_socket() -> None:
    """That may come much later."""
    talk = Talk("a")
    talk.send(Push("a", "x"))
    (event,) = talk.hear(server("error", "a", **ERROR))
    talk.dialogue.lost(Closed(1012, "restart", ClosedBy.SERVER))
    assert failure(event).close_code is None


# --- what a pool asks


def test_contexts_that_were_spoken_are_counted() -> None:
    """Those that the server gave up among them; not those that were cancelled, that failed, or that had no text."""
    talk = Talk("a", "b", "c", "d", "e")
    talk.send(*(Push(name, "x") for name in "abcd"), Finish("a"), Cancel("c"), Finish("e"))
    talk.hear(server("done", "a"), server("done", "b"), server("done", "c"), server("error", "d", **ERROR))
    assert (talk.dialogue.done_contexts, talk.dialogue.open_contexts) == (2, 0)


def test_the_time_of_the_latest_message_is_known() -> None:
    """In either direction, whatever it says; a command that puts nothing on the wire is none."""
    talk = Talk("a", "b")
    assert active_at(talk) is None
    talk.now = 1.0
    talk.send(Push("a", " "), Finish("b"))
    assert active_at(talk) is None
    talk.send(Push("a", "x"))
    talk.now = 2.0
    with pytest.raises(e.LocalProtocolError):
        talk.send(Push("x", "y"))
    assert active_at(talk) == 1.0
    talk.hear(chunk("elsewhere"))
    assert active_at(talk) == 2.0
    talk.now = 3.0
    talk.send(Cancel("a"))
    talk.now = 4.0
    talk.send(Cancel("a"))
    assert active_at(talk) == 3.0


# --- time

LIMITS = TtsLimits(first_audio_seconds=20.0, stall_seconds=15.0, idle_seconds=60.0)


def test_nothing_is_waited_for_before_the_first_text() -> None:
    """An open context owes nothing and is owed nothing."""
    talk = Talk("c", limits=LIMITS)
    talk.send(Push("c", " "))
    assert talk.dialogue.next_deadline() is None
    talk.now = 1e9
    assert talk.dialogue.handle_timeout(1e9) == []


def test_the_first_audio_is_due_after_the_text_is_finished() -> None:
    """Counted from then; the server is told to stop."""
    talk = Talk("c", limits=LIMITS)
    talk.send(Push("c", "x"))
    talk.now = 5.0
    talk.send(Finish("c"))
    assert talk.dialogue.next_deadline() == 25.0
    assert talk.dialogue.handle_timeout(24.9) == []
    (event,) = talk.dialogue.handle_timeout(25.0)
    assert isinstance(failure(event), e.FirstAudioTimeout)
    assert "20.0 s" in str(failure(event))
    assert talk.replies() == [{"context_id": "c", "cancel": True}]
    assert talk.dialogue.next_deadline() is None


def test_audio_must_go_on_once_it_has_begun() -> None:
    """Every message of the context counts as a sign of life."""
    talk = Talk("c", limits=LIMITS)
    talk.send(Push("c", "x"), Finish("c"))
    talk.now = 10.0
    talk.hear(chunk("c"))
    assert talk.dialogue.next_deadline() == 25.0
    talk.now = 12.0
    talk.hear(server("flush_done", "c"))
    assert talk.dialogue.next_deadline() == 27.0
    (event,) = talk.dialogue.handle_timeout(27.0)
    assert isinstance(failure(event), e.StallTimeout)
    assert "after its audio had begun" in str(failure(event))


def test_a_flush_is_owed_until_it_is_done() -> None:
    """Then the context idles again."""
    talk = Talk("c", limits=LIMITS)
    talk.send(Push("c", "x"), Flush("c"))
    assert talk.dialogue.next_deadline() == 20.0
    talk.hear(chunk("c"))
    assert talk.dialogue.next_deadline() == 15.0
    talk.hear(server("flush_done", "c", flush_id=1))
    assert talk.dialogue.next_deadline() == 60.0


def test_flushes_that_come_unasked_answer_none() -> None:
    """The server sends one per input when the buffer delay is 0; a flush asked for later is owed all the same."""
    talk = Talk("c", limits=LIMITS)
    talk.send(Push("c", "One."))
    talk.hear(chunk("c"), server("flush_done", "c", flush_id=1))
    talk.send(Flush("c"))
    assert talk.dialogue.next_deadline() == 15.0


def test_a_context_that_is_never_finished_is_given_up() -> None:
    """The server does so silently; the error asks whether `finish` was forgotten."""
    talk = Talk("c", limits=LIMITS)
    talk.send(Push("c", "x"))
    assert talk.dialogue.next_deadline() == 60.0
    talk.now = 50.0
    talk.send(Push("c", " "))
    assert talk.dialogue.next_deadline() == 110.0
    (event,) = talk.dialogue.handle_timeout(110.0)
    assert isinstance(failure(event), e.StallTimeout)
    assert "finish() forgotten" in str(failure(event))


def test_the_earliest_deadline_counts_and_only_those_due_are_given_up() -> None:
    """Contexts stall one by one."""
    talk = Talk("a", "b", limits=LIMITS)
    talk.send(Push("a", "x"), Finish("a"))
    talk.now = 1.0
    talk.send(Push("b", "y"), Finish("b"))
    assert talk.dialogue.next_deadline() == 20.0
    (event,) = talk.dialogue.handle_timeout(20.5)
    assert failure(event).context_id == "a"
    assert talk.dialogue.next_deadline() == 21.0


def test_a_context_must_be_done_in_time_whatever_comes() -> None:
    """Counted from its first text; the other deadlines stand beside it."""
    talk = Talk("c", limits=evolve(LIMITS, total_seconds=30.0))
    talk.now = 1.0
    talk.send(Push("c", " "))
    assert talk.dialogue.next_deadline() is None
    talk.now = 5.0
    talk.send(Push("c", "x"), Finish("c"))
    assert talk.dialogue.next_deadline() == 25.0
    for talk.now in (15.0, 25.0, 34.0):
        talk.hear(chunk("c"))
    assert talk.dialogue.next_deadline() == 35.0
    assert talk.dialogue.handle_timeout(34.9) == []
    (event,) = talk.dialogue.handle_timeout(35.0)
    assert isinstance(failure(event), e.TotalTimeout)
    assert "not done within 30.0 s; 6 bytes of audio had come" in str(failure(event))
    assert failure(event).may_have_been_billed
    assert talk.replies() == [{"context_id": "c", "cancel": True}]


def test_text_that_goes_on_and_on_is_cut_by_the_total_deadline_alone() -> None:
    """It is counted from the first text, not from the latest."""
    talk = Talk("c", limits=evolve(LIMITS, total_seconds=90.0))
    for talk.now in (0.0, 50.0, 89.0):
        talk.send(Push("c", "x"))
    assert talk.dialogue.next_deadline() == 90.0
    talk = Talk("c", limits=LIMITS)
    for talk.now in (0.0, 50.0, 89.0):
        talk.send(Push("c", "x"))
    assert talk.dialogue.next_deadline() == 149.0


@pytest.mark.parametrize("name", ["first_audio_seconds", "stall_seconds", "idle_seconds", "total_seconds"])
@pytest.mark.parametrize("value", [0, -1.0, float("nan")])
def test_limits_are_checked(name: str, value: float) -> None:
    """A wait of nothing would fail every context."""
    with pytest.raises(e.InvalidArgument, match=name):
        evolve(LIMITS, **{name: value})


# --- memory


def test_ten_thousand_contexts_leave_no_memory_behind() -> None:
    """Whatever their end; only the latest ones are remembered, to tell late frames from stray ones."""
    talk = Talk()

    def live(names: range) -> None:
        for number in names:
            name = f"context-{number}"
            talk.send(OpenContext(name, OPTIONS), Push(name, "Hello."))
            talk.hear(chunk(name, b"x" * 100))
            if number % 3 == 0:
                talk.send(Finish(name))
                talk.hear(server("done", name))
            elif number % 3 == 1:
                talk.send(Cancel(name))
                talk.hear(chunk(name))
            else:
                talk.hear(server("error", name, **ERROR))

    live(range(1000))
    gc.collect()
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    live(range(1000, 11_000))
    talk.events = []
    gc.collect()
    grown = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    assert grown < 50_000
    assert talk.dialogue.state("context-10999") is ContextState.CANCELLED
    assert talk.dialogue.state("context-5") is None
    assert talk.hear(chunk("context-10999"), chunk("context-5")) == []
    assert talk.dialogue.stray_frames == 1


def test_the_messages_are_json_with_the_text_where_it_belongs() -> None:
    """The constant part is written once per context, which must not show on the wire."""
    message = TtsDialogue()
    message.send(OpenContext('c"1', OPTIONS), now=0.0)
    (sent,), _ = message.send(Push('c"1', "x"), now=0.0)
    assert said(sent)["context_id"] == 'c"1'


def test_f16_f17_cancelling_drops_what_was_received_and_not_taken() -> None:
    """In a session: whoever waits for the context gets the cancellation and not one byte more; others lose nothing."""
    session: Session[TtsCommand, TtsEvent] = Session(TtsDialogue())
    for name in "ab":
        session.send(OpenContext(name, OPTIONS), now=0.0)
        session.send(Push(name, "Hi."), now=0.0)
        session.receive_data(frame(1, chunk(name).encode()), now=0.0)
    session.send(Cancel("a"), now=0.0)
    session.receive_data(frame(1, chunk("a").encode()), now=0.0)
    assert session.next_event("a") == ContextWasCancelled("a")
    assert session.next_event("a") is NEED_DATA
    assert session.next_event("b") == AudioChunk(b"\1\2", "b", None, 1.0)
