"""Text that is sent while its audio is received, on an event loop that the test drives step by step."""

from __future__ import annotations

import gc
from collections.abc import AsyncIterator

import pytest

from cartesia_core import errors as e
from cartesia_core.async_speaking import AnyText, AsyncSpeech
from cartesia_core.audio import RawFormat
from cartesia_core.tts.events import AudioChunk
from tests.core.async_lines import Line, Socket
from tests.core.async_memory_ports import collect
from tests.core.by_hand import Until
from tests.core.tts.talk import chunk, server

AUDIO = AudioChunk(b"\1\2", "c1", None, 1.0)
DONE = server("done", "c1")
CANCEL = ("c1", None)


class Words:
    """Text as somebody writes it; a piece comes when the test gives it.

    Attributes:
        given: Pieces that may be taken.
        is_closed: It was closed.
    """

    def __init__(self, *given: str) -> None:
        self.given: list[str | None] = list(given)
        self.is_closed: bool = False

    def end(self) -> None:
        """Say that no more comes."""
        self.given.append(None)

    async def __aiter__(self) -> AsyncIterator[str]:
        try:
            while True:
                await Until(lambda: bool(self.given))
                if (piece := self.given.pop(0)) is None:
                    return
                yield piece
        finally:
            self.is_closed = True


def speaking(text: AnyText) -> tuple[Socket, Line, AsyncSpeech]:
    """Give a speech on a socket with one connection."""
    socket = Socket()
    line = socket.opened()
    speech = socket.speak(text, model_id="sonic-3", voice="v", output_format=RawFormat("pcm_s16le", 16000))
    return socket, line, speech


def test_a_text_is_sent_and_finished_and_its_audio_comes_back() -> None:
    """Nothing is sent before somebody waits for an event."""
    socket, line, speech = speaking("Hi.")
    assert line.said() == []
    heard = socket.loop.start(collect(speech))
    assert line.said() == [("c1", "Hi."), ("c1", "")]
    line.hear(chunk("c1"), DONE)
    assert heard.result() == [AUDIO]
    assert line.said() == [("c1", "Hi."), ("c1", "")]


@pytest.mark.parametrize(
    "text", [["Hello, ", " ", "world."], iter(["Hello, ", " ", "world."])], ids=["list", "iterator"]
)
def test_pieces_are_sent_as_they_are(text: AnyText) -> None:
    """Joined verbatim by the server; blank ones wait for the next."""
    socket, line, speech = speaking(text)
    socket.loop.start(collect(speech))
    assert line.said() == [("c1", "Hello, "), ("c1", " world."), ("c1", "")]


def test_audio_comes_while_text_is_still_to_come() -> None:
    """Sending and receiving do not wait for each other."""
    words = Words("One. ")
    socket, line, speech = speaking(words)
    first = socket.loop.start(speech.__anext__())
    line.hear(chunk("c1"))
    assert first.result() == AUDIO
    words.given.append("Two.")
    words.end()
    rest = socket.loop.start(collect(speech))
    assert line.said() == [("c1", "One. "), ("c1", "Two."), ("c1", "")]
    line.hear(DONE)
    assert rest.result() == []


def test_an_error_of_the_text_cancels_the_context_and_is_raised() -> None:
    """It is the text's own error, not that of the cancelled context."""

    def broken() -> list[str]:
        raise ValueError("no more")

    def pieces() -> object:
        yield "One. "
        yield from broken()

    socket, line, speech = speaking(iter(pieces()))  # type: ignore[call-overload]
    heard = socket.loop.start(collect(speech))
    with pytest.raises(ValueError, match="no more"):
        heard.result()
    assert line.said()[-1] == CANCEL


def test_leaving_a_block_cancels_and_closes_the_text() -> None:
    """What is being waited for is taken no more."""
    words = Words("One. ")
    socket, line, speech = speaking(words)

    async def leave() -> None:
        async with speech:
            await speech.__anext__()

    left = socket.loop.start(leave())
    line.hear(chunk("c1"))
    left.result()
    assert line.said() == [("c1", "One. "), CANCEL]
    socket.loop.run(speech.stop())
    assert line.said() == [("c1", "One. "), CANCEL]


def test_a_loop_left_early_cancels_when_nobody_holds_the_speech() -> None:
    """Without a block: the loop drops the speech, and the event loop cancels it at its next turn."""
    words = Words("One. ")
    socket, line, _ = speaking("unused")

    async def first() -> None:
        speech = socket.speak(words, model_id="sonic-3", voice="v", output_format=RawFormat("pcm_s16le", 16000))
        async for _ in speech:
            break

    left = socket.loop.start(first())
    line.hear(chunk("c2"))
    left.result()
    del left
    gc.collect()
    socket.loop.settle()
    assert line.said() == [("c2", "One. "), ("c2", None)]
    assert line.dialogue.open_contexts == 0


def test_a_speech_never_begun_leaves_nothing() -> None:
    """Neither a message nor a context."""
    socket, line, speech = speaking("Hi.")

    async def leave() -> None:
        async with speech as same:
            assert same is speech

    socket.loop.run(leave())
    assert line.said() == []


def test_expiry_before_the_text_has_ended_is_an_error_if_text_is_left() -> None:
    """The server gave the context up; what comes after is not dropped in silence."""
    words = Words("One. ")
    socket, line, speech = speaking(words)
    heard = socket.loop.start(collect(speech))
    line.hear(DONE)
    assert not heard.is_done
    words.given.append("Two.")
    socket.loop.settle()
    with pytest.raises(e.ContextClosed):
        heard.result()


def test_expiry_is_no_loss_when_nothing_follows() -> None:
    """The text ends, late, without another word."""
    words = Words("One. ")
    socket, line, speech = speaking(words)
    heard = socket.loop.start(collect(speech))
    line.hear(chunk("c1"), DONE)
    words.end()
    socket.loop.settle()
    assert heard.result() == [AUDIO]


def test_errors_of_the_context_are_raised_and_end_the_sending() -> None:
    """The text is read no further."""
    words = Words("One. ")
    socket, line, speech = speaking(words)
    heard = socket.loop.start(collect(speech))
    line.hear(server("error", "c1", status_code=400, title="no", message="such voice", error_code="voice_not_found"))
    with pytest.raises(e.BadRequestError):
        heard.result()


def test_a_cancel_from_elsewhere_is_told_as_that() -> None:
    """The text itself had no error."""
    words = Words("One. ")
    socket, line, speech = speaking(words)
    heard = socket.loop.start(collect(speech))
    socket.loop.run(speech._context.cancel())
    with pytest.raises(e.ContextCancelled):
        heard.result()
    assert line.said()[-1] == CANCEL


def test_blank_text_is_no_speech() -> None:
    """Nothing is sent and nothing comes."""
    socket, line, speech = speaking([" ", "\n"])
    assert socket.loop.run(collect(speech)) == []
    assert line.said() == []


def test_a_context_dropped_without_being_left_is_cancelled() -> None:
    """At the next turn of the loop; one whose end was taken, or that was never begun, needs nothing."""
    socket = Socket()
    line = socket.opened()
    dropped = socket.unheld_context()
    socket.loop.run(dropped.push("Hi."))
    socket.new_context()
    del dropped
    gc.collect()
    socket.loop.settle()
    assert line.said() == [("c1", "Hi."), CANCEL]
    assert line.forgotten == ["c1"]
    line.die()


def test_a_context_dropped_after_its_socket_has_died_is_merely_forgotten() -> None:
    """There is nothing to cancel any more."""
    socket = Socket()
    line = socket.opened()
    dropped = socket.unheld_context()
    socket.loop.run(dropped.push("Hi."))
    line.die()
    del dropped
    gc.collect()
    socket.loop.settle()
    assert line.said() == [("c1", "Hi.")]
    assert line.forgotten == ["c1"]
