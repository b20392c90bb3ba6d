"""Faults on the sockets for recognition."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from websockets.exceptions import ConnectionClosedError, InvalidStatus

from cartesia_core.versions import NEWEST, V2025_04_16
from cartesia_local import LocalServer
from cartesia_local.faults import CloseSocket, Drop, HangUp, HttpStatus, Repeat, SendError, SendText, Stall
from tests.local.hearing import kinds, say, stream, turns

if TYPE_CHECKING:
    from collections.abc import Iterator

pytest.importorskip("pocketsphinx")

TEXT = "Please send the report to my manager."
MANUAL = "/stt/websocket"
TURNS = "/stt/turns/websocket"


@pytest.fixture(scope="module")
def failing() -> Iterator[LocalServer]:
    """A server that hears one sentence and nothing else."""
    with LocalServer(stt_phrases=[TEXT]) as running:
        yield running


@pytest.fixture(scope="module")
def said(failing: LocalServer) -> bytes:
    """The sentence."""
    return say(failing, TEXT)


@pytest.fixture(autouse=True)
def no_more(failing: LocalServer) -> Iterator[None]:
    """Leave no fault to the next test."""
    yield
    failing.faults.clear()


def test_a_close_behind_an_event(failing: LocalServer, said: bytes) -> None:
    """With its code, behind exactly so many transcripts."""
    failing.faults.add(CloseSocket(1012, "restart", after_events=2), path=MANUAL)
    with stream(failing) as heard:
        heard.send(said)
        assert [heard.receive()["type"], heard.receive()["type"]] == ["transcript"] * 2
        with pytest.raises(ConnectionClosedError) as closed:
            heard.receive()
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1012


def test_an_end_of_file_behind_a_message(failing: LocalServer) -> None:
    """Messages with audio count too."""
    failing.faults.add(HangUp(after_messages=3), path=MANUAL)
    with stream(failing) as heard:
        heard.send(bytes(3 * 3200))
        with pytest.raises(ConnectionClosedError) as closed:
            heard.receive()
    assert closed.value.rcvd is None


@pytest.mark.parametrize("version", [V2025_04_16, NEWEST])
def test_an_error_has_the_shape_of_these_sockets(failing: LocalServer, version: str) -> None:
    """And of the version; none says `done`."""
    failing.faults.add(SendError(503, title="Busy", message="Later."), path="/stt/*")
    with turns(failing, version) as heard:
        error = heard.until("error")[-1]
    assert "done" not in error
    if version == NEWEST:
        assert (error["status_code"], error["title"], error["message"]) == (503, "Busy", "Later.")
    else:
        assert (error["code"], error["message"]) == (503, "Busy: Later.")


def test_malformed_messages(failing: LocalServer) -> None:
    """Come right after the upgrade; the stream goes on."""
    failing.faults.add(SendText("{"), path=TURNS)
    with turns(failing) as heard:
        assert heard.ws.recv(10) == "{"
        assert heard.receive()["type"] == "connected"


def test_events_that_are_withheld_or_come_twice(failing: LocalServer, said: bytes) -> None:
    """No transcript, and two ends."""
    failing.faults.add(Drop("transcript"), Repeat("done"), path=MANUAL)
    with stream(failing) as heard:
        heard.send(said)
        heard.command("finalize")
        assert kinds(heard.whole(b"")) == ["flush_done", "done", "done"]


def test_a_stall(failing: LocalServer) -> None:
    """Nothing more comes; as it reads nothing either, no ping is answered."""
    failing.faults.add(Stall(after_events=1), path=TURNS)
    with turns(failing) as heard:
        heard.ws.close_timeout = 0.1  # it will not be answered
        assert heard.receive()["type"] == "connected"
        failing.faults.wait()  # it may begin a moment after what it comes behind
        heard.command("nonsense")
        assert not heard.ws.ping().wait(0.3)
        with pytest.raises(TimeoutError):
            heard.receive(0.2)


def test_a_refused_upgrade(failing: LocalServer) -> None:
    """With a status of one's own; the next stream is served."""
    failing.faults.add(HttpStatus(503), path=MANUAL)
    with pytest.raises(InvalidStatus) as refused, stream(failing):
        pass
    assert refused.value.response.status_code == 503
    with stream(failing) as heard:
        assert kinds(heard.whole(b"")) == ["done"]
