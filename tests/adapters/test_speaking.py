"""`speak`: text comes in pieces while audio goes out."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from cartesia_core import AudioChunk
from cartesia_core.errors import BadRequestError, ContextClosed, ContextInterrupted
from cartesia_sync import TtsSocket
from tests.adapters.drivers import sync_client
from tests.adapters.messages import chunk, done, error
from tests.adapters.scripted import ScriptedServer
from tests.adapters.steps import Accept, Close, Expect, Flood, Step, Tell
from tests.adapters.story import OPTIONS


class Nonsense(Exception):
    """What the caller's generator raises."""


def audio(events: Iterator[object]) -> list[bytes]:
    """Give the audio of events."""
    return [event.audio for event in events if isinstance(event, AudioChunk)]


def test_text_is_sent_while_audio_is_received() -> None:
    """The second piece is asked for only after the first one's audio has come back."""
    script = (Accept(), Expect("text"), chunk(0, b"aa"), Expect("text"), chunk(0, b"bb"), Expect("finish"), done(0))
    heard = threading.Event()

    def words() -> Iterator[str]:
        yield "One. "
        assert heard.wait(5)
        yield "Two."

    with ScriptedServer(script) as server, sync_client(server) as client, client.tts.websocket() as ws:
        got: list[bytes] = []
        for event in ws.speak(words(), **OPTIONS):
            assert isinstance(event, AudioChunk)
            got.append(event.audio)
            heard.set()
        assert got == [b"aa", b"bb"]
        assert [message["transcript"] for message in server.records[0].messages] == ["One. ", "Two.", ""]


def test_blank_pieces_are_kept_for_what_follows() -> None:
    """D13: pieces joined on the wire are the pieces joined by the caller; blank ones alone open nothing."""
    pieces = ["", " ", "\n", "One", " ", "two", "", ".", " "]
    script = (Accept(), Expect("finish"), done(0))
    with ScriptedServer(script) as server, sync_client(server) as client, client.tts.websocket() as ws:
        assert list(ws.speak(iter(pieces), **OPTIONS)) == []
        transcripts = [str(message["transcript"]) for message in server.records[0].messages]
    assert "".join(transcripts) == "".join(pieces)
    assert all(text.strip() for text in transcripts[:-1])


@pytest.mark.parametrize("pieces", [[], [""], [" ", "\n"]], ids=str)
def test_nothing_to_speak_sends_nothing(pieces: list[str]) -> None:
    """D8: blank text opens no context and ends at once."""
    with ScriptedServer((Accept(),)) as server, sync_client(server) as client, client.tts.websocket() as ws:
        assert list(ws.speak(iter(pieces), **OPTIONS)) == []
        assert server.records[0].messages == []


def test_an_error_in_the_text_cancels_and_is_raised() -> None:
    """What the caller's generator raises comes out of the loop, and the server is told to stop."""

    def words() -> Iterator[str]:
        yield "One. "
        raise Nonsense

    script = (Accept(), Expect("text"), chunk(0, b"aa"), Expect("cancel", 0), Tell("cancelled"))
    with ScriptedServer(script) as server, sync_client(server) as client, client.tts.websocket() as ws:
        with pytest.raises(Nonsense):
            list(ws.speak(words(), **OPTIONS))
        assert server.flag("cancelled").wait(5)


def test_an_error_before_any_text_is_raised() -> None:
    """A generator that fails at once opens no context."""

    def words(text: str) -> Iterator[str]:
        if not text:
            raise Nonsense
        yield text

    with ScriptedServer((Accept(),)) as server, sync_client(server) as client, client.tts.websocket() as ws:
        with pytest.raises(Nonsense):
            list(ws.speak(words(""), **OPTIONS))
        assert server.records[0].messages == []


def test_leaving_early_cancels_and_takes_no_further_text() -> None:
    """After `break`, the server gets a cancel, and the generator is not asked again."""
    asked: list[int] = []
    go_on = threading.Event()

    def words() -> Iterator[str]:
        for number in range(100):
            asked.append(number)
            yield f"{number}. "
            if number:
                go_on.wait(5)

    script = (Accept(), Expect("text"), Flood(0, 100_000), Expect("cancel", 0), Tell("cancelled"))
    with ScriptedServer(script) as server, sync_client(server) as client, client.tts.websocket() as ws:
        for _ in ws.speak(words(), **OPTIONS):
            break
        assert server.flag("cancelled").wait(5)
        go_on.set()
    assert len(asked) <= 3


def test_a_text_that_blocks_does_not_hold_up_the_end() -> None:
    """The server fails the context while the generator waits for its next word: the error is raised at once."""
    go_on = threading.Event()

    def words() -> Iterator[str]:
        yield "One. "
        go_on.wait(5)
        yield "Two."

    script = (Accept(), Expect("text"), error(0))
    with ScriptedServer(script) as server, sync_client(server) as client, client.tts.websocket() as ws:
        with pytest.raises(BadRequestError):
            list(ws.speak(words(), **OPTIONS))
        assert not go_on.is_set()
        go_on.set()


def test_a_death_while_text_comes_is_told_with_what_was_received() -> None:
    """F1 in speech: the socket dies between two pieces."""
    go_on = threading.Event()

    def words() -> Iterator[str]:
        yield "One. "
        go_on.wait(5)
        yield "Two."

    script: tuple[Step, ...] = (Accept(), Expect("text"), chunk(0, b"aa"), Close(1012, "restart"))
    with ScriptedServer(script) as server, sync_client(server) as client, client.tts.websocket() as ws:
        with pytest.raises(ContextInterrupted) as caught:
            list(ws.speak(words(), **OPTIONS))
        assert caught.value.audio_nbytes == 2
        assert caught.value.characters_sent == len("One. ")
        go_on.set()


def test_speech_that_the_server_gives_up_while_text_is_to_come_is_an_error() -> None:
    """The text pauses for too long and the server ends the context: the rest is not dropped in silence."""
    script = (Accept(), Expect("text"), chunk(0, b"aa"), done(0))
    with ScriptedServer(script) as server, sync_client(server) as client, client.tts.websocket() as ws:
        assert isinstance(ws, TtsSocket)
        with pytest.raises(ContextClosed):
            list(ws.speak(late(ws, "Two."), **OPTIONS))


def test_speech_that_the_server_ends_before_the_last_pause_is_whole() -> None:
    """The text ends, late, without another word: nothing is missing."""
    script = (Accept(), Expect("text"), chunk(0, b"aa"), done(0))
    with ScriptedServer(script) as server, sync_client(server) as client, client.tts.websocket() as ws:
        assert isinstance(ws, TtsSocket)
        assert audio(ws.speak(late(ws), **OPTIONS)) == [b"aa"]


def late(ws: TtsSocket, *more: str) -> Iterator[str]:
    """Give a piece, and further ones after the client has heard that the server gave the context up."""
    yield "One. "
    connection = ws._pool.newest
    assert connection is not None
    while not connection.session.dialogue.is_idle():
        threading.Event().wait(0.01)
    yield from more
