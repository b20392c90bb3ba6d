"""What the type checkers make of the facade. Checked, never run.

Each `type: ignore` marks a mistake that must be found: one that is not is an unused ignore, which is an error.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

from typing_extensions import assert_never, assert_type

from cartesia_core import (
    NO_RETRIES,
    AccentList,
    AccessToken,
    AccessTokenGrants,
    Agent,
    AgentCall,
    AgentPhoneNumber,
    ApiKey,
    Audio,
    AudioChunk,
    CallAudio,
    Dataset,
    DatasetFile,
    Deployment,
    Embedding,
    FileUpload,
    FineTune,
    FlushDone,
    GenerationConfig,
    Metric,
    MetricExport,
    MetricResult,
    MixVoiceById,
    Mp3Format,
    Page,
    PhonemeTimestamps,
    PronunciationDict,
    PronunciationDictItem,
    Raw,
    RawFormat,
    Request,
    StreamRequest,
    TranscribedWord,
    Transcription,
    Unknown,
    Voice,
    VoiceMetadata,
    WavFormat,
    WordTimestamps,
    tts,
    voices,
)
from cartesia_core.http import Head
from cartesia_core.ports import SyncSpeech, SyncStream, SyncTtsSocket
from cartesia_core.status import Status
from cartesia_core.stt.events import Reconnected, Transcript, TurnEvent
from cartesia_core.stt.handlers import EventHandlers
from cartesia_core.stt.ports import SyncSttSocket, SyncTurnsSocket
from cartesia_core.stt.socket import ManualSocketRequest
from cartesia_core.tts.answers import SseEvent
from cartesia_core.tts.handle import ContextEvent
from cartesia_httpx import CachedToken
from cartesia_sync import Client

WAV = WavFormat("pcm_s16le", 44100)
RAW = RawFormat("pcm_s16le", 16000)


def calls(client: Client) -> None:
    """Whole answers have their own types."""
    audio = client.tts.generate(model_id="sonic-3", transcript="Hi.", voice="v", output_format=WAV)
    assert_type(audio, Audio)
    assert_type(audio.content, bytes)
    assert_type(audio.seconds, float)
    assert_type(audio.request_id, str | None)
    assert_type(
        client.tts.bytes(model_id="m", transcript="Hi.", voice="v", output_format=Mp3Format(44100, 128000)), Audio
    )
    assert_type(client.voices.get("v"), Voice)
    assert_type(client.get_status(), Status)
    assert_type(client.api_status.get(), Status)


def lists(client: Client) -> None:
    """Items of lists are typed, page by page or one by one."""
    for voice in client.voices.list(limit=100, gender="feminine", expand=["preview_file_url"]):
        assert_type(voice, Voice)
        assert_type(voice.language, str)
    for page in client.voices.list().pages():
        assert_type(page, Page[Voice])
        assert_type(page.next, Request[Page[Voice]] | None)


def resources(client: Client) -> None:
    """What is kept at the vendor's, by its own types."""
    token = client.access_token.create(grants=AccessTokenGrants(tts=True), expires_in=60)
    assert_type(token, AccessToken)
    assert_type(token.token, ApiKey)
    assert_type(client.auth.access_token(), AccessToken)
    assert_type(client.accents.list(), AccentList)
    assert_type(client.voices.update("v", gender=None), Voice)
    assert_type(client.voices.localize(voice_id="v", name="N", accent="mexican"), VoiceMetadata)
    assert_type(client.voices.mix(voices=[MixVoiceById("v", 1.0)]), Embedding)
    client.voices.delete("v")
    for dictionary in client.pronunciation_dicts.list(limit=5):
        assert_type(dictionary, PronunciationDict)
        client.pronunciation_dicts.update(dictionary.id, items=[*dictionary.items, PronunciationDictItem("a", "b")])
    assert_type(client.datasets.create(name="N", description="D"), Dataset)
    for page in client.datasets.files.list("d").pages():
        assert_type(page, Page[DatasetFile])
    assert_type(client.fine_tunes.retrieve("f"), FineTune)
    assert_type([voice.id for voice in client.fine_tunes.list_voices("f")], list[str])


def agents_of_mine(client: Client) -> None:
    """Groups of calls inside of groups."""
    assert_type(client.agents.list().summaries, tuple[Agent, ...])
    assert_type(client.agents.list_phone_numbers("a"), tuple[AgentPhoneNumber, ...])
    assert_type(client.agents.deployments.list("a"), tuple[Deployment, ...])
    for call in client.agents.calls.list(agent_id="a", expand="transcript"):
        assert_type(call, AgentCall)
    assert_type(client.agents.calls.download_audio("c"), CallAudio | None)
    assert_type(client.agents.metrics.create(name="n", prompt="P"), Metric)
    assert_type(client.agents.metrics.results.list.request(), Request[Page[MetricResult]])
    assert_type(client.agents.metrics.results.export.raw(agent_id="a"), Raw[MetricExport])


def descriptions(client: Client) -> None:
    """`.request` gives the description, `.raw` the answer beside the value."""
    assert_type(client.voices.get.request("v"), Request[Voice])
    assert_type(client.voices.list.request(limit=5), Request[Page[Voice]])
    assert_type(client.voices.get.raw("v"), Raw[Voice])
    assert_type(client.voices.get.raw("v").value, Voice)
    assert_type(client.voices.list.raw(), Raw[Page[Voice]])
    assert_type(
        client.tts.generate_sse.request(model_id="m", transcript="Hi.", voice="v", output_format=RAW),
        StreamRequest[SseEvent],
    )
    assert_type(
        client.tts.generate_sse.raw(model_id="m", transcript="Hi.", voice="v", output_format=RAW), SyncStream[bytes]
    )


def contract(client: Client) -> None:
    """`send` and `stream` give what the description says."""
    assert_type(client.send(voices.get("v")), Voice)
    request = tts.generate(model_id="m", transcript="Hi.", voice=client.voices.get("v"), output_format=WAV)
    assert_type(client.send(request), Audio)
    assert_type(client.send(request.at_version("2025-11-04")), Audio)
    with client.stream(tts.stream(model_id="m", transcript="Hi.", voice="v", output_format=WAV)) as pieces:
        assert_type(pieces.head, Head)
        for piece in pieces:
            assert_type(piece, bytes)


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


def streams(client: Client) -> None:
    """Events are a closed union."""
    with client.tts.generate_sse(
        model_id="m", transcript="Hi.", voice="v", output_format=RAW, add_timestamps=True
    ) as events:
        for event in events:
            exhaustive(event)


def sockets(client: Client) -> None:
    """Contexts give the same events."""
    socket: SyncTtsSocket = client.tts.websocket()
    with socket as ws:
        with ws.context(model_id="m", voice="v", output_format=RAW, max_buffer_delay_ms=0) as context:
            context.push("Hi.")
            for event in context:
                exhaustive(event)
        spoken = ws.speak(iter(["a", "b"]), model_id="m", voice="v", output_format=RAW)
        assert_type(spoken, SyncSpeech)
        for event in spoken:
            exhaustive(event)


def speech(client: Client) -> None:
    """Streams give closed unions of events, and know what may be said on them."""
    socket: SyncSttSocket = client.stt.websocket(model="m", encoding="pcm_s16le", sample_rate=16000)
    with socket as stt:
        stt.send(b"ab")
        stt.stream([b"ab"])
        stt.finalize()
        stt.finish()
        for event in stt:
            assert_type(event, Transcript | FlushDone | Reconnected | Unknown)
    with client.stt.turns(model="m", encoding="pcm_s16le", sample_rate=16000, turn_start_threshold=0.7) as turns:
        assert_type(turns, SyncTurnsSocket)
        turns.configure(end_timeout_ms=700)
        for turn in turns:
            assert_type(turn, TurnEvent)
    assert_type(client.stt.websocket.request(model="m", encoding="pcm_s16le", sample_rate=1), ManualSocketRequest)
    EventHandlers().on("turn.end", print)


def mistakes_in_speech(client: Client) -> None:
    """Names that nothing has, and calls of the other socket."""
    EventHandlers().on("transcrpit", print)  # type: ignore[arg-type]
    client.stt.websocket(model="m", encoding="pcm_s24le", sample_rate=16000)  # type: ignore[arg-type]
    client.stt.websocket(model="m", encoding="pcm_s16le")  # type: ignore[call-arg]
    with client.stt.turns(model="m", encoding="pcm_s16le", sample_rate=16000) as turns:
        turns.finalize()  # type: ignore[attr-defined]
        turns.configure(end_treshold=0.1)  # type: ignore[call-arg]
        turns.send("text")  # type: ignore[arg-type]


def signatures(client: Client) -> None:
    """A member is a callable with the builder's own signature."""
    get: Callable[[str], Voice] = client.voices.get
    wrong: Callable[[int], Voice] = client.voices.get  # type: ignore[assignment]
    assert_type(get("v"), Voice)
    wrong(5)


def told(sent_nbytes: int, total_nbytes: int | None) -> None:
    """Take notice of progress."""
    assert total_nbytes is None or sent_nbytes <= total_nbytes


def told_less(sent_nbytes: int) -> None:
    """Take notice of half of it."""
    assert sent_nbytes


def files(client: Client) -> None:
    """Files of every kind are taken, and what comes of them is typed."""
    with Path("a.wav").open("rb") as opened:
        for file in (b"RIFF", "a.wav", Path("a.wav"), opened, io.BytesIO(b"RIFF"), FileUpload(b"RIFF")):
            assert_type(client.stt.transcribe(file=file, model="ink-whisper"), Transcription)
        client.stt.transcribe(file=("a.wav", opened, "audio/wav"), model="ink-whisper")
    found = client.stt.transcribe(file=("a", Path("a")), model="ink-whisper", timestamp_granularities=["word"])
    assert_type(found.words, tuple[TranscribedWord, ...] | None)
    assert_type(client.voices.clone(clip=b"RIFF", name="Ada", language="en"), VoiceMetadata)
    assert_type(client.voice_changer.generate(clip=b"RIFF", voice_id="v", output_format=WAV), Audio)
    assert_type(client.voice_changer.bytes(clip=b"RIFF", voice_id="v", output_format=WAV), Audio)
    assert_type(client.voice_changer.stream(clip=b"RIFF", voice_id="v", output_format=WAV), SyncStream[bytes])
    assert_type(client.voice_changer.sse(clip=b"RIFF", voice_id="v", output_format=RAW), SyncStream[SseEvent])
    assert_type(
        client.tts.infill(
            model_id="m", language="en", transcript="Hi.", voice_id="v", output_format=WAV, left_audio=b"RIFF"
        ),
        Audio,
    )
    client.datasets.files.upload("d", file=b"RIFF", progress=told)
    client.stt.transcribe(file=5, model="m")  # type: ignore[arg-type]
    client.stt.transcribe(file=io.StringIO("RIFF"), model="m")  # type: ignore[arg-type]
    client.stt.transcribe(file=b"RIFF", model="m", timestamp_granularities=["char"])  # type: ignore[list-item]
    client.voices.clone(clip=b"RIFF", name="Ada", language="en", mode="best")  # type: ignore[arg-type]
    client.datasets.files.upload("d", file=b"RIFF", progress=told_less)  # type: ignore[arg-type]


def options(client: Client) -> None:
    """A request with options is of the same type, and so is a client."""
    assert_type(voices.get("v").with_options(timeout=1.0, headers={"A": "b"}), Request[Voice])
    assert_type(voices.get("v").with_extra(query={"a": True}).at_version("2026-08-14"), Request[Voice])
    streamed = tts.stream(model_id="m", transcript="Hi.", voice="v", output_format=WAV)
    assert_type(streamed.with_options(retry=NO_RETRIES).with_extra(body={"seed": 7}), StreamRequest[bytes])
    assert_type(client.with_options(version="2026-08-14"), Client)
    voices.get("v").with_options(timeouts=1.0)  # type: ignore[call-arg]
    client.with_options(api_key="k")  # type: ignore[call-arg]


async def token_later() -> str:
    """Give a token, when awaited."""
    return "t"


def credentials() -> None:
    """A key, or what gives tokens; not what has to be awaited."""
    Client(api_key="k")
    Client(api_key=ApiKey("k"))
    Client(api_key=lambda: "t")
    Client(api_key=CachedToken(lambda: "t"))
    Client(api_key=token_later)  # type: ignore[arg-type]
    Client(api_key=None)  # type: ignore[arg-type]


def mistakes(client: Client) -> None:
    """What is misspelt, missing or of the wrong kind is found before anything runs."""
    client.tts.generate(model="m", transcript="Hi.", voice="v", output_format=WAV)  # type: ignore[call-arg]
    client.tts.generate(model_id="m", transcript="Hi.", voice="v")  # type: ignore[call-arg]
    client.tts.generate("m", "Hi.", "v", WAV)  # type: ignore[call-arg]
    client.tts.generate(model_id="m", transcript="Hi.", voice=5, output_format=WAV)  # type: ignore[arg-type]
    client.tts.generate_sse(model_id="m", transcript="Hi.", voice="v", output_format=WAV)  # type: ignore[arg-type]
    client.tts.generate(model_id="m", transcript="Hi.", voice="v", output_format=WAV, speed="quick")  # type: ignore[arg-type]
    client.voices.list(gender="female")  # type: ignore[arg-type]
    client.voices.list(expand=["previews"])  # type: ignore[list-item]
    client.voices.get()  # type: ignore[call-arg]
    client.voices.gett("v")  # type: ignore[attr-defined]
    client.voices.get.request(voice_id="v")  # type: ignore[call-arg]
    client.tts.websocket().context(model_id="m", voice="v")  # type: ignore[call-arg]
    RawFormat("pcm_s16", 16000)  # type: ignore[arg-type]
    GenerationConfig(1.0)  # type: ignore[call-arg]
    voices.get("v").path = "/"  # type: ignore[misc]
    client.voices.update("v", name=None)  # type: ignore[arg-type]
    client.voices.update("v", sex=None)  # type: ignore[call-arg]
    client.voices.localize(voice_id="v", name="N")  # type: ignore[call-arg]
    client.datasets.update("d", name="N")  # type: ignore[call-arg]
    client.datasets.files.delete("f", "d")  # type: ignore[call-arg]
    client.agents.metrics.add_to_agent("a", "m")  # type: ignore[call-arg]
    client.agents.calls.list()  # type: ignore[call-arg]
    client.agents.metrics.list(ending_before="m")  # type: ignore[call-arg]
    client.pronunciation_dicts.create(name="N", items=["a"])  # type: ignore[list-item]
    client.fine_tunes.update("f")  # type: ignore[attr-defined]
