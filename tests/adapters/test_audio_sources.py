"""Sources of audio and the clients: files and microphones may block, an event loop must not."""

from __future__ import annotations

import io
import threading
import time
from collections.abc import Iterator
from typing import Any, Final

import anyio
import pytest

import cartesia_sync
from cartesia_audio import BytesSource, FileSource
from cartesia_core import NO_RETRIES, SttFormat, WavFormat, wav
from cartesia_core.errors import InvalidArgument, SourceError
from tests.adapters.flavours import FLAVOURS, Flavour, until
from tests.adapters.scripted import ScriptedServer
from tests.adapters.secrecy import KEY
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


def _skew(call: Any) -> float:
    began = time.monotonic()
    call(BytesSource(bytes(64000), S16))
    return time.monotonic() - began


def test_pace_does_not_drift() -> None:
    """Two seconds of audio take two, but for the last piece."""
    with (
        ScriptedServer((Accept(), HearAudio(64000), *END)) as server,
        cartesia_sync.Client(api_key=KEY, base_url=server.url, retry=NO_RETRIES) as client,
        client.stt.websocket(**OPTIONS) as stt,
    ):
        assert 1.895 <= _skew(stt.stream) < 2.2
        stt.finish()
        assert list(stt) == []
