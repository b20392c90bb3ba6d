"""What an observer is told of the sockets of streams of speech, the same in every client."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from cartesia_core.errors import AuthenticationError, ServerError, TranscriptionInterrupted
from cartesia_core.stt.events import Reconnected
from cartesia_core.stt.socket import SttReconnect
from cartesia_core.ws.notices import (
    RetiredFor,
    SocketLost,
    SocketNotice,
    SocketNotOpened,
    SocketOpened,
    SocketPause,
    SocketRetired,
)
from cartesia_core.ws.reconnect import ReconnectPolicy
from tests.adapters.scripted import ScriptedServer
from tests.adapters.speech import PIECE, Live, Stream, everywhere, say
from tests.adapters.steps import JSON, Accept, Answer, Close, HearAudio, HearWord, Mute

END = (HearWord("close"), say("done"), Close(1000))
REFUSED = (Answer(status=401, kind=JSON, body=b'{"title": "No", "message": "bad key"}'),)
AGAIN = SttReconnect(policy=ReconnectPolicy(first_delay=0.05))


def names(told: list[SocketNotice]) -> list[str]:
    """Give the kinds of what was told."""
    return [type(notice).__name__ for notice in told]


async def to_the_end(stt: Stream) -> None:
    """Send something and hear all."""
    await stt.send(PIECE)
    await stt.finish()
    async for _ in stt:
        pass


@everywhere
def test_a_stream_that_ends_well(live: Live) -> None:
    """Opened when the block is entered, retired when all is told."""
    told: list[SocketNotice] = []
    with ScriptedServer((Accept(), HearAudio(len(PIECE)), *END)) as server:
        live(server.url, to_the_end, observe=told.append)
    assert names(told) == ["SocketOpening", "SocketOpened", "SocketRetired"]
    opened, retired = told[1:]
    assert isinstance(opened, SocketOpened)
    assert 0 < opened.took_seconds < 5
    assert isinstance(retired, SocketRetired)
    assert (retired.number, retired.reason) == (1, RetiredFor.END)


@everywhere
def test_a_lost_socket_and_the_next(live: Live) -> None:
    """Each with its number, and how the first ended."""
    told: list[SocketNotice] = []

    async def story(stt: Stream) -> None:
        await stt.send(PIECE)
        assert isinstance(await stt.__anext__(), Reconnected)
        await stt.finish()
        assert [event async for event in stt] == []

    lost = (Accept(), HearAudio(len(PIECE)), Close(1012, "restart"))
    with ScriptedServer(lost, (Accept(), HearAudio(len(PIECE)), *END)) as server:
        live(server.url, story, reconnect=AGAIN, observe=told.append)
    assert names(told) == [
        *("SocketOpening", "SocketOpened", "SocketLost", "SocketPause"),
        *("SocketOpening", "SocketOpened", "SocketRetired"),
    ]
    end, pause, again = told[2], told[3], told[5]
    assert isinstance(end, SocketLost)
    assert (end.number, end.closed.code, end.closed.reason) == (1, 1012, "restart")
    assert isinstance(pause, SocketPause)
    assert 0 < pause.seconds <= 0.05
    assert isinstance(again, SocketOpened)
    assert again.number == 2


@everywhere
def test_a_loss_without_another_try(live: Live) -> None:
    """Told once, and the error raised, too."""
    told: list[SocketNotice] = []

    async def story(stt: Stream) -> None:
        await stt.send(PIECE)
        for _ in range(2):
            with pytest.raises(TranscriptionInterrupted):
                await stt.__anext__()

    with ScriptedServer((Accept(), HearAudio(len(PIECE)), Close(1001, "going away"))) as server:
        live(server.url, story, observe=told.append)
    assert names(told) == ["SocketOpening", "SocketOpened", "SocketLost"]


@everywhere
def test_an_error_that_ends_the_stream(live: Live) -> None:
    """The socket is given up for it."""
    told: list[SocketNotice] = []

    async def story(stt: Stream) -> None:
        await stt.send(PIECE)
        with pytest.raises(ServerError):
            await stt.__anext__()

    script = (Accept(), HearAudio(len(PIECE)), say("error", status_code=500, message="oops"), Mute())
    with ScriptedServer(script) as server:
        live(server.url, story, observe=told.append)
    retired = told[-1]
    assert isinstance(retired, SocketRetired)
    assert retired.reason is RetiredFor.FAILURE


@everywhere
def test_a_socket_that_is_refused(live: Live) -> None:
    """The error is told and raised, and holds no key."""
    told: list[SocketNotice] = []
    with ScriptedServer(REFUSED) as server, pytest.raises(AuthenticationError):
        live(server.url, to_the_end, observe=told.append)
    assert names(told) == ["SocketOpening", "SocketNotOpened"]
    refused = told[1]
    assert isinstance(refused, SocketNotOpened)
    assert (refused.error.status, refused.failures) == (401, 1)


@everywhere
def test_an_observer_that_fails(
    live: Live, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its mistake is shown where mistakes are shown, and the stream goes on."""
    shown: list[str] = []
    monkeypatch.setattr(sys, "excepthook", lambda *told: shown.append(str(told[1])))

    def mistaken(notice: SocketNotice) -> Any:
        raise RuntimeError(f"mistake of {type(notice).__name__}")

    with ScriptedServer((Accept(), HearAudio(len(PIECE)), *END)) as server:
        try:
            live(server.url, to_the_end, observe=mistaken)
        except AssertionError as complaint:  # the tests let no loop complain
            shown.append(str(complaint))
    everything = " ".join([*shown, caplog.text, capsys.readouterr().err])
    for kind in ("SocketOpening", "SocketOpened", "SocketRetired"):
        assert f"mistake of {kind}" in everything
