"""Running the cases of speech to text on asyncio, for whichever client."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence


def run(work: Callable[[], Awaitable[float]]) -> float:
    """Run a coroutine function on a loop."""

    async def main() -> float:
        return await work()

    return asyncio.run(main())


async def together(work: Sequence[Callable[[], Awaitable[None]]]) -> None:
    """Run coroutine functions at the same time."""
    await asyncio.gather(*(each() for each in work))
