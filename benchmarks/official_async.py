"""The cases that differ in the official SDK's client for asyncio."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from typing import Any, Final

from cartesia import AsyncCartesia
from cartesia.lib._tts import AsyncTTSResourceConnection
from cartesia.types.stt import STTManualFinalizeFlushDoneResponse

from benchmarks.listening import OPTIONS
from benchmarks.listening_async import Listening, cases
from benchmarks.measure import KEY, MODEL, VOICE, Case, async_cpu_microseconds, async_wall_milliseconds, check
from benchmarks.official import RAW, audio_nbytes
from benchmarks.on_asyncio import run, together
from benchmarks.uploads import cases_of


def _client(url: str) -> AsyncCartesia:
    return AsyncCartesia(api_key=KEY, base_url=url, websocket_base_url=url.replace("http", "ws"))


async def _speak(ws: AsyncTTSResourceConnection, text: str, chunks: int) -> None:
    context = ws.context(model_id=MODEL, voice=VOICE, output_format=RAW)
    await context.push(text)
    await context.no_more_inputs()
    check(sum([audio_nbytes((event,)) async for event in context.receive()]), chunks)


async def _socket_chunk(url: str, count: int, pace: str) -> float:
    async with _client(url) as client, client.tts.websocket_connect() as ws:
        return await async_cpu_microseconds(lambda n: _speak(ws, f"{pace} {n}", n), count)


async def _first_audio(url: str, count: int) -> float:
    async def turn() -> float:
        context = ws.context(model_id=MODEL, voice=VOICE, output_format=RAW)
        began = time.perf_counter()
        await context.push("1")
        events = context.receive()
        check(audio_nbytes((await events.__anext__(),)), 1)
        passed = time.perf_counter() - began
        await context.no_more_inputs()
        assert not sum([audio_nbytes((event,)) async for event in events])
        return passed

    async with _client(url) as client, client.tts.websocket_connect() as ws:
        await _speak(ws, "1", 1)
        return await async_wall_milliseconds(turn, count)


async def _event_chunk(url: str, count: int) -> float:
    async def work(n: int) -> None:
        events = await client.tts.generate_sse(model_id=MODEL, transcript=f"{n}", voice=VOICE, output_format=RAW)
        check(sum([audio_nbytes((event,)) async for event in events]), n)

    async with _client(url) as client:
        return await async_cpu_microseconds(work, count)


def socket_chunk(url: str, count: int) -> float:
    return asyncio.run(_socket_chunk(url, count, ""))


def socket_chunk_paced(url: str, count: int) -> float:
    return asyncio.run(_socket_chunk(url, count, "paced"))


def first_audio_warm(url: str, count: int) -> float:
    return asyncio.run(_first_audio(url, count))


def event_chunk(url: str, count: int) -> float:
    return asyncio.run(_event_chunk(url, count))


@asynccontextmanager
async def _listening(url: str, count: int, options: Mapping[str, Any]) -> AsyncGenerator[list[Listening]]:
    async with _client(url) as client, AsyncExitStack() as stack:
        sockets = [
            await stack.enter_async_context(client.stt.manual_finalize.websocket(**OPTIONS, **options))
            for _ in range(count)
        ]
        yield [
            Listening(ws.send_raw, partial(ws.send_raw, "finalize"), aiter(ws), STTManualFinalizeFlushDoneResponse)
            for ws in sockets
        ]


CASES: Final[Mapping[str, Case]] = {
    "socket_chunk": socket_chunk,
    "socket_chunk_paced": socket_chunk_paced,
    "event_chunk": event_chunk,
    "first_audio_warm": first_audio_warm,
    **cases(_listening, run, together),
    **cases_of("official_async"),
}
