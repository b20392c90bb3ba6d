"""One stream as its caller sees it: what is sent, what events mean, and what is replayed after a loss."""

from __future__ import annotations

from typing import Any

import pytest

from cartesia_core import errors as er
from cartesia_core.stt import socket
from cartesia_core.stt.commands import Configure, Finalize, FinishAudio, SendAudio, SttCommand, TurnSettings
from cartesia_core.stt.dialogue import SttDialogue
from cartesia_core.stt.events import (
    FlushDone,
    ManualEvent,
    StreamDone,
    StreamFailed,
    StreamFault,
    Transcript,
    TurnEvent,
)
from cartesia_core.stt.handle import LARGEST_MESSAGE_NBYTES, Step, StreamState, SttHandle
from cartesia_core.stt.models import TranscribedWord
from cartesia_core.stt.socket import SttReconnect
from cartesia_core.ws.events import Closed, ClosedBy, Opened
from cartesia_core.ws.reconnect import ReconnectPolicy
from tests.core.stt.speech import SECOND, final, server

BASIC: dict[str, Any] = {"model": "ink-2", "encoding": "pcm_s16le", "sample_rate": 100}
DIED = Closed(1006, "", ClosedBy.NOBODY)
POLICY = ReconnectPolicy(max_failures=2, first_delay=1.0)
AGAIN = SttReconnect(policy=POLICY)


class Stream:
    """A handle and the conversation it has, with a clock."""

    def __init__(self, *, reconnect: SttReconnect | None = None) -> None:
        self.handle = SttHandle(socket.websocket(**BASIC, reconnect=reconnect))
        self.now = 0.0
        self.open()

    def open(self) -> list[SttCommand]:
        """Give it a socket; carry out and give what it says first."""
        self.dialogue: SttDialogue[ManualEvent] = self.handle.request.dialogue()
        commands = self.handle.opened(self.dialogue, now=self.now)
        self.carry_out(*commands)
        return list(commands)

    def carry_out(self, *commands: SttCommand) -> None:
        """Have the conversation say it."""
        for command in commands:
            self.dialogue.send(command, now=self.now)

    def say(self, *pieces: bytes) -> None:
        """Send audio."""
        for piece in pieces:
            self.carry_out(*self.handle.audio(piece))

    def take(self, event: Any) -> ManualEvent | Step:
        """Take an event."""
        return self.handle.take(event, now=self.now, jitter=0.0)

    def hear(self, *messages: str) -> list[ManualEvent | Step]:
        """Take messages of the server."""
        return [self.take(e) for message in messages for e in self.dialogue.receive(message, now=self.now)]

    def die(self) -> Step | ManualEvent:
        """Lose the socket."""
        [event] = self.dialogue.lost(DIED)
        return self.take(event)


def test_a_stream_from_beginning_to_end() -> None:
    """The commands are those of the calls; the end is told again and again."""
    stream = Stream()
    assert stream.handle.audio(b"abcd") == (SendAudio(b"abcd"),)
    assert stream.handle.audio(bytearray(b"ab")) == stream.handle.audio(memoryview(b"ab")) == (SendAudio(b"ab"),)
    assert stream.handle.audio(b"") == ()
    assert stream.handle.finalize() == (Finalize(),)
    assert stream.handle.finish() == (FinishAudio(),)
    assert (stream.handle.state, stream.handle.finish()) == (StreamState.FINISHING, ())
    assert stream.handle.sent_nbytes == 8
    assert stream.handle.check()
    assert isinstance(stream.hear(final("a"))[0], Transcript)
    assert stream.hear(server("done")) == [Step.END]
    assert stream.take(Closed(1000, "", ClosedBy.SERVER)) is Step.END
    assert not stream.handle.check()
    assert stream.handle.finish() == ()


def test_long_audio_goes_out_in_several_messages() -> None:
    """In order."""
    data = bytes(range(256)) * 520
    commands = Stream().handle.audio(data)
    assert [len(command.data) for command in commands if isinstance(command, SendAudio)] == [
        *[LARGEST_MESSAGE_NBYTES] * 16,
        2048,
    ]
    assert b"".join(command.data for command in commands if isinstance(command, SendAudio)) == data


def test_audio_that_is_none() -> None:
    """Text is refused, and nothing is counted."""
    stream = Stream()
    wrong: Any = "abc"
    with pytest.raises(er.InvalidArgument, match="audio is str"):
        stream.handle.audio(wrong)
    assert stream.handle.sent_nbytes == 0


def test_nothing_after_finish() -> None:
    """The error says what was too late."""
    handle = Stream().handle
    handle.finish()
    with pytest.raises(er.LocalProtocolError, match="audio is too late: the stream is finishing"):
        handle.audio(b"ab")
    with pytest.raises(er.LocalProtocolError, match="finalize is too late"):
        handle.finalize()


def test_nothing_after_close() -> None:
    """Neither is sent nor told."""
    stream = Stream()
    stream.handle.close(now=0.0)
    stream.handle.close(now=0.0)
    for late in (stream.handle.finish, stream.handle.check, lambda: stream.take(DIED)):
        with pytest.raises(er.LocalProtocolError, match="closed"):
            late()
    with pytest.raises(er.TranscriptionInterrupted):
        stream.die()
    assert stream.handle.state is StreamState.CLOSED
    with pytest.raises(er.TranscriptionInterrupted):
        stream.handle.check()


def test_closing_what_is_over_changes_nothing() -> None:
    """It is done."""
    stream = Stream()
    stream.take(StreamDone())
    stream.handle.close(now=0.0)
    assert stream.handle.state is StreamState.DONE


def test_a_lost_socket_fails_the_stream() -> None:
    """Whoever asks gets to know how much was accepted, again and again."""
    stream = Stream()
    stream.say(SECOND, SECOND)
    stream.hear(final("a", 0.5))
    with pytest.raises(er.TranscriptionInterrupted) as caught:
        stream.die()
    assert (caught.value.sent_nbytes, caught.value.accepted_nbytes) == (400, 100)
    assert stream.handle.state is StreamState.FAILED
    again: list[Any] = [
        stream.handle.check,
        lambda: stream.take(DIED),
        lambda: stream.handle.audio(b"ab"),
        stream.handle.finish,
    ]
    for ask in again:
        with pytest.raises(er.TranscriptionInterrupted) as other:
            ask()
        assert other.value is caught.value


def test_errors_below_500_do_not_fail_it() -> None:
    """They are raised once."""
    stream = Stream()
    with pytest.raises(er.BadRequestError):
        stream.hear(server("error", status_code=400, message="slow down"))
    assert stream.handle.check()
    assert isinstance(stream.hear(final("a"))[0], Transcript)


def test_errors_from_500_on_fail_it() -> None:
    """For good."""
    stream = Stream()
    with pytest.raises(er.ServerError):
        stream.hear(server("error", status_code=500, message="oops"))
    with pytest.raises(er.ServerError):
        stream.handle.check()


def test_events_that_no_stream_has() -> None:
    """Are mistakes of whoever carries the session."""
    with pytest.raises(er.LocalProtocolError, match="Opened is no event"):
        Stream().take(Opened())


def test_a_socket_that_takes_nothing_more() -> None:
    """Is explained by what ended it; if nothing did, the error stands."""
    refused = er.LocalProtocolError("the socket is closed")
    stream = Stream()
    with pytest.raises(er.LocalProtocolError) as caught:
        stream.handle.refused(refused)
    assert caught.value is refused
    stream.dialogue.lost(DIED)
    with pytest.raises(er.TranscriptionInterrupted):
        stream.handle.refused(refused)
    stream = Stream()
    stream.hear(server("done"))
    stream = Stream()
    stream.handle.finish()
    stream.handle.refused(refused)  # the server was done before
    stream = Stream(reconnect=AGAIN)
    stream.dialogue.lost(DIED)
    stream.handle.refused(refused)  # it will be replaced
    stream.take(StreamFailed(er.TranscriptionInterrupted("died")))
    stream.handle.refused(refused)  # it is being replaced


# --- replaced sockets


def test_the_unacknowledged_tail_is_replayed() -> None:
    """As audio, in order, with what is said meanwhile."""
    stream = Stream(reconnect=AGAIN)
    stream.say(b"a" * 200, b"b" * 200)
    stream.hear(final("a", 1.5))
    assert stream.die() is Step.REPLACE
    assert stream.handle.needs_socket
    assert stream.handle.audio(b"c" * 100) == ()
    assert stream.take(DIED) is Step.REPLACE
    told = stream.handle.reconnected()
    assert isinstance(told.error, er.TranscriptionInterrupted)
    assert (told.error.sent_nbytes, told.error.accepted_nbytes) == (400, 300)
    assert (told.replayed_nbytes, told.dropped_nbytes) == (200, 0)
    assert stream.open() == [SendAudio(b"b" * 100), SendAudio(b"c" * 100)]
    assert (stream.handle.connections, stream.handle.needs_socket) == (2, False)
    assert stream.handle.sent_nbytes == 500


def test_times_of_words_go_on() -> None:
    """They count from the beginning of all audio, whichever socket it went over; what is accepted, too."""
    stream = Stream(reconnect=AGAIN)
    stream.say(SECOND, SECOND)
    stream.hear(final("a", 1.5))
    stream.die()
    stream.open()
    [told] = stream.hear(final("b", 0.25))
    assert isinstance(told, Transcript)
    assert told.words == (TranscribedWord("b", 1.5, 1.75),)
    assert stream.handle.accepted_nbytes == 350
    assert stream.hear(final("c"), server("flush_done")) == [
        Transcript(text="c", is_final=True, request_id="r"),
        FlushDone(""),
    ]
    with pytest.raises(er.BadRequestError):
        stream.take(StreamFault(er.BadRequestError("no")))


def test_what_does_not_fit_is_dropped_from_the_beginning() -> None:
    """And said."""
    stream = Stream(reconnect=SttReconnect(max_replay_nbytes=300, policy=POLICY))
    stream.say(b"a" * 200, b"b" * 200)
    stream.die()
    told = stream.handle.reconnected()
    assert (told.replayed_nbytes, told.dropped_nbytes) == (300, 100)
    assert stream.open() == [SendAudio(b"a" * 100), SendAudio(b"b" * 200)]
    assert stream.handle.accepted_nbytes == 100  # given up


def test_finalizing_and_finishing_are_replayed_at_their_places() -> None:
    """Those that were answered are not."""
    stream = Stream(reconnect=AGAIN)
    stream.say(b"a" * 200)
    stream.carry_out(*stream.handle.finalize())
    stream.say(b"b" * 200)
    stream.carry_out(*stream.handle.finalize())
    stream.hear(server("flush_done"))
    stream.die()
    assert stream.handle.audio(b"c" * 20) == ()
    assert stream.handle.finalize() == ()
    assert stream.handle.finish() == ()
    assert stream.open() == [
        SendAudio(b"b" * 200),
        Finalize(),
        SendAudio(b"c" * 20),
        Finalize(),
        FinishAudio(),
    ]


def test_what_a_dead_socket_refused_goes_to_the_next() -> None:
    """Also before its end is told."""
    stream = Stream(reconnect=AGAIN)
    [event] = stream.dialogue.lost(DIED)
    refused = er.LocalProtocolError("the socket is closed")
    stream.handle.refused(refused, *stream.handle.audio(b"ab"))
    stream.handle.refused(refused, *stream.handle.finalize())
    stream.handle.refused(refused, *stream.handle.finish())
    assert stream.take(event) is Step.REPLACE
    assert stream.open() == [SendAudio(b"ab"), Finalize(), FinishAudio()]


def test_finalizing_nothing_is_replayed() -> None:
    """The server answers all the same."""
    stream = Stream(reconnect=AGAIN)
    stream.carry_out(*stream.handle.finalize())
    stream.die()
    assert stream.open() == [Finalize()]


def test_settings_of_turns_are_replayed() -> None:
    """All that were ever changed; and nothing if none was."""
    handle: SttHandle[TurnEvent] = SttHandle(socket.turns(**BASIC, turn_start_threshold=0.7, reconnect=AGAIN))
    handle.opened(handle.request.dialogue(), now=0.0)
    with pytest.raises(er.InvalidArgument, match="at least one"):
        handle.configure(TurnSettings())
    with pytest.raises(er.InvalidArgument, match="must be above"):
        handle.configure(TurnSettings(end_threshold=0.5))
    settings = TurnSettings(end_timeout_ms=700)
    assert handle.configure(settings) == (Configure(settings),)
    handle.take(StreamFailed(er.TranscriptionInterrupted("died")), now=0.0, jitter=0.0)
    assert handle.configure(TurnSettings(end_threshold=0.1)) == ()
    whole = TurnSettings(start_threshold=0.7, end_threshold=0.1, end_timeout_ms=700)
    assert handle.opened(handle.request.dialogue(), now=0.0) == (Configure(whole),)


def test_server_errors_have_the_socket_replaced() -> None:
    """From 500 on; others end the stream."""
    stream = Stream(reconnect=AGAIN)
    assert stream.hear(server("error", status_code=503, message="restarting")) == [Step.REPLACE]
    assert isinstance(stream.handle.reconnected().error, er.ServerError)
    stream.open()
    with pytest.raises(er.StallTimeout):
        stream.take(StreamFailed(er.StallTimeout("silent")))


def test_a_loss_that_nobody_explained() -> None:
    """Still is a loss."""
    assert isinstance(Stream(reconnect=AGAIN).handle.reconnected().error, er.TranscriptionInterrupted)


def test_sockets_that_fail_at_once_are_opened_slowly_and_not_for_ever() -> None:
    """The policy of the other sockets holds."""
    stream = Stream(reconnect=AGAIN)
    stream.die()
    assert stream.handle.pause_seconds(0.0) == 1.0
    assert stream.handle.pause_seconds(1.0) == 0.0
    stream.handle.not_opened(er.ConnectFailed("refused"), now=1.0, jitter=0.0)
    with pytest.raises(er.ReconnectStopped) as caught:
        stream.handle.pause_seconds(1.0)
    assert isinstance(caught.value.__cause__, er.TranscriptionInterrupted)
    assert stream.handle.state is StreamState.FAILED
    with pytest.raises(er.ReconnectStopped):
        stream.handle.check()


@pytest.mark.parametrize("has_worked", [True, False])
def test_sockets_that_worked_are_replaced_at_once(has_worked: bool) -> None:
    """They lived for long, or something was transcribed."""
    stream = Stream(reconnect=AGAIN)
    stream.say(SECOND)
    if has_worked:
        stream.hear(final("a", 0.5))
    else:
        stream.now = 60.0
    stream.die()
    assert stream.handle.pause_seconds(stream.now) == 0.0


def test_without_reconnecting_there_is_no_pause() -> None:
    """Nor anything to count."""
    handle = Stream().handle
    handle.not_opened(er.ConnectFailed("refused"), now=0.0, jitter=0.0)
    assert handle.pause_seconds(0.0) == 0.0
