"""`speak` on event loops: text comes in pieces while audio goes out."""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Iterable, Iterator

import anyio
import pytest

from cartesia_core import AudioChunk
from cartesia_core.errors import BadRequestError, ContextClosed, ContextInterrupted
from tests.adapters.flavours import FLAVOURS, AnySocket, Flavour, session_of, until
from tests.adapters.messages import chunk, done, error
from tests.adapters.scripted import ScriptedServer
from tests.adapters.steps import Accept, Close, Expect, Flood, Step, Tell
from tests.adapters.story import OPTIONS
from tests.adapters.test_speaking import Nonsense
from tests.adapters.test_threads import SOON, Parrot

pytestmark = pytest.mark.parametrize("flavour", FLAVOURS, ids=lambda flavour: flavour.name)


async def heard(ws: AnySocket, text: str | Iterable[str] | AsyncIterable[str]) -> list[bytes]:
    """Speak a text."""
    return [event.audio async for event in ws.speak(text, **OPTIONS) if isinstance(event, AudioChunk)]


async def arriving(pieces: Iterable[str]) -> AsyncIterator[str]:
    """Give pieces as from an LLM."""
    for piece in pieces:
        await anyio.sleep(0.001)
        yield piece


@pytest.mark.parametrize("kind", ["text", "list", "generator", "async generator"])
def test_text_may_come_as_it_likes(flavour: Flavour, kind: str) -> None:
    """A string, an iterable or an async iterable of strings."""
    pieces = ["One ", "two ", "three."]

    async def main() -> None:
        async with flavour.client(server.url) as client, flavour.socket(client) as ws:
            text: str | Iterable[str] | AsyncIterable[str] = "".join(pieces)
            if kind != "text":
                text = {"list": pieces, "generator": iter(pieces)}.get(kind) or arriving(pieces)
            assert b"".join(await heard(ws, text)) == b"".join(
                piece.encode() * 100 for piece in (["".join(pieces)] if kind == "text" else pieces)
            )

    with ScriptedServer((Parrot(),)) as server:
        flavour.run(main)


def test_text_is_sent_while_audio_is_received(flavour: Flavour) -> None:
    """The second piece is asked for only after the first one's audio has come back."""
    script = (Accept(), Expect("text"), chunk(0, b"aa"), Expect("text"), chunk(0, b"bb"), Expect("finish"), done(0))

    async def main() -> None:
        has_come = anyio.Event()

        async def words() -> AsyncIterator[str]:
            yield "One. "
            await has_come.wait()
            yield "Two."

        async with (
            flavour.client(server.url) as client,
            flavour.socket(client) as ws,
            ws.speak(words(), **OPTIONS) as speech,
        ):
            got: list[bytes] = []
            async for event in speech:
                assert isinstance(event, AudioChunk)
                got.append(event.audio)
                has_come.set()
            assert got == [b"aa", b"bb"]

    with ScriptedServer(script) as server:
        flavour.run(main)
        assert [message["transcript"] for message in server.records[0].messages] == ["One. ", "Two.", ""]


@pytest.mark.parametrize("pieces", [[], [""], [" ", "\n"]], ids=str)
def test_nothing_to_speak_sends_nothing(flavour: Flavour, pieces: list[str]) -> None:
    """D8: blank text opens no context and ends at once."""

    async def main() -> None:
        async with flavour.client(server.url) as client, flavour.socket(client) as ws:
            assert await heard(ws, iter(pieces)) == []
            assert await heard(ws, arriving(pieces)) == []

    with ScriptedServer((Accept(),)) as server:
        flavour.run(main)
        assert server.records[0].messages == []


@pytest.mark.parametrize("is_async", [False, True], ids=["iterator", "async"])
def test_an_error_in_the_text_cancels_and_is_raised(flavour: Flavour, is_async: bool) -> None:
    """What the caller's generator raises comes out of the loop, and the server is told to stop."""

    def words() -> Iterator[str]:
        yield "One. "
        raise Nonsense

    async def awaited_words() -> AsyncIterator[str]:
        yield "One. "
        raise Nonsense

    async def main() -> None:
        async with flavour.client(server.url) as client, flavour.socket(client) as ws:
            with pytest.raises(Nonsense):
                await heard(ws, awaited_words() if is_async else words())
            await until(server.flag("cancelled").is_set, "the cancel")

    script = (Accept(), Expect("text"), Expect("cancel", 0), Tell("cancelled"))
    with ScriptedServer(script) as server:
        flavour.run(main)


def test_an_error_before_any_text_is_raised(flavour: Flavour) -> None:
    """A generator that fails at once opens no context."""

    async def words(text: str) -> AsyncIterator[str]:
        if not text:
            raise Nonsense
        yield text

    async def main() -> None:
        async with flavour.client(server.url) as client, flavour.socket(client) as ws:
            with pytest.raises(Nonsense):
                await heard(ws, words(""))

    with ScriptedServer((Accept(),)) as server:
        flavour.run(main)
        assert server.records[0].messages == []


def test_leaving_early_cancels_and_takes_no_further_text(flavour: Flavour) -> None:
    """After the block, the server gets a cancel, and the generator is closed and not asked again."""
    asked: list[int] = []
    closed: list[bool] = []

    async def words() -> AsyncIterator[str]:
        try:
            for number in range(1000):
                asked.append(number)
                yield f"{number}. "
                await anyio.sleep(0.01)
        finally:
            closed.append(True)

    async def main() -> None:
        async with flavour.client(server.url) as client, flavour.socket(client) as ws:
            async with ws.speak(words(), **OPTIONS) as speech:
                async for _ in speech:
                    break
            await until(server.flag("cancelled").is_set, "the cancel")
            assert len(asked) <= 10
            assert closed == [True]
            assert session_of(ws)._inbox.largest_nbytes == 0

    script = (Accept(), Expect("text"), Flood(0, 100_000), Expect("cancel", 0), Tell("cancelled"))
    with ScriptedServer(script) as server:
        flavour.run(main)


def test_breaking_off_without_a_block_cancels_too(flavour: Flavour) -> None:
    """Nobody holds the speech any more, so the server gets a cancel, the text is asked no more, and others go on."""
    asked: list[int] = []

    async def words() -> AsyncIterator[str]:
        for number in range(1000):
            asked.append(number)
            yield f"{number}. "
            await anyio.sleep(0.01)

    async def main() -> None:
        async with flavour.client(server.url) as client, flavour.socket(client) as ws:
            async for _ in ws.speak(words(), **OPTIONS):
                break
            await until(server.flag("cancelled").is_set, "the cancel")
            assert len(asked) <= 20
            assert ws.statistics().contexts == 0
            assert await heard(ws, "Hi") == [b"bb"]

    rest = (Expect("finish", 1), chunk(1, b"bb"), done(1))
    script = (Accept(), Expect("text"), Flood(0, 100_000), Expect("cancel", 0), Tell("cancelled"), *rest)
    with ScriptedServer(script) as server:
        flavour.run(main)


def test_a_text_that_waits_does_not_hold_up_the_end(flavour: Flavour) -> None:
    """The server fails the context while the text's next piece is awaited: the error is raised at once."""

    async def words() -> AsyncIterator[str]:
        yield "One. "
        await anyio.sleep_forever()

    async def main() -> None:
        async with flavour.client(server.url) as client, flavour.socket(client) as ws:
            with anyio.fail_after(SOON), pytest.raises(BadRequestError):
                async with ws.speak(words(), **OPTIONS) as speech:
                    async for _ in speech:
                        pass

    with ScriptedServer((Accept(), Expect("text"), error(0))) as server:
        flavour.run(main)


def test_a_death_while_text_comes_is_told_with_what_was_received(flavour: Flavour) -> None:
    """F1 in speech: the socket dies between two pieces."""

    async def words() -> AsyncIterator[str]:
        yield "One. "
        await anyio.sleep_forever()

    async def main() -> None:
        async with flavour.client(server.url) as client, flavour.socket(client) as ws:
            with pytest.raises(ContextInterrupted) as caught:
                await heard(ws, words())
            assert caught.value.audio_nbytes == 2
            assert caught.value.characters_sent == len("One. ")

    script: tuple[Step, ...] = (Accept(), Expect("text"), chunk(0, b"aa"), Close(1012, "restart"))
    with ScriptedServer(script) as server:
        flavour.run(main)


@pytest.mark.parametrize("more", [(), ("Two.",)], ids=["whole", "cut"])
def test_speech_that_the_server_gives_up_while_text_is_to_come(flavour: Flavour, more: tuple[str, ...]) -> None:
    """The text pauses for too long and the server ends the context: what follows is not dropped in silence."""

    async def main() -> None:
        async with flavour.client(server.url) as client, flavour.socket(client) as ws:

            async def late() -> AsyncIterator[str]:
                yield "One. "
                await until(session_of(ws).dialogue.is_idle)
                for piece in more:
                    yield piece

            if more:
                with pytest.raises(ContextClosed):
                    await heard(ws, late())
            else:
                assert await heard(ws, late()) == [b"aa"]

    with ScriptedServer((Accept(), Expect("text"), chunk(0, b"aa"), done(0))) as server:
        flavour.run(main)


def test_cancelled_speech_cancels_its_context(flavour: Flavour) -> None:
    """A time-out around the loop ends text and audio, and the socket serves on."""

    async def main() -> None:
        async with flavour.client(server.url) as client, flavour.socket(client) as ws:
            with anyio.move_on_after(0.1) as scope:
                async with ws.speak(arriving(["word "] * 100_000), **OPTIONS) as speech:
                    async for _ in speech:
                        pass
            assert scope.cancelled_caught
            assert await heard(ws, "Hi") == [b"Hi" * 100]
            assert ws.connections == 1
            messages = server.records[0].messages
            await until(lambda: any(message.get("cancel") for message in messages), "the cancel")

    with ScriptedServer((Parrot(),)) as server:
        flavour.run(main)


def test_text_too_large_to_be_sent_at_once_goes_out_whole(flavour: Flavour) -> None:
    """Megabytes in one piece arrive as they are, while pings are answered in between, not within a frame."""
    text = "many words " * 300_000

    async def main() -> None:
        async with flavour.client(server.url) as client, flavour.socket(client) as ws:
            assert await heard(ws, text) == [b"aa"]

    with ScriptedServer((Accept(), Expect("finish"), chunk(0, b"aa"), done(0))) as server:
        flavour.run(main)
        assert server.records[0].messages[0]["transcript"] == text
