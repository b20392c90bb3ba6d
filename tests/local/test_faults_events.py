"""Scripted faults in what a TTS socket sends, frame by frame, among real speech."""

from __future__ import annotations

import base64
import json
import time

import pytest
from wsproto.events import Pong

from cartesia_core.versions import NEWEST, V2025_04_16
from cartesia_local import LocalServer
from cartesia_local.faults import (
    BadAudio,
    CloseSocket,
    Drop,
    Fragment,
    HangUp,
    LateEvents,
    PingFlood,
    Repeat,
    SendBinary,
    SendBytes,
    SendChunk,
    SendError,
    SendEvent,
    SendText,
    Trickle,
)
from tests.local.client import Json, types
from tests.local.rawclient import (
    BINARY,
    PING,
    TEXT,
    WORDS,
    Frame,
    assert_usual,
    pcm,
    raw_socket,
)

pytestmark = pytest.mark.usefixtures("no_faults")


# --- what is added


@pytest.mark.parametrize("text", ['{"type": "chunk", "data": "AA', "null", "[]", "[1, 2]", ""])
def test_text_as_it_is(server: LocalServer, usual: list[Json], text: str) -> None:
    """Malformed JSON, an array, null, nothing: between good messages."""
    server.faults.add(SendText(text, after_events=1))
    with raw_socket(server) as ws:
        ws.say(transcript=WORDS)
        first, bad, *rest = ws.event(), ws.frame(), *ws.events()
        assert bad == Frame(TEXT, text.encode(), True)
        assert_usual([first, *rest], usual)


def test_binary_message(server: LocalServer, usual: list[Json]) -> None:
    """A binary frame between good messages."""
    server.faults.add(SendBinary(b"\0\1", after_events=1))
    with raw_socket(server) as ws:
        ws.say(transcript=WORDS)
        first, bad, *rest = ws.event(), ws.frame(), *ws.events()
        assert bad == Frame(BINARY, b"\0\1", True)
        assert_usual([first, *rest], usual)


def test_bytes_as_they_are(server: LocalServer) -> None:
    """A frame with reserved bits set."""
    server.faults.add(SendBytes(b"\xf3\x00"), HangUp())
    with raw_socket(server) as ws:
        assert ws.rest() == b"\xf3\x00"


def test_event_of_unknown_type(server: LocalServer, usual: list[Json]) -> None:
    """For the context at hand, which before the first event is that of the client's message."""
    server.faults.add(SendEvent({"type": "news", "n": 1}, after_messages=1))
    with raw_socket(server) as ws:
        ws.say(transcript=WORDS)
        first, *rest = ws.events()
        assert first == {"type": "news", "n": 1, "context_id": "c"}
        assert_usual(rest, usual)


def test_event_for_a_context_never_opened(server: LocalServer, usual: list[Json]) -> None:
    """A chunk and an end of somebody else, between those of ours."""
    server.faults.add(
        SendChunk(100, context_id="never-opened", after_events=1),
        SendEvent({"type": "done", "done": True}, context_id="never-opened", after_events=1),
    )
    with raw_socket(server) as ws:
        ws.say(transcript=WORDS)
        events = ws.events()
    assert [event["context_id"] for event in events[:4]] == ["c", "never-opened", "never-opened", "c"]
    assert base64.b64decode(events[1]["data"]) == bytes(100)
    assert_usual(events, usual)


def test_error_for_the_context(server: LocalServer) -> None:
    """In the shape of the version asked for; the conversation goes on behind it."""
    server.faults.add(SendError(402, error_code="quota", title="No", message="No credits.", after_events=1), times=2)
    for version in (NEWEST, V2025_04_16):
        with raw_socket(server, version) as ws:
            ws.say(transcript=WORDS, voice={"mode": "id", "id": "6ccbfb76-1fc6-48f7-b71d-91ac6298247b"})
            ws.event()
            error = ws.event()
            assert ws.events()[-1]["type"] == "done"
        assert (error["type"], error["status_code"], error["error_code"]) == ("error", 402, "quota")
        assert (error["title"], error["message"], error["context_id"]) == ("No", "No credits.", "c")
        assert ("error" in error) is (version == V2025_04_16)


def test_error_without_context_then_close(server: LocalServer) -> None:
    """Several faults of one moment happen in the order given."""
    server.faults.add(
        SendError(429, error_code="concurrency_limited", context_id=None, after_messages=1),
        CloseSocket(1008, "policy", after_messages=1),
    )
    with raw_socket(server) as ws:
        ws.say(transcript=WORDS)
        error, end = ws.event(), ws.frame()
    assert error["error_code"] == "concurrency_limited"
    assert "context_id" not in error
    assert end is not None
    assert end.close == (1008, "policy")


@pytest.mark.parametrize(("nbytes", "message_nbytes"), [(975_000, 1_300_000), (12_750_000, 17_000_000)])
def test_large_messages(server: LocalServer, usual: list[Json], nbytes: int, message_nbytes: int) -> None:
    """One frame of 1.3 and of 17 MB, in the middle of speech."""
    server.faults.add(SendChunk(nbytes, after_events=1))
    with raw_socket(server) as ws:
        ws.say(transcript=WORDS)
        first, large, *rest = ws.event(), ws.frame(), *ws.events()
    assert large is not None
    assert message_nbytes < len(large.payload) < message_nbytes + 200
    assert large.json["context_id"] == "c"
    assert pcm([large.json]) == bytes(nbytes)
    assert_usual([first, *rest], usual)


def test_ping_flood(server: LocalServer, usual: list[Json]) -> None:
    """5,000 pings in a row; the answers are read."""
    server.faults.add(PingFlood(after_events=1))
    with raw_socket(server) as ws:
        ws.say(transcript=WORDS)
        first = ws.event()
        pings = [ws.frame() for _ in range(5000)]
        for _ in pings:
            ws.send(Pong(b"scripted"))
        assert set(pings) == {Frame(PING, b"scripted", True)}
        assert_usual([first, *ws.events()], usual)


# --- what is changed


@pytest.mark.parametrize(
    ("fault", "length_fits", "lenient_gives_audio"),
    [(BadAudio(), True, False), (BadAudio("junk_inside"), True, True), (BadAudio("unpadded"), False, False)],
)
def test_bad_audio(
    server: LocalServer, usual: list[Json], fault: BadAudio, length_fits: bool, lenient_gives_audio: bool
) -> None:
    """One real chunk is spoilt so that a strict decoder must see it; the others are as they were."""
    server.faults.add(fault)
    with raw_socket(server) as ws:
        ws.say(transcript=WORDS)
        bad, *rest = ws.events()
    with pytest.raises(ValueError, match=r".+"):
        base64.b64decode(bad["data"], validate=True)
    assert (len(bad["data"]) % 4 == 0) is length_fits
    if lenient_gives_audio:
        assert base64.b64decode(bad["data"]) == pcm(usual[:1])
    assert pcm(rest) == pcm(usual[1:])


def test_done_twice(server: LocalServer, usual: list[Json]) -> None:
    """The end of a context comes two times, that of the next context once."""
    server.faults.add(Repeat("done"))
    with raw_socket(server) as ws:
        ws.say(transcript=WORDS)
        assert_usual(ws.events(), usual)
        assert ws.event() == usual[-1]
        ws.say("d", transcript=WORDS)
        assert pcm(ws.events("d")) == pcm(usual)
        assert ws.is_silent(0.05)


def test_done_without_a_chunk(server: LocalServer, usual: list[Json]) -> None:
    """All audio is withheld, the end comes."""
    server.faults.add(Drop("chunk"))
    with raw_socket(server) as ws:
        ws.say(transcript=WORDS)
        assert ws.events() == usual[-1:]


def test_no_done(server: LocalServer, usual: list[Json]) -> None:
    """All audio comes, the end does not: seen under rate limiting."""
    server.faults.add(Drop("done", count=1))
    with raw_socket(server) as ws:
        ws.say(transcript=WORDS)
        assert pcm([ws.event() for _ in usual[:-1]]) == pcm(usual)
        assert ws.is_silent(0.1)


def test_two_changes_of_one_event(server: LocalServer) -> None:
    """A spoilt chunk that comes twice."""
    server.faults.add(BadAudio(), Repeat("chunk"))
    with raw_socket(server) as ws:
        ws.say(transcript=WORDS)
        assert [ws.event()["data"], ws.event()["data"]] == ["%%%%"] * 2


def test_late_events_of_a_cancelled_context(server: LocalServer, usual: list[Json]) -> None:
    """Nothing answers the cancel, until the next context's first event: right before it come audio and end."""
    server.faults.add(LateEvents(chunks=2))
    with raw_socket(server) as ws:
        ws.say("a", transcript="Stop me. And", more=True)
        assert ws.event()["type"] == "chunk"
        ws.cancel("a")
        ws.say("c", transcript=WORDS)
        events = ws.events()
    first = next(place for place, event in enumerate(events) if event["context_id"] == "c")
    assert types(events[: first - 1]) == ["chunk"]
    assert [event["context_id"] for event in events[: first + 1]] == ["a"] * first + ["c"]
    assert events[first - 1] == {**usual[-1], "context_id": "a"}
    assert events[first - 2] == events[first - 3]
    assert_usual(events, usual)


@pytest.mark.parametrize("nbytes", [1, 7])
def test_fragments(server: LocalServer, nbytes: int) -> None:
    """Frames of so many bytes, in the middle of characters too; together they are the message."""
    server.faults.add(Fragment(nbytes, count=1), Drop("chunk"))
    with raw_socket(server) as ws:
        ws.say(transcript="Zoë", add_timestamps=True)
        frames = [ws.frame()]
        while frames[-1] is not None and not frames[-1].is_final:
            frames.append(ws.frame())
        assert ws.events()
    whole = [frame for frame in frames if frame is not None]
    assert [frame.opcode for frame in whole] == [TEXT] + [0] * (len(whole) - 1)
    assert {len(frame.payload) for frame in whole[:-1]} == {nbytes}
    words = json.loads(b"".join(frame.payload for frame in whole))["word_timestamps"]["words"]
    assert words == ["Zoë"]
    if nbytes == 1:
        with pytest.raises(UnicodeDecodeError):
            [frame.payload.decode() for frame in whole]


def test_frames_in_a_trickle(server: LocalServer) -> None:
    """So many bytes a second, in pieces."""
    server.faults.add(Trickle(20_000, piece_nbytes=500), HangUp(after_nbytes=6000))
    with raw_socket(server) as ws:
        ws.say(transcript=WORDS)
        began = time.monotonic()
        assert len(ws.rest()) == 6000
        assert time.monotonic() - began > 0.25
