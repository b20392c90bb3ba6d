"""Cancelled at every await of a conversation, a socket serves on or is closed, and nothing is left behind."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Generator
from functools import partial
from typing import TypeAlias

import anyio
import anyio.lowlevel
import pytest
import trio

from cartesia_core import AudioChunk
from tests.adapters.flavours import ASYNCIO_FLAVOURS, TRIO, AnySocket, Flavour, session_of, until
from tests.adapters.scripted import ScriptedServer
from tests.adapters.story import OPTIONS
from tests.adapters.test_threads import Parrot

MANY = 400
"""More awaits than any of the conversations has."""


async def converse(ws: AnySocket) -> None:
    """Say something in two pieces, hear it, leave another context early, speak from a generator."""
    async with ws.context(**OPTIONS) as context:
        await context.push("One ")
        await context.push("two.")
        await context.flush()
        await context.finish()
        async for _ in context:
            pass
    async with ws.context(**OPTIONS) as left:
        await left.push("Three.")
        await left.__anext__()
        await left.cancel()
    for text in (iter(["Four ", "five."]), arriving("Six ", "seven.")):
        async with ws.speak(text, **OPTIONS) as speech:
            async for _ in speech:
                pass


async def arriving(*pieces: str) -> AsyncIterator[str]:
    """Give pieces as from an LLM."""
    for piece in pieces:
        await anyio.lowlevel.checkpoint()
        yield piece


async def serves(ws: AnySocket) -> None:
    """Check that the socket speaks as if nothing had happened, and on the same connection."""
    before = ws.connections
    heard = [event.audio async for event in ws.speak("Hi", **OPTIONS) if isinstance(event, AudioChunk)]
    assert b"".join(heard) == b"Hi" * 100
    assert ws.connections == before == 1


class CountedCancel(trio.abc.Instrument):
    """Cancels a scope when a task has been stepped a number of times."""

    def __init__(self, task: trio.lowlevel.Task, scope: trio.CancelScope, steps: int) -> None:
        self._task = task
        self._scope = scope
        self._left = steps

    def after_task_step(self, task: trio.lowlevel.Task) -> None:
        """Count."""
        if task is self._task:
            self._left -= 1
            if self._left == 0:
                self._scope.cancel()


async def cancelled_in_trio(main: Callable[[], Coroutine[object, None, None]], steps: int) -> bool:
    """Run until so many steps are done, then cancel. Tell whether that came before the end."""
    with trio.CancelScope() as scope:
        instrument = CountedCancel(trio.lowlevel.current_task(), scope, steps)
        trio.lowlevel.add_instrument(instrument)
        try:
            await main()
        finally:
            trio.lowlevel.remove_instrument(instrument)
    return scope.cancelled_caught


class Stepped:
    """Awaits something, and is cancelled while it waits for the n-th time, or just as that wait is over."""

    def __init__(self, inner: Coroutine[object, None, None], steps: int, *, is_late: bool) -> None:
        self._inner = inner
        self._left = steps
        self._is_late = is_late

    def __await__(self) -> Generator[object, object, None]:
        """Pass on what is waited for."""
        waiting = self._inner.__await__()
        error: BaseException | None = None
        while True:
            try:
                future = next(waiting) if error is None else waiting.throw(error)
            except StopIteration:
                return
            self._left -= 1
            task = asyncio.current_task()
            assert task is not None
            if self._left == 0 and not self._is_late:
                task.cancel()
            error = None
            try:
                yield future
            except BaseException as thrown:
                error = thrown
            if self._left == 0 and self._is_late:
                error = asyncio.CancelledError()


async def cancelled_in_asyncio(main: Callable[[], Coroutine[object, None, None]], steps: int, *, is_late: bool) -> bool:
    """Run in a task until so many steps are done, then cancel it. Tell whether that came before the end."""

    async def whole() -> None:
        await Stepped(main(), steps, is_late=is_late)

    task = asyncio.get_running_loop().create_task(whole())
    await asyncio.wait({task})
    if task.cancelled():
        return True
    task.result()
    return False


Cancelled: TypeAlias = Callable[[Callable[[], Coroutine[object, None, None]], int], Awaitable[bool]]
WAYS: tuple[tuple[Flavour, Cancelled], ...] = (
    (TRIO, cancelled_in_trio),
    *((flavour, partial(cancelled_in_asyncio, is_late=late)) for flavour in ASYNCIO_FLAVOURS for late in (False, True)),
)
NAMES = ("trio", *(f"{flavour.name}-{when}" for flavour in ASYNCIO_FLAVOURS for when in ("waiting", "done")))
every_way = pytest.mark.parametrize(("flavour", "cancelled"), WAYS, ids=NAMES)


@every_way
def test_cancelled_at_every_await_a_conversation_leaves_the_socket_working(
    flavour: Flavour, cancelled: Cancelled
) -> None:
    """After each, the next context speaks on the same connection, and no frame was cut."""
    steps = 0

    async def main() -> None:
        nonlocal steps
        async with flavour.client(server.url) as client, flavour.socket(client) as ws:
            for steps in range(1, MANY):
                is_cut = await cancelled(lambda: converse(ws), steps)
                await serves(ws)
                if not is_cut:
                    break
            assert session_of(ws).dialogue.is_idle()
            assert session_of(ws)._inbox.largest_nbytes == 0

    with ScriptedServer((Parrot(),)) as server:
        flavour.run(main)
        assert 5 < steps < MANY - 1, "it was cancelled everywhere"
        assert server.records[0].close == (1000, "")


@every_way
def test_cancelled_at_every_await_of_opening_and_closing_nothing_is_left(
    flavour: Flavour, cancelled: Cancelled
) -> None:
    """Whenever the whole is cancelled: no task, no connection."""
    steps = 0

    async def whole() -> None:
        async with (
            flavour.client(server.url) as client,
            flavour.socket(client) as ws,
            ws.context(**OPTIONS) as context,
        ):
            await context.push("One.")
            await context.__anext__()

    async def main() -> None:
        nonlocal steps
        for steps in range(1, MANY):
            is_cut = await cancelled(whole, steps)
            await until(lambda: all(record.has_ended for record in server.records), "the end of the connection")
            if not is_cut:
                break

    with ScriptedServer(default=(Parrot(),)) as server:
        flavour.run(main)
        assert 5 < steps < MANY - 1, "it was cancelled everywhere"
