"""Opening the TTS socket: what the server may answer, and what it may not."""

from __future__ import annotations

import time

import pytest

from cartesia_core import NO_RETRIES, AudioChunk, RetryPolicy, Timeouts
from cartesia_core.errors import (
    ConnectTimeout,
    ContextInterrupted,
    InvalidArgument,
    LocalProtocolError,
    RateLimitedError,
    RemoteProtocolError,
)
from cartesia_core.tts.commands import ContextKeywords
from tests.adapters.calls import Maker, every_maker, failing, open_socket
from tests.adapters.drivers import sync_client
from tests.adapters.messages import chunk, done
from tests.adapters.scripted import ScriptedServer
from tests.adapters.secrecy import KEY
from tests.adapters.steps import (
    JSON,
    Accept,
    Answer,
    Close,
    Deaf,
    Expect,
    FrameStep,
    HangUp,
    Pings,
    ReadRequest,
    Step,
    Text,
)
from tests.adapters.story import OPTIONS


@every_maker
def test_the_opening_request_says_who_asks_and_offers_nothing(make: Maker) -> None:
    """Path, key, version and upgrade fields; no compression is offered (F57) and no key in the URL."""
    with ScriptedServer((Accept(),)) as server, make(server.url) as client:
        open_socket(client)
        (seen,) = server.requests
    assert seen.method == "GET"
    assert seen.target == "/tts/websocket"
    assert seen.headers["authorization"] == f"Bearer {KEY}"
    assert seen.headers["cartesia-version"] == "2026-08-14"
    assert seen.headers["upgrade"] == "websocket"
    assert seen.headers["sec-websocket-version"] == "13"
    assert "sec-websocket-extensions" not in seen.headers


@every_maker
@pytest.mark.parametrize(
    "accept",
    [
        Accept(token="bm90IHRoZSByaWdodCBvbmU="),
        Accept(upgrade="h2c"),
        Accept(headers=(("Sec-WebSocket-Extensions", "permessage-deflate"),)),
        Accept(headers=(("Sec-WebSocket-Protocol", "chat"),)),
    ],
    ids=["token", "upgrade", "extension", "protocol"],
)
def test_a_wrong_agreement_is_refused(make: Maker, accept: Accept) -> None:
    """F32: a handshake that is not the answer to ours opens nothing."""
    with ScriptedServer((accept,)) as server, make(server.url) as client:
        error = failing(open_socket, client)
        server.until(lambda: server.records[0].has_ended, "the end of the connection")
    assert type(error) is RemoteProtocolError
    assert not error.may_have_been_billed
    assert not error.retryable


@every_maker
@pytest.mark.parametrize("step", [Deaf(), ReadRequest()], ids=["nothing read", "nothing answered"])
def test_no_answer_to_the_handshake_is_a_connect_timeout(make: Maker, step: Step) -> None:
    """F25: TCP is accepted, but no answer comes: the connect deadline counts, not that for reading."""
    with (
        ScriptedServer((step, Deaf())) as server,
        make(server.url, timeout=Timeouts(connect=0.3, read=30), retry=NO_RETRIES) as client,
    ):
        began = time.monotonic()
        error = failing(open_socket, client)
        assert time.monotonic() - began < 2
    assert type(error) is ConnectTimeout
    assert error.retryable
    assert not error.may_have_been_billed


@every_maker
def test_a_refusal_whose_body_never_ends_is_told_all_the_same(make: Maker) -> None:
    """What the status says is known even when the rest does not come."""
    answer = Answer(status=429, kind=JSON, body=b"{", announced=100, headers=(("Retry-After", "9"),))
    with (
        ScriptedServer((answer, Deaf())) as server,
        make(server.url, timeout=Timeouts(connect=0.3), retry=NO_RETRIES) as client,
    ):
        error = failing(open_socket, client)
    assert type(error) is RateLimitedError
    assert error.retry_after == 9.0


@pytest.mark.parametrize("glued", [(Pings(3),), (Text('{"type": "news"}'),)], ids=["pings", "message"])
def test_frames_right_behind_the_agreement_are_not_lost(glued: tuple[FrameStep, ...]) -> None:
    """Frames in the same packet as the 101 answer are read as the socket's first."""
    with (
        ScriptedServer((Accept(glued=glued), Expect("finish"), chunk(0, b"aa"), done(0))) as server,
        sync_client(server) as client,
        client.tts.websocket() as ws,
    ):
        events = list(ws.speak("Hello.", **OPTIONS))
        assert [event.audio for event in events if isinstance(event, AudioChunk)] == [b"aa"]
        if isinstance(glued[0], Pings):
            server.until(lambda: server.records[0].pongs == [b"2"], "the answer to the latest ping")


def test_a_close_right_behind_the_agreement_brings_another_socket() -> None:
    """D3: the server accepts and closes at once; the first context gets a new socket, with one more upgrade."""
    scripts = ((Accept(glued=(Close(1001, "going away"),)),), (Accept(), Expect("finish"), chunk(0, b"aa"), done(0)))
    with ScriptedServer(*scripts) as server, sync_client(server) as client, client.tts.websocket() as ws:
        assert len(list(ws.speak("Hello.", **OPTIONS))) == 1
        assert len(server.requests) == 2


def test_the_socket_opens_at_its_first_use_when_not_entered() -> None:
    """Without a block nothing is sent before the first text."""
    with (
        ScriptedServer((Accept(), Expect("finish"), chunk(0, b"aa"), done(0))) as server,
        sync_client(server) as client,
    ):
        ws = client.tts.websocket()
        context = ws.context(**OPTIONS)
        context.push("  ")
        assert server.records == []
        context.push("Hello.")
        context.finish()
        assert len(list(context)) == 1
        ws.close()
        (message, _) = server.records[0].messages
        assert message["transcript"] == "  Hello."


def test_a_closed_socket_says_so() -> None:
    """Using a socket after its block is an error of the caller."""
    with ScriptedServer((Accept(),)) as server, sync_client(server) as client:
        with client.tts.websocket() as ws:
            pass
        with pytest.raises(LocalProtocolError, match="closed here"):
            ws.context(**OPTIONS).push("Hello.")


def test_wrong_options_are_told_before_anything_is_sent() -> None:
    """A context or speech with options that cannot be is refused where it is written."""
    too_slow: ContextKeywords = {**OPTIONS, "max_buffer_delay_ms": 9999}
    both: ContextKeywords = {**OPTIONS, "language": "en", "locale": "en-GB"}
    with ScriptedServer((Accept(),)) as server, sync_client(server) as client, client.tts.websocket() as ws:
        with pytest.raises(InvalidArgument):
            ws.context(**too_slow)
        with pytest.raises(InvalidArgument):
            ws.speak("Hello.", **both)
        assert server.records[0].messages == []


def test_every_message_of_a_context_says_the_same() -> None:
    """F36: text, flush and finish repeat model, voice, format and options unchanged."""
    options: ContextKeywords = {**OPTIONS, "language": "de", "add_timestamps": True}
    with (
        ScriptedServer((Accept(), Expect("finish"), done(0))) as server,
        sync_client(server) as client,
        client.tts.websocket() as ws,
        ws.context(**options) as context,
    ):
        context.push("Guten ")
        context.push("Tag.")
        context.flush()
        context.finish()
        list(context)
        messages = server.records[0].messages
    varying = ("transcript", "continue", "flush")
    assert [tuple(message.get(name) for name in varying) for message in messages] == [
        ("Guten ", True, None),
        ("Tag.", True, None),
        ("", True, True),
        ("", False, None),
    ]
    constant = [{name: value for name, value in message.items() if name not in varying} for message in messages]
    assert all(fields == constant[0] for fields in constant)
    assert constant[0]["language"] == "de"
    assert constant[0]["output_format"] == {"container": "raw", "encoding": "pcm_s16le", "sample_rate": 16000}


def test_a_socket_that_cannot_be_replaced_tells_why() -> None:
    """The idle socket has died and the new one is refused: the push raises the refusal, and works again later."""
    refusal = Answer(status=429, kind=JSON, body=b"{}")
    first = (Accept(), Expect("finish"), done(0), HangUp())
    last = (Accept(), Expect("finish"), chunk(0, b"aa"), done(0))
    with (
        ScriptedServer(first, (refusal, HangUp()), last) as server,
        sync_client(server) as client,
        client.tts.websocket() as ws,
    ):
        list(ws.speak("Hello.", **OPTIONS))
        server.until(lambda: server.records[0].has_faulted)
        context = ws.context(**OPTIONS)
        with pytest.raises(RateLimitedError):
            context.push("Hello.")
        assert len(list(ws.speak("Hello.", **OPTIONS))) == 1


def test_a_death_during_silence_is_told_within_the_ping_deadlines() -> None:
    """F23 with an idle socket whose peer is silent: the next context is told by ping and pong deadlines."""
    with (
        ScriptedServer((Accept(), Expect("finish"), done(0), Deaf())) as server,
        sync_client(server, retry=RetryPolicy()) as client,
        client.tts.websocket() as ws,
    ):
        list(ws.speak("Hello.", **OPTIONS))
        began = time.monotonic()
        with pytest.raises(ContextInterrupted, match="ping"):
            list(ws.speak("Hello.", **OPTIONS))
        assert time.monotonic() - began < 2
