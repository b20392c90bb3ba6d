"""`/stt/turns/websocket`: who speaks when, with thresholds, eager ends, resumption, settings, the end."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pytest
from websockets.exceptions import ConnectionClosedOK, InvalidStatus

from cartesia_core.versions import KNOWN, NEWEST, V2024_11_13, V2025_04_16
from cartesia_local import LocalServer
from tests.local.client import Json, children, kill, linux_only
from tests.local.hearing import PIECE_NBYTES, kinds, say, seconds, silence, turns
from tests.local.shapes import check

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.local.hearing import Stream

pytest.importorskip("pocketsphinx")

FIRST = "Please send the report to my manager."
SECOND = "I would like a table for two by the window."
CLOSING_SECONDS: Final = 0.36
"""The silence that the usual threshold of the end asks for."""
SHAPES = {
    "connected": "STTAutoConnected",
    "turn.start": "STTTurnStart",
    "turn.update": "STTTurnUpdate",
    "turn.eager_end": "STTTurnEagerEnd",
    "turn.resume": "STTTurnResume",
    "turn.end": "STTTurnEnd",
}


@pytest.fixture(scope="module")
def sure() -> Iterator[LocalServer]:
    """A server that hears two sentences and nothing else."""
    with LocalServer(stt_phrases=[FIRST, SECOND]) as running:
        yield running


@pytest.fixture(scope="module")
def first(sure: LocalServer) -> bytes:
    """The first sentence."""
    return say(sure, FIRST)


@pytest.fixture(scope="module")
def second(sure: LocalServer) -> bytes:
    """The second sentence."""
    return say(sure, SECOND)


@pytest.fixture
def sentences(first: bytes, second: bytes) -> tuple[bytes, bytes]:
    """Both."""
    return first, second


def whole(heard: Stream, pcm: bytes) -> list[Json]:
    """Send audio, then `close`; collect all messages."""
    heard.send(pcm)
    heard.close_turns()
    return heard.rest()


def ended(messages: list[Json]) -> list[str]:
    """Give the transcripts of all turns."""
    return [message["transcript"] for message in messages if message["type"] == "turn.end"]


def told(heard: Stream, pcm: bytes) -> list[tuple[float, str]]:
    """Send audio, and tell after how many seconds of it which event came.

    Each piece is followed by a ping, which the server answers when it has taken the piece.
    """
    found: list[tuple[float, str]] = []
    for begin in range(0, len(pcm), PIECE_NBYTES // 5):
        heard.ws.send(pcm[begin : begin + PIECE_NBYTES // 5])
        heard.ws.ping().wait()
        found += [(seconds(pcm[: begin + PIECE_NBYTES // 5]), message["type"]) for message in heard.waiting()]
    return found


def test_a_turn_with_a_pause_and_another_turn(sure: LocalServer, first: bytes, second: bytes) -> None:
    """Start, updates, eager end, resume, updates, eager end, end; shapes and request id as documented."""
    pcm = silence(0.5) + first + silence(0.4) + second + silence(1) + first + silence(1)
    with turns(sure) as heard:
        messages = whole(heard, pcm)
        assert heard.ws.close_code == 1000
    for message in messages:
        check(message, SHAPES[message["type"]])
    assert len({message["request_id"] for message in messages}) == 1
    assert [kind for kind in kinds(messages) if kind != "turn.update"] == [
        "connected",
        *("turn.start", "turn.eager_end", "turn.resume", "turn.eager_end", "turn.end"),
        *("turn.start", "turn.eager_end", "turn.end"),
    ]
    assert "turn.update" in kinds(messages)
    assert ended(messages) == [f"{FIRST} {SECOND}", f" {FIRST}"]


def test_what_was_told_is_not_revised(server: LocalServer, first: bytes, second: bytes) -> None:
    """With an open vocabulary too, every transcript of a turn begins with the one before it."""
    with turns(server) as heard:
        messages = whole(heard, first + silence(0.3) + second + silence(0.2))
    texts = [message["transcript"] for message in messages if "transcript" in message]
    assert len(set(texts)) >= 3
    assert all(two.startswith(one) for one, two in pairwise(texts))


DIALOGUE = ("Good morning.", "How are you?", "Thank you.", "What time is it now?", "See you later.")


@pytest.fixture(scope="module")
def small_talk() -> Iterator[LocalServer]:
    """A server that hears what is said in the dialogue: when turns begin and end does not depend on the words."""
    with LocalServer(stt_phrases=DIALOGUE) as running:
        yield running


@pytest.mark.parametrize(
    ("settings", "deciding_seconds", "has_pauses"),
    [({}, CLOSING_SECONDS, True), ({"eager_end_threshold": 0.6, "end_threshold": 0.5}, 0.0, False)],
    ids=["usual", "quick"],
)
def test_a_dialogue(
    small_talk: LocalServer, settings: dict[str, float], deciding_seconds: float, has_pauses: bool
) -> None:
    """Starts and ends of 20 turns are told within 300 ms of the truth.

    With the usual thresholds that holds for ends once the silence that decides is taken off, and every third turn has a
    pause, in which it seems to end and is resumed. With the quickest ones it holds for ends as they come.
    """
    spoken = [say(small_talk, text) for text in DIALOGUE]
    chance = np.random.default_rng(7)
    pcm, truth, pauses = silence(0.5), [], 0
    for number in range(20):
        start = seconds(pcm)
        pcm += spoken[number % 5]
        if has_pauses and number % 3 == 0:
            pcm += silence(chance.uniform(0.34, 0.38)) + spoken[(number + 2) % 5]
            pauses += 1
        truth.append((start, seconds(pcm)))
        pcm += silence(chance.uniform(1.0, 1.8))
    with turns(small_talk, NEWEST, **{f"turn_{name}": value for name, value in settings.items()}) as heard:
        events = told(heard, pcm)
    starts = [at for at, kind in events if kind == "turn.start"]
    ends = [at - deciding_seconds for at, kind in events if kind == "turn.end"]
    assert len(starts) == len(ends) == len(truth)
    errors = [(abs(one - start), abs(two - end)) for one, two, (start, end) in zip(starts, ends, truth, strict=True)]
    assert sum(max(pair) <= 0.3 for pair in errors) >= 0.95 * len(truth), errors
    kinds_told = [kind for _, kind in events]
    assert kinds_told.count("turn.resume") == pauses
    assert kinds_told.count("turn.eager_end") == pauses + len(truth)


@pytest.mark.parametrize(
    ("settings", "pause", "count"),
    [
        ({}, 0.4, 1),
        ({"end_threshold": 0.35}, 0.45, 2),
        ({}, 0.7, 2),
        ({"end_threshold": 0.05}, 0.7, 1),
        ({"end_threshold": 0.05, "end_timeout_ms": 640}, 1.0, 2),
    ],
)
def test_thresholds_say_how_long_a_pause_may_be(
    sure: LocalServer, sentences: tuple[bytes, bytes], settings: dict[str, float], pause: float, count: int
) -> None:
    """Two sentences with a pause are one turn or two."""
    query = {f"turn_{name}": value for name, value in settings.items()}
    with turns(sure, NEWEST, **query) as heard:
        messages = whole(heard, sentences[0] + silence(pause) + sentences[1])
    assert len(ended(messages)) == count
    assert "".join(ended(messages)) == f"{FIRST} {SECOND}"


def test_settings_change_in_the_stream(sure: LocalServer, first: bytes, second: bytes) -> None:
    """From there on; what is not named stays, and wrong ones change nothing."""
    pause = first + silence(0.7) + second + silence(1)
    with turns(sure) as heard:
        heard.config(end_threshold=0.05)
        heard.send(pause)
        heard.config(end_timeout_ms=1000)
        heard.config(end_threshold=0.5)  # not below the eager end
        error = heard.until("error")
        heard.send(pause)
        heard.config(end_threshold=0.35)
        rest = whole(heard, pause)
    messages = error + rest
    assert error[-1]["title"] == "Conflicting fields"
    assert [text.strip() for text in ended(messages)] == [f"{FIRST} {SECOND}"] * 2 + [FIRST, SECOND]


def test_close_ends_the_open_turn(sure: LocalServer, first: bytes) -> None:
    """With all that was said, though nobody was silent yet; without a turn nothing is told."""
    with turns(sure) as heard:
        messages = whole(heard, first)
        assert (kinds(messages)[-1], ended(messages)) == ("turn.end", [FIRST])
    with turns(sure) as heard:
        assert kinds(whole(heard, silence(1))) == ["connected"]


def test_silence_must_be_sent(sure: LocalServer, first: bytes) -> None:
    """A turn stays open as long as no audio comes, and it is closed for idleness with 1000."""
    with LocalServer(stt_idle_seconds=0.5) as server, turns(server) as heard:
        heard.send(first)
        with pytest.raises(ConnectionClosedOK) as closed:
            heard.until("turn.end")
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.reason == "connection idle timeout"


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ("close", "not JSON"),
        ("[]", "not a JSON object"),
        ("{}", "type is missing"),
        ('{"type": "finalize"}', "finalize"),
        ('{"type": "config", "turn": {"start_threshold": 0.95}}', "start_threshold"),
        ('{"type": "config", "turn": {"end_timeout_ms": "1000"}}', "end_timeout_ms"),
        ('{"type": "config", "turn": 1}', "turn"),
    ],
)
def test_messages_that_make_no_sense(sure: LocalServer, message: str, said: str) -> None:
    """They get an error, and the stream goes on."""
    with turns(sure) as heard:
        heard.command(message)
        heard.command('{"type": "config"}')
        messages = whole(heard, b"")
    assert kinds(messages) == ["connected", "error"]
    assert said in messages[-1]["message"]
    check(messages[-1], "STTError")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"model": "ink-whisper"}, "ink-whisper"),
        ({"turn_start_threshold": 0.4}, "turn_start_threshold"),
        ({"turn_eager_end_threshold": 0.7}, "turn_eager_end_threshold"),
        ({"turn_end_threshold": 0.01}, "turn_end_threshold"),
        ({"turn_end_timeout_ms": 100}, "turn_end_timeout_ms"),
        ({"turn_start_threshold": 0.5, "turn_eager_end_threshold": 0.5}, "turn_eager_end_threshold"),
        ({"turn_eager_end_threshold": 0.3, "turn_end_threshold": 0.3}, "turn_end_threshold"),
    ],
)
def test_queries_that_are_refused(server: LocalServer, changes: dict[str, Any], said: str) -> None:
    """With a 400 in place of the upgrade."""
    with pytest.raises(InvalidStatus) as refused, turns(server, **changes):
        pass
    assert refused.value.response.status_code == 400
    assert said in json.loads(refused.value.response.body)["message"]


@pytest.mark.parametrize("version", KNOWN)
def test_versions(server: LocalServer, version: str) -> None:
    """It came after 2024-11-13; clients use it with 2025-04-16 already."""
    if version <= V2024_11_13:
        with pytest.raises(InvalidStatus) as refused, turns(server, version):
            pass
        assert refused.value.response.status_code == 404
        assert V2025_04_16.encode() in refused.value.response.body
    else:
        with turns(server, version) as heard:
            assert kinds(whole(heard, b"")) == ["connected"]


@linux_only
def test_a_recogniser_that_dies_within_a_turn(sure: LocalServer, first: bytes, second: bytes) -> None:
    """An error tells it; the turn goes on, with what is said from then on."""
    before = children()
    with turns(sure) as heard:
        heard.send(first[: len(first) // 2])
        heard.until("turn.start")
        kill(children() - before)
        messages = whole(heard, first[len(first) // 2 :] + silence(0.4) + second + silence(1))
    assert kinds(messages).count("error") == 1
    assert kinds(messages).count("turn.end") == 1
    assert ended(messages)[0].endswith(SECOND)


def test_a_long_speech_ends_in_several_utterances(sure: LocalServer, first: bytes, monkeypatch: Any) -> None:
    """A recogniser gets so much at once and no more; the turn is one, and nothing of it is lost but a word."""
    monkeypatch.setattr("cartesia_local.hearing.ear.MAX_FRAMES", 60)
    with turns(sure) as heard:
        messages = whole(heard, first + silence(0.1) + first + silence(1))
    assert len(ended(messages)) == 1
    assert len(ended(messages)[0].split()) == pytest.approx(2 * len(FIRST.split()), abs=3)
