"""Five minutes in which nobody speaks, on a clock of the test's: what goes out, and when."""

from __future__ import annotations

from typing import TypeAlias

from cartesia_core.stt.commands import Finalize, SendAudio, SttCommand
from cartesia_core.stt.dialogue import SilenceKeepalive, SttLimits
from cartesia_core.stt.events import ManualEvent, StreamEvent
from cartesia_core.stt.manual import ManualDialogue
from cartesia_core.ws.session import Session, SessionLimits
from tests.core.stt.speech import FORMAT, SECOND, final
from tests.core.ws.peer import opcodes

Speaking: TypeAlias = Session[SttCommand, ManualEvent | StreamEvent]
SERVER_PONG = b"\x8a\x00"
BINARY, PING = 2, 9


def pause(session: Speaking, *, until: float) -> list[tuple[float, int]]:
    """Let the time pass from deadline to deadline, with a peer that answers pings; give what went out, and when."""
    told: list[tuple[float, int]] = []
    while (due := session.next_deadline()) is not None and due <= until:
        session.handle_timeout(due)
        sent = opcodes(session.data_to_send())
        told.extend((due, code) for code in sent)
        if PING in sent:
            session.receive_data(SERVER_PONG, now=due)
    return told


def speak(session: Speaking, *, now: float) -> None:
    """Send a second of speech."""
    session.send(SendAudio(SECOND), now=now)
    assert opcodes(session.data_to_send()) == [BINARY]


def opened(silence: SilenceKeepalive | None, *, ping_after_seconds: float | None) -> Speaking:
    """Open a stream at 1000 s."""
    dialogue = ManualDialogue(FORMAT, limits=SttLimits(silence=silence), now=1000.0)
    return Session(dialogue, limits=SessionLimits(ping_after_seconds=ping_after_seconds), now=1000.0)


def test_pings_alone() -> None:
    """One every ten seconds of the server's silence, and nothing else: no audio is made up."""
    session = opened(None, ping_after_seconds=10.0)
    assert session.data_to_send() == b""
    assert pause(session, until=1300.0) == [(1000.0 + 10 * n, PING) for n in range(1, 31)]
    assert session.closed is None


def test_silence_that_keeps_a_stream_alive() -> None:
    """A piece every half minute, first half a minute after the last audio, and none before the opening."""
    session = opened(SilenceKeepalive(after_seconds=30.0, piece_seconds=0.1), ping_after_seconds=None)
    assert session.data_to_send() == b""
    speak(session, now=1005.0)
    assert pause(session, until=1300.0) == [(1005.0 + 30 * n, BINARY) for n in range(1, 10)]
    speak(session, now=1300.0)
    assert pause(session, until=1329.9) == []
    assert pause(session, until=1330.0) == [(1330.0, BINARY)]


def test_both_and_speech_after_it() -> None:
    """The pause is no audio of the caller's: what the server hears after it is counted in the caller's time."""
    session = opened(SilenceKeepalive(after_seconds=30.0, piece_seconds=1.0), ping_after_seconds=20.0)
    speak(session, now=1000.0)
    told = pause(session, until=1300.0)
    assert [code for _, code in told].count(BINARY) == 10
    assert [code for _, code in told].count(PING) == 15
    speak(session, now=1300.0)
    payload = final("Hello", end=12.0).encode()  # one second, ten of silence, and the next second
    head = bytes((0x81, 126)) + len(payload).to_bytes(2, "big") if len(payload) > 125 else bytes((0x81, len(payload)))
    session.receive_data(head + payload, now=1301.0)
    assert isinstance(session.dialogue, ManualDialogue)
    assert session.dialogue.accepted_nbytes == 2 * len(SECOND)


def test_what_is_due_first_when_an_answer_is_owed() -> None:
    """The silence goes out while the answer to a `finalize` is waited for; whichever is sooner is the deadline."""
    limits = SttLimits(answer_seconds=20.0, silence=SilenceKeepalive(after_seconds=15.0))
    dialogue = ManualDialogue(FORMAT, limits=limits, now=0.0)
    dialogue.send(Finalize(), now=0.0)
    assert dialogue.next_deadline() == 15.0
    assert dialogue.handle_timeout(15.0) == ()
    assert dialogue.replies() == [FORMAT.silence(0.1)]
    assert dialogue.next_deadline() == 20.0
