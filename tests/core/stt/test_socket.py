"""Opening the speech-to-text sockets: what is asked for, and what is refused before."""

from __future__ import annotations

from typing import Any

import pytest

from cartesia_core.errors import InvalidArgument
from cartesia_core.stt import socket
from cartesia_core.stt.commands import TurnSettings
from cartesia_core.stt.dialogue import SttLimits
from cartesia_core.stt.manual import ManualDialogue
from cartesia_core.stt.socket import SttReconnect
from cartesia_core.stt.turns import TurnsDialogue

BASIC: dict[str, Any] = {"model": "ink-2", "encoding": "pcm_s16le", "sample_rate": 16000}
PAIRS = (("model", "ink-2"), ("encoding", "pcm_s16le"), ("sample_rate", "16000"))


def test_as_little_as_possible() -> None:
    """What is not given does not travel."""
    for request, path in (
        (socket.websocket(**BASIC), "/stt/websocket"),
        (socket.turns(**BASIC), "/stt/turns/websocket"),
    ):
        call = request.call()
        assert (call.method, call.path, call.query, call.version) == ("GET", path, PAIRS, None)


def test_everything_of_the_manual_socket() -> None:
    """In the words of the wire."""
    request = socket.websocket(
        **BASIC,
        language="de",
        keyterm=["Carte sia", "ink"],
        min_volume=0.25,
        max_silence_duration_secs=1.5,
        version="2025-04-16",
        limits=SttLimits(answer_seconds=1.0),
        reconnect=SttReconnect(),
    )
    assert request.call().query == (
        *PAIRS,
        ("language", "de"),
        ("keyterm", "Carte sia"),
        ("keyterm", "ink"),
        ("min_volume", "0.25"),
        ("max_silence_duration_secs", "1.5"),
    )
    assert request.call().version == "2025-04-16"
    dialogue = request.dialogue("2025-04-16", now=3.0)
    assert isinstance(dialogue, ManualDialogue)
    assert (dialogue.version, dialogue.limits.answer_seconds) == ("2025-04-16", 1.0)


def test_everything_of_turns() -> None:
    """With their prefix."""
    request = socket.turns(
        **BASIC,
        keyterm=("ink",),
        turn_start_threshold=0.7,
        turn_eager_end_threshold=0.5,
        turn_end_threshold=0.1,
        turn_end_timeout_ms=700,
    )
    assert request.call().query == (
        *PAIRS,
        ("keyterm", "ink"),
        ("turn_start_threshold", "0.7"),
        ("turn_eager_end_threshold", "0.5"),
        ("turn_end_threshold", "0.1"),
        ("turn_end_timeout_ms", "700"),
    )
    assert request.settings == TurnSettings(
        start_threshold=0.7, eager_end_threshold=0.5, end_threshold=0.1, end_timeout_ms=700
    )
    assert isinstance(request.dialogue(), TurnsDialogue)


@pytest.mark.parametrize(
    ("wrong", "text"),
    [
        ({"model": " "}, "model is empty"),
        ({"encoding": "mp3"}, "encoding"),
        ({"sample_rate": 0}, "sample_rate"),
        ({"keyterm": "ink"}, "put it into a list"),
        ({"keyterm": ["x"] * 101}, "0 to 100"),
        ({"keyterm": ["x" * 601, "y" * 600]}, "1201 characters"),
        ({"keyterm": ["x", ""]}, "keyterm is empty"),
    ],
)
def test_what_both_refuse(wrong: dict[str, Any], text: str) -> None:
    """Before connecting."""
    for describe in (socket.websocket, socket.turns):
        with pytest.raises(InvalidArgument, match=text):
            describe(**{**BASIC, **wrong})


@pytest.mark.parametrize(
    ("wrong", "text"),
    [
        ({"language": ""}, "language is empty"),
        ({"min_volume": 1.1}, "min_volume"),
        ({"max_silence_duration_secs": -1}, "max_silence_duration_secs"),
    ],
)
def test_what_the_manual_socket_refuses(wrong: dict[str, Any], text: str) -> None:
    """Before connecting."""
    with pytest.raises(InvalidArgument, match=text):
        socket.websocket(**BASIC, **wrong)


@pytest.mark.parametrize(
    ("wrong", "text"),
    [
        ({"turn_start_threshold": 0.2}, "start_threshold"),
        ({"turn_start_threshold": 0.5, "turn_eager_end_threshold": 0.6}, "must be above"),
        ({"turn_end_timeout_ms": 1}, "end_timeout_ms"),
    ],
)
def test_what_turns_refuse(wrong: dict[str, Any], text: str) -> None:
    """Their order, too."""
    with pytest.raises(InvalidArgument, match=text):
        socket.turns(**BASIC, **wrong)


def test_the_most_key_terms() -> None:
    """The limits themselves are allowed."""
    assert len(socket.turns(**BASIC, keyterm=["x" * 12] * 100).query) == 103
