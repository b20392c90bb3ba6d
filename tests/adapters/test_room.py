"""A socket that is read no more because too much waits for one context, and what makes room again."""

from __future__ import annotations

import anyio
import pytest

from cartesia_core import AudioChunk
from cartesia_core.ws.session import SessionLimits
from tests.adapters.flavours import FLAVOURS, Flavour, session_of, until
from tests.adapters.messages import chunk, done
from tests.adapters.scripted import ScriptedServer
from tests.adapters.steps import Accept, Expect, Flood
from tests.adapters.story import OPTIONS


@pytest.mark.parametrize("flavour", FLAVOURS, ids=lambda flavour: flavour.name)
def test_cancelling_a_context_that_nobody_reads_makes_room_for_the_others(flavour: Flavour) -> None:
    """The rest of it is dropped at once, so nothing is left that could hold the socket back."""

    async def main() -> None:
        limits = SessionLimits(max_waiting_nbytes=200_000)
        async with flavour.client(server.url, limits=limits) as client, flavour.socket(client) as ws:
            full = ws.context(**OPTIONS)
            await full.push("Hello.")
            await until(lambda: session_of(ws).is_full(), "a full inbox")
            await full.cancel()
            other = ws.context(**OPTIONS)
            await other.push("Hi.")
            await other.finish()
            with anyio.fail_after(5):
                assert [event.audio async for event in other if isinstance(event, AudioChunk)] == [b"bb"]

    script = (Accept(), Expect("text", 0), Flood(0, 20_000_000), Expect("finish", 1), chunk(1, b"bb"), done(1))
    with ScriptedServer(script) as server:
        flavour.run(main)
