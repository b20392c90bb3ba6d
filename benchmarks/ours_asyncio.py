"""The socket cases, done with `cartesia_asyncio`."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from typing import Final

from benchmarks.measure import KEY, Case
from benchmarks.ours_trio import speak
from benchmarks.uploads import cases_of
from cartesia_asyncio import Client


async def _measure(url: str, count: int, pace: str) -> float:
    async with Client(api_key=KEY, base_url=url) as client, client.tts.websocket() as ws:
        await speak(ws, f"{pace} {count // 5}", count // 5)
        began = time.process_time()
        await speak(ws, f"{pace} {count}", count)
        return (time.process_time() - began) / count * 1e6


def socket_chunk(url: str, count: int) -> float:
    return asyncio.run(_measure(url, count, ""))


def socket_chunk_paced(url: str, count: int) -> float:
    return asyncio.run(_measure(url, count, "paced"))


CASES: Final[Mapping[str, Case]] = {
    "socket_chunk": socket_chunk,
    "socket_chunk_paced": socket_chunk_paced,
    **cases_of("ours_asyncio"),
}
