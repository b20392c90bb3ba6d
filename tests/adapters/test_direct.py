"""Sockets taken out of httpx's layers lose nothing on the way, and end as others do."""

from __future__ import annotations

import time

import anyio
import pytest

import cartesia_asyncio.socket_stream
import cartesia_asyncio.stream
import cartesia_trio.stream
from cartesia_core import Timeouts
from cartesia_core.errors import ContextInterrupted
from cartesia_core.tts.socket import TtsSocketRequest
from cartesia_core.ws.session import SessionLimits
from cartesia_httpx import upgrade_async
from tests.adapters.flavours import FLAVOURS, TRIO, Flavour
from tests.adapters.scripted import ScriptedServer
from tests.adapters.steps import Accept, Close, Deaf, Expect, Text
from tests.adapters.story import OPTIONS

pytestmark = pytest.mark.parametrize("flavour", FLAVOURS, ids=lambda flavour: flavour.name)


@pytest.mark.parametrize("nbytes", [10, 40_000, 70_000, 400_000, 2_000_000])
def test_what_comes_right_behind_the_answer_comes_first_and_whole(flavour: Flavour, nbytes: int) -> None:
    """However much of it the layers have read already, and however much is still in the kernel."""
    texts = [f"{number}:" + "x" * (nbytes // 10) for number in range(10)]

    async def main() -> None:
        async with flavour.client(server.url) as client, client.tts.websocket.raw() as messages:
            with anyio.fail_after(5):
                assert [message async for message in messages] == texts

    with ScriptedServer((Accept(glued=(*map(Text, texts), Close(1000, "bye"))),)) as server:
        flavour.run(main)


def test_a_plain_socket_is_read_past_the_layers(flavour: Flavour) -> None:
    """So that the tests of sockets are tests of that; with TLS they are of httpx's streams."""

    async def main() -> None:
        async with flavour.client(server.url) as client:
            upgraded = await upgrade_async(client._http, TtsSocketRequest().call())
            if flavour is TRIO:
                stream = await cartesia_trio.stream.carrier(upgraded)
                assert isinstance(stream, cartesia_trio.stream.DirectStream)
                await stream.aclose()
            else:
                pushing = await cartesia_asyncio.stream.carrier(upgraded)
                assert isinstance(pushing, cartesia_asyncio.socket_stream.SocketStream)
                await pushing.aclose()

    with ScriptedServer((Accept(),)) as server:
        flavour.run(main)
        server.until(lambda: server.records[0].has_ended, "the end of the connection")


def test_a_write_that_takes_too_long_ends_the_socket(flavour: Flavour) -> None:
    """With pings off there is nothing else to find a peer that takes no bytes."""

    async def main() -> None:
        limits = SessionLimits(ping_after_seconds=None)
        async with (
            flavour.client(server.url, limits=limits, timeout=Timeouts(write=0.3)) as client,
            flavour.socket(client) as ws,
            ws.context(**OPTIONS) as context,
        ):
            await context.push("Hello.")
            began = time.monotonic()
            await context.push("many words " * 2_000_000)
            assert 0.2 < time.monotonic() - began < 2.0
            with pytest.raises(ContextInterrupted, match="connection broke"):
                await context.push("more")

    with ScriptedServer((Accept(), Expect("text"), Deaf())) as server:
        flavour.run(main)
