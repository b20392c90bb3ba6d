"""The socket cases on trio."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final

import trio

from benchmarks.listening_async import cases
from benchmarks.measure import KEY, Case
from benchmarks.ours_async import chunks, first_audio, listening
from benchmarks.uploads import cases_of
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


async def _together(work: Sequence[Callable[[], Awaitable[None]]]) -> None:
    async with trio.open_nursery() as nursery:
        for each in work:
            nursery.start_soon(each)


CASES: Final[Mapping[str, Case]] = {
    "socket_chunk": socket_chunk,
    "socket_chunk_paced": socket_chunk_paced,
    "first_audio_warm": first_audio_warm,
    **cases(listening(Client), trio.run, _together),
    **cases_of("ours_trio"),
}
