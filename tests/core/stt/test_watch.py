"""What an observer is told of the sockets of a stream of speech."""

from __future__ import annotations

import pytest

from cartesia_core import errors as er
from cartesia_core.stt.dialogue import SttDialogue
from cartesia_core.stt.events import ManualEvent
from cartesia_core.stt.handle import SttHandle
from cartesia_core.stt.socket import SttReconnect, websocket
from cartesia_core.ws.events import Closed, ClosedBy
from cartesia_core.ws.notices import (
    RetiredFor,
    SocketLost,
    SocketNotOpened,
    SocketOpened,
    SocketOpening,
    SocketPause,
    SocketRetired,
)
from cartesia_core.ws.reconnect import ReconnectPolicy
from tests.core.stt.speech import server

DIED = Closed(1006, "", ClosedBy.NOBODY)
AGAIN = SttReconnect(policy=ReconnectPolicy(max_failures=2, first_delay=1.0))


class Watched:
    """A handle whose sockets are opened by hand."""

    def __init__(self, reconnect: SttReconnect | None = None) -> None:
        self.handle = SttHandle(websocket(model="ink-2", encoding="pcm_s16le", sample_rate=100, reconnect=reconnect))

    def open(self, *, since: float, now: float) -> SttDialogue[ManualEvent]:
        """Open a socket."""
        self.handle.opening(now=since)
        dialogue = self.handle.request.dialogue()
        self.handle.opened(dialogue, now=now, request_id="r")
        return dialogue

    def take(self, dialogue: SttDialogue[ManualEvent], closed: Closed, *, now: float) -> object:
        """Take how the socket ended."""
        [event] = dialogue.lost(closed)
        return self.handle.take(event, now=now, jitter=0.0)


def test_a_stream_that_ends_well() -> None:
    """It was opened, and retired at its end, once, whoever closes it afterwards."""
    watched = Watched()
    dialogue = watched.open(since=1.0, now=1.25)
    assert watched.handle.notices() == [SocketOpening(0), SocketOpened(1, 0.25, "r")]
    watched.handle.finish()
    for event in dialogue.receive(server("done"), now=4.0):
        watched.handle.take(event, now=4.0, jitter=0.0)
    dialogue.lost(Closed(1000, "", ClosedBy.SERVER))
    watched.handle.close(now=5.0)
    assert watched.handle.notices() == [SocketRetired(1, RetiredFor.END, 2.75)]
    assert not watched.handle.has_notices


def test_a_stream_that_is_left() -> None:
    """Leaving the block retires the socket."""
    watched = Watched()
    watched.open(since=0.0, now=0.0)
    watched.handle.close(now=3.0)
    watched.handle.close(now=9.0)
    assert watched.handle.notices()[2:] == [SocketRetired(1, RetiredFor.END, 3.0)]


def test_a_loss_that_nobody_read() -> None:
    """It is told when the block is left."""
    watched = Watched()
    dialogue = watched.open(since=0.0, now=0.0)
    dialogue.lost(DIED)
    watched.handle.close(now=3.0)
    assert watched.handle.notices()[2:] == [SocketLost(1, DIED, 3.0)]


def test_an_error_that_ends_the_stream() -> None:
    """The socket was not lost: it is given up here."""
    watched = Watched()
    dialogue = watched.open(since=0.0, now=0.0)
    [event] = dialogue.receive(server("error", status_code=500), now=2.0)
    with pytest.raises(er.ServerError):
        watched.handle.take(event, now=2.0, jitter=0.0)
    assert watched.handle.notices()[2:] == [SocketRetired(1, RetiredFor.FAILURE, 2.0)]


def test_a_loss_a_pause_and_another_socket() -> None:
    """Each step is told, with the failures in a row."""
    watched = Watched(AGAIN)
    dialogue = watched.open(since=0.0, now=0.0)
    watched.take(dialogue, DIED, now=2.0)
    assert watched.handle.notices()[2:] == [SocketLost(1, DIED, 2.0)]
    assert watched.handle.pause_seconds(2.0) == 1.0
    assert watched.handle.notices() == [SocketPause(1.0, 1)]
    assert watched.handle.pause_seconds(3.0) == 0.0
    watched.open(since=3.0, now=3.5)
    assert watched.handle.notices() == [SocketOpening(1), SocketOpened(2, 0.5, "r")]
    assert watched.handle.connections == 2


@pytest.mark.parametrize("reconnect", [None, AGAIN], ids=["once", "again"])
def test_a_socket_that_is_not_opened(reconnect: SttReconnect | None) -> None:
    """The error is told, and counted."""
    watched, error = Watched(reconnect), er.ConnectTimeout("slow")
    watched.handle.opening(now=0.0)
    watched.handle.not_opened(error, now=1.0, jitter=0.0)
    assert watched.handle.notices() == [SocketOpening(0), SocketNotOpened(error, 1)]
    assert watched.handle.connections == 0


def test_a_socket_that_nobody_announced() -> None:
    """It took no time that is known of."""
    watched = Watched()
    watched.handle.opened(watched.handle.request.dialogue(), now=5.0)
    assert watched.handle.notices() == [SocketOpened(1, 0.0, None)]
