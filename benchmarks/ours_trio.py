"""The socket cases, done with `cartesia_trio`."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Final

import trio

from benchmarks.measure import KEY, MODEL, VOICE, Case, check
from benchmarks.ours import RAW
from benchmarks.uploads import cases_of
from cartesia_core import AudioChunk
from cartesia_core.async_ports import AsyncTtsSocket
from cartesia_trio import Client


async def speak(ws: AsyncTtsSocket, text: str, chunks: int) -> None:
    """Have the server replay so many chunks."""
    async with ws.context(model_id=MODEL, voice=VOICE, output_format=RAW) as context:
        await context.push(text)
        await context.finish()
        check(sum([len(event.audio) async for event in context if isinstance(event, AudioChunk)]), chunks)


async def _measure(url: str, count: int, pace: str) -> float:
    async with Client(api_key=KEY, base_url=url) as client, client.tts.websocket() as ws:
        await speak(ws, f"{pace} {count // 5}", count // 5)
        began = time.process_time()
        await speak(ws, f"{pace} {count}", count)
        return (time.process_time() - began) / count * 1e6


def socket_chunk(url: str, count: int) -> float:
    return trio.run(_measure, url, count, "")


def socket_chunk_paced(url: str, count: int) -> float:
    return trio.run(_measure, url, count, "paced")


CASES: Final[Mapping[str, Case]] = {
    "socket_chunk": socket_chunk,
    "socket_chunk_paced": socket_chunk_paced,
    **cases_of("ours_trio"),
}
