"""What the speech-to-text sockets say, read."""

from __future__ import annotations

import json
import pickle
from typing import Any

import pytest

from cartesia_core.errors import BadRequestError, DecodeError, ServerError
from cartesia_core.stt import events as e
from cartesia_core.stt.models import TranscribedWord
from tests.core.stt.speech import server

WORDS = (TranscribedWord("Turn", 0.02, 0.2), TranscribedWord("off.", 0.3, 0.5))


def test_transcript() -> None:
    """All fields, and those that nobody knows yet."""
    words = [{"word": "Turn", "start": 0.02, "end": 0.2}, {"word": "off.", "start": 0.3, "end": 0.5}]
    read = e.read_manual(
        server("transcript", text=" Turn off.", is_final=True, words=words, duration=1, language="en", new=5)
    )
    assert read == e.Transcript(
        text=" Turn off.", is_final=True, words=WORDS, duration=1.0, language="en", request_id="r", extra={"new": 5}
    )
    assert "<2 words>" in repr(read)
    assert pickle.loads(pickle.dumps(read)) == read


def test_transcript_of_little() -> None:
    """Only the text is needed."""
    read = e.read_manual('{"type": "transcript", "text": ""}')
    assert read == e.Transcript(text="")
    assert "words=None" in repr(read)


@pytest.mark.parametrize("name", ["words", "word"])
def test_words_in_parallel_arrays(name: str) -> None:
    """As the types of the official SDK have them."""
    columns = {name: ["Turn", "off."], "start": [0.02, 0.3], "end": [0.2, 0.5]}
    read = e.read_manual(server("transcript", text="", words=columns))
    assert isinstance(read, e.Transcript)
    assert read.words == WORDS


@pytest.mark.parametrize(
    ("message", "where"),
    [
        ("[]", "expected a JSON object"),
        ("{", "not JSON"),
        (server("transcript"), r"\$.text: required field is missing"),
        (server("transcript", text=5), r"\$.text: expected string"),
        (server("transcript", text="", words=[{"word": "a"}]), r"\$.words\[0\]"),
        (server("transcript", text="", words={"words": ["a"], "start": [0.0], "end": []}), "differ in length"),
        (server("transcript", text="", words={}), "expected array"),
    ],
)
def test_broken_messages(message: str, where: str) -> None:
    """The error says where."""
    with pytest.raises(DecodeError, match=where):
        e.read_manual(message)


def test_the_other_messages_of_the_manual_socket() -> None:
    """They carry nothing."""
    assert e.read_manual(server("flush_done")) == e.FlushDone("")
    assert e.read_manual(server("done")) == e.StreamDone()


@pytest.mark.parametrize(
    ("kind", "event"),
    [
        ("connected", e.Connected),
        ("turn.start", e.TurnStart),
        ("turn.update", e.TurnUpdate),
        ("turn.eager_end", e.TurnEagerEnd),
        ("turn.resume", e.TurnResume),
        ("turn.end", e.TurnEnd),
    ],
)
def test_turns(kind: str, event: Any) -> None:
    """Each message has a class of its own, which knows its name."""
    fields = (
        {"transcript": "I would"}
        if hasattr(event, "transcript") or kind in ("turn.update", "turn.end", "turn.eager_end")
        else {}
    )
    read = e.read_turn(server(kind, **fields, new=1))
    assert read == event(request_id="r", extra={"new": 1}, **fields)
    assert event.type == kind


def test_broken_turns() -> None:
    """Types are checked."""
    with pytest.raises(DecodeError, match=r"\$.transcript"):
        e.read_turn(server("turn.end"))


@pytest.mark.parametrize("read", [e.read_manual, e.read_turn])
def test_unknown_messages_are_data(read: Any) -> None:
    """And so are those that do not say what they are."""
    assert read(server("news", text="x")) == e.Unknown("news", {"type": "news", "request_id": "r", "text": "x"}, "")
    assert read(json.dumps({"type": 5})) == e.Unknown("", {"type": 5}, "")


@pytest.mark.parametrize("read", [e.read_manual, e.read_turn])
def test_errors_of_all_ages(read: Any) -> None:
    """They are given, not raised."""
    new = read(
        server("error", status_code=400, title="Bad request", message="Unknown model.", error_code="model_not_found"),
        version="2026-08-14",
    )
    assert isinstance(new, BadRequestError)
    assert (new.error_code, new.request_id, new.api_version) == ("model_not_found", "r", "2026-08-14")
    assert isinstance(read(server("error", code=503, message="down")), ServerError)
    old = read(server("error", message="something"))
    assert (old.status, old.message) == (None, "something")
