"""The cases of speech to text, for clients for event loops: the same words for all of them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from functools import partial
from typing import Any, TypeAlias

from attrs import define

from benchmarks.canned_speech import BURST, FRAME, FRAMES_PER_SECOND, FRAMES_PER_TRANSCRIPT, TALKATIVE
from benchmarks.listening import STREAMS, check
from benchmarks.measure import Case, async_cpu_microseconds


@define
class Listening:
    """One stream.

    Attributes:
        send: Sends a frame.
        finalize: Has what was sent transcribed.
        events: What comes.
        flush_done: What tells that `finalize` is done.
        sent_nbytes: Audio sent so far.
    """

    send: Callable[[bytes], Awaitable[object]]
    finalize: Callable[[], Awaitable[object]]
    events: AsyncIterator[Any]
    flush_done: type[Any]
    sent_nbytes: int = 0

    async def exchange(self, frames: int, transcripts: int) -> None:
        """Send so much, and take what comes until the server confirms that it has all of it."""
        for _ in range(frames):
            await self.send(FRAME)
        self.sent_nbytes += frames * len(FRAME)
        await self.finalize()
        came, text = -1, ""  # the last one says how much was heard
        async for event in self.events:
            if isinstance(event, self.flush_done):
                check(text, self.sent_nbytes, came, transcripts)
                return
            text = event.text
            came += bool(text)


Open: TypeAlias = Callable[[str, int, Mapping[str, Any]], AbstractAsyncContextManager[list[Listening]]]
"""Opens so many streams of a server with these options."""
Run: TypeAlias = Callable[[Callable[[], Awaitable[float]]], float]
"""Runs a coroutine function on a loop."""
Together: TypeAlias = Callable[[Sequence[Callable[[], Awaitable[None]]]], Awaitable[object]]
"""Runs coroutine functions at the same time."""


async def _frame(open_streams: Open, url: str, count: int) -> float:
    async with open_streams(url, 1, {}) as (stream,):
        return await async_cpu_microseconds(lambda n: stream.exchange(n, 0), count)


async def _transcript(open_streams: Open, url: str, count: int) -> float:
    async def work(n: int) -> None:
        for _ in range(n // BURST):
            await stream.exchange(0, BURST)

    async with open_streams(url, 1, {}) as (stream,):
        return await async_cpu_microseconds(work, count)


async def _streams(open_streams: Open, together: Together, url: str, count: int) -> float:
    async def work(n: int) -> None:
        frames = n // STREAMS
        await together([partial(each.exchange, frames, frames // FRAMES_PER_TRANSCRIPT) for each in streams])

    async with open_streams(url, STREAMS, TALKATIVE) as streams:
        return await async_cpu_microseconds(work, count) * FRAMES_PER_SECOND


def cases(open_streams: Open, run: Run, together: Together) -> Mapping[str, Case]:
    """Give the cases for a client."""
    return {
        "stt_frame": lambda url, count: run(partial(_frame, open_streams, url, count)),
        "stt_transcript": lambda url, count: run(partial(_transcript, open_streams, url, count)),
        "stt_streams": lambda url, count: run(partial(_streams, open_streams, together, url, count)),
    }
