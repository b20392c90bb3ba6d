"""Sockets of bare messages, and connections over streams of one's own, on event loops."""

from __future__ import annotations

import asyncio
import json
import time

import anyio
import pytest
import trio
import trio.testing

import cartesia_asyncio
import cartesia_trio
from cartesia_asyncio.stream import StreamPair
from cartesia_core.errors import ConnectionLost, LocalProtocolError
from cartesia_core.ws.events import Closed, ClosedBy, Opened
from cartesia_core.ws.plain import PlainDialogue, PlainMessage
from cartesia_core.ws.session import Session
from cartesia_core.ws.wire import Handshake
from tests.adapters.flavours import ASYNCIO_FLAVOURS, FLAVOURS, LIMITS, TRIO, Flavour
from tests.adapters.scripted import ScriptedServer
from tests.adapters.steps import Accept, Close, Expect, Mute, Reset, Step, Text

every_loop = pytest.mark.parametrize("flavour", FLAVOURS, ids=lambda flavour: flavour.name)
TEXT = json.dumps({"context_id": "mine", "continue": True})


@every_loop
def test_messages_go_and_come_as_they_are(flavour: Flavour) -> None:
    """Nothing is read or written by the library; the server's close ends the loop."""

    async def main() -> None:
        async with flavour.client(server.url) as client, client.tts.websocket.raw() as messages:
            assert messages.head.status == 101
            await messages.send(TEXT)
            assert [message async for message in messages] == ["one", "two"]
            with pytest.raises(LocalProtocolError):
                await messages.send(TEXT)

    with ScriptedServer((Accept(), Expect("text"), Text("one"), Text("two"), Close(1000, "bye"))) as server:
        flavour.run(main)
        assert server.records[0].messages == [json.loads(TEXT)]


@every_loop
def test_a_broken_socket_of_messages_raises(flavour: Flavour) -> None:
    """A reset is not an end."""

    async def main() -> None:
        async with flavour.client(server.url) as client, client.tts.websocket.raw() as messages:
            await messages.send(TEXT)
            with pytest.raises(ConnectionLost), anyio.fail_after(2):
                assert [message async for message in messages] == ["one"]

    with ScriptedServer((Accept(), Expect("text"), Text("one"), Reset())) as server:
        flavour.run(main)


def plain(now: float, url: str) -> Session[str | bytes, PlainMessage]:
    """Make a session of bare messages that does its own handshake."""
    handshake = Handshake(url.removeprefix("http://"), "/tts/websocket")
    return Session(PlainDialogue(), handshake=handshake, limits=LIMITS, now=now)


@pytest.mark.parametrize("steps", [(), (Mute(),)], ids=["polite", "mute"])
@every_loop
def test_a_connection_carries_a_session_over_a_stream_of_ones_own(flavour: Flavour, steps: tuple[Step, ...]) -> None:
    """`trio.SocketStream`, or the pair of `asyncio.open_connection`: the session does the handshake itself."""

    async def in_trio() -> None:
        stream = await trio.open_tcp_stream("127.0.0.1", server.port)
        async with cartesia_trio.Connection(plain(trio.current_time(), server.url), stream) as connection:
            assert isinstance(await connection.receive(), Opened)
            await connection.send(TEXT)
            assert await connection.receive() == PlainMessage("one")
            began = time.monotonic()
        assert time.monotonic() - began < 0.7
        closed = connection.session.closed
        assert isinstance(closed, Closed)
        assert closed.by is ClosedBy.CLIENT

    async def in_asyncio() -> None:
        pair = StreamPair(*await asyncio.open_connection("127.0.0.1", server.port))
        session = plain(asyncio.get_running_loop().time(), server.url)
        async with cartesia_asyncio.Connection(session, pair) as connection:
            assert isinstance(await connection.receive(), Opened)
            await connection.send(TEXT)
            assert await connection.receive() == PlainMessage("one")
            began = time.monotonic()
        assert time.monotonic() - began < 0.7
        assert session.closed is not None
        assert session.closed.by is ClosedBy.CLIENT
        await asyncio.sleep(0)

    with ScriptedServer((Accept(), Expect("text"), Text("one"), *steps)) as server:
        flavour.run(in_trio if flavour is TRIO else in_asyncio)
        server.until(lambda: server.records[0].has_ended, "the end of the connection")


def test_a_connection_works_over_a_memory_stream() -> None:
    """`trio.testing.memory_stream_pair`: no socket at all; the end of the peer is told."""

    async def main() -> None:
        ours, theirs = trio.testing.memory_stream_pair()
        session = Session(PlainDialogue(), limits=LIMITS, now=trio.current_time())
        async with cartesia_trio.Connection(session, ours) as connection:
            await connection.send("hi")
            frame = await theirs.receive_some()
            assert len(frame) == 2 + 4 + 2
            await theirs.send_all(b"\x81\x03one")
            assert await connection.receive() == PlainMessage("one")
            await theirs.aclose()
            assert isinstance(await connection.receive(), Closed)

    TRIO.run(main)


@pytest.mark.parametrize("flavour", ASYNCIO_FLAVOURS, ids=lambda flavour: flavour.name)
def test_a_client_serves_several_loops_one_after_another(flavour: Flavour) -> None:
    """F56: sockets belong to their block, so a client made outside serves `run` after `run`."""
    with ScriptedServer(*[(Accept(), Expect("text"), Text("one"), Close(1000)) for _ in range(3)]) as server:
        client = flavour.client(server.url)

        async def main() -> None:
            async with client.tts.websocket.raw() as messages:
                await messages.send(TEXT)
                assert [message async for message in messages] == ["one"]

        for _ in range(3):
            flavour.run(main)
