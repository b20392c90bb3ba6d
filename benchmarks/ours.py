"""The cases, done with `cartesia_sync`."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterable, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any, Final

from benchmarks.canned import CALL_NBYTES, VOICES
from benchmarks.listening import OPTIONS, Listening, cases
from benchmarks.measure import (
    KEY,
    MODEL,
    SAMPLE_RATE,
    VOICE,
    Case,
    check,
    check_items,
    cpu_microseconds,
    wall_milliseconds,
)
from benchmarks.uploads import cases_of
from cartesia_core import AudioChunk, FlushDone, RawFormat, WavFormat
from cartesia_core.ports import SyncTtsSocket
from cartesia_sync import Client

RAW: Final = RawFormat("pcm_s16le", SAMPLE_RATE)
WAV: Final = WavFormat("pcm_s16le", SAMPLE_RATE)


def _audio_nbytes(events: Iterable[object]) -> int:
    return sum(len(event.audio) for event in events if isinstance(event, AudioChunk))


def _speak(ws: SyncTtsSocket, text: str, chunks: int) -> None:
    with ws.context(model_id=MODEL, voice=VOICE, output_format=RAW) as context:
        context.push(text)
        context.finish()
        check(_audio_nbytes(context), chunks)


def socket_chunk(url: str, count: int) -> float:
    with Client(api_key=KEY, base_url=url) as client, client.tts.websocket() as ws:
        return cpu_microseconds(lambda n: _speak(ws, f"{n}", n), count)


def socket_chunk_paced(url: str, count: int) -> float:
    with Client(api_key=KEY, base_url=url) as client, client.tts.websocket() as ws:
        return cpu_microseconds(lambda n: _speak(ws, f"paced {n}", n), count)


def event_chunk(url: str, count: int) -> float:
    def work(n: int) -> None:
        with client.tts.generate_sse(model_id=MODEL, transcript=f"{n}", voice=VOICE, output_format=RAW) as events:
            check(_audio_nbytes(events), n)

    with Client(api_key=KEY, base_url=url) as client:
        return cpu_microseconds(work, count)


def small_call(url: str, count: int) -> float:
    def work(n: int) -> None:
        for _ in range(n):
            audio = client.tts.generate(model_id=MODEL, transcript="Hi.", voice=VOICE, output_format=WAV)
            assert len(audio.content) == CALL_NBYTES

    with Client(api_key=KEY, base_url=url) as client:
        return cpu_microseconds(work, count)


def voice_page(url: str, count: int) -> float:
    def work(n: int) -> None:
        for _ in range(n):
            page = next(client.voices.list(limit=100).pages())
            assert len(page.data) == VOICES

    with Client(api_key=KEY, base_url=url) as client:
        return cpu_microseconds(work, count)


def paged_items(url: str, count: int) -> float:
    with Client(api_key=KEY, base_url=url) as client:
        return cpu_microseconds(lambda n: check_items(client.voices.list(limit=100), n), count)


def first_audio_warm(url: str, count: int) -> float:
    def work() -> float:
        with ws.context(model_id=MODEL, voice=VOICE, output_format=RAW) as context:
            began = time.perf_counter()
            context.push("1")
            check(_audio_nbytes((next(context),)), 1)
            passed = time.perf_counter() - began
            context.finish()
            assert not list(context)
            return passed

    with Client(api_key=KEY, base_url=url) as client, client.tts.websocket() as ws:
        _speak(ws, "1", 1)
        return wall_milliseconds(work, count)


def first_audio_new_socket(url: str, count: int) -> float:
    def work() -> float:
        began = time.perf_counter()
        with Client(api_key=KEY, base_url=url) as client, client.tts.websocket() as ws:
            context = ws.context(model_id=MODEL, voice=VOICE, output_format=RAW)
            context.push("1")
            check(_audio_nbytes((next(context),)), 1)
            return time.perf_counter() - began

    return wall_milliseconds(work, count)


def first_audio_new_client(url: str, count: int) -> float:
    def work() -> float:
        began = time.perf_counter()
        with (
            Client(api_key=KEY, base_url=url) as client,
            client.tts.generate_sse(model_id=MODEL, transcript="1", voice=VOICE, output_format=RAW) as events,
        ):
            check(_audio_nbytes((next(iter(events)),)), 1)
            return time.perf_counter() - began

    return wall_milliseconds(work, count)


@contextmanager
def _listening(url: str, count: int, options: Mapping[str, Any]) -> Generator[list[Listening]]:
    with Client(api_key=KEY, base_url=url) as client, ExitStack() as stack:
        sockets = [stack.enter_context(client.stt.websocket(**OPTIONS, **options)) for _ in range(count)]
        yield [Listening(ws.send, ws.finalize, iter(ws), FlushDone) for ws in sockets]


CASES: Final[Mapping[str, Case]] = {
    "socket_chunk": socket_chunk,
    "socket_chunk_paced": socket_chunk_paced,
    "event_chunk": event_chunk,
    "small_call": small_call,
    "voice_page": voice_page,
    "paged_items": paged_items,
    "first_audio_warm": first_audio_warm,
    "first_audio_new_socket": first_audio_new_socket,
    "first_audio_new_client": first_audio_new_client,
    **cases(_listening),
    **cases_of("ours"),
}
