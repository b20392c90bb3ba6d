"""The event loop of asyncio, for the code that all event loops share."""

from __future__ import annotations

import asyncio
import random
import threading
import uuid
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, suppress
from contextvars import copy_context
from typing import TypeVar

from cartesia_core.async_runtime import AsyncEvent, Soon

T = TypeVar("T")


def _outcome_of(function: Callable[[], T]) -> Callable[[asyncio.Future[T]], None]:
    """Run a function; give what tells a future its result or error."""
    try:
        result = function()
    except BaseException as error:  # it is raised where somebody waits
        failure = error
        return lambda outcome: outcome.set_exception(failure)
    return lambda outcome: outcome.set_result(result)


class AsyncioRuntime:
    """Clock, chance and waiting of asyncio."""

    def clock(self) -> float:
        """Seconds on the loop's clock."""
        return asyncio.get_running_loop().time()

    def jitter(self) -> float:
        """A random number, 0 to 1."""
        return random.random()

    def new_id(self) -> str:
        """A random id."""
        return str(uuid.uuid4())

    def event(self) -> AsyncEvent:
        """Make an event."""
        return asyncio.Event()

    def lock(self) -> AbstractAsyncContextManager[object]:
        """Make a lock."""
        return asyncio.Lock()

    async def sleep(self, seconds: float) -> None:
        """Wait for a time; 0 lets others run."""
        await asyncio.sleep(seconds)

    async def wait(self, event: AsyncEvent, until: float) -> None:
        """Wait for an event, at the latest until that time."""
        loop = asyncio.get_running_loop()
        timer = loop.call_at(until, event.set)  # nobody else waits for it
        try:
            await event.wait()
        finally:
            timer.cancel()

    async def in_thread(self, function: Callable[[], T]) -> T:
        """Run what may block in a thread; cancelled, it is left to itself.

        Not in the loop's own threads: `asyncio.run` and the interpreter wait for those at their end, and what reads a
        pipe may never come back.
        """
        outcome: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        soon = self.soon()

        def run() -> None:
            tell = _outcome_of(function)
            soon(lambda: None if outcome.done() else tell(outcome))

        threading.Thread(target=copy_context().run, args=(run,), name="cartesia-read", daemon=True).start()
        return await outcome

    def soon(self) -> Soon:
        """Give a way to have this loop call something soon."""
        loop = asyncio.get_running_loop()

        def call(work: Callable[[], None]) -> None:
            with suppress(RuntimeError):  # the loop is closed, and everything of it is over
                loop.call_soon_threadsafe(work)

        return call

    def report(self, error: Exception) -> None:
        """Have the loop tell of an error that must not interrupt the work."""
        asyncio.get_running_loop().call_exception_handler({"message": "an observer failed", "exception": error})
