"""How one figure is taken, in a process that has done nothing else before."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Iterable
from itertools import islice
from statistics import median
from typing import Final, TypeAlias

from benchmarks.canned import AUDIO_NBYTES

KEY: Final = "sk_car_benchmark"
MODEL: Final = "sonic-3"
VOICE: Final = "6ccbfb76-1fc6-48f7-b71d-91ac6298247b"
SAMPLE_RATE: Final = 44100

Case: TypeAlias = Callable[[str, int], float]
"""Takes the server's base URL and a count; gives a figure."""


def cpu_microseconds(work: Callable[[int], None], count: int) -> float:
    """Give the CPU time, user and system of all threads, that each of `count` items takes once all is warm."""
    work(max(1, count // 5))
    began = time.process_time()
    work(count)
    return (time.process_time() - began) / count * 1e6


def wall_milliseconds(work: Callable[[], float], count: int) -> float:
    """Give the median of the times, in seconds, that the work says it took."""
    return median(work() for _ in range(count)) * 1e3


async def async_cpu_microseconds(work: Callable[[int], Awaitable[None]], count: int) -> float:
    """Do the same on an event loop."""
    await work(max(1, count // 5))
    began = time.process_time()
    await work(count)
    return (time.process_time() - began) / count * 1e6


async def async_wall_milliseconds(work: Callable[[], Awaitable[float]], count: int) -> float:
    """Do the same on an event loop."""
    return median([await work() for _ in range(count)]) * 1e3


def check(audio_nbytes: int, chunks: int) -> None:
    """Refuse figures of work that was not done."""
    if audio_nbytes != chunks * AUDIO_NBYTES:
        raise SystemExit(f"{audio_nbytes} bytes of audio came instead of {chunks * AUDIO_NBYTES}")


def check_items(items: Iterable[object], count: int) -> None:
    """Take items of a list without end, and refuse figures of work that was not done."""
    taken = sum(1 for _ in islice(items, count))
    if taken != count:
        raise SystemExit(f"{taken} items came instead of {count}")
