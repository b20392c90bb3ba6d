"""What the project's own client makes of scripted faults: typed errors, and speech wherever speech is possible."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from cartesia_core import AudioChunk, RawFormat, WavFormat
from cartesia_core.errors import (
    AuthenticationError,
    CartesiaError,
    ConcurrencyLimited,
    ContextInterrupted,
    DecodeError,
    IncompleteBody,
    IncompleteStream,
    RedirectRefused,
    RemoteProtocolError,
    ServerError,
    UnexpectedContentType,
)
from cartesia_core.ports import SyncTtsSocket
from cartesia_core.tts.commands import ContextKeywords
from cartesia_local import LocalServer
from cartesia_local.faults import (
    BadAudio,
    BadHandshake,
    CloseSocket,
    Fault,
    Fragment,
    Framing,
    Gzip,
    HangUp,
    HttpStatus,
    LateEvents,
    PingFlood,
    Redirect,
    Repeat,
    Reset,
    SendBinary,
    SendChunk,
    SendError,
    SendText,
)
from cartesia_sync import Client
from tests.local.client import VOICE

TEXT = "Hello there, my good old friend. How are you doing on this fine day?"
PCM = RawFormat("pcm_s16le", 16000)
OPTIONS: ContextKeywords = {"model_id": "sonic-3", "voice": VOICE, "output_format": PCM}


@pytest.fixture
def api(server: LocalServer) -> Iterator[Client]:
    """A client, and no fault left behind."""
    with Client(base_url=server.url, api_key=server.key) as client:
        yield client
    server.faults.clear()


@pytest.fixture(scope="module")
def usual(server: LocalServer) -> bytes:
    """The speech as it comes without faults."""
    with Client(base_url=server.url, api_key=server.key) as client, client.tts.websocket() as ws:
        return spoken(ws)


def spoken(ws: SyncTtsSocket, text: str = TEXT) -> bytes:
    with ws.context(**OPTIONS) as context:
        context.push(text)
        context.finish()
        return b"".join(event.audio for event in context if isinstance(event, AudioChunk))


@pytest.mark.parametrize(
    ("faults", "error"),
    [
        ((CloseSocket(1012, "restart", after_events=2),), ContextInterrupted),
        ((Reset(after_events=2),), ContextInterrupted),
        ((HangUp(after_nbytes=9000),), ContextInterrupted),
        ((SendText(after_events=1),), DecodeError),
        ((BadAudio("junk_inside"),), DecodeError),
        ((SendBinary(after_events=1),), RemoteProtocolError),
        ((SendError(503, after_events=1), CloseSocket(1008, after_events=1)), ServerError),
    ],
    ids=repr,
)
def test_what_breaks_a_context(
    server: LocalServer, api: Client, usual: bytes, faults: tuple[Fault, ...], error: type[CartesiaError]
) -> None:
    """The typed error, then the next context speaks as usual."""
    server.faults.add(*faults, path="/tts/websocket")
    with api.tts.websocket() as ws:
        with pytest.raises(error):
            spoken(ws)
        server.faults.wait(len(faults))
        assert spoken(ws) == usual


@pytest.mark.parametrize(
    "fault",
    [PingFlood(after_events=1), Fragment(5), Repeat("done"), SendChunk(1000, context_id="never-opened")],
    ids=repr,
)
def test_what_breaks_nothing(server: LocalServer, api: Client, usual: bytes, fault: Fault) -> None:
    """The speech is whole, twice on the same socket."""
    server.faults.add(fault, path="/tts/websocket")
    with api.tts.websocket() as ws:
        assert [spoken(ws), spoken(ws)] == [usual, usual]
    assert [told.fault for told in server.faults.triggered] == [fault]


def test_large_message(server: LocalServer, api: Client, usual: bytes) -> None:
    """1.3 MB in one message are audio like any other."""
    server.faults.add(SendChunk(975_000, after_messages=1))
    with api.tts.websocket() as ws:
        assert spoken(ws) == bytes(975_000) + usual


def test_late_events(server: LocalServer, api: Client, usual: bytes) -> None:
    """Nothing of a cancelled context reaches the next one."""
    server.faults.add(LateEvents())
    with api.tts.websocket() as ws:
        with ws.context(**OPTIONS) as context:
            context.push("Stop me. And")
            next(context)
        assert spoken(ws) == usual
    assert server.faults.triggered


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (HttpStatus(401), AuthenticationError),
        (HttpStatus(429, error_code="concurrency_limited"), ConcurrencyLimited),
        (HttpStatus(503), ServerError),
        (Redirect("http://elsewhere.invalid/"), RedirectRefused),
        (BadHandshake(accept="wrong"), CartesiaError),
    ],
    ids=repr,
)
def test_refused_upgrade(server: LocalServer, api: Client, fault: Fault, error: type[CartesiaError]) -> None:
    """The typed error of the answer."""
    server.faults.add(fault, path="/tts/websocket", times=None)
    with pytest.raises(error), api.tts.websocket() as ws:
        spoken(ws)


@pytest.mark.parametrize(
    ("faults", "error"),
    [
        ((HangUp(after_nbytes=1000),), IncompleteBody),
        ((Framing("content_length"), HangUp(after_nbytes=1000)), IncompleteBody),
        ((HttpStatus(200, b"<html></html>", content_type="text/html"),), UnexpectedContentType),
        ((HttpStatus(500),), ServerError),
    ],
    ids=repr,
)
def test_what_breaks_an_answer(
    server: LocalServer, api: Client, faults: tuple[Fault, ...], error: type[CartesiaError]
) -> None:
    """The typed error, after one request: speech is never asked for twice."""
    server.faults.add(*faults, path="/tts/bytes", times=None)
    with pytest.raises(error):
        api.tts.generate(model_id="sonic-3", transcript=TEXT, voice=VOICE, output_format=PCM)
    assert {told.fault for told in server.faults.triggered} <= set(faults)
    assert len([told for told in server.faults.triggered if told.fault == faults[-1]]) == 1


def test_compressed_answer(server: LocalServer, api: Client) -> None:
    """Is decoded."""

    def generate() -> bytes:
        wav = WavFormat("pcm_s16le", 16000)
        return api.tts.generate(model_id="sonic-3", transcript=TEXT, voice=VOICE, output_format=wav).content

    plain = generate()
    server.faults.add(Gzip(), path="/tts/bytes")
    assert generate() == plain


def test_event_stream_without_an_end(server: LocalServer, api: Client) -> None:
    """Is not taken for a whole one."""
    server.faults.add(HangUp(after_events=2), path="/tts/sse")
    call = api.tts.generate_sse(model_id="sonic-3", transcript=TEXT, voice=VOICE, output_format=PCM)
    with pytest.raises((IncompleteStream, IncompleteBody)), call as events:
        list(events)


def test_reads_are_retried_when_told_to_wait(server: LocalServer, api: Client) -> None:
    """Two refusals with a wait, then the answer."""
    server.faults.add(HttpStatus(429, headers=(("retry-after-ms", "50"),)), path="/voices", times=2)
    assert next(iter(api.voices.list(limit=1))).id
    first, second = server.faults.triggered
    assert second.at_seconds - first.at_seconds >= 0.05
