"""The socket cases on asyncio."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, Final

from benchmarks.listening import OPTIONS
from benchmarks.listening_async import Listening, cases
from benchmarks.measure import KEY, Case
from benchmarks.ours_async import chunks, first_audio
from benchmarks.uploads import cases_of
from cartesia_asyncio import Client
from cartesia_core import FlushDone


async def _chunks(url: str, count: int, pace: str) -> float:
    async with Client(api_key=KEY, base_url=url) as client, client.tts.websocket() as ws:
        return await chunks(ws, count, pace)


async def _first_audio(url: str, count: int) -> float:
    async with Client(api_key=KEY, base_url=url) as client, client.tts.websocket() as ws:
        return await first_audio(ws, count)


def socket_chunk(url: str, count: int) -> float:
    return asyncio.run(_chunks(url, count, ""))


def socket_chunk_paced(url: str, count: int) -> float:
    return asyncio.run(_chunks(url, count, "paced"))


def first_audio_warm(url: str, count: int) -> float:
    return asyncio.run(_first_audio(url, count))


@asynccontextmanager
async def _listening(url: str, count: int, options: Mapping[str, Any]) -> AsyncGenerator[list[Listening]]:
    async with Client(api_key=KEY, base_url=url) as client, AsyncExitStack() as stack:
        sockets = [await stack.enter_async_context(client.stt.websocket(**OPTIONS, **options)) for _ in range(count)]
        yield [Listening(ws.send, ws.finalize, aiter(ws), FlushDone) for ws in sockets]


async def _together(work: Sequence[Callable[[], Awaitable[None]]]) -> None:
    await asyncio.gather(*(each() for each in work))


def _run(work: Callable[[], Awaitable[float]]) -> float:
    async def main() -> float:
        return await work()

    return asyncio.run(main())


CASES: Final[Mapping[str, Case]] = {
    "socket_chunk": socket_chunk,
    "socket_chunk_paced": socket_chunk_paced,
    "first_audio_warm": first_audio_warm,
    **cases(_listening, _run, _together),
    **cases_of("ours_asyncio"),
}
