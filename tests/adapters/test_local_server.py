"""The client for plain threads against the embedded server: real speech from end to end."""

from __future__ import annotations

import io
import tracemalloc
import wave
from collections.abc import Iterator

import pytest

from cartesia_core import (
    AudioChunk,
    FlushDone,
    Mp3Format,
    OutputFormat,
    PhonemeTimestamps,
    RawFormat,
    WavFormat,
    WordTimestamps,
)
from cartesia_core.errors import ContextCancelled
from cartesia_core.tts.commands import ContextKeywords
from cartesia_core.tts.context import ContextState
from cartesia_core.wav import WavReader
from cartesia_local import LocalServer
from cartesia_sync import Client, TtsSocket

pytestmark = pytest.mark.keeps_open
FORMAT = RawFormat("pcm_s16le", 16000)


@pytest.fixture(scope="module")
def server() -> Iterator[LocalServer]:
    """One server for all tests here."""
    with LocalServer() as running:
        yield running


@pytest.fixture
def client(server: LocalServer) -> Iterator[Client]:
    """A client of it."""
    with Client(api_key=server.key, base_url=server.url) as made:
        yield made


@pytest.fixture
def options(client: Client) -> ContextKeywords:
    """An English voice in a format that is easy to look at."""
    voice = next(iter(client.voices.list(language="en")))
    return {"model_id": "sonic-3", "voice": voice.id, "output_format": FORMAT, "language": "en"}


def loudness(pcm: bytes) -> float:
    """Give the mean absolute sample."""
    samples = memoryview(pcm).cast("h")
    return sum(abs(sample) for sample in samples) / max(len(samples), 1)


def test_three_contexts_interleave_on_one_socket(client: Client, options: ContextKeywords) -> None:
    """Three texts at once on one socket; each context gets its own words and audio of a fitting length."""
    texts = ["One two three four five.", "Six seven eight.", "Nine."]
    timed: ContextKeywords = {**options, "add_timestamps": True}
    with client.tts.websocket() as ws:
        assert isinstance(ws, TtsSocket)
        contexts = [ws.context(**timed) for _ in texts]
        for context, text in zip(contexts, texts, strict=True):
            context.push(text)
        for context in contexts:
            context.finish()
        seconds: list[float] = []
        for context, text in zip(reversed(contexts), reversed(texts), strict=True):
            events = list(context)
            words = [word for event in events if isinstance(event, WordTimestamps) for word in event.words]
            assert " ".join(words).lower().strip(".") == text.lower().strip(".")
            pcm = b"".join(event.audio for event in events if isinstance(event, AudioChunk))
            assert loudness(pcm) > 100
            seconds.append(FORMAT.seconds(len(pcm)))
        assert seconds == sorted(seconds)
        assert ws.connections == 1


def test_a_flush_separates_two_texts(client: Client, options: ContextKeywords) -> None:
    """All audio of the first text carries flush id 1 and comes before its `FlushDone`, the second's comes after."""
    with client.tts.websocket() as ws, ws.context(**options) as context:
        context.push("The first text.")
        context.flush()
        context.push("And the second.")
        context.finish()
        events = list(context)
    at = next(i for i, event in enumerate(events) if isinstance(event, FlushDone))
    before = [event for event in events[:at] if isinstance(event, AudioChunk)]
    after = [event for event in events[at:] if isinstance(event, AudioChunk)]
    assert {chunk.flush_id for chunk in before} == {1}
    assert {chunk.flush_id for chunk in after} == {2}
    assert all(FORMAT.seconds(sum(len(c.audio) for c in chunks)) > 0.4 for chunks in (before, after))


def test_after_a_cancel_no_byte_of_the_context_is_delivered(client: Client, options: ContextKeywords) -> None:
    """Much audio is on its way when the context is cancelled; the next one gets its own and nothing else."""
    short = next(iter(client.voices.list(language="en")))
    assert short.id == options["voice"]
    with client.tts.websocket() as ws:
        assert isinstance(ws, TtsSocket)
        with ws.context(**options) as context:
            context.push("This is a long story that goes on and on. " * 40)
            context.finish()
            next(iter(context))
            context.cancel()
            with pytest.raises(ContextCancelled):
                next(iter(context))
        assert context.state is ContextState.CANCELLED
        heard = b"".join(event.audio for event in ws.speak("Short.", **options) if isinstance(event, AudioChunk))
        again = b"".join(event.audio for event in ws.speak("Short.", **options) if isinstance(event, AudioChunk))
        assert heard == again
        assert FORMAT.seconds(len(heard)) < 2
        assert ws.connections == 1


def test_timestamps_lie_within_the_audio(client: Client, options: ContextKeywords) -> None:
    """Words and phonemes come in order, and end before the audio does."""
    timed: ContextKeywords = {**options, "add_timestamps": True, "add_phoneme_timestamps": True}
    with client.tts.websocket() as ws:
        events = list(ws.speak(iter(["Every word ", "has its ", "own time."]), **timed))
    seconds = FORMAT.seconds(sum(len(event.audio) for event in events if isinstance(event, AudioChunk)))
    words = [t for e in events if isinstance(e, WordTimestamps) for t in zip(e.words, e.start, e.end, strict=True)]
    phonemes = [
        t for e in events if isinstance(e, PhonemeTimestamps) for t in zip(e.phonemes, e.start, e.end, strict=True)
    ]
    assert [word.strip(".") for word, _, _ in words] == ["Every", "word", "has", "its", "own", "time"]
    assert len(phonemes) > len(words)
    for spans in (words, phonemes):
        assert all(0 <= start <= end <= seconds + 0.01 for _, start, end in spans)
        assert [start for _, start, _ in spans] == sorted(start for _, start, _ in spans)


@pytest.mark.parametrize(
    "output",
    [
        RawFormat("pcm_f32le", 44100),
        RawFormat("pcm_mulaw", 8000),
        WavFormat("pcm_s16le", 24000),
        WavFormat("pcm_alaw", 8000),
        Mp3Format(44100, 128000),
    ],
    ids=lambda f: f"{f.container}-{getattr(f, 'encoding', '')}-{f.sample_rate}",
)
def test_every_container_is_generated_whole_and_streamed(
    client: Client, options: ContextKeywords, output: OutputFormat
) -> None:
    """The same text lasts as long in every format, whole and in pieces."""
    text, voice = "A sentence of some length.", options["voice"]
    audio = client.tts.generate(model_id="sonic-3", transcript=text, voice=voice, output_format=output)
    assert 1 < audio.seconds < 4
    with client.tts.stream(model_id="sonic-3", transcript=text, voice=voice, output_format=output) as pieces:
        streamed = b"".join(pieces)
    assert abs(len(streamed) - len(audio.content)) < len(audio.content) / 20
    if output == WavFormat("pcm_s16le", 24000):
        pcm = audio.pcm
        assert loudness(pcm) > 100
        assert WavReader().feed(streamed)


def test_a_generated_wav_is_what_other_programs_read(client: Client, options: ContextKeywords) -> None:
    """With its sizes patched, the standard library reads it."""
    output = WavFormat("pcm_s16le", 24000)
    audio = client.tts.generate(model_id="sonic-3", transcript="Hello.", voice=options["voice"], output_format=output)
    sink = io.BytesIO()
    with wave.open(sink, "wb") as writer:
        writer.setparams((1, 2, 24000, 0, "NONE", ""))
        writer.writeframes(audio.pcm)
    sink.seek(0)
    with wave.open(sink) as reader:
        assert abs(reader.getnframes() / 24000 - audio.seconds) < 0.001


def test_event_streams_carry_speech_and_times(client: Client, options: ContextKeywords) -> None:
    """The same over server-sent events."""
    with client.tts.generate_sse(
        model_id="sonic-3",
        transcript="Hello there.",
        voice=options["voice"],
        output_format=FORMAT,
        add_timestamps=True,
    ) as events:
        got = list(events)
    assert sum(len(event.audio) for event in got if isinstance(event, AudioChunk)) > 10_000
    assert [w.strip(".") for e in got if isinstance(e, WordTimestamps) for w in e.words] == ["Hello", "there"]


def test_voices_are_walked_across_pages(client: Client) -> None:
    """Small pages give the same voices as one large one, each once, and `pages` gives the pages."""
    whole = [voice.id for voice in client.voices.list(limit=100)]
    assert len(whole) >= 8
    assert [voice.id for voice in client.voices.list(limit=3)] == whole
    pages = list(client.voices.list(limit=3).pages())
    assert [len(page.data) for page in pages[:-1]] == [3] * (len(pages) - 1)
    assert client.voices.get(whole[-1]).id == whole[-1]


def test_long_text_is_spoken_in_bounded_memory(client: Client, options: ContextKeywords) -> None:
    """10,000 characters in pieces: audio of many minutes passes through, and little stays."""
    sentence = "The quick brown fox jumps over the lazy dog again. "
    pieces = (sentence for _ in range(10_000 // len(sentence) + 1))
    wide: ContextKeywords = {**options, "output_format": RawFormat("pcm_s16le", 16000)}
    nbytes = 0
    tracemalloc.start()
    try:
        with client.tts.websocket() as ws:
            for event in ws.speak(pieces, **wide):
                if isinstance(event, AudioChunk):
                    nbytes += len(event.audio)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert nbytes / 32_000 > 300
    assert peak < 8_000_000
