"""An event loop whose clock and whose every step are the test's."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Generator
from types import TracebackType
from typing import Final, Generic, Protocol, TypeVar
from weakref import WeakSet

from attrs import define, field, frozen

from cartesia_core.async_runtime import AsyncEvent, Soon

T = TypeVar("T")


class Cancelled(BaseException):
    """What a cancelled task meets where it waits."""


@frozen
class Until:
    """To be awaited: goes on when something is so, after one turn of the loop at least."""

    is_so: Callable[[], bool]

    def __await__(self) -> Generator[Callable[[], bool], None, None]:
        """Tell the loop what is waited for."""
        yield self.is_so


@define(eq=False)
class Task(Generic[T]):
    """A coroutine that the loop drives.

    Attributes:
        work: It.
        is_ready: Whether what it waits for has come.
        results: What it gave.
        error: What it raised.
        is_done: Whether it has ended.
    """

    work: Coroutine[Callable[[], bool], None, T]
    is_ready: Callable[[], bool] = lambda: True
    results: list[T] = field(factory=list)
    error: BaseException | None = None
    is_done: bool = False

    def step(self) -> bool:
        """Drive it to where it waits again; tell whether it went on."""
        if not self.is_ready():
            return False
        self._drive(lambda: self.work.send(None))
        return True

    def cancel(self) -> None:
        """Cancel it where it waits."""
        self._drive(lambda: self.work.throw(Cancelled()))

    def _drive(self, go_on: Callable[[], Callable[[], bool]]) -> None:
        try:
            self.is_ready = go_on()
        except StopIteration as end:
            self.results.append(end.value)
            self._end(None)
        except (Exception, Cancelled) as error:  # whatever it is, `result` raises it
            self._end(error)

    def _end(self, error: BaseException | None) -> None:
        self.error = error
        self.is_done = True
        self.is_ready = lambda: False

    def result(self) -> T:
        """Give what it gave; raise what it raised."""
        if self.error is not None:
            raise self.error
        assert self.is_done, "it still waits"
        return self.results[0]


class Runnable(Protocol):
    """A task of whatever kind."""

    @property
    def is_done(self) -> bool:
        """Whether it has ended."""
        ...

    def step(self) -> bool:
        """Drive it to where it waits again; tell whether it went on."""
        ...


class Happening:
    """Something that happens once."""

    def __init__(self) -> None:
        self.has_happened: bool = False

    def set(self) -> None:
        """Let it happen."""
        self.has_happened = True

    async def wait(self) -> None:
        """Wait for it."""
        await Until(lambda: self.has_happened)


class Lock:
    """One task at a time, in the order in which they were started."""

    def __init__(self) -> None:
        self._is_held: bool = False

    async def __aenter__(self) -> None:
        """Wait for it."""
        if self._is_held:
            await Until(lambda: not self._is_held)
        self._is_held = True

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None, /
    ) -> None:
        """Let the next one have it."""
        self._is_held = False


class Loop:
    """An event loop and a runtime.

    Attributes:
        now: The time.
        chance: What `jitter` gives.
        reported: Errors that must not interrupt the work.
        events: Events that somebody still holds.
    """

    def __init__(self) -> None:
        self.now: float = 0.0
        self.chance: float = 0.0
        self.ids: int = 0
        self.threads: int = 0
        self.reported: Final[list[Exception]] = []
        self.events: Final[WeakSet[Happening]] = WeakSet()
        self._tasks: list[Runnable] = []
        self._is_running: bool = False
        self._calls: Final[list[Callable[[], None]]] = []

    def start(self, work: Coroutine[Callable[[], bool], None, T]) -> Task[T]:
        """Make a task and let everything run until it waits."""
        task = Task(work)
        self._tasks.append(task)
        self.settle()
        return task

    def run(self, work: Coroutine[Callable[[], bool], None, T]) -> T:
        """Run what must come to its end without the help of the test."""
        return self.start(work).result()

    def settle(self) -> None:
        """Let all tasks run until each of them waits for something that has not happened."""
        if self._is_running:  # asked for by a task: it will have its turn
            return
        self._is_running = True
        try:
            self._run_all()
        finally:
            self._is_running = False

    def _run_all(self) -> None:
        while self._call() or [task for task in self._tasks if task.step()]:
            self._tasks = [task for task in self._tasks if not task.is_done]

    def _call(self) -> bool:
        calls = self._calls[:]
        self._calls.clear()
        for call in calls:
            call()
        return bool(calls)

    def pass_time(self, seconds: float) -> None:
        """Move the clock."""
        self.now += seconds
        self.settle()

    # --- as a runtime

    def clock(self) -> float:
        """The time that the test says."""
        return self.now

    def jitter(self) -> float:
        """The chance that the test says."""
        return self.chance

    def new_id(self) -> str:
        """Count."""
        self.ids += 1
        return f"c{self.ids}"

    def event(self) -> AsyncEvent:
        """Make an event."""
        event = Happening()
        self.events.add(event)
        return event

    def lock(self) -> Lock:
        """Make a lock."""
        return Lock()

    async def sleep(self, seconds: float) -> None:
        """Wait until the test has moved the clock."""
        wakes = self.now + seconds
        await Until(lambda: self.now >= wakes)

    async def wait(self, event: AsyncEvent, until: float) -> None:
        """Wait for an event, at the latest until then."""
        assert isinstance(event, Happening)
        await Until(lambda: event.has_happened or self.now >= until)

    async def in_thread(self, function: Callable[[], T]) -> T:
        """Run it at once, and note that it was asked for."""
        self.threads += 1
        return function()

    def soon(self) -> Soon:
        """Give a way to have something called at the next turn."""
        return self._calls.append

    def report(self, error: Exception) -> None:
        """Keep it."""
        self.reported.append(error)
