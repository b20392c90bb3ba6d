"""`Connection` over streams that are not sockets: what no peer on loopback does reliably."""

from __future__ import annotations

import time

import pytest
from wsproto import ConnectionType
from wsproto import events as w
from wsproto.connection import Connection as Frames

from cartesia_core.tts.dialogue import TtsDialogue
from cartesia_core.ws.session import Session
from cartesia_sync import Connection
from cartesia_sync.context import TtsConnection
from tests.adapters.flavours import LIMITS


class Chatterbox:
    """A peer that always has something to say, takes every byte and answers no close."""

    def __init__(self) -> None:
        self._ping = Frames(ConnectionType.SERVER).send(w.Ping(b"."))
        self.is_closed = False

    def receive(self, timeout: float | None) -> bytes | None:
        """Give a ping, at once."""
        return self._ping

    def send(self, data: bytes | memoryview, timeout: float) -> int:
        """Take everything."""
        return len(data)

    def wake(self) -> None:
        """Nobody sleeps."""

    def cut(self) -> None:
        """Nothing to cut."""

    def close(self) -> None:
        """Note it."""
        self.is_closed = True


class Broken(Chatterbox):
    """A stream whose writing breaks with an error that is none of the network's."""

    def send(self, data: bytes | memoryview, timeout: float) -> int:
        """Break."""
        raise ZeroDivisionError


def connection_over(stream: Chatterbox) -> tuple[TtsConnection, Chatterbox]:
    """Make a connection over a stream."""
    session = Session(TtsDialogue(), limits=LIMITS, now=time.monotonic())
    return Connection(session, stream), stream


def test_a_peer_that_talks_on_and_on_does_not_keep_a_closing_socket_open() -> None:
    """There is always something to read, and the close deadline counts all the same."""
    connection, stream = connection_over(Chatterbox())
    before = time.monotonic()
    connection.close()
    assert time.monotonic() - before < 1.0
    assert stream.is_closed


def test_an_unexpected_error_in_writing_ends_the_socket_and_is_raised() -> None:
    """Half a frame may be out, so nothing may follow it."""
    connection, _ = connection_over(Broken())
    with pytest.raises(ZeroDivisionError):
        connection.close()
    assert connection.session.closed is not None
