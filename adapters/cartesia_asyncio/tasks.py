"""Tasks that are cancelled, and waiting for them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import Final


async def ended(tasks: Iterable[asyncio.Future[None]]) -> None:
    """Wait until tasks that were cancelled are over, however often this waiting itself is cancelled meanwhile."""
    tasks = list(tasks)
    cancelled: asyncio.CancelledError | None = None
    while pending := [task for task in tasks if not task.done()]:
        try:
            await asyncio.wait(pending)
        except asyncio.CancelledError as error:  # noqa: PERF203 - each may come anew
            cancelled = error
    if cancelled is not None:
        raise cancelled


async def cancelled(tasks: Iterable[asyncio.Task[None]]) -> None:
    """Cancel tasks, and wait until they are over."""
    tasks = list(tasks)
    for task in tasks:
        task.cancel()
    await ended(tasks)


class TaskJob:
    """A task that somebody keeps, and that ends quietly when it is cancelled.

    Args:
        work: What it does.
        on_end: Called when it is over, even if it never began.
        keeper: Holds it while it runs.
    """

    def __init__(
        self, work: Callable[[], Awaitable[None]], on_end: Callable[[], None], keeper: set[asyncio.Task[None]]
    ) -> None:
        self._task: Final = asyncio.get_running_loop().create_task(_quietly(work))
        keeper.add(self._task)
        self._task.add_done_callback(keeper.discard)
        self._task.add_done_callback(lambda _: on_end())

    def cancel(self) -> None:
        """Have it end soon."""
        self._task.cancel()

    async def join(self) -> None:
        """Wait for its end."""
        await ended([self._task])


async def _quietly(work: Callable[[], Awaitable[None]]) -> None:
    try:
        await work()
    except asyncio.CancelledError:
        return  # by `cancel`: nobody else knows this task
