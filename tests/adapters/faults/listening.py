"""Faults of the speech-to-text sockets: F37 to F39."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterable
from contextlib import suppress
from threading import Event, Thread
from typing import Any, Final

import pytest
from cartesia import AsyncCartesia, Cartesia

from cartesia_core.errors import InvalidArgument, TranscriptionInterrupted
from cartesia_core.stt.events import Reconnected, Transcript
from cartesia_core.stt.handlers import EventHandlers
from cartesia_core.stt.socket import SttReconnect
from cartesia_core.ws.reconnect import ReconnectPolicy
from tests.adapters.faults.checks import watched
from tests.adapters.faults.fault import Fault, Program
from tests.adapters.faults.official import PATIENCE_SECONDS, Call, Official, run
from tests.adapters.faults.results import AS_IF_COMPLETE, HANG, OK, Hung, Returned, error_phrase, failure_phrase
from tests.adapters.scripted import ScriptedServer
from tests.adapters.secrecy import assert_silent
from tests.adapters.speech import LIVES, Live, Stream
from tests.adapters.steps import Accept, Close, HearAudio, HearWord, Mute, Reset, Text, Wait
from tests.adapters.story import failure_of

PCM: Final = b"\xff\xfe\x00\x80" * 100
OPTIONS: Final[dict[str, Any]] = {"model": "ink-2", "encoding": "pcm_s16le", "sample_rate": 16000}
HEARD: Final = Text(json.dumps({"type": "transcript", "request_id": "r", "text": "Hello", "is_final": True}))
CUT: Final = (Accept(), HEARD, Wait("cut"), Reset())
ENDED: Final = (Accept(), HEARD, Wait("sent"), Close(1000, "connection idle timeout"))


def _said(observed: object) -> str:
    if isinstance(observed, Hung):
        return HANG
    return error_phrase(observed) if isinstance(observed, BaseException) else OK


def _speak_while_reconnecting(client: Official) -> str:
    with watched(CUT, default=(Accept(), Mute())) as server:
        work = _send_async if client.is_async else _send_sync
        return _said(run(client.is_async, work, server, seconds=PATIENCE_SECONDS))


def _send_sync(server: ScriptedServer) -> Returned:
    is_reconnecting = Event()
    with (
        Cartesia(**Call(verb="open", url=server.url).settings()) as cartesia,
        cartesia.stt.manual_finalize.websocket(
            **OPTIONS, on_reconnecting=lambda _: is_reconnecting.set(), initial_delay=1.0
        ) as ws,
    ):
        Thread(target=_read_quietly, args=(ws,), daemon=True).start()
        ws.send_raw(PCM)
        server.flag("cut").set()
        assert is_reconnecting.wait(PATIENCE_SECONDS)
        ws.send_raw(PCM)
    return Returned()


def _read_quietly(events: Iterable[object]) -> None:
    with suppress(Exception):  # the end of the server, in the end
        for _ in events:
            pass


async def _send_async(server: ScriptedServer) -> Returned:
    is_reconnecting = asyncio.Event()
    async with (
        AsyncCartesia(**Call(verb="open", url=server.url).settings()) as cartesia,
        cartesia.stt.manual_finalize.websocket(
            **OPTIONS, on_reconnecting=lambda _: is_reconnecting.set(), initial_delay=1.0
        ) as ws,
    ):

        async def read() -> None:
            async for _ in ws:
                pass

        reading = asyncio.ensure_future(read())
        try:
            await ws.send_raw(PCM)
            server.flag("cut").set()
            await is_reconnecting.wait()
            await ws.send_raw(PCM)
        finally:
            reading.cancel()
    return Returned()


def _end_in_mid_transcript(client: Official) -> str:
    async def main() -> Returned:
        async with (
            AsyncCartesia(**Call(verb="open", url=server.url).settings()) as cartesia,
            cartesia.stt.manual_finalize.websocket(**OPTIONS) as ws,
        ):
            await ws.send_raw(PCM)
            server.flag("sent").set()
            return Returned(len([event async for event in ws]))

    def in_a_thread() -> Returned:
        with (
            Cartesia(**Call(verb="open", url=server.url).settings()) as cartesia,
            cartesia.stt.manual_finalize.websocket(**OPTIONS) as ws,
        ):
            ws.send_raw(PCM)
            server.flag("sent").set()
            return Returned(len(list(ws)))

    with watched(ENDED) as server:
        said = _said(run(client.is_async, main if client.is_async else in_a_thread, seconds=PATIENCE_SECONDS))
    return AS_IF_COMPLETE if said == OK else said


def _misspelt(client: Official) -> str:
    calls: list[object] = []

    async def main() -> Returned:
        async with (
            AsyncCartesia(**Call(verb="open", url=server.url).settings()) as cartesia,
            cartesia.stt.manual_finalize.websocket(**OPTIONS) as ws,
        ):
            ws.on("transcrpit", calls.append)
            server.flag("sent").set()
            await ws.dispatch_events()
            return Returned(len(calls))

    def in_a_thread() -> Returned:
        with (
            Cartesia(**Call(verb="open", url=server.url).settings()) as cartesia,
            cartesia.stt.manual_finalize.websocket(**OPTIONS) as ws,
        ):
            ws.on("transcrpit", calls.append)
            server.flag("sent").set()
            ws.dispatch_events()
            return Returned(len(calls))

    with watched(ENDED) as server:
        said = _said(run(client.is_async, main if client.is_async else in_a_thread, seconds=PATIENCE_SECONDS))
    return "never called, silently" if said == OK and not calls else said


# --- ours

AGAIN: Final = SttReconnect(policy=ReconnectPolicy(first_delay=0.05))
LOST: Final = (Accept(), HEARD, HearAudio(len(PCM)), Wait("cut"), Reset())
NEXT: Final = (Accept(), HearAudio(2 * len(PCM)), HearWord("close"), Text('{"type": "done"}'), Close(1000))
POLITE: Final = (Accept(), HEARD, HearAudio(len(PCM)), Close(1000, "connection idle timeout"))


def _replaced(live: Live) -> str:
    async def story(stt: Stream) -> None:
        await stt.send(PCM)
        assert isinstance(await stt.__anext__(), Transcript)
        server.flag("cut").set()
        await stt.until(lambda: server.records[0].has_faulted)
        await stt.send(PCM)
        await stt.finish()
        told = [event async for event in stt]
        assert [type(event) for event in told] == [Reconnected]

    with ScriptedServer(LOST, NEXT) as server:
        live(server.url, story, reconnect=AGAIN)
        assert server.records[1].heard == [PCM, PCM, "close"]
    return "a `Reconnected` event; all audio goes out, as binary"


def _interrupted(live: Live) -> str:
    said: list[str] = []

    async def story(stt: Stream) -> None:
        await stt.send(PCM)
        assert isinstance(await stt.__anext__(), Transcript)
        with pytest.raises(TranscriptionInterrupted) as caught:
            await stt.__anext__()
        assert (caught.value.sent_nbytes, caught.value.close_reason) == (len(PCM), "connection idle timeout")
        assert_silent(caught.value)
        said.append(failure_phrase(failure_of(caught.value)))

    with ScriptedServer(POLITE) as server:
        live(server.url, story)
    return said[0]


def _refused(live: Live) -> str:
    wrong: Any = "transcrpit"
    said: list[str] = []

    async def story(stt: Stream) -> None:
        handlers = EventHandlers()
        with pytest.raises(InvalidArgument, match="no event is called") as caught:
            handlers.on(wrong, lambda _: said.append("misspelt"))
        handlers.on("transcript", lambda _: said.append("called"))
        await stt.finish()
        async for event in stt:
            handlers.handle(event)
        said.append(failure_phrase(failure_of(caught.value)))

    with ScriptedServer((Accept(), HEARD, HearWord("close"), Text('{"type": "done"}'), Close(1000))) as server:
        live(server.url, story)
    called, phrase = said
    assert called == "called"
    return f"{phrase} at once, and a type error"


def _lived(tell: Callable[[Live], str], judge: Callable[[Official], str]) -> Program:
    return Program(sync=lambda: tell(LIVES["sync"]), loop=lambda flavour: tell(LIVES[flavour.name]), judge=judge)


LISTENING_FAULTS: Final = (
    Fault(
        number=37,
        title="speech to text: the socket is cut while audio goes out, and reconnecting is on",
        checks=(_lived(_replaced, _speak_while_reconnecting),),
    ),
    Fault(
        number=38,
        title="speech to text: close 1000 in the middle of a transcript",
        checks=(_lived(_interrupted, _end_in_mid_transcript),),
    ),
    Fault(
        number=39,
        title="speech to text: a handler for an event whose name is misspelt",
        checks=(_lived(_refused, _misspelt),),
    ),
)
