"""Speech there and back with every client: spoken by the embedded server, and heard by it in all three ways.

The server is told what it may hear, so that the words are exact; how well it hears anything else is measured elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pytest

from cartesia_core import RawFormat
from cartesia_core.stt.events import Transcript, TurnEnd, TurnStart
from cartesia_local import LocalServer
from cartesia_sync import Client
from tests.adapters.flavours import FLAVOURS, AsyncClient, Flavour

pytestmark = pytest.mark.keeps_open
SENTENCE: Final = "We are going to the market."
FORMAT: Final = RawFormat("pcm_s16le", 16000)
PIECE_NBYTES: Final = 3200
"""A tenth of a second."""
PAUSE: Final = bytes(2 * 32_000)
"""Two seconds of silence, which end a turn."""


@pytest.fixture(scope="module")
def server() -> Iterator[LocalServer]:
    """One server for all tests here."""
    with LocalServer(stt_phrases=[SENTENCE, "The weather is nice today."]) as running:
        yield running


@pytest.fixture(scope="module")
def speech(server: LocalServer) -> bytes:
    """The sentence, spoken."""
    with Client(api_key=server.key, base_url=server.url) as client:
        call = client.tts.stream(model_id="sonic-3", transcript=SENTENCE, voice=voice_of(client), output_format=FORMAT)
        with call as pieces:
            return b"".join(pieces)


def voice_of(client: Client) -> str:
    """Give the voice that is easiest to understand."""
    return next(iter(client.voices.list(language="en"))).id


def pieces_of(pcm: bytes) -> list[bytes]:
    """Cut audio as a microphone would."""
    return [pcm[at : at + PIECE_NBYTES] for at in range(0, len(pcm), PIECE_NBYTES)]


def test_threads_hear_what_was_spoken(server: LocalServer, speech: bytes) -> None:
    """As a recording, as a stream that is finalized, and in turns."""
    with Client(api_key=server.key, base_url=server.url) as client:
        batch = client.stt.transcribe(file=speech, model="ink-whisper", encoding="pcm_s16le", sample_rate=16000)
        assert batch.text == SENTENCE
        with client.stt.websocket(model="ink-whisper", encoding="pcm_s16le", sample_rate=16000) as stream:
            for piece in pieces_of(speech):
                stream.send(piece)
            stream.finalize()
            stream.finish()
            finals = [event.text for event in stream if isinstance(event, Transcript) and event.is_final]
        assert "".join(finals) == SENTENCE
        with client.stt.turns(model="ink-2", encoding="pcm_s16le", sample_rate=16000) as turns:
            for piece in pieces_of(speech + PAUSE):
                turns.send(piece)
            turns.finish()
            told = [event for event in turns if isinstance(event, (TurnStart, TurnEnd))]
        assert [type(event) for event in told] == [TurnStart, TurnEnd]
        assert isinstance(told[1], TurnEnd)
        assert told[1].transcript == SENTENCE


async def heard(client: AsyncClient, speech: bytes) -> list[str]:
    """Hear it as a recording, as a stream and in turns."""
    batch = await client.stt.transcribe(file=speech, model="ink-whisper", encoding="pcm_s16le", sample_rate=16000)
    async with client.stt.websocket(model="ink-whisper", encoding="pcm_s16le", sample_rate=16000) as stream:
        for piece in pieces_of(speech):
            await stream.send(piece)
        await stream.finalize()
        await stream.finish()
        finals = [event.text async for event in stream if isinstance(event, Transcript) and event.is_final]
    async with client.stt.turns(model="ink-2", encoding="pcm_s16le", sample_rate=16000) as turns:
        for piece in pieces_of(speech + PAUSE):
            await turns.send(piece)
        await turns.finish()
        ends = [event.transcript async for event in turns if isinstance(event, TurnEnd)]
    return [batch.text, "".join(finals), *ends]


@pytest.mark.parametrize("flavour", FLAVOURS, ids=lambda flavour: flavour.name)
def test_event_loops_hear_what_was_spoken(flavour: Flavour, server: LocalServer, speech: bytes) -> None:
    """The same in every way."""

    async def main() -> list[str]:
        async with flavour.make(api_key=server.key, base_url=server.url) as client:
            return await heard(client, speech)

    assert flavour.run(main) == [SENTENCE] * 3
