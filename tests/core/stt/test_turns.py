"""The conversation on `/stt/turns/websocket`."""

from __future__ import annotations

import json

import pytest

from cartesia_core.errors import LocalProtocolError, TranscriptionInterrupted
from cartesia_core.stt import events as e
from cartesia_core.stt.commands import Configure, Finalize, FinishAudio, SendAudio, TurnSettings
from cartesia_core.stt.turns import TurnsDialogue
from cartesia_core.ws.events import Closed, ClosedBy
from tests.core.stt.speech import FORMAT, SECOND, Talk, server


def talk() -> Talk[e.TurnEvent]:
    """Begin a conversation."""
    return Talk(TurnsDialogue(FORMAT))


def test_what_goes_out() -> None:
    """Binary audio, and JSON."""
    sent = talk().send(
        SendAudio(b"ab"), Configure(TurnSettings(end_timeout_ms=3000, start_threshold=0.7)), FinishAudio()
    )
    assert sent[0] == b"ab"
    assert [json.loads(message) for message in sent[1:]] == [
        {"type": "config", "turn": {"start_threshold": 0.7, "end_timeout_ms": 3000}},
        {"type": "close"},
    ]


def test_there_is_nothing_to_finalize() -> None:
    """Turns end by themselves."""
    with pytest.raises(LocalProtocolError, match="by itself"):
        talk().send(Finalize())


def test_a_turn_with_a_false_end() -> None:
    """Everything is told in order."""
    conversation = talk()
    conversation.send(SendAudio(SECOND), SendAudio(SECOND), SendAudio(SECOND))
    told = conversation.hear(
        server("connected"),
        server("turn.start"),
        server("turn.update", transcript="I would"),
        server("turn.eager_end", transcript="I would"),
        server("turn.resume"),
        server("turn.end", transcript="I would like"),
    )
    assert [event.type for event in told if not isinstance(event, (e.StreamDone, e.StreamFailed, e.StreamFault))] == [
        "connected",
        "turn.start",
        "turn.update",
        "turn.eager_end",
        "turn.resume",
        "turn.end",
    ]
    assert conversation.dialogue.accepted_nbytes == 400  # but for the last second
    assert conversation.dialogue.next_deadline() is None


def test_the_beginning_of_the_first_turn_is_not_accepted() -> None:
    """There is nothing before it."""
    conversation = talk()
    conversation.send(SendAudio(bytes(100)))
    conversation.hear(server("turn.end", transcript=""))
    assert conversation.dialogue.accepted_nbytes == 0


@pytest.mark.parametrize("code", [1000, 1005])
def test_a_close_after_finish_is_the_end(code: int) -> None:
    """There is no `done`."""
    conversation = talk()
    conversation.send(SendAudio(SECOND), FinishAudio())
    assert conversation.dialogue.lost(Closed(code, "", ClosedBy.SERVER)) == (e.StreamDone(),)


@pytest.mark.parametrize(("is_finished", "code"), [(False, 1000), (True, 1011), (True, 1006)])
def test_any_other_close_is_an_error(is_finished: bool, code: int) -> None:
    """In mid-speech even a polite one."""
    conversation = talk()
    conversation.send(*([FinishAudio()] if is_finished else []))
    [told] = conversation.dialogue.lost(Closed(code, "", ClosedBy.SERVER))
    assert isinstance(told, e.StreamFailed)
    assert isinstance(told.error, TranscriptionInterrupted)
