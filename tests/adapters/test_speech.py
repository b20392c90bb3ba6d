"""Streams of speech on real sockets: one story for each thing that happens, the same in every client."""

from __future__ import annotations

import json
import time

import pytest

from cartesia_core import FlushDone, Unknown
from cartesia_core.errors import (
    AuthenticationError,
    BadRequestError,
    DecodeError,
    LocalProtocolError,
    ReconnectStopped,
    ServerError,
    StallTimeout,
    TranscriptionInterrupted,
)
from cartesia_core.stt.dialogue import SilenceKeepalive, SttLimits
from cartesia_core.stt.events import Reconnected, Transcript, TurnEnd, TurnStart
from cartesia_core.stt.handle import StreamState
from cartesia_core.stt.socket import SttReconnect
from cartesia_core.ws.reconnect import ReconnectPolicy
from cartesia_core.ws.session import SessionLimits
from tests.adapters.scripted import Script, ScriptedServer
from tests.adapters.secrecy import assert_silent
from tests.adapters.speech import PIECE, Live, Stream, everywhere, final, say
from tests.adapters.steps import (
    JSON,
    Accept,
    Answer,
    Close,
    Forever,
    HangUp,
    HearAudio,
    HearWord,
    Mute,
    Reset,
    Tell,
    Text,
    Wait,
)

AGAIN = SttReconnect(policy=ReconnectPolicy(max_failures=3, first_delay=0.05, max_delay=0.2))
END = (HearWord("close"), say("done"), Close(1000))


@everywhere
def test_a_whole_utterance(live: Live) -> None:
    """Audio is binary; neither `flush_done` before the last final, nor a final ends it: `done` does."""
    script = (
        Accept(),
        HearAudio(2 * len(PIECE)),
        say("transcript", text="Turn", is_final=False),
        final("Turn off"),
        HearWord("finalize"),
        say("flush_done"),
        final(" the light."),
        say("news"),
        *END,
    )

    async def story(stt: Stream) -> None:
        await stt.send(PIECE)
        await stt.send(PIECE)
        await stt.finalize()
        await stt.finish()
        told = [event async for event in stt]
        assert [type(event) for event in told] == [Transcript, Transcript, FlushDone, Transcript, Unknown]
        assert "".join(e.text for e in told if isinstance(e, Transcript) and e.is_final) == "Turn off the light."
        assert [event async for event in stt] == []
        assert stt.state is StreamState.DONE
        assert stt.accepted_nbytes == 2 * len(PIECE)

    with ScriptedServer(script) as server:
        live(server.url, story, keyterm=["two words"], language="en")
        [asked] = server.requests
        assert asked.target == (
            "/stt/websocket?model=ink-2&encoding=pcm_s16le&sample_rate=16000&language=en&keyterm=two%20words"
        )
        assert server.records[0].heard == [PIECE, PIECE, "finalize", "close"]


@everywhere
def test_a_conversation_in_turns(live: Live) -> None:
    """Settings change in mid-stream; the server's close is the end, since there is no `done`."""
    script = (
        Accept(),
        say("connected"),
        HearAudio(len(PIECE)),
        say("turn.start"),
        say("turn.update", transcript="I would"),
        say("turn.eager_end", transcript="I would"),
        say("turn.resume"),
        HearWord("config"),
        say("turn.end", transcript="I would like a table."),
        HearWord("close"),
        Close(1000),
    )

    async def story(stt: Stream) -> None:
        await stt.send(PIECE)
        await stt.configure(end_timeout_ms=700)
        await stt.finish()
        told = [event async for event in stt]
        kinds = ["connected", "turn.start", "turn.update", "turn.eager_end", "turn.resume", "turn.end"]
        assert [event.type for event in told] == kinds
        assert isinstance(told[-1], TurnEnd)
        assert told[-1].transcript == "I would like a table."

    with ScriptedServer(script) as server:
        live(server.url, story, turns=True, turn_end_threshold=0.1)
        assert server.requests[0].target.startswith("/stt/turns/websocket?model=ink-2")
        assert server.requests[0].target.endswith("&turn_end_threshold=0.1")
        audio, *texts = server.records[0].heard
        assert audio == PIECE
        assert [json.loads(text) for text in texts] == [
            {"type": "config", "turn": {"end_timeout_ms": 700}},
            {"type": "close"},
        ]


@everywhere
def test_older_versions_say_done(live: Live) -> None:
    """The word was another one then."""

    async def story(stt: Stream) -> None:
        await stt.finish()
        assert [event async for event in stt] == []

    with ScriptedServer((Accept(), HearWord("done"), say("done"), Close(1000))) as server:
        live(server.url, story, version="2025-04-16")
        assert server.records[0].heard == ["done"]
        assert server.requests[0].headers["cartesia-version"] == "2025-04-16"


@everywhere
@pytest.mark.parametrize("end", [Reset(), HangUp(), Close(1000, "connection idle timeout"), Close(1011)], ids=str)
def test_a_socket_that_ends_in_mid_speech(live: Live, end: Reset | HangUp | Close) -> None:
    """It is an error, however politely it ends, and says how much was accepted; for receivers and senders alike."""

    async def story(stt: Stream) -> None:
        await stt.send(PIECE)
        await stt.send(PIECE)
        assert isinstance(await stt.__anext__(), Transcript)
        for _ in range(2):
            with pytest.raises(TranscriptionInterrupted) as caught:
                await stt.__anext__()
            assert (caught.value.sent_nbytes, caught.value.accepted_nbytes) == (2 * len(PIECE), len(PIECE))
            assert caught.value.close_code == (end.code if isinstance(end, Close) else 1006)
            assert_silent(caught.value)
        with pytest.raises(TranscriptionInterrupted):
            await stt.send(PIECE)
        with pytest.raises(TranscriptionInterrupted):
            await stt.finish()

    with ScriptedServer((Accept(), HearAudio(2 * len(PIECE)), final("a", 0.1), end)) as server:
        live(server.url, story)


@everywhere
def test_a_lost_socket_is_replaced(live: Live) -> None:
    """What is not known to be transcribed goes out again as binary, and so does what is sent meanwhile."""
    first = (Accept(), HearAudio(3 * len(PIECE)), final("a", 0.1), Reset())
    second = (Accept(), HearAudio(3 * len(PIECE)), final("b", 0.2), HearWord("finalize"), say("flush_done"), *END)

    async def story(stt: Stream) -> None:
        for _ in range(3):
            await stt.send(PIECE)
        assert isinstance(await stt.__anext__(), Transcript)
        await stt.until(lambda: server.records[0].has_faulted)
        await stt.send(b"\xff\xfe" * 1600)
        await stt.finalize()
        await stt.finish()
        told = [event async for event in stt]
        assert [type(event) for event in told] == [Reconnected, Transcript, FlushDone]
        assert isinstance(told[0], Reconnected)
        assert isinstance(told[0].error, TranscriptionInterrupted)
        assert (told[0].replayed_nbytes, told[0].dropped_nbytes) == (3 * len(PIECE), 0)
        assert isinstance(told[1], Transcript)
        [word] = told[1].words or ()
        assert (word.start, word.end) == pytest.approx((0.1, 0.3))
        assert (stt.state, stt.connections) == (StreamState.DONE, 2)

    with ScriptedServer(first, second) as server:
        live(server.url, story, reconnect=AGAIN)
        assert server.records[1].heard == [PIECE, PIECE, b"\xff\xfe" * 1600, "finalize", "close"]


@everywhere
def test_what_does_not_fit_is_dropped_and_said(live: Live) -> None:
    """The newest is kept."""

    async def story(stt: Stream) -> None:
        await stt.send(b"aa" * 100)
        await stt.send(b"bb" * 100)
        told = await stt.__anext__()
        assert isinstance(told, Reconnected)
        assert (told.replayed_nbytes, told.dropped_nbytes) == (300, 100)

    again = SttReconnect(max_replay_nbytes=300, policy=AGAIN.policy)
    with ScriptedServer((Accept(), HearAudio(400), HangUp()), (Accept(), HearAudio(300))) as server:
        live(server.url, story, reconnect=again)
        server.until(lambda: len(server.records[1].heard) == 2)
        assert server.records[1].heard == [b"aa" * 50, b"bb" * 100]


@everywhere
def test_trying_comes_to_an_end(live: Live) -> None:
    """After some failures in a row; refusals for good end it at once."""

    async def story(stt: Stream) -> None:
        await stt.send(PIECE)
        for _ in range(2):
            with pytest.raises(ReconnectStopped if is_stopped else AuthenticationError):
                await stt.__anext__()
        assert stt.state is StreamState.FAILED

    down = (Forever(Answer(status=503, kind=JSON, body=b'{"title": "Down", "message": "restarting"}')),)
    with ScriptedServer((Accept(), HearAudio(len(PIECE)), Reset()), default=down) as server:
        is_stopped = True
        live(server.url, story, reconnect=AGAIN)
        assert len(server.requests) == 3
    refused = (Answer(status=401, kind=JSON, body=b'{"title": "No", "message": "bad key"}'),)
    with ScriptedServer((Accept(), HearAudio(len(PIECE)), Reset()), refused) as server:
        is_stopped = False
        live(server.url, story, reconnect=AGAIN)


@everywhere
def test_an_error_below_500_is_raised_and_the_stream_goes_on(live: Live) -> None:
    """Iterating may be continued."""
    script = (Accept(), HearAudio(len(PIECE)), say("error", status_code=400, message="slow down"), final("a"), *END)

    async def story(stt: Stream) -> None:
        await stt.send(PIECE)
        with pytest.raises(BadRequestError, match="slow down"):
            await stt.__anext__()
        assert isinstance(await stt.__anext__(), Transcript)
        await stt.finish()
        assert [event async for event in stt] == []

    with ScriptedServer(script) as server:
        live(server.url, story)


@everywhere
def test_an_error_below_500_with_a_close_is_the_end(live: Live) -> None:
    """And is why."""
    script = (Accept(), HearAudio(len(PIECE)), say("error", status_code=400, message="no such model"), Close(1008))

    async def story(stt: Stream) -> None:
        await stt.send(PIECE)
        for _ in range(3):
            with pytest.raises(BadRequestError, match="no such model"):
                await stt.__anext__()

    with ScriptedServer(script) as server:
        live(server.url, story)


@everywhere
def test_an_error_from_500_on_is_the_end(live: Live) -> None:
    """Again and again; for the sender, too."""
    script = (Accept(), HearAudio(len(PIECE)), say("error", status_code=500, message="oops"), Mute())

    async def story(stt: Stream) -> None:
        await stt.send(PIECE)
        for _ in range(2):
            with pytest.raises(ServerError):
                await stt.__anext__()
        with pytest.raises(ServerError):
            await stt.send(PIECE)

    with ScriptedServer(script) as server:
        live(server.url, story)


@everywhere
def test_an_error_from_500_on_has_the_socket_replaced(live: Live) -> None:
    """If that was asked for."""
    script = (Accept(), HearAudio(len(PIECE)), say("error", status_code=503, message="restarting"))

    async def story(stt: Stream) -> None:
        await stt.send(PIECE)
        told = await stt.__anext__()
        assert isinstance(told, Reconnected)
        assert isinstance(told.error, ServerError)
        await stt.finish()
        assert [event async for event in stt] == []

    with ScriptedServer(script, (Accept(), HearAudio(len(PIECE)), *END)) as server:
        live(server.url, story, reconnect=AGAIN)


@everywhere
def test_a_server_that_owes_something_and_is_silent(live: Live) -> None:
    """It has so long and no longer; it may answer pings meanwhile."""

    async def story(stt: Stream) -> None:
        await stt.send(PIECE)
        await stt.finish()
        with pytest.raises(StallTimeout, match="rest of the transcript"):
            await stt.__anext__()

    with ScriptedServer((Accept(), HearWord("close"))) as server:
        live(server.url, story, stt_limits=SttLimits(answer_seconds=0.3))


@everywhere
def test_a_server_that_is_gone_without_a_word(live: Live) -> None:
    """It answers no ping."""

    async def story(stt: Stream) -> None:
        await stt.send(PIECE)
        with pytest.raises(TranscriptionInterrupted, match="not even an answer to a ping"):
            await stt.__anext__()

    with ScriptedServer((Accept(), HearAudio(len(PIECE)), Mute())) as server:
        live(server.url, story)


@everywhere
def test_silence_goes_out_while_nobody_speaks(live: Live) -> None:
    """In real time if so asked; the socket stays alive, and the silence is no audio of the caller's."""
    script = (Accept(), HearAudio(len(PIECE) + 5 * 320), final("a"), *END)
    silence = SilenceKeepalive(after_seconds=0.05, piece_seconds=0.01, every_seconds=0.02)

    async def story(stt: Stream) -> None:
        await stt.send(PIECE)
        assert isinstance(await stt.__anext__(), Transcript)
        await stt.finish()
        assert [event async for event in stt] == []
        assert stt.accepted_nbytes == len(PIECE)

    with ScriptedServer(script) as server:
        live(server.url, story, stt_limits=SttLimits(silence=silence))
        first, *silent, last = server.records[0].heard
        assert (first, last) == (PIECE, "close")
        assert len(silent) >= 5
        assert set(silent) == {bytes(320)}


@everywhere
def test_a_refused_upgrade(live: Live) -> None:
    """The typed error of HTTP."""

    async def story(_: Stream) -> None:
        raise AssertionError("it was opened")

    refusal = (Answer(status=401, kind=JSON, body=b'{"title": "No", "message": "bad key"}'),)
    with ScriptedServer(refusal) as server, pytest.raises(AuthenticationError) as caught:
        live(server.url, story)
    assert_silent(caught.value)


@everywhere
def test_broken_messages_end_the_socket(live: Live) -> None:
    """Told as what they are."""

    async def story(stt: Stream) -> None:
        with pytest.raises(DecodeError):
            await stt.__anext__()

    with ScriptedServer((Accept(), Text("{"))) as server:
        live(server.url, story)


@everywhere
def test_leaving_early(live: Live) -> None:
    """Within a second, with a close frame; nothing works afterwards."""

    async def story(stt: Stream) -> None:
        await stt.send(PIECE)
        begun = time.monotonic()
        await stt.aclose()
        assert time.monotonic() - begun < 1.0
        for late in (stt.send(PIECE), stt.finish(), stt.finalize()):
            with pytest.raises(LocalProtocolError, match="closed"):
                await late
        with pytest.raises(LocalProtocolError, match="closed here"):
            await stt.__anext__()

    with ScriptedServer((Accept(), HearAudio(len(PIECE)))) as server:
        live(server.url, story)
        assert server.records[0].close == (1000, "")


@everywhere
def test_a_source_is_paced(live: Live) -> None:
    """Three tenths of a second of audio take two to send."""

    async def story(stt: Stream) -> None:
        begun = time.monotonic()
        await stt.stream_all([PIECE * 2, PIECE], realtime=True)
        assert 0.19 <= time.monotonic() - begun < 1.0
        await stt.stream_all([PIECE * 20], realtime=False)
        assert time.monotonic() - begun < 1.5
        await stt.finish()
        assert [event async for event in stt] == []

    with ScriptedServer((Accept(), HearAudio(23 * len(PIECE)), *END)) as server:
        live(server.url, story)
        assert len(server.records[0].heard) == 24


@everywhere
def test_nobody_takes_what_is_told(live: Live) -> None:
    """Then no more is read from the socket, and nothing is lost."""
    count = 400
    script: Script = (Accept(), *(final(f"{number} " * 50) for number in range(count)), Tell("told"), *END)

    async def story(stt: Stream) -> None:
        await stt.send(PIECE)
        await stt.until(server.flag("told").is_set)
        await stt.finish()
        told = [event.text async for event in stt if isinstance(event, Transcript)]
        assert told == [f"{number} " * 50 for number in range(count)]

    small = SessionLimits(max_waiting_nbytes=4096, ping_after_seconds=None, close_seconds=0.5)
    with ScriptedServer(script) as server:
        live(server.url, story, limits=small)


@everywhere
def test_speech_begins_when_it_likes(live: Live) -> None:
    """The server may speak before any audio."""

    async def story(stt: Stream) -> None:
        assert isinstance(await stt.__anext__(), TurnStart)
        server.flag("go").set()
        await stt.finish()
        assert [event async for event in stt] == []

    script: Script = (Accept(glued=(say("turn.start"),)), Wait("go"), HearWord("close"), Close(1000))
    with ScriptedServer(script) as server:
        live(server.url, story, turns=True)
