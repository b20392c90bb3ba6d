"""What the type checkers make of the clients for trio and asyncio. Checked, never run.

Each `type: ignore` marks a mistake that must be found: one that is not is an unused ignore, which is an error.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import TypeAlias

import httpx
import trio
from typing_extensions import assert_never, assert_type

import cartesia_asyncio
import cartesia_sync
import cartesia_trio
from cartesia_core import (
    AccessToken,
    AgentCall,
    AgentPhoneNumber,
    Audio,
    AudioChunk,
    CallAudio,
    FineTune,
    FlushDone,
    MetricExport,
    MetricResult,
    Mp3Format,
    Page,
    PhonemeTimestamps,
    PronunciationDict,
    Raw,
    RawFormat,
    Request,
    StreamRequest,
    Transcription,
    Unknown,
    Voice,
    VoiceMetadata,
    WavFormat,
    WordTimestamps,
    tts,
    voices,
)
from cartesia_core.api import Api
from cartesia_core.async_ports import (
    AsyncConnector,
    AsyncMessages,
    AsyncPorts,
    AsyncSender,
    AsyncSpeech,
    AsyncStream,
    AsyncTtsContext,
    AsyncTtsSocket,
)
from cartesia_core.bind import Endpoint
from cartesia_core.http import Head
from cartesia_core.ports import SyncPorts
from cartesia_core.status import Status
from cartesia_core.stt.async_ports import AsyncSttSocket
from cartesia_core.stt.events import ManualEvent, TurnEvent
from cartesia_core.tts.answers import SseEvent
from cartesia_core.tts.commands import TtsCommand
from cartesia_core.tts.context import ContextState
from cartesia_core.tts.dialogue import TtsDialogue, TtsEvent
from cartesia_core.tts.handle import ContextEvent
from cartesia_core.ws import Closed, Opened, Rejected, Session
from cartesia_core.ws.dialogue import Message
from cartesia_httpx import AsyncCachedToken

WAV = WavFormat("pcm_s16le", 44100)
RAW = RawFormat("pcm_s16le", 16000)
Client: TypeAlias = cartesia_trio.Client | cartesia_asyncio.Client


async def calls_of_trio(client: cartesia_trio.Client) -> None:
    """Whole answers have their own types, once awaited."""
    audio = await client.tts.generate(model_id="sonic-3", transcript="Hi.", voice="v", output_format=WAV)
    assert_type(audio, Audio)
    assert_type(audio.request_id, str | None)
    mp3 = Mp3Format(44100, 128000)
    assert_type(await client.tts.bytes(model_id="m", transcript="Hi.", voice="v", output_format=mp3), Audio)
    assert_type(await client.voices.get("v"), Voice)
    assert_type(await client.get_status(), Status)
    assert_type(await client.api_status.get(), Status)
    assert_type(await client.send(voices.get("v")), Voice)
    assert_type(await client.send_raw(voices.get("v")), Raw[Voice])


async def calls_of_asyncio(client: cartesia_asyncio.Client) -> None:
    """The same."""
    audio = await client.tts.generate(model_id="sonic-3", transcript="Hi.", voice="v", output_format=WAV)
    assert_type(audio, Audio)
    assert_type(audio.request_id, str | None)
    mp3 = Mp3Format(44100, 128000)
    assert_type(await client.tts.bytes(model_id="m", transcript="Hi.", voice="v", output_format=mp3), Audio)
    assert_type(await client.voices.get("v"), Voice)
    assert_type(await client.get_status(), Status)
    assert_type(await client.api_status.get(), Status)
    assert_type(await client.send(voices.get("v")), Voice)
    assert_type(await client.send_raw(voices.get("v")), Raw[Voice])


async def together(client: cartesia_asyncio.Client) -> None:
    """Calls are coroutines, so that `gather` and task groups take them."""
    voice, status = await asyncio.gather(client.voices.get("v"), client.get_status())
    assert_type(voice, Voice)
    assert_type(status, Status)
    task = asyncio.create_task(client.voices.get("v"))
    assert_type(await task, Voice)


async def timely(client: cartesia_trio.Client) -> None:
    """Members can be started in a nursery, with their arguments checked."""
    with trio.move_on_after(1.0):
        assert_type(await client.voices.get("v"), Voice)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(client.voices.get, "v")
        nursery.start_soon(client.voices.get, 5)  # type: ignore[arg-type]


async def lists(trio_client: cartesia_trio.Client, asyncio_client: cartesia_asyncio.Client) -> None:
    """Items of lists are typed, page by page or one by one."""
    async for voice in trio_client.voices.list(limit=100, gender="feminine", expand=["preview_file_url"]):
        assert_type(voice, Voice)
    async for voice in asyncio_client.voices.list():
        assert_type(voice.language, str)
    async for page in trio_client.voices.list().pages():
        assert_type(page, Page[Voice])
    async for page in asyncio_client.voices.list().pages():
        assert_type(page.next, Request[Page[Voice]] | None)
    assert_type([voice async for voice in asyncio_client.voices.list()], list[Voice])


async def resources(client: cartesia_trio.Client, other: cartesia_asyncio.Client) -> None:
    """What is kept at the vendor's, by its own types."""
    assert_type(await client.access_token.create(expires_in=60), AccessToken)
    assert_type(await other.voices.localize(voice_id="v", name="N", accent="mexican"), VoiceMetadata)
    await client.voices.delete("v")
    async for dictionary in other.pronunciation_dicts.list(limit=5):
        assert_type(dictionary, PronunciationDict)
    async for page in client.fine_tunes.list().pages():
        assert_type(page, Page[FineTune])
    assert_type(await other.agents.list_phone_numbers("a"), tuple[AgentPhoneNumber, ...])
    async for call in client.agents.calls.list(agent_id="a"):
        assert_type(call, AgentCall)
    assert_type(await client.agents.calls.download_audio("c"), CallAudio | None)
    assert_type(other.agents.metrics.results.list.request(), Request[Page[MetricResult]])
    assert_type(await client.agents.metrics.results.export.raw(), Raw[MetricExport])


async def descriptions(client: cartesia_trio.Client, other: cartesia_asyncio.Client) -> None:
    """`.request` gives the description without `await`, `.raw` the answer beside the value."""
    assert_type(client.voices.get.request("v"), Request[Voice])
    assert_type(other.voices.list.request(limit=5), Request[Page[Voice]])
    assert_type(await client.voices.get.raw("v"), Raw[Voice])
    assert_type((await other.voices.get.raw("v")).value, Voice)
    assert_type(await client.voices.list.raw(), Raw[Page[Voice]])
    sse = other.tts.generate_sse
    assert_type(
        sse.request(model_id="m", transcript="Hi.", voice="v", output_format=RAW),
        StreamRequest[SseEvent],
    )
    assert_type(sse.raw(model_id="m", transcript="Hi.", voice="v", output_format=RAW), AsyncStream[bytes])


def exhaustive(event: SseEvent | ContextEvent) -> float:
    """Every kind of event can be told apart, and a new one would be an error here."""
    match event:
        case AudioChunk():
            return len(event.audio)
        case WordTimestamps() | PhonemeTimestamps():
            return sum(event.end)
        case FlushDone():
            return event.flush_id or 0
        case Unknown():
            return len(event.raw)
        case _:
            assert_never(event)


async def streams(client: cartesia_trio.Client, other: cartesia_asyncio.Client) -> None:
    """Events are a closed union, bodies are bytes."""
    sse = client.tts.generate_sse(model_id="m", transcript="Hi.", voice="v", output_format=RAW, add_timestamps=True)
    async with sse as events:
        assert_type(events, AsyncStream[SseEvent])
        async for event in events:
            exhaustive(event)
    async with other.stream(tts.stream(model_id="m", transcript="Hi.", voice="v", output_format=WAV)) as pieces:
        assert_type(pieces.head, Head)
        assert_type(pieces.request_id, str | None)
        async for piece in pieces:
            assert_type(piece, bytes)


async def tokens() -> AsyncIterator[str]:
    """Text as an LLM gives it."""
    yield "Hi."


async def speech(client: Client) -> None:
    """Streams give closed unions of events, whatever the loop."""
    socket: AsyncSttSocket = client.stt.websocket(model="m", encoding="pcm_s16le", sample_rate=16000)
    async with socket as stt:
        await stt.send(b"ab")
        await stt.stream([b"ab"])
        await stt.finalize()
        await stt.finish()
        async for event in stt:
            assert_type(event, ManualEvent)
        stt.send(b"ab")  # type: ignore[unused-coroutine]
    async with client.stt.turns(model="m", encoding="pcm_s16le", sample_rate=16000) as turns:
        await turns.configure(end_timeout_ms=700)
        async for turn in turns:
            assert_type(turn, TurnEvent)
        await turns.finalize()  # type: ignore[attr-defined]


async def sockets(client: Client) -> None:
    """Contexts give the same events, whatever the loop."""
    socket: AsyncTtsSocket = client.tts.websocket()
    async with socket as ws:
        assert_type(ws.head, Head)
        async with ws.context(model_id="m", voice="v", output_format=RAW, max_buffer_delay_ms=0) as context:
            assert_type(context, AsyncTtsContext)
            assert_type(context.state, ContextState)
            await context.push("Hi.")
            await context.finish()
            async for event in context:
                exhaustive(event)
        for text in ("Hi.", ["a", "b"], iter(["a"]), tokens()):
            spoken = ws.speak(text, model_id="m", voice="v", output_format=RAW)
            assert_type(spoken, AsyncSpeech)
            async with spoken as speech:
                async for event in speech:
                    assert_type(event, ContextEvent)
    async with client.tts.websocket.raw() as messages:
        assert_type(messages, AsyncMessages)
        await messages.send("{}")
        async for message in messages:
            assert_type(message, Message)


async def connections(stream: trio.SocketStream, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """A session over a stream of one's own keeps its commands and events."""
    async with cartesia_trio.Connection(Session(TtsDialogue()), stream) as connection:
        assert_type(connection, cartesia_trio.Connection[TtsCommand, TtsEvent])
        assert_type(await connection.receive(), TtsEvent | Opened | Rejected | Closed)
        await connection.send("Hi.")  # type: ignore[arg-type]
    pair = cartesia_asyncio.StreamPair(reader, writer)
    async with cartesia_asyncio.Connection(Session(TtsDialogue()), pair) as other:
        assert_type(other, cartesia_asyncio.Connection[TtsCommand, TtsEvent])
        assert_type(await other.receive("c"), TtsEvent | Opened | Rejected | Closed)
    cartesia_asyncio.Connection(Session(TtsDialogue()), reader)  # type: ignore[arg-type]
    cartesia_trio.Connection(Session(TtsDialogue()), pair)  # type: ignore[arg-type]


async def contract(client: cartesia_trio.Client, other: cartesia_asyncio.Client) -> None:
    """Both clients are the same facade, and pass for a sender."""
    for one in (client, other):
        assert_type(one.ports, AsyncPorts)
        sender: AsyncSender = one
        assert_type(await sender.send(voices.get("v")), Voice)
        connector: AsyncConnector = one.ports.sockets
        assert_type(connector.tts_socket(tts.websocket()), AsyncTtsSocket)


def constructors(http_client: httpx.AsyncClient, plain: httpx.Client) -> None:
    """Each client takes HTTP clients of its own colour only."""
    assert_type(cartesia_trio.Client(api_key="k", http_client=http_client), cartesia_trio.Client)
    assert_type(cartesia_asyncio.Client.from_env(), cartesia_asyncio.Client)
    cartesia_trio.Client(api_key="k", http_client=plain)  # type: ignore[arg-type]
    cartesia_asyncio.Client(api_key="k", http_client=plain)  # type: ignore[arg-type]
    cartesia_sync.Client(api_key="k", http_client=http_client)  # type: ignore[arg-type]
    cartesia_trio.Client()  # type: ignore[call-arg]


class Mine(Api[AsyncPorts]):
    """A facade of one's own."""

    twice = Endpoint(voices.get)


async def facades(mine: Mine, ports: SyncPorts) -> None:
    """Its members are awaitable, for the ports are."""
    assert_type(await mine.twice("v"), Voice)
    Mine(ports)  # type: ignore[arg-type]


def signatures(client: cartesia_trio.Client) -> None:
    """A member is a callable with the builder's own signature."""
    get: Callable[[str], Coroutine[object, None, Voice]] = client.voices.get
    wrong: Callable[[str], Voice] = client.voices.get  # type: ignore[assignment]
    _ = get("v")
    wrong("v")


async def mistakes(client: cartesia_trio.Client, other: cartesia_asyncio.Client) -> None:
    """A forgotten `await`, what is misspelt, missing or of the wrong kind is found before anything runs."""
    client.voices.get("v")  # type: ignore[unused-coroutine]
    other.get_status()  # type: ignore[unused-coroutine]
    _ = client.voices.get("v").name  # type: ignore[attr-defined]
    await other.tts.generate(model="m", transcript="Hi.", voice="v", output_format=WAV)  # type: ignore[call-arg]
    await client.tts.generate(model_id="m", transcript="Hi.", voice="v")  # type: ignore[call-arg]
    await other.tts.generate_sse(model_id="m", transcript="Hi.", voice="v", output_format=RAW)  # type: ignore[misc]
    await client.voices.list(gender="female")  # type: ignore[arg-type, misc]
    for _voice in client.voices.list():  # type: ignore[attr-defined]
        pass
    client.voices.delete("v")  # type: ignore[unused-coroutine]
    await other.datasets.update("d", name="N")  # type: ignore[call-arg]
    for _call in client.agents.calls.list(agent_id="a"):  # type: ignore[attr-defined]
        pass
    with other.tts.websocket():  # type: ignore[attr-defined]
        pass
    async with client.tts.websocket() as ws:
        ws.speak(5, model_id="m", voice="v", output_format=RAW)  # type: ignore[arg-type]
        ws.context(model_id="m", voice="v")  # type: ignore[call-arg]
        context = ws.context(model_id="m", voice="v", output_format=RAW)
        context.push("Hi.")  # type: ignore[unused-coroutine]
        for _event in context:  # type: ignore[attr-defined]
            pass


async def token_later() -> str:
    """Give a token, when awaited."""
    return "t"


async def uploads_and_options() -> None:
    """Files, options and tokens as for plain threads; a provider of tokens may be awaitable."""
    async with (
        cartesia_trio.Client(api_key=token_later) as one,
        cartesia_asyncio.Client(api_key=AsyncCachedToken(token_later)) as other,
        cartesia_asyncio.Client(api_key=lambda: "t"),
    ):
        assert_type(await one.stt.transcribe(file="a.wav", model="m"), Transcription)
        assert_type(await other.voices.clone(clip=b"RIFF", name="Ada", language="en"), VoiceMetadata)
        assert_type(one.voice_changer.generate_sse(clip=b"x", voice_id="v", output_format=RAW), AsyncStream[SseEvent])
        assert_type(one.with_options(timeout=1.0), cartesia_trio.Client)
        assert_type(other.with_options(timeout=1.0), cartesia_asyncio.Client)
    cartesia_trio.Client(api_key=5)  # type: ignore[arg-type]
