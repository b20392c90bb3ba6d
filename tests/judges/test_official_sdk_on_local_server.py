"""The official SDK, as published, speaks through our local server: its own client is the judge of our wire."""

from __future__ import annotations

import asyncio
from array import array
from collections.abc import AsyncGenerator, Iterable, Iterator
from contextlib import asynccontextmanager
from itertools import zip_longest
from typing import Final

import cartesia
import pytest
from cartesia import AsyncCartesia, Cartesia
from cartesia.lib._tts import AsyncTTSResourceConnection
from cartesia.types import RawOutputFormatParam
from cartesia.types.websocket_response import Chunk, Done, Error, FlushDone, Timestamps, WebsocketResponse

from cartesia_core import Mp3Format
from cartesia_core.wav import WavReader
from cartesia_local import LocalServer

MODEL: Final = "sonic-3"
VOICE: Final = "6ccbfb76-1fc6-48f7-b71d-91ac6298247b"
NOBODY: Final = "00000000-0000-4000-8000-000000000000"
TEXT: Final = "The quick brown fox jumps over the lazy dog."
WORDS: Final = TEXT.split()
RATE: Final = 16000
RAW: Final[RawOutputFormatParam] = {"container": "raw", "encoding": "pcm_s16le", "sample_rate": RATE}
# Anything from hasty to solemn; what matters is that the length is that of the text and not of something else.
SECONDS: Final = (1.5, 6.0)


@pytest.fixture
def sync_client(server: LocalServer) -> Iterator[Cartesia]:
    """Make the official client for threads."""
    with Cartesia(api_key=server.key, base_url=server.url, websocket_base_url=server.websocket_url) as client:
        yield client


@asynccontextmanager
async def async_client(server: LocalServer) -> AsyncGenerator[AsyncCartesia]:
    """Make the official client for asyncio."""
    async with AsyncCartesia(
        api_key=server.key, base_url=server.url, websocket_base_url=server.websocket_url
    ) as client:
        yield client


def assert_speech(pcm: bytes, seconds: tuple[float, float] = SECONDS, rate: int = RATE) -> None:
    """Assert that 16-bit samples last as long as their text takes, and are loud enough to be heard."""
    assert seconds[0] < len(pcm) / 2 / rate < seconds[1]
    samples = array("h", pcm)
    assert max(samples) > 3000
    assert min(samples) < -3000


def audio_of(events: Iterable[WebsocketResponse]) -> bytes:
    """Join the audio of a context."""
    return b"".join(event.audio or b"" for event in events if isinstance(event, Chunk))


def words_of(events: Iterable[WebsocketResponse]) -> list[str]:
    """Join the words of a context, whose times must rise."""
    words: list[str] = []
    start: list[float] = []
    for event in events:
        if isinstance(event, Timestamps) and event.word_timestamps is not None:
            words += event.word_timestamps.words
            start += event.word_timestamps.start
    assert start == sorted(start)
    return words


def test_generate_raw(sync_client: Cartesia) -> None:
    """`tts.generate` gives raw speech."""
    audio = sync_client.tts.generate(model_id=MODEL, transcript=TEXT, voice=VOICE, output_format=RAW)
    assert_speech(audio.read())


def test_generate_wav(sync_client: Cartesia) -> None:
    """`tts.generate` gives a WAV of speech."""
    audio = sync_client.tts.generate(
        model_id=MODEL,
        transcript=TEXT,
        voice={"id": VOICE},
        output_format={"container": "wav", "encoding": "pcm_s16le", "sample_rate": 44100},
    )
    reader = WavReader()
    pcm = reader.feed(audio.read())
    assert_speech(pcm, rate=44100)


def test_generate_mp3(sync_client: Cartesia) -> None:
    """`tts.generate` gives MP3 frames at the bit rate asked for."""
    audio = sync_client.tts.generate(
        model_id=MODEL,
        transcript=TEXT,
        voice=VOICE,
        output_format={"container": "mp3", "bit_rate": 128000, "sample_rate": 44100},
    )
    content = audio.read()
    assert content[0] == 0xFF
    assert content[1] & 0xE0 == 0xE0
    assert SECONDS[0] < Mp3Format(44100, 128000).seconds(len(content)) < SECONDS[1]


def test_generate_events_with_times(sync_client: Cartesia) -> None:
    """`tts.generate_sse` gives speech, words in order and phonemes, and ends with `done`."""
    stream = sync_client.tts.generate_sse(
        model_id=MODEL,
        transcript=TEXT,
        voice=VOICE,
        output_format=RAW,
        add_timestamps=True,
        add_phoneme_timestamps=True,
        context_id="mine",
    )
    events = list(stream)
    assert_speech(b"".join(event.audio or b"" for event in events if event.type == "chunk"))
    assert [w for event in events if event.type == "timestamps" for w in event.word_timestamps.words] == WORDS
    assert any(event.phoneme_timestamps.phonemes for event in events if event.type == "phoneme_timestamps")
    assert [event.type for event in events].index("done") == len(events) - 1
    assert {event.context_id for event in events if event.type == "chunk"} == {"mine"}


def test_contexts_on_one_socket(sync_client: Cartesia) -> None:
    """Three contexts share a socket: each gets its own speech and its own words, whatever the others do."""
    texts = (TEXT, "Seven silver swans swam silently seaward.", "Peter Piper picked a peck of pickled peppers.")
    with sync_client.tts.websocket_connect() as ws:
        contexts = [ws.context(model_id=MODEL, voice=VOICE, output_format=RAW, add_timestamps=True) for _ in texts]
        # word by word and in turns, so that the contexts are open at the same time
        for words in zip_longest(*(text.split(" ") for text in texts)):
            for context, word in zip(contexts, words, strict=True):
                if word is not None:
                    context.push(f"{word} ")
        for context in contexts:
            context.no_more_inputs()
        for context, text in zip(contexts, texts, strict=True):
            events = list(context.receive())
            assert words_of(events) == text.split()
            assert_speech(audio_of(events))
            assert isinstance(events[-1], Done)


def test_continuation(sync_client: Cartesia) -> None:
    """Pieces of a text are joined as they are, within words too."""
    with sync_client.tts.websocket_connect() as ws:
        context = ws.context(model_id=MODEL, voice=VOICE, output_format=RAW, add_timestamps=True)
        for at in range(0, len(TEXT), 7):
            context.push(TEXT[at : at + 7])
        context.no_more_inputs()
        events = list(context.receive())
    assert words_of(events) == WORDS
    assert_speech(audio_of(events))


def test_flush(sync_client: Cartesia) -> None:
    """A flush parts two texts: the audio of each carries its own id, and `flush_done` stands between them."""
    with sync_client.tts.websocket_connect() as ws:
        context = ws.context(model_id=MODEL, voice=VOICE, output_format=RAW)
        context.push(TEXT)
        context.push("", flush=True)
        context.push(TEXT)
        context.no_more_inputs()
        events = list(context.receive())
    ids = [event.flush_id for event in events if isinstance(event, Chunk)]
    assert ids == sorted(ids, key=lambda number: number or 0)
    assert set(ids) == {1, 2}
    first_done = next(i for i, event in enumerate(events) if isinstance(event, FlushDone))
    assert_speech(audio_of(events[:first_done]))
    assert_speech(audio_of(events[first_done:]))


def test_cancel_ends_a_context(sync_client: Cartesia) -> None:
    """A cancelled context ends long before its text does, and the socket serves the next one.

    Read from the socket as a whole: the SDK's own contexts mistake what still comes for a cancelled one for theirs.
    """
    with sync_client.tts.websocket_connect() as ws:
        ws.context("long", model_id=MODEL, voice=VOICE, output_format=RAW).push(" ".join([TEXT] * 200))
        received = [ws.recv()]
        ws.send({"context_id": "long", "cancel": True})
        after = ws.context("after", model_id=MODEL, voice=VOICE, output_format=RAW)
        after.push(TEXT)
        after.no_more_inputs()
        while not (isinstance(received[-1], Done) and received[-1].context_id == "after"):
            received.append(ws.recv())
    chunks = [event for event in received if isinstance(event, Chunk)]
    assert_speech(audio_of(event for event in chunks if event.context_id == "after"))
    assert len(audio_of(event for event in chunks if event.context_id == "long")) < 100 * 2 * RATE


def test_error_on_the_socket(sync_client: Cartesia) -> None:
    """An error of one context arrives as the SDK's error event, with all that the API documents."""
    with sync_client.tts.websocket_connect() as ws:
        context = ws.context(model_id="no-such-model", voice=VOICE, output_format=RAW)
        context.push(TEXT)
        error = list(context.receive())[-1]
    assert isinstance(error, Error)
    assert (error.status_code, error.error_code, error.done) == (400, "model_not_found", True)
    assert error.title
    assert error.message


def test_voices(sync_client: Cartesia) -> None:
    """Listing walks every page, and each voice can be fetched again."""
    voices = list(sync_client.voices.list(limit=3, expand=["preview_file_url"]))
    assert len(voices) > 8
    assert len({voice.id for voice in voices}) == len(voices)
    assert VOICE in {voice.id for voice in voices}
    assert sync_client.voices.get(voices[-1].id).name == voices[-1].name


def test_status(sync_client: Cartesia) -> None:
    """`get_status` tells the version."""
    status = sync_client.get_status()
    assert status.ok
    assert status.version == "2026-08-14"


@pytest.mark.parametrize(
    ("model", "voice", "code"),
    [
        (MODEL, NOBODY, "voice_not_found"),
        ("no-such-model", VOICE, "model_not_found"),
    ],
)
def test_refusals(sync_client: Cartesia, model: str, voice: str, code: str) -> None:
    """What the server refuses raises the SDK's `BadRequestError`, with the documented body."""
    with pytest.raises(cartesia.BadRequestError) as caught:
        sync_client.tts.generate(model_id=model, transcript=TEXT, voice=voice, output_format=RAW)
    body = caught.value.body
    assert isinstance(body, dict)
    assert body["error_code"] == code
    assert body["request_id"]


def test_unknown_voice(sync_client: Cartesia) -> None:
    """Fetching a voice that does not exist raises the SDK's `NotFoundError`."""
    with pytest.raises(cartesia.NotFoundError):
        sync_client.voices.get(NOBODY)


def test_wrong_key(server: LocalServer) -> None:
    """A wrong key raises the SDK's `AuthenticationError`."""
    with (
        Cartesia(api_key="sk_car_wrong", base_url=server.url, max_retries=0) as client,
        pytest.raises(cartesia.AuthenticationError),
    ):
        client.voices.get(VOICE)


def test_async_calls(server: LocalServer) -> None:
    """The asyncio client does the same calls over HTTP."""

    async def calls() -> tuple[bytes, list[str], int, bool]:
        async with async_client(server) as client:
            audio = await client.tts.generate(model_id=MODEL, transcript=TEXT, voice=VOICE, output_format=RAW)
            stream = await client.tts.generate_sse(
                model_id=MODEL, transcript=TEXT, voice=VOICE, output_format=RAW, add_timestamps=True
            )
            words = [w async for event in stream if event.type == "timestamps" for w in event.word_timestamps.words]
            voices = [voice async for voice in client.voices.list(limit=5)]
            found = await client.voices.get(voices[0].id)
            return await audio.read(), words, len(voices), found == voices[0] and (await client.get_status()).ok

    pcm, words, count, is_consistent = asyncio.run(calls())
    assert_speech(pcm)
    assert words == WORDS
    assert count > 8
    assert is_consistent


def test_async_contexts_at_once(server: LocalServer) -> None:
    """Tasks of their own read three contexts of one socket at the same time, one of them flushed in its middle."""

    async def speak(ws: AsyncTTSResourceConnection, *, flush: bool) -> list[WebsocketResponse]:
        context = ws.context(model_id=MODEL, voice=VOICE, output_format=RAW, add_timestamps=True)
        await context.push("The quick brown fox ")
        if flush:
            await context.push("", flush=True)
        await context.push("jumps over the lazy dog.")
        await context.no_more_inputs()
        return [event async for event in context.receive()]

    async def all_at_once() -> list[list[WebsocketResponse]]:
        async with async_client(server) as client, client.tts.websocket_connect() as ws:
            return await asyncio.gather(*(speak(ws, flush=number == 1) for number in range(3)))

    for number, events in enumerate(asyncio.run(all_at_once())):
        assert words_of(events) == WORDS
        assert_speech(audio_of(events))
        assert isinstance(events[-1], Done)
        assert any(isinstance(event, FlushDone) for event in events) == (number == 1)
