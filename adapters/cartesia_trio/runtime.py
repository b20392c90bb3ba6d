"""The event loop of trio, for the code that all event loops share."""

from __future__ import annotations

import random
import sys
import uuid
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, suppress
from typing import TypeVar

import trio

from cartesia_core.async_runtime import AsyncEvent, Soon

T = TypeVar("T")


class TrioRuntime:
    """Clock, chance and waiting of trio."""

    def clock(self) -> float:
        """Seconds on trio's clock."""
        return trio.current_time()

    def jitter(self) -> float:
        """A random number, 0 to 1."""
        return random.random()

    def new_id(self) -> str:
        """A random id."""
        return str(uuid.uuid4())

    def event(self) -> AsyncEvent:
        """Make an event."""
        return trio.Event()

    def lock(self) -> AbstractAsyncContextManager[object]:
        """Make a lock."""
        return trio.Lock()

    async def sleep(self, seconds: float) -> None:
        """Wait for a time; 0 lets others run."""
        await trio.sleep(seconds)

    async def wait(self, event: AsyncEvent, until: float) -> None:
        """Wait for an event, at the latest until that time."""
        with trio.move_on_at(until):
            await event.wait()

    async def in_thread(self, function: Callable[[], T]) -> T:
        """Run what may block in a thread; cancelled, it is left to itself."""
        return await trio.to_thread.run_sync(function, abandon_on_cancel=True)

    def soon(self) -> Soon:
        """Give a way to have this run of trio call something soon."""
        token = trio.lowlevel.current_trio_token()

        def call(work: Callable[[], None]) -> None:
            with suppress(trio.RunFinishedError):  # then everything of it is over
                token.run_sync_soon(work)

        return call

    def report(self, error: Exception) -> None:
        """Print an error that must not interrupt the work."""
        sys.excepthook(type(error), error, error.__traceback__)
