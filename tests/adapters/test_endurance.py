"""Many turns and many contexts on one socket: nothing is lost, mixed up or kept."""

from __future__ import annotations

import gc
import random

import anyio
import pytest

from cartesia_core import AudioChunk
from cartesia_core.tts.pool import PoolLimits
from tests.adapters.flavours import FLAVOURS, TRIO, AnySocket, Flavour, session_of
from tests.adapters.scripted import ScriptedServer
from tests.adapters.story import OPTIONS
from tests.adapters.test_threads import Parrot

TURNS = 1000
every_loop = pytest.mark.parametrize("flavour", FLAVOURS, ids=lambda flavour: flavour.name)


async def turn(ws: AnySocket, number: int, taken: int | None) -> None:
    """Speak three words and compare; or cancel after so many events."""
    words = [f"<{number}.{word}>" for word in range(3)]
    async with ws.context(**OPTIONS) as context:
        for word in words:
            await context.push(word)
        if taken is not None:
            for word in words[:taken]:
                event = await context.__anext__()
                assert isinstance(event, AudioChunk)
                assert event.audio == word.encode() * 100
            return
        await context.finish()
        heard = [event.audio async for event in context if isinstance(event, AudioChunk)]
        assert heard == [word.encode() * 100 for word in words]


@pytest.mark.parametrize("flavour", [TRIO, FLAVOURS[-1]], ids=lambda flavour: flavour.name)
def test_a_thousand_turns_with_random_cancels_on_one_socket(flavour: Flavour) -> None:
    """Each third turn is cancelled after none to three events; memory is back where it was."""
    dice = random.Random(7)

    async def turns(ws: AnySocket, numbers: range) -> None:
        for number in numbers:
            await turn(ws, number, dice.randrange(4) if number % 3 == 0 else None)

    async def main() -> None:
        async with flavour.client(server.url) as client, flavour.socket(client) as ws:
            await turns(ws, range(300))
            records = server.records[0]
            before = _allocated()
            await turns(ws, range(300, TURNS))
            grown = _allocated() - before
            assert ws.connections == 1
            assert session_of(ws).dialogue.is_idle()
            assert session_of(ws)._inbox._queues == {}
            assert len(records.contexts) == TURNS
            assert grown <= 50, f"{grown} objects of the client's own were kept"

    with ScriptedServer((Parrot(),)) as server:
        flavour.run(main)


def _allocated() -> int:
    """Count the objects of this library that are alive."""
    gc.collect()
    return sum(1 for thing in gc.get_objects() if type(thing).__module__.startswith("cartesia_"))


@every_loop
def test_a_hundred_contexts_over_a_pool(flavour: Flavour) -> None:
    """Four sockets of 25, ten turns of each task: nothing is lost or mixed up, whoever leaves early makes room."""
    pool = PoolLimits(max_sockets=4, max_contexts_per_socket=25)

    async def turns(ws: AnySocket, first: int) -> None:
        for number in range(first, first + 10):
            await turn(ws, number, number % 4 if number % 3 == 0 else None)

    async def main() -> None:
        async with flavour.client(server.url) as client, client.tts.websocket(pool=pool) as ws:
            assert isinstance(ws, AnySocket)
            await ws.warm(4)  # else the first turns may be over before the fourth is open
            async with anyio.create_task_group() as tasks:
                for number in range(100):
                    tasks.start_soon(turns, ws, number * 10)
            counted = ws.statistics()
            assert (counted.sockets, counted.opened, counted.contexts, counted.lost) == (4, 4, 0, 0)

    with ScriptedServer(default=(Parrot(),)) as server:
        flavour.run(main)
        assert sum(len(record.contexts) for record in server.records) >= 666


@every_loop
def test_a_hundred_contexts_at_once_on_one_socket(flavour: Flavour) -> None:
    """Each hears its own words, in their order; every third one leaves early."""

    async def main() -> None:
        async with (
            flavour.client(server.url) as client,
            flavour.socket(client) as ws,
            anyio.create_task_group() as tasks,
        ):
            for number in range(100):
                tasks.start_soon(turn, ws, number, number % 4 if number % 3 == 0 else None)
        assert ws.connections == 1

    with ScriptedServer((Parrot(),)) as server:
        flavour.run(main)
        assert len(server.records[0].contexts) == 100
