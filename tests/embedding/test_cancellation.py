"""Cancelling in the middle: nothing is lost, nothing is torn, whoever else waits goes on."""

from __future__ import annotations

from pathlib import Path

from cartesia_local import LocalServer
from tests.embedding.pages import run, save

RECEIVING_IN_TRIO = """
import itertools
import trio
from conversation import *
from in_trio import connect
from trio_stream import StreamConnection

async def cancel(scope, turns):
    for _ in range(turns):
        await trio.lowlevel.checkpoint()
    scope.cancel()

async def speak(many):
    async with await connect() as stream:
        connection = StreamConnection(open_session(trio.current_time()), stream)
        recording, cancelled = Recording(), 0
        recording.take(await connection.receive())
        await connection.send(*sentence("Cancelled again and again, and nothing of it is lost. " * 12))
        for turns in itertools.count():
            event = None
            async with trio.open_nursery() as nursery:
                if many:
                    nursery.start_soon(cancel, nursery.cancel_scope, turns % 7)
                event = await connection.receive("c1")
                nursery.cancel_scope.cancel()
            cancelled += event is None
            if event is not None and recording.take(event):
                await connection.aclose()
                return bytes(recording.audio), cancelled

async def main():
    patient, _ = await speak(False)
    hasty, cancelled = await speak(True)
    assert cancelled > 50, cancelled
    assert patient == hasty

trio.run(main)
"""

SENDING_IN_TRIO = """
import trio
from conversation import *
from cartesia_core.errors import ContextInterrupted, LocalProtocolError
from in_trio import connect
from trio_stream import StreamConnection

async def main():
    async with await connect() as stream:
        connection = StreamConnection(open_session(trio.current_time()), stream)
        await connection.receive()
        ends = []
        async def listen():
            ends.append(await connection.receive("c1"))
        async with trio.open_nursery() as nursery:
            await connection.send(OpenContext("c1", OPTIONS))
            nursery.start_soon(listen)
            await trio.testing.wait_all_tasks_blocked()
            with trio.CancelScope() as scope:
                scope.cancel()
                await connection.send(Push("c1", "Half of it."))
        assert isinstance(ends[0], ContextFailed) and isinstance(ends[0].error, ContextInterrupted), ends
        try:
            await connection.send(Push("c1", "More."))
        except LocalProtocolError:
            return
        raise AssertionError("spoke on a dead socket")

import trio.testing
trio.run(main)
"""

RECEIVING_IN_ASYNCIO = """
import asyncio, itertools, sys
from conversation import *
from in_asyncio import connect

async def speak(many):
    protocol = await connect()
    recording, cancelled = Recording(), 0
    recording.take(await protocol.receive())
    await protocol.send(*sentence("Cancelled again and again, and nothing of it is lost. " * 12))
    for turns in itertools.count():
        task = asyncio.ensure_future(protocol.receive("c1"))
        for _ in range(turns % 7):
            await asyncio.sleep(0)
        if many:
            task.cancel()
        await asyncio.wait([task])
        if task.cancelled():
            cancelled += 1
            continue
        if recording.take(task.result()):
            await protocol.aclose()
            return bytes(recording.audio), cancelled

async def main():
    patient, _ = await speak(False)
    hasty, cancelled = await speak(True)
    assert cancelled > 50, cancelled
    assert patient == hasty

if sys.argv[1:]:
    import uvloop
    uvloop.run(main())
else:
    asyncio.run(main())
"""

SLOW_IN_ASYNCIO = """
import asyncio
import protocol as glue
from conversation import *
from in_asyncio import connect

async def main():
    glue.MAX_UNREAD_NBYTES = 65536
    protocol = await connect()
    recording = Recording()
    recording.take(await protocol.receive())
    await protocol.send(*sentence("A long story that nobody is in a hurry to hear. " * 40))
    taken = 0
    while not recording.take(await protocol.receive("c1")):
        taken += 1
        if taken in (1, 30, 60):
            await asyncio.sleep(1.5)  # longer than a ping and its answer may take
            assert not protocol._transport.is_reading(), taken
    assert taken > 60
    await protocol.aclose()
    recording.report()

asyncio.run(main())
"""


def _speak(folder: Path, source: str, *arguments: str, is_hasty: bool = False) -> str:
    save(folder, is_hasty=is_hasty)
    (folder / "tried.py").write_text(source, encoding="utf-8")
    with LocalServer() as server:
        ran = run(folder, "tried.py", *arguments, url=server.url, key=server.key)
    assert (ran.status, ran.errors) == (0, "")
    return ran.output


def test_cancelled_receives_in_trio(tmp_path: Path) -> None:
    """Receives cancelled at every turn give, all together, the same audio."""
    _speak(tmp_path, RECEIVING_IN_TRIO)


def test_cancelled_send_in_trio(tmp_path: Path) -> None:
    """A send cancelled in its write gives the socket up: the listener is told, later sends are refused."""
    _speak(tmp_path, SENDING_IN_TRIO)


def test_cancelled_receives_in_asyncio(tmp_path: Path) -> None:
    """Receives cancelled at every turn give, all together, the same audio."""
    _speak(tmp_path, RECEIVING_IN_ASYNCIO)


def test_slow_listener_in_asyncio(tmp_path: Path) -> None:
    """While the listener sleeps the transport pauses, and no deadline is held against the server."""
    assert "A long story" in _speak(tmp_path, SLOW_IN_ASYNCIO, is_hasty=True)
