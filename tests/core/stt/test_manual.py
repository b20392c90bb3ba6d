"""The conversation on `/stt/websocket`."""

from __future__ import annotations

import pytest

from cartesia_core.errors import (
    BadRequestError,
    ConnectionLost,
    DecodeError,
    LocalProtocolError,
    RemoteProtocolError,
    ServerError,
    StallTimeout,
    TranscriptionInterrupted,
)
from cartesia_core.events import FlushDone
from cartesia_core.stt.commands import Configure, Finalize, FinishAudio, SendAudio, TurnSettings
from cartesia_core.stt.dialogue import SilenceKeepalive, SttLimits
from cartesia_core.stt.events import ManualEvent, StreamDone, StreamFailed, StreamFault, Transcript
from cartesia_core.stt.manual import ManualDialogue
from cartesia_core.ws.events import Closed, ClosedBy
from tests.core.stt.speech import FORMAT, SECOND, Talk, final, server

SERVER_CLOSED = Closed(1000, "connection idle timeout", ClosedBy.SERVER)


def talk(**limits: object) -> Talk[ManualEvent]:
    """Begin a conversation."""
    return Talk(ManualDialogue(FORMAT, limits=SttLimits(**limits)))  # type: ignore[arg-type]


def failure(events: object) -> object:
    """Give the error of the one event there is."""
    assert isinstance(events, (list, tuple))
    [event] = events
    assert isinstance(event, StreamFailed)
    return event.error


def test_what_goes_out() -> None:
    """Binary audio, and bare words."""
    conversation = talk()
    assert conversation.send(SendAudio(b"ab"), SendAudio(b""), Finalize(), FinishAudio()) == [
        b"ab",
        "finalize",
        "close",
    ]
    assert conversation.dialogue.sent_nbytes == 2


@pytest.mark.parametrize(("version", "word"), [("2025-04-16", "done"), ("2025-11-04", "close")])
def test_the_last_word_depends_on_the_version(version: str, word: str) -> None:
    """It was renamed."""
    assert Talk(ManualDialogue(FORMAT, version=version)).send(FinishAudio()) == [word]


def test_nothing_goes_out_after_the_end() -> None:
    """Nor what this socket does not know."""
    conversation = talk()
    with pytest.raises(LocalProtocolError, match="turns are configured"):
        conversation.send(Configure(TurnSettings(end_timeout_ms=700)))
    conversation.send(FinishAudio())
    for command in (SendAudio(b"ab"), Finalize(), FinishAudio()):
        with pytest.raises(LocalProtocolError, match="was finished"):
            conversation.send(command)


def test_a_whole_utterance() -> None:
    """`flush_done` and finals do not end it, `done` does; what comes later is nothing."""
    conversation = talk()
    conversation.send(SendAudio(SECOND), Finalize(), FinishAudio())
    assert not conversation.dialogue.is_idle()
    told = conversation.hear(server("flush_done"), final(" Turn off."), server("done"), final("ghost"))
    assert [type(event) for event in told] == [FlushDone, Transcript, StreamDone]
    assert conversation.dialogue.is_over
    assert conversation.dialogue.is_idle()
    assert conversation.dialogue.accepted_nbytes == 200
    assert conversation.dialogue.lost(SERVER_CLOSED) == ()


def test_what_counts_as_accepted() -> None:
    """The end of the last word of a final, its duration without words, all before an answered `finalize`."""
    conversation = talk()
    dialogue = conversation.dialogue
    conversation.send(SendAudio(SECOND), SendAudio(SECOND))
    conversation.hear(server("transcript", text="Turn", duration=2.0))
    assert dialogue.accepted_nbytes == 0
    conversation.hear(final("Turn", 0.5))
    assert dialogue.accepted_nbytes == 100
    conversation.hear(final("off", duration=1.5))
    assert dialogue.accepted_nbytes == 300
    conversation.hear(final("off", 0.1), final("nothing"), final("odd", -1.0))
    assert dialogue.accepted_nbytes == 300
    conversation.send(Finalize(), SendAudio(SECOND), Finalize())
    assert list(dialogue.owed_positions) == [400, 600]
    conversation.hear(server("flush_done"))
    assert [dialogue.accepted_nbytes, *dialogue.owed_positions] == [400, 600]
    conversation.hear(server("flush_done"), server("flush_done"), final("far", 99.0))
    assert [dialogue.accepted_nbytes, *dialogue.owed_positions] == [600]


def test_a_close_in_mid_transcript_is_an_error() -> None:
    """Even a polite one; the error says how much was accepted."""
    conversation = talk()
    conversation.send(SendAudio(SECOND), SendAudio(SECOND))
    conversation.hear(final("Turn", 0.5))
    error = failure(conversation.dialogue.lost(SERVER_CLOSED))
    assert isinstance(error, TranscriptionInterrupted)
    assert (error.sent_nbytes, error.accepted_nbytes) == (400, 100)
    assert (error.close_code, error.close_reason) == (1000, "connection idle timeout")
    assert error.may_have_been_billed
    assert error.message == (
        'the socket was closed by the server with "connection idle timeout" before all speech was transcribed; '
        "of 400 bytes of audio sent on it, 100 are known to be transcribed"
    )
    assert conversation.dialogue.failure is error
    with pytest.raises(LocalProtocolError):
        conversation.send(SendAudio(SECOND))


@pytest.mark.parametrize(
    ("closed", "text"),
    [
        (Closed(1006, "", ClosedBy.NOBODY, ConnectionLost("it broke")), "the socket died before .*: it broke;"),
        (Closed(1000, "", ClosedBy.CLIENT), "the socket was closed here before"),
    ],
)
def test_other_ends(closed: Closed, text: str) -> None:
    """Who ended it, and why, is said; who sent nothing paid nothing."""
    error = failure(talk().dialogue.lost(closed))
    assert isinstance(error, TranscriptionInterrupted)
    assert not error.may_have_been_billed
    with pytest.raises(TranscriptionInterrupted, match=text):
        raise error


def test_a_close_after_finish() -> None:
    """A polite one is the end; any other is not."""
    conversation = talk()
    conversation.send(SendAudio(SECOND), FinishAudio())
    assert conversation.dialogue.lost(SERVER_CLOSED) == (StreamDone(),)
    assert conversation.dialogue.accepted_nbytes == 200
    conversation = talk()
    conversation.send(FinishAudio())
    assert isinstance(failure(conversation.dialogue.lost(Closed(1011, "", ClosedBy.SERVER))), TranscriptionInterrupted)


def test_a_breach_is_told_as_such() -> None:
    """With the close code that it was answered with."""
    error = RemoteProtocolError("the server broke the frame protocol")
    assert failure(talk().dialogue.lost(Closed(1002, "", ClosedBy.CLIENT, error))) is error
    assert error.close_code == 1002


def test_errors_below_500_may_be_notices() -> None:
    """They are told, and the conversation goes on."""
    conversation = talk()
    conversation.send(SendAudio(SECOND), FinishAudio())
    [told] = conversation.hear(server("error", status_code=400, message="slow down"))
    assert isinstance(told, StreamFault)
    assert isinstance(told.error, BadRequestError)
    assert [type(event) for event in conversation.hear(final("a"))] == [Transcript]
    assert conversation.dialogue.lost(SERVER_CLOSED) == (StreamDone(),)


def test_errors_below_500_may_be_the_end() -> None:
    """When the server closes after one, that is why, after `finish` too."""
    for commands in ([SendAudio(SECOND)], [FinishAudio()]):
        conversation = talk()
        conversation.send(*commands)
        [told] = conversation.hear(server("error", status_code=400, message="unknown model"))
        assert isinstance(told, StreamFault)
        error = failure(conversation.dialogue.lost(SERVER_CLOSED))
        assert error is told.error
        assert (told.error.close_code, told.error.close_reason) == (1000, "connection idle timeout")


def test_errors_from_500_on_are_the_end() -> None:
    """At once."""
    conversation = talk()
    assert isinstance(failure(conversation.hear(server("error", status_code=500, message="oops"))), ServerError)
    assert conversation.dialogue.is_over
    assert conversation.hear(final("ghost")) == []


def test_broken_messages() -> None:
    """They are told to the session, which ends the socket."""
    dialogue = talk().dialogue
    with pytest.raises(RemoteProtocolError, match="binary"):
        dialogue.receive(b"x", now=0.0)
    with pytest.raises(DecodeError):
        dialogue.receive("[]", now=0.0)


# --- time


def test_the_server_may_be_silent_while_it_owes_nothing() -> None:
    """Nobody has to speak."""
    conversation = talk()
    conversation.send(SendAudio(SECOND))
    assert conversation.dialogue.next_deadline() is None
    assert conversation.ring(1e6) == []


@pytest.mark.parametrize(("command", "owed"), [(Finalize(), "`finalize`"), (FinishAudio(), "rest of the transcript")])
def test_a_silent_server_that_owes_something(command: Finalize | FinishAudio, owed: str) -> None:
    """Its silence counts from its latest message, or from what it was asked for."""
    conversation = talk(answer_seconds=5.0)
    dialogue = conversation.dialogue
    conversation.now = 100.0
    conversation.send(command)
    assert dialogue.next_deadline() == 105.0
    conversation.now = 102.0
    conversation.hear(final("a"))
    assert conversation.ring(106.9) == []
    dialogue.resumed(103.0)
    assert dialogue.next_deadline() == 108.0
    error = failure(conversation.ring(108.0))
    assert isinstance(error, StallTimeout)
    assert owed in error.message
    assert dialogue.next_deadline() is None


def test_asking_again_does_not_buy_the_server_time() -> None:
    """Its silence goes on to count from the first question."""
    conversation = talk(answer_seconds=5.0)
    conversation.send(Finalize())
    conversation.now = 4.0
    conversation.send(Finalize())
    assert conversation.dialogue.next_deadline() == 5.0
    conversation.hear(server("flush_done"), server("flush_done"))
    assert conversation.dialogue.next_deadline() is None


def test_no_limit() -> None:
    """Somebody may want to wait for ever."""
    conversation = talk(answer_seconds=None)
    conversation.send(FinishAudio())
    assert conversation.dialogue.next_deadline() is None


def test_silence_is_sent_while_nobody_speaks() -> None:
    """After so long, and again and again; audio starts the time anew, the end stops it."""
    conversation = talk(silence=SilenceKeepalive(after_seconds=10.0, piece_seconds=0.1))
    dialogue = conversation.dialogue
    dialogue.begin(100.0)
    assert dialogue.next_deadline() == 110.0
    assert conversation.ring(109.0) == []
    assert dialogue.replies() == []
    conversation.ring(110.0)
    assert dialogue.replies() == [bytes(20)]
    assert dialogue.replies() == []
    assert dialogue.next_deadline() == 120.0
    conversation.now = 115.0
    conversation.send(SendAudio(SECOND))
    assert dialogue.next_deadline() == 125.0
    conversation.ring(125.0)
    assert dialogue.replies() == [bytes(20)]
    conversation.send(FinishAudio())
    assert dialogue.next_deadline() == 155.0  # the answer


def test_silence_in_real_time() -> None:
    """As if the microphone were on; what was missed is not made up for."""
    conversation = talk(silence=SilenceKeepalive(after_seconds=1.0, piece_seconds=0.5, every_seconds=0.5))
    dialogue = conversation.dialogue
    conversation.ring(1.0)
    conversation.ring(1.5)
    assert dialogue.next_deadline() == 2.0
    conversation.ring(60.2)
    assert dialogue.replies() == [bytes(100)] * 3
    assert dialogue.next_deadline() == 60.5


def test_silence_of_ours_is_not_the_callers_audio() -> None:
    """The server's times count it, what is accepted does not."""
    conversation = talk(silence=SilenceKeepalive(after_seconds=1.0, piece_seconds=1.0))
    conversation.ring(1.0)
    conversation.send(SendAudio(SECOND))
    conversation.hear(final("a", 1.5))
    assert (conversation.dialogue.sent_nbytes, conversation.dialogue.accepted_nbytes) == (200, 100)


def test_silence_and_the_answer_may_be_due_at_once() -> None:
    """Both happen."""
    conversation = talk(answer_seconds=5.0, silence=SilenceKeepalive(after_seconds=5.0))
    conversation.send(Finalize())
    assert isinstance(failure(conversation.ring(5.0)), StallTimeout)
    assert len(conversation.dialogue.replies()) == 1


def test_one_stream_holds_up_nobody() -> None:
    """There are no others."""
    dialogue = talk().dialogue
    assert not dialogue.has_others("")
    assert dialogue.overrun("") == ()
