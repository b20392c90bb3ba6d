"""The official SDK's two clients, made to do what the faults ask for, and never waited for longer than a few seconds."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from threading import Event, Thread
from typing import Any, Final, Literal, TypeAlias, cast

import httpx
from attrs import define, field, frozen
from cartesia import AsyncCartesia, Cartesia
from cartesia.lib._tts import (
    AsyncTTSResourceConnection,
    AsyncWebSocketContext,
    TTSResourceConnection,
    WebSocketContext,
)
from cartesia.types import RawOutputFormatParam, WAVOutputFormatParam
from cartesia.types.websocket_connection_options import WebsocketConnectionOptions

from cartesia_core import Timeouts
from tests.adapters.calls import TEXT
from tests.adapters.faults.results import Hung, Observed, Returned
from tests.adapters.flavours import until
from tests.adapters.scripted import ScriptedServer
from tests.adapters.secrecy import KEY
from tests.adapters.story import VOICE, AwaitFault, Cancel, Command, Finish, Flush, Leave, Open, Push, Raise, Read, Take

Verb: TypeAlias = Literal["generate", "stream", "sse", "read", "open", "speak"]
Options: TypeAlias = Mapping[str, Any]
PATIENCE_SECONDS: Final = 3.0
RAW: Final[RawOutputFormatParam] = {"container": "raw", "encoding": "pcm_s16le", "sample_rate": 16000}
WAV: Final[WAVOutputFormatParam] = {"container": "wav", "encoding": "pcm_s16le", "sample_rate": 16000}


@define
class Heard:
    """What came of one context.

    Attributes:
        nbytes: Audio.
        others: Types of what came beside audio and `done`.
        error: What was raised.
        is_over: Its iteration came to an end.
        is_waiting: Somebody waits for it.
    """

    nbytes: int = 0
    others: list[str] = field(factory=list)
    error: BaseException | None = None
    is_over: bool = False
    is_waiting: bool = False

    def take(self, event: object) -> None:
        """Count an event; asking for its audio is what decodes it."""
        kind = str(getattr(event, "type", type(event).__name__))
        if kind == "chunk":
            self.nbytes += len(getattr(event, "audio", None) or b"")
        elif kind != "done":
            self.others.append(kind)


@frozen(kw_only=True)
class Call:
    """One call of the official SDK.

    Attributes:
        verb: Which.
        url: Where to.
        timeouts: For HTTP.
        http: What a client of httpx is made with; None leaves it to the SDK.
        socket: Options of its WebSocket.
    """

    verb: Verb
    url: str
    timeouts: Timeouts | None = None
    http: Options | None = None
    socket: Options = field(factory=dict)

    def settings(self) -> dict[str, Any]:
        """Give the arguments of a client."""
        fields: dict[str, Any] = {
            "api_key": KEY,
            "base_url": self.url,
            "websocket_base_url": self.url.replace("http", "ws", 1),
        }
        if self.timeouts is not None:
            fields["timeout"] = httpx.Timeout(connect=self.timeouts.connect, read=self.timeouts.read, write=5, pool=5)
        return fields

    @property
    def options(self) -> WebsocketConnectionOptions:
        """The options of the socket."""
        return cast("WebsocketConnectionOptions", self.socket)


class Official:
    """One of the official SDK's clients."""

    def __init__(self, name: str, *, is_async: bool) -> None:
        self.name: Final = name
        self.is_async: Final = is_async

    def talk(
        self,
        server: ScriptedServer,
        commands: Sequence[Command],
        *,
        seconds: float = PATIENCE_SECONDS,
        timeout: float | None = None,
    ) -> dict[int, Heard]:
        """Play commands on a socket; give what came of each context, by its number.

        Args:
            server: Where to.
            commands: What to do.
            seconds: How long to wait for it all.
            timeout: What contexts are made with.
        """
        contexts: dict[int, Heard] = {}
        drive = _async_talk if self.is_async else _sync_talk
        run(self.is_async, drive, server, commands, contexts, timeout, seconds=seconds)
        return contexts

    def call(self, call: Call, *, seconds: float = PATIENCE_SECONDS) -> Observed:
        """Do one call."""
        return run(self.is_async, _async_call if self.is_async else _sync_call, call, seconds=seconds)


OFFICIAL_ASYNC: Final = Official("official async", is_async=True)
OFFICIAL_SYNC: Final = Official("official sync", is_async=False)
OFFICIALS: Final = (OFFICIAL_ASYNC, OFFICIAL_SYNC)


# --- waiting, but not for ever


def run(is_async: bool, action: Callable[..., Any], *args: object, seconds: float) -> Observed:
    """Run something in a thread of its own; give what it returned or raised, or `Hung`.

    A thread that hangs ends when its server cuts the connection; `Hung` is what was seen in time.
    """
    found: list[Observed] = []
    decided = Event()

    def decide(what: Observed) -> None:
        found.append(what)
        decided.set()

    def work() -> None:
        try:
            if is_async:
                asyncio.run(_bounded(action(*args), seconds, decide))
            else:
                decide(action(*args))
        except BaseException as error:
            decide(error)

    Thread(target=work, name="official", daemon=True).start()
    decided.wait(seconds + 1.0 if is_async else seconds)
    return found[0] if found else Hung()


async def _bounded(action: Awaitable[Returned], seconds: float, decide: Callable[[Observed], None]) -> None:
    task = asyncio.ensure_future(action)
    done, _ = await asyncio.wait({task}, timeout=seconds)
    if not done:
        decide(Hung())
        task.cancel()
        with suppress(Exception, asyncio.CancelledError):
            await asyncio.wait_for(asyncio.shield(task), seconds)
    elif (error := task.exception()) is not None:
        decide(error)
    else:
        decide(task.result())


# --- conversations


def _sync_talk(
    server: ScriptedServer, commands: Sequence[Command], heard: dict[int, Heard], timeout: float | None
) -> Returned:
    call = Call(verb="speak", url=server.url)
    with Cartesia(**call.settings()) as client, client.tts.websocket_connect() as ws:
        contexts: list[tuple[WebSocketContext, Iterator[object]]] = []
        for command in commands:
            if isinstance(command, Open):
                context = ws.context(model_id="sonic-3", voice=VOICE, output_format=RAW, timeout=timeout)
                heard[len(contexts)] = Heard()
                contexts.append((context, context.receive()))
            elif isinstance(command, AwaitFault):
                server.until(lambda: server.records[0].has_faulted, "the fault")
            elif isinstance(command, Raise):
                server.flag(command.flag).set()
            else:
                _sync_step(*contexts[command.context], heard[command.context], command)
    return Returned()


def _sync_step(context: WebSocketContext, events: Iterator[object], heard: Heard, command: Command) -> None:
    if heard.error is not None:
        return
    try:
        if isinstance(command, Push):
            context.push(command.text)
        elif isinstance(command, Flush):
            context.send(model_id="sonic-3", transcript="", voice=VOICE, continue_=True, flush=True)
        elif isinstance(command, Finish):
            context.no_more_inputs()
        elif isinstance(command, (Cancel, Leave)):
            context.cancel()
        elif isinstance(command, (Take, Read)):
            heard.is_waiting = True
            for event in events:
                heard.take(event)
                if isinstance(command, Take):
                    break
            else:
                heard.is_over = True
            heard.is_waiting = False
    except Exception as error:
        heard.error = error


async def _async_talk(
    server: ScriptedServer, commands: Sequence[Command], heard: dict[int, Heard], timeout: float | None
) -> Returned:
    call = Call(verb="speak", url=server.url)
    async with AsyncCartesia(**call.settings()) as client, client.tts.websocket_connect() as ws:
        contexts: list[tuple[AsyncWebSocketContext, AsyncIterator[object]]] = []
        for command in commands:
            if isinstance(command, Open):
                context = ws.context(model_id="sonic-3", voice=VOICE, output_format=RAW, timeout=timeout)
                heard[len(contexts)] = Heard()
                contexts.append((context, context.receive()))
            elif isinstance(command, AwaitFault):
                await until(lambda: server.records[0].has_faulted, "the fault")
            elif isinstance(command, Raise):
                server.flag(command.flag).set()
            else:
                await _async_step(*contexts[command.context], heard[command.context], command)
    return Returned()


async def _async_step(
    context: AsyncWebSocketContext, events: AsyncIterator[object], heard: Heard, command: Command
) -> None:
    if heard.error is not None:
        return
    try:
        if isinstance(command, Push):
            await context.push(command.text)
        elif isinstance(command, Flush):
            await context.send(model_id="sonic-3", transcript="", voice=VOICE, continue_=True, flush=True)
        elif isinstance(command, Finish):
            await context.no_more_inputs()
        elif isinstance(command, (Cancel, Leave)):
            await context.cancel()
        elif isinstance(command, (Take, Read)):
            heard.is_waiting = True
            async for event in events:
                heard.take(event)
                if isinstance(command, Take):
                    break
            else:
                heard.is_over = True
            heard.is_waiting = False
    except Exception as error:
        heard.error = error


# --- calls


def _sync_call(call: Call) -> Returned:
    if call.http is None:
        with Cartesia(**call.settings()) as client:
            return _sync_verb(client, call)
    with httpx.Client(**call.http) as http, Cartesia(**call.settings(), http_client=http) as client:
        return _sync_verb(client, call)


def _sync_verb(client: Cartesia, call: Call) -> Returned:
    if call.verb == "generate":
        audio = client.tts.generate(model_id="sonic-3", transcript=TEXT, voice=VOICE, output_format=WAV)
        return Returned(len(audio.read()))
    if call.verb == "stream":
        with client.tts.with_streaming_response.generate(
            model_id="sonic-3", transcript=TEXT, voice=VOICE, output_format=WAV
        ) as response:
            return Returned(sum(map(len, response.iter_bytes())))
    if call.verb == "sse":
        heard = Heard()
        for event in client.tts.generate_sse(model_id="sonic-3", transcript=TEXT, voice=VOICE, output_format=RAW):
            heard.take(event)
        return _counted(heard)
    if call.verb == "read":
        client.voices.get(VOICE)
        return Returned()
    with client.tts.websocket_connect(websocket_connection_options=call.options) as ws:
        return _sync_speech(ws) if call.verb == "speak" else Returned()


def _sync_speech(ws: TTSResourceConnection) -> Returned:
    heard = Heard()
    context = ws.context(model_id="sonic-3", voice=VOICE, output_format=RAW)
    context.push(TEXT)
    context.no_more_inputs()
    for event in context.receive():
        heard.take(event)
    return Returned(heard.nbytes)


async def _async_call(call: Call) -> Returned:
    if call.http is None:
        async with AsyncCartesia(**call.settings()) as client:
            return await _async_verb(client, call)
    async with (
        httpx.AsyncClient(**call.http) as http,
        AsyncCartesia(**call.settings(), http_client=http) as client,
    ):
        return await _async_verb(client, call)


async def _async_verb(client: AsyncCartesia, call: Call) -> Returned:
    if call.verb == "generate":
        audio = await client.tts.generate(model_id="sonic-3", transcript=TEXT, voice=VOICE, output_format=WAV)
        return Returned(len(await audio.read()))
    if call.verb == "stream":
        async with client.tts.with_streaming_response.generate(
            model_id="sonic-3", transcript=TEXT, voice=VOICE, output_format=WAV
        ) as response:
            return Returned(sum([len(piece) async for piece in response.iter_bytes()]))
    if call.verb == "sse":
        heard = Heard()
        events = await client.tts.generate_sse(model_id="sonic-3", transcript=TEXT, voice=VOICE, output_format=RAW)
        async for event in events:
            heard.take(event)
        return _counted(heard)
    if call.verb == "read":
        await client.voices.get(VOICE)
        return Returned()
    async with client.tts.websocket_connect(websocket_connection_options=call.options) as ws:
        return await _async_speech(ws) if call.verb == "speak" else Returned()


async def _async_speech(ws: AsyncTTSResourceConnection) -> Returned:
    heard = Heard()
    context = ws.context(model_id="sonic-3", voice=VOICE, output_format=RAW)
    await context.push(TEXT)
    await context.no_more_inputs()
    async for event in context.receive():
        heard.take(event)
    return Returned(heard.nbytes)


class ErrorAsItem(Exception):
    """Stands for an error event that was handed on as if it were data."""


def _counted(heard: Heard) -> Returned:
    if "error" in heard.others:
        raise ErrorAsItem
    return Returned(heard.nbytes)
