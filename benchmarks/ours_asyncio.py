"""The socket cases on asyncio."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Final

from benchmarks.listening_async import cases
from benchmarks.measure import KEY, Case
from benchmarks.on_asyncio import run, together
from benchmarks.ours_async import chunks, first_audio, listening
from benchmarks.uploads import cases_of
from cartesia_asyncio import Client


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


CASES: Final[Mapping[str, Case]] = {
    "socket_chunk": socket_chunk,
    "socket_chunk_paced": socket_chunk_paced,
    "first_audio_warm": first_audio_warm,
    **cases(listening(Client), run, together),
    **cases_of("ours_asyncio"),
}
