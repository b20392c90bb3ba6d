"""The socket cases, done with `cartesia_trio` or `cartesia_asyncio`: the same words for both."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from typing import Any

from benchmarks.listening import OPTIONS
from benchmarks.listening_async import Listening, Open
from benchmarks.measure import KEY, MODEL, VOICE, async_cpu_microseconds, async_wall_milliseconds, check
from benchmarks.ours import RAW
from cartesia_core import AudioChunk, FlushDone
from cartesia_core.api import Api
from cartesia_core.async_ports import AsyncPorts, AsyncTtsSocket


async def speak(ws: AsyncTtsSocket, text: str, chunks: int) -> None:
    """Have the server replay so many chunks."""
    async with ws.context(model_id=MODEL, voice=VOICE, output_format=RAW) as context:
        await context.push(text)
        await context.finish()
        check(sum([len(event.audio) async for event in context if isinstance(event, AudioChunk)]), chunks)


async def chunks(ws: AsyncTtsSocket, count: int, pace: str) -> float:
    """Measure CPU per chunk."""
    return await async_cpu_microseconds(lambda n: speak(ws, f"{pace} {n}", n), count)


async def first_audio(ws: AsyncTtsSocket, count: int) -> float:
    """Measure a turn on a warm socket, from the call to its first audio."""

    async def turn() -> float:
        async with ws.context(model_id=MODEL, voice=VOICE, output_format=RAW) as context:
            began = time.perf_counter()
            await context.push("1")
            event = await context.__anext__()
            passed = time.perf_counter() - began
            check(len(event.audio) if isinstance(event, AudioChunk) else 0, 1)
            await context.finish()
            assert not [event async for event in context]
            return passed

    await speak(ws, "1", 1)
    return await async_wall_milliseconds(turn, count)


def listening(make: Callable[..., AbstractAsyncContextManager[Api[AsyncPorts]]]) -> Open:
    """Give what opens streams of speech with a client."""

    @asynccontextmanager
    async def open_streams(url: str, count: int, options: Mapping[str, Any]) -> AsyncGenerator[list[Listening]]:
        async with make(api_key=KEY, base_url=url) as client, AsyncExitStack() as stack:
            sockets = [
                await stack.enter_async_context(client.stt.websocket(**OPTIONS, **options)) for _ in range(count)
            ]
            yield [Listening(ws.send, ws.finalize, aiter(ws), FlushDone) for ws in sockets]

    return open_streams
