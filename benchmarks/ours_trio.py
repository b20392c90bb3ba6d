"""The socket cases on trio."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, Final

import trio

from benchmarks.listening import OPTIONS
from benchmarks.listening_async import Listening, cases
from benchmarks.measure import KEY, Case
from benchmarks.ours_async import chunks, first_audio
from benchmarks.uploads import cases_of
from cartesia_core import FlushDone
from cartesia_trio import Client


async def _chunks(url: str, count: int, pace: str) -> float:
    async with Client(api_key=KEY, base_url=url) as client, client.tts.websocket() as ws:
        return await chunks(ws, count, pace)


async def _first_audio(url: str, count: int) -> float:
    async with Client(api_key=KEY, base_url=url) as client, client.tts.websocket() as ws:
        return await first_audio(ws, count)


def socket_chunk(url: str, count: int) -> float:
    return trio.run(_chunks, url, count, "")


def socket_chunk_paced(url: str, count: int) -> float:
    return trio.run(_chunks, url, count, "paced")


def first_audio_warm(url: str, count: int) -> float:
    return trio.run(_first_audio, url, count)


@asynccontextmanager
async def _listening(url: str, count: int, options: Mapping[str, Any]) -> AsyncGenerator[list[Listening]]:
    async with Client(api_key=KEY, base_url=url) as client, AsyncExitStack() as stack:
        sockets = [await stack.enter_async_context(client.stt.websocket(**OPTIONS, **options)) for _ in range(count)]
        yield [Listening(ws.send, ws.finalize, aiter(ws), FlushDone) for ws in sockets]


async def _together(work: Sequence[Callable[[], Awaitable[None]]]) -> None:
    async with trio.open_nursery() as nursery:
        for each in work:
            nursery.start_soon(each)


CASES: Final[Mapping[str, Case]] = {
    "socket_chunk": socket_chunk,
    "socket_chunk_paced": socket_chunk_paced,
    "first_audio_warm": first_audio_warm,
    **cases(_listening, trio.run, _together),
    **cases_of("ours_trio"),
}
