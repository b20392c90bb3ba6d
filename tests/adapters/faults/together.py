"""Faults that need two hands on one socket: cancelling what another one reads, reading side by side, closing."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from functools import partial
from typing import Final

import anyio
from cartesia import AsyncCartesia, Cartesia

from cartesia_core import AudioChunk
from cartesia_core.errors import ContextCancelled
from cartesia_core.ports import SyncTtsContext
from cartesia_core.ws.session import SessionLimits
from tests.adapters.drivers import sync_client
from tests.adapters.faults.checks import watched
from tests.adapters.faults.fault import Program
from tests.adapters.faults.official import PATIENCE_SECONDS, RAW, Call, Heard, Official, run
from tests.adapters.faults.results import ALL_AUDIO, HANG, OK, Hung, Returned, error_phrase
from tests.adapters.flavours import Flavour, until
from tests.adapters.messages import chunk, done
from tests.adapters.scripted import ScriptedServer
from tests.adapters.secrecy import assert_silent
from tests.adapters.steps import Accept, Deaf, Drip, Expect, Flood, Mute, Step, Wait
from tests.adapters.story import OPTIONS, VOICE

SOON_SECONDS: Final = 0.5
CLOSE_SECONDS: Final = 1.0
ATTEMPTS: Final = 3
TALKING: Final[tuple[Step, ...]] = (Accept(), Expect("text"), Drip(0))
SILENT: Final[tuple[tuple[Step, ...], ...]] = ((Mute(),), (Deaf(),), (Flood(0),))
THREE: Final = tuple(bytes([65 + number]) * 3000 for number in range(3))
ASKED: Final[tuple[Step, ...]] = (Accept(), Expect("finish", 0), Expect("finish", 1), Expect("finish", 2))
MIXED: Final[tuple[Step, ...]] = (
    *(step for start in range(0, 3000, 1000) for step in (chunk(n, THREE[n][start : start + 1000]) for n in (2, 0, 1))),
    *(done(1), done(2), done(0)),
)
INTERLEAVED: Final = (*ASKED, *MIXED)
WHILE_ALL_READ: Final = (*ASKED, Wait("all read"), *MIXED)


# --- F17: cancelling what another one reads


def _cancel_in_threads() -> str:
    """Bytes keep coming after the cancel; none of them is delivered, and the reader is woken."""
    with (
        ThreadPoolExecutor(1) as pool,
        ScriptedServer(TALKING) as server,
        sync_client(server) as client,
        client.tts.websocket() as ws,
    ):
        context = ws.context(**OPTIONS)
        context.push("Hello.")
        heard: list[object] = []
        reading = pool.submit(_read, context, heard)
        while not heard and not reading.done():
            time.sleep(0.002)
        context.cancel()
        before = len(heard)
        error = reading.result(SOON_SECONDS)
        assert len(heard) == before
    return _cancelled(error)


def _read(context: SyncTtsContext, heard: list[object]) -> BaseException:
    try:
        heard.extend(context)
    except ContextCancelled as error:
        return error
    raise AssertionError("a cancelled context ended as if it were whole")


def _cancelled(error: BaseException) -> str:
    assert isinstance(error, ContextCancelled)
    assert_silent(error)
    return f"`{type(error).__name__}`, no byte after it"


def _cancel_in_tasks(flavour: Flavour) -> str:
    errors: list[BaseException] = []

    async def main() -> None:
        async with (
            flavour.client(server.url) as client,
            flavour.socket(client) as ws,
            anyio.create_task_group() as tasks,
        ):
            context = ws.context(**OPTIONS)
            await context.push("Hello.")
            heard: list[object] = []

            async def read() -> None:
                try:
                    while True:
                        heard.append(await context.__anext__())
                except ContextCancelled as error:
                    errors.append(error)

            tasks.start_soon(read)
            await until(lambda: bool(heard), "audio")
            await context.cancel()
            before = len(heard)
            await until(lambda: bool(errors), "the end", SOON_SECONDS)
            assert len(heard) == before

    with ScriptedServer(TALKING) as server:
        flavour.run(main)
    return _cancelled(errors[0])


def _cancel_officially(client: Official) -> str:
    if not client.is_async:
        return ""  # one thread that reads and one that cancels is not offered

    async def main() -> Returned:
        async with (
            AsyncCartesia(**Call(verb="speak", url=server.url).settings()) as cartesia,
            cartesia.tts.websocket_connect() as ws,
        ):
            context = ws.context(model_id="sonic-3", voice=VOICE, output_format=RAW)
            await context.push("Hello.")
            heard = Heard()

            async def read() -> None:
                async for event in context.receive():
                    heard.take(event)

            reading = asyncio.ensure_future(read())
            await until(lambda: heard.nbytes > 0, "audio")
            await context.cancel()
            await reading
            return Returned(heard.nbytes)

    with watched(TALKING) as server:
        return _said(run(True, main, seconds=PATIENCE_SECONDS))


def _said(observed: object) -> str:
    if isinstance(observed, Hung):
        return HANG
    return error_phrase(observed) if isinstance(observed, BaseException) else OK


# --- F18: a reader for each of three contexts


def _three_threads() -> str:
    with (
        ThreadPoolExecutor(3) as pool,
        ScriptedServer(INTERLEAVED) as server,
        sync_client(server) as client,
        client.tts.websocket() as ws,
    ):
        contexts = [ws.context(**OPTIONS) for _ in range(3)]
        for context in contexts:
            context.push("Hello.")
            context.finish()
        heard = list(
            pool.map(lambda context: b"".join(e.audio for e in context if isinstance(e, AudioChunk)), contexts)
        )
    assert heard == list(THREE)
    return ALL_AUDIO


def _three_tasks(flavour: Flavour) -> str:
    heard: dict[int, bytes] = {}

    async def main() -> None:
        async with flavour.client(server.url) as client, flavour.socket(client) as ws:
            contexts = [ws.context(**OPTIONS) for _ in range(3)]
            for context in contexts:
                await context.push("Hello.")
                await context.finish()

            async def read(number: int) -> None:
                heard[number] = b"".join([e.audio async for e in contexts[number] if isinstance(e, AudioChunk)])

            async with anyio.create_task_group() as tasks:
                for number in range(3):
                    tasks.start_soon(read, number)

    with ScriptedServer(INTERLEAVED) as server:
        flavour.run(main)
    assert [heard[number] for number in range(3)] == list(THREE)
    return ALL_AUDIO


def _three_officially(client: Official) -> str:
    async def main() -> Returned:
        async with (
            AsyncCartesia(**Call(verb="speak", url=server.url).settings()) as cartesia,
            cartesia.tts.websocket_connect() as ws,
        ):
            contexts = [ws.context(model_id="sonic-3", voice=VOICE, output_format=RAW) for _ in range(3)]
            for context in contexts:
                await context.push("Hello.")
                await context.no_more_inputs()

            async def read(number: int) -> None:
                async for event in contexts[number].receive():
                    heard[number].take(event)

            await asyncio.gather(*map(read, range(3)))
            return Returned()

    def in_threads() -> Returned:
        with (
            ThreadPoolExecutor(3) as pool,
            Cartesia(**Call(verb="speak", url=server.url).settings()) as cartesia,
            cartesia.tts.websocket_connect() as ws,
        ):
            contexts = [ws.context(model_id="sonic-3", voice=VOICE, output_format=RAW) for _ in range(3)]
            for context in contexts:
                context.push("Hello.")
                context.no_more_inputs()

            def read(number: int) -> None:
                for event in contexts[number].receive():
                    heard[number].take(event)

            reading = [pool.submit(read, number) for number in range(3)]
            wait(reading, SOON_SECONDS, FIRST_EXCEPTION)  # two cannot read while the third does
            server.flag("all read").set()
            for one in reading:
                one.result()
            return Returned()

    heard = [Heard() for _ in range(3)]
    with watched(INTERLEAVED if client.is_async else WHILE_ALL_READ) as server:
        said = _said(run(client.is_async, main if client.is_async else in_threads, seconds=PATIENCE_SECONDS))
    if said == OK and [each.nbytes for each in heard] != [3000] * 3:
        said = "wrong audio"
    if said == OK:
        return ALL_AUDIO
    return said if client.is_async else f"{said} when three threads read"


# --- F24: closing while the peer does not answer


def _prompt(close: Callable[[tuple[Step, ...]], float]) -> str:
    """Close with every kind of silent peer; a busy machine gets some attempts."""
    for steps in SILENT:
        took = [close((Accept(), Expect("text"), chunk(0, b"aa"), *steps))]
        while took[-1] > CLOSE_SECONDS:
            assert len(took) < ATTEMPTS, f"closing took {took} s"
            took.append(close((Accept(), Expect("text"), chunk(0, b"aa"), *steps)))
    return "closed within 1 s"


def _close_in_a_thread(script: tuple[Step, ...]) -> float:
    with ScriptedServer(script) as server, sync_client(server, limits=SessionLimits()) as client:
        ws = client.tts.websocket()
        context = ws.context(**OPTIONS)
        context.push("Hello.")
        next(iter(context))
        began = time.monotonic()
        ws.close()
        return time.monotonic() - began


def _close_in_a_task(flavour: Flavour, script: tuple[Step, ...]) -> float:
    async def main() -> float:
        async with flavour.client(server.url, limits=SessionLimits()) as client, flavour.socket(client) as ws:
            context = ws.context(**OPTIONS)
            await context.push("Hello.")
            await context.__anext__()
            began = time.monotonic()
            await ws.aclose()
            return time.monotonic() - began

    with ScriptedServer(script) as server:
        return flavour.run(main)


def _close_officially(client: Official) -> str:
    async def main() -> Returned:
        async with AsyncCartesia(**Call(verb="open", url=server.url).settings()) as cartesia:
            ws = await cartesia.tts.websocket_connect().enter()
            await ws.close()
            return Returned()

    def in_a_thread() -> Returned:
        with Cartesia(**Call(verb="open", url=server.url).settings()) as cartesia:
            cartesia.tts.websocket_connect().enter().close()
            return Returned()

    with watched((Accept(), Mute())) as server:
        said = _said(run(client.is_async, main if client.is_async else in_a_thread, seconds=PATIENCE_SECONDS))
    return "`close()` takes more than 3 s" if said == HANG else said


# --- F36: what closes a context


def _same_fields(messages: list[dict[str, object]]) -> bool:
    varying = ("transcript", "continue", "flush")
    constant = [{name: value for name, value in message.items() if name not in varying} for message in messages]
    return all(fields == constant[0] for fields in constant)


CLOSED_BY_HAND: Final[tuple[Step, ...]] = (Accept(), Expect("finish"), chunk(0, b"aa"), done(0))


def _finish_in_threads() -> str:
    with (
        ScriptedServer(CLOSED_BY_HAND) as server,
        sync_client(server) as client,
        client.tts.websocket() as ws,
        ws.context(**OPTIONS) as context,
    ):
        context.push("Guten ")
        context.flush()
        context.push("Tag.")
        context.finish()
        list(context)
        return _finished(server)


def _finished(server: ScriptedServer) -> str:
    messages = server.records[0].messages
    assert len(messages) == 4
    assert _same_fields(messages)
    return "every message says the same"


def _finish_in_tasks(flavour: Flavour) -> str:
    async def main() -> None:
        async with (
            flavour.client(server.url) as client,
            flavour.socket(client) as ws,
            ws.context(**OPTIONS) as context,
        ):
            await context.push("Guten ")
            await context.flush()
            await context.push("Tag.")
            await context.finish()
            assert [event async for event in context]

    with ScriptedServer(CLOSED_BY_HAND) as server:
        flavour.run(main)
        return _finished(server)


def _finish_officially(client: Official) -> str:
    async def main() -> Returned:
        async with (
            AsyncCartesia(**Call(verb="speak", url=server.url).settings()) as cartesia,
            cartesia.tts.websocket_connect() as ws,
        ):
            context = ws.context()
            await context.send(model_id="sonic-3", transcript="Hi.", voice=VOICE, output_format=RAW, continue_=True)
            await context.no_more_inputs()
            return Returned(len([event async for event in context.receive()]))

    def in_a_thread() -> Returned:
        with (
            Cartesia(**Call(verb="speak", url=server.url).settings()) as cartesia,
            cartesia.tts.websocket_connect() as ws,
        ):
            context = ws.context()
            context.send(model_id="sonic-3", transcript="Hi.", voice=VOICE, output_format=RAW, continue_=True)
            context.no_more_inputs()
            return Returned(len(list(context.receive())))

    with watched(CLOSED_BY_HAND) as server:
        said = _said(run(client.is_async, main if client.is_async else in_a_thread, seconds=PATIENCE_SECONDS))
        first, last = server.records[0].messages
    changed = [name for name in ("model_id", "voice", "output_format") if first.get(name) != last.get(name)]
    return f"closed with another {', '.join(f'`{name}`' for name in changed)}" if said == OK and changed else said


CANCEL: Final = Program(sync=_cancel_in_threads, loop=_cancel_in_tasks, judge=_cancel_officially)
THREE_READERS: Final = Program(sync=_three_threads, loop=_three_tasks, judge=_three_officially)
CLOSE: Final = Program(
    sync=lambda: _prompt(_close_in_a_thread),
    loop=lambda flavour: _prompt(partial(_close_in_a_task, flavour)),
    judge=_close_officially,
)
FINISH: Final = Program(sync=_finish_in_threads, loop=_finish_in_tasks, judge=_finish_officially)
