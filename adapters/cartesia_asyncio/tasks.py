"""Waiting for tasks that were cancelled."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable


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
