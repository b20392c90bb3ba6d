"""What clients written by hand for one purpose have in common: the messages, and one turn after the other."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Final, Protocol, TypeAlias
from uuid import uuid4

from benchmarks.measure import KEY, MODEL, VOICE, Case, async_cpu_microseconds, async_wall_milliseconds, check
from benchmarks.official import RAW

HEADERS: Final = {"Authorization": f"Bearer {KEY}", "Cartesia-Version": "2026-08-14"}


class Talk(Protocol):
    """A socket; how it reads, parses and decodes is what is measured."""

    async def send(self, message: Mapping[str, object]) -> None:
        """Send a message."""
        ...

    def audio(self, context_id: str) -> AsyncIterator[bytes]:
        """Give the audio of one context, decoded, until the server's `done`."""
        ...


Opener: TypeAlias = Callable[[str], AbstractAsyncContextManager[Talk]]
"""Takes the server's base URL."""


async def _push(talk: Talk, context_id: str, text: str, *, goes_on: bool) -> None:
    await talk.send(
        {
            "context_id": context_id,
            "model_id": MODEL,
            "voice": VOICE,
            "output_format": RAW,
            "transcript": text,
            "continue": goes_on,
        }
    )


async def _speak(talk: Talk, text: str, chunks: int) -> None:
    context_id = str(uuid4())
    await _push(talk, context_id, text, goes_on=True)
    await _push(talk, context_id, "", goes_on=False)
    check(sum([len(audio) async for audio in talk.audio(context_id)]), chunks)


async def _first_audio(talk: Talk) -> float:
    context_id = str(uuid4())
    began = time.perf_counter()
    await _push(talk, context_id, "1", goes_on=True)
    pieces = talk.audio(context_id)
    check(len(await pieces.__anext__()), 1)
    passed = time.perf_counter() - began
    await _push(talk, context_id, "", goes_on=False)
    assert not [audio async for audio in pieces]
    return passed


def cases(opener: Opener) -> Mapping[str, Case]:
    """Make the cases of one such client."""

    async def chunks(url: str, count: int, pace: str) -> float:
        async with opener(url) as talk:
            return await async_cpu_microseconds(lambda n: _speak(talk, f"{pace} {n}", n), count)

    async def first_audio(url: str, count: int) -> float:
        async with opener(url) as talk:
            await _speak(talk, "1", 1)
            return await async_wall_milliseconds(lambda: _first_audio(talk), count)

    return {
        "socket_chunk": lambda url, count: asyncio.run(chunks(url, count, "")),
        "socket_chunk_paced": lambda url, count: asyncio.run(chunks(url, count, "paced")),
        "first_audio_warm": lambda url, count: asyncio.run(first_audio(url, count)),
    }
