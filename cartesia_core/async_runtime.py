"""What code shared by event loops needs of them: a clock, chance, and ways to wait. Each client brings its own."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Protocol, TypeAlias, TypeVar

T = TypeVar("T")
Soon: TypeAlias = Callable[[Callable[[], None]], None]
"""Has an event loop call something soon, from any thread."""


class AsyncEvent(Protocol):
    """Something that happens once."""

    def set(self) -> None:
        """Let it happen."""
        ...

    async def wait(self) -> object:
        """Wait until it has happened."""
        ...


class AsyncRuntime(Protocol):
    """An event loop, as far as it is needed."""

    def clock(self) -> float:
        """Seconds on the loop's clock."""
        ...

    def jitter(self) -> float:
        """A random number, 0 to 1."""
        ...

    def new_id(self) -> str:
        """An id that nobody has."""
        ...

    def event(self) -> AsyncEvent:
        """Make an event."""
        ...

    def lock(self) -> AbstractAsyncContextManager[object]:
        """Make a lock."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait for a time; 0 lets others run."""
        ...

    async def wait(self, event: AsyncEvent, until: float) -> None:
        """Wait for an event that nobody else waits for, at the latest until that time on the loop's clock."""
        ...

    async def in_thread(self, function: Callable[[], T]) -> T:
        """Run what may block in a thread. Cancelled, it does not wait for that; the result is lost."""
        ...

    def soon(self) -> Soon:
        """Give a way to have this loop call something soon, from any thread; once the loop is over it does nothing."""
        ...

    def report(self, error: Exception) -> None:
        """Tell of an error of the program's own that must not interrupt the work."""
        ...
