"""The cases, done with the official SDK's client for threads."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterable, Mapping
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import Any, Final

from cartesia import Cartesia
from cartesia.lib._tts import TTSResourceConnection
from cartesia.types import RawOutputFormatParam, WAVOutputFormatParam
from cartesia.types.stt import STTManualFinalizeFlushDoneResponse

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

RAW: Final[RawOutputFormatParam] = {"container": "raw", "encoding": "pcm_s16le", "sample_rate": SAMPLE_RATE}
WAV: Final[WAVOutputFormatParam] = {"container": "wav", "encoding": "pcm_s16le", "sample_rate": SAMPLE_RATE}


def _client(url: str) -> Cartesia:
    return Cartesia(api_key=KEY, base_url=url, websocket_base_url=url.replace("http", "ws"))


def audio_nbytes(events: Iterable[object]) -> int:
    """Count the audio in events of any kind; asking for `.audio` is what decodes it."""
    return sum(len(audio) for event in events if (audio := getattr(event, "audio", None)))


def _speak(ws: TTSResourceConnection, text: str, chunks: int) -> None:
    context = ws.context(model_id=MODEL, voice=VOICE, output_format=RAW)
    context.push(text)
    context.no_more_inputs()
    check(audio_nbytes(context.receive()), chunks)


def socket_chunk(url: str, count: int) -> float:
    with _client(url) as client, client.tts.websocket_connect() as ws:
        return cpu_microseconds(lambda n: _speak(ws, f"{n}", n), count)


def socket_chunk_paced(url: str, count: int) -> float:
    with _client(url) as client, client.tts.websocket_connect() as ws:
        return cpu_microseconds(lambda n: _speak(ws, f"paced {n}", n), count)


def event_chunk(url: str, count: int) -> float:
    def work(n: int) -> None:
        events = client.tts.generate_sse(model_id=MODEL, transcript=f"{n}", voice=VOICE, output_format=RAW)
        check(audio_nbytes(events), n)

    with _client(url) as client:
        return cpu_microseconds(work, count)


def small_call(url: str, count: int) -> float:
    def work(n: int) -> None:
        for _ in range(n):
            audio = client.tts.generate(model_id=MODEL, transcript="Hi.", voice=VOICE, output_format=WAV)
            assert len(audio.read()) == CALL_NBYTES

    with _client(url) as client:
        return cpu_microseconds(work, count)


def voice_page(url: str, count: int) -> float:
    def work(n: int) -> None:
        for _ in range(n):
            page = client.voices.list(limit=100)
            assert len(page.data) == VOICES

    with _client(url) as client:
        return cpu_microseconds(work, count)


def paged_items(url: str, count: int) -> float:
    with _client(url) as client:
        return cpu_microseconds(lambda n: check_items(client.voices.list(limit=100), n), count)


def first_audio_warm(url: str, count: int) -> float:
    def work() -> float:
        context = ws.context(model_id=MODEL, voice=VOICE, output_format=RAW)
        began = time.perf_counter()
        context.push("1")
        events = context.receive()
        check(audio_nbytes((next(events),)), 1)
        passed = time.perf_counter() - began
        context.no_more_inputs()
        assert len(list(events)) == 1
        return passed

    with _client(url) as client, client.tts.websocket_connect() as ws:
        _speak(ws, "1", 1)
        return wall_milliseconds(work, count)


def first_audio_new_socket(url: str, count: int) -> float:
    def work() -> float:
        began = time.perf_counter()
        with _client(url) as client, client.tts.websocket_connect() as ws:
            context = ws.context(model_id=MODEL, voice=VOICE, output_format=RAW)
            context.push("1")
            check(audio_nbytes((next(context.receive()),)), 1)
            return time.perf_counter() - began

    return wall_milliseconds(work, count)


def first_audio_new_client(url: str, count: int) -> float:
    def work() -> float:
        began = time.perf_counter()
        with (
            _client(url) as client,
            client.tts.generate_sse(model_id=MODEL, transcript="1", voice=VOICE, output_format=RAW) as events,
        ):
            check(audio_nbytes((next(iter(events)),)), 1)
            return time.perf_counter() - began

    return wall_milliseconds(work, count)


@contextmanager
def _listening(url: str, count: int, options: Mapping[str, Any]) -> Generator[list[Listening]]:
    with _client(url) as client, ExitStack() as stack:
        sockets = [
            stack.enter_context(client.stt.manual_finalize.websocket(**OPTIONS, **options)) for _ in range(count)
        ]
        yield [
            Listening(ws.send_raw, partial(ws.send_raw, "finalize"), iter(ws), STTManualFinalizeFlushDoneResponse)
            for ws in sockets
        ]


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
    **cases_of("official"),
}
