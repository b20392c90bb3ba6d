"""Sources of audio and the clients: files and microphones may block, an event loop must not."""

from __future__ import annotations

import io
import os
import threading
import time
from collections.abc import Iterator
from typing import Final

import anyio
import pytest

from cartesia_audio import BytesSource, FileSource
from cartesia_core import SttFormat, WavFormat, wav
from cartesia_core.errors import InvalidArgument, SourceError
from tests.adapters.flavours import FLAVOURS, Flavour, until
from tests.adapters.scripted import ScriptedServer
from tests.adapters.speech import OPTIONS, PIECE, Live, Stream, everywhere, say
from tests.adapters.steps import Accept, Close, HearAudio, HearWord

S16: Final = SttFormat("pcm_s16le", 16000)
END: Final = (HearWord("close"), say("done"), Close(1000))


class Blocking:
    """A source that waits for a signal before its second piece, as a microphone waits for sound."""

    format = S16

    def __init__(self) -> None:
        self.is_waiting: Final = threading.Event()
        self.goes_on: Final = threading.Event()

    def __iter__(self) -> Iterator[bytes]:
        """Give two pieces."""
        yield PIECE
        self.is_waiting.set()
        assert self.goes_on.wait(10), "the event loop stood still"
        yield PIECE


@pytest.mark.parametrize("flavour", FLAVOURS, ids=lambda flavour: flavour.name)
def test_a_source_that_blocks_does_not_stop_the_loop(flavour: Flavour) -> None:
    """What lets it go on is another task of the same loop."""
    source = Blocking()

    async def let_it_go_on() -> None:
        await until(source.is_waiting.is_set)
        source.goes_on.set()

    async def main(url: str) -> None:
        async with flavour.client(url) as client, client.stt.websocket(**OPTIONS) as stt:
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(let_it_go_on)
                await stt.stream(source)
            await stt.finish()
            assert [event async for event in stt] == []

    with ScriptedServer((Accept(), HearAudio(2 * len(PIECE)), *END)) as server:
        flavour.run(lambda: main(server.url))
        assert server.records[0].heard[:2] == [PIECE, PIECE]


@pytest.mark.parametrize("flavour", FLAVOURS, ids=lambda flavour: flavour.name)
def test_cancelling_does_not_wait_for_a_source(flavour: Flavour) -> None:
    """The thread is left to itself; the stream can go on with other audio."""
    source = Blocking()

    async def main(url: str) -> None:
        async with flavour.client(url) as client, client.stt.websocket(**OPTIONS) as stt:
            began = time.monotonic()
            with anyio.move_on_after(0.3):
                await stt.stream(source)
            assert time.monotonic() - began < 2
            await stt.stream(BytesSource(PIECE, S16), realtime=False)
            source.goes_on.set()
            await stt.finish()
            assert [event async for event in stt] == []

    with ScriptedServer((Accept(), HearAudio(2 * len(PIECE)), *END)) as server:
        flavour.run(lambda: main(server.url))


@everywhere
def test_a_recording_is_streamed(live: Live) -> None:
    """Decoded, resampled, and cut into tenths of a second."""
    recorded = wav.header(WavFormat("pcm_s16le", 8000), 16000) + bytes(16000)

    async def story(stt: Stream) -> None:
        with FileSource(io.BytesIO(recorded)) as source:
            await stt.stream_all(source, realtime=False)
        await stt.finish()
        assert [event async for event in stt] == []

    with ScriptedServer((Accept(), HearAudio(32000), *END)) as server:
        live(server.url, story)
        heard = server.records[0].heard
        assert b"".join(piece for piece in heard if isinstance(piece, bytes)) == bytes(32000)


@everywhere
def test_a_source_of_other_samples_is_refused(live: Live) -> None:
    """Before anything is sent: they would be heard as noise."""

    async def story(stt: Stream) -> None:
        with pytest.raises(InvalidArgument, match="opened for"):
            await stt.stream_all(BytesSource(bytes(100), SttFormat("pcm_mulaw", 8000)), realtime=False)
        await stt.finish()
        assert [event async for event in stt] == []

    with ScriptedServer((Accept(), *END)) as server:
        live(server.url, story)


@everywhere
def test_a_source_that_breaks(live: Live) -> None:
    """Its error comes through, and the stream can be finished."""

    class Broken:
        format = S16

        def __iter__(self) -> Iterator[bytes]:
            yield PIECE
            raise SourceError("the microphone has stopped")

    async def story(stt: Stream) -> None:
        with pytest.raises(SourceError, match="has stopped"):
            await stt.stream_all(Broken(), realtime=False)
        await stt.finish()
        assert [event async for event in stt] == []

    with ScriptedServer((Accept(), HearAudio(len(PIECE)), *END)) as server:
        live(server.url, story)


@everywhere
def test_pace_does_not_drift(live: Live) -> None:
    """A second and a half of audio takes that, but for its last piece."""

    async def story(stt: Stream) -> None:
        began = time.monotonic()
        await stt.stream_all(BytesSource(bytes(48000), S16), realtime=True)
        assert 1.395 <= time.monotonic() - began < 1.7
        await stt.finish()
        assert [event async for event in stt] == []

    with ScriptedServer((Accept(), HearAudio(48000), *END)) as server:
        live(server.url, story)


@pytest.mark.parametrize("flavour", FLAVOURS, ids=lambda flavour: flavour.name)
def test_the_loop_ends_although_a_source_still_blocks(flavour: Flavour) -> None:
    """Ctrl-C must not wait for the next byte of a pipe."""
    reading, writing = os.pipe()

    async def main(url: str) -> None:
        async with flavour.client(url) as client, client.stt.websocket(**OPTIONS) as stt:
            with anyio.move_on_after(0.1):
                await stt.stream(source)

    with (
        os.fdopen(reading, "rb") as pipe,
        FileSource(pipe, raw=S16) as source,
        ScriptedServer((Accept(), HearAudio(0))) as server,
    ):
        closing = threading.Timer(10, os.close, [writing])  # or a test that fails would hang
        closing.start()
        try:
            flavour.run(lambda: main(server.url))
            assert closing.is_alive(), "it waited for the pipe"
        finally:
            closing.cancel()
            if closing.is_alive():
                os.close(writing)
