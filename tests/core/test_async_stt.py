"""A stream of speech on a loop that is driven by hand; its connections have no wire."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any, Final

import pytest
from typing_extensions import override
from wsproto import events as w

from cartesia_core import errors as er
from cartesia_core.async_stt import AsyncSttStream
from cartesia_core.http import Head
from cartesia_core.stt import socket
from cartesia_core.stt.commands import SttCommand
from cartesia_core.stt.dialogue import SttDialogue
from cartesia_core.stt.events import ManualEvent, Reconnected, StreamEvent, Transcript
from cartesia_core.stt.handle import StreamState, SttHandle
from cartesia_core.stt.samples import SttFormat
from cartesia_core.stt.socket import SttReconnect
from cartesia_core.ws.events import NEED_DATA, Closed, Opened, Rejected
from cartesia_core.ws.reconnect import ReconnectPolicy
from cartesia_core.ws.session import Session
from tests.core.by_hand import Loop, Until
from tests.core.stt.speech import final, server
from tests.core.ws.peer import Peer, frame

BASIC: dict[str, Any] = {"model": "ink-2", "encoding": "pcm_s16le", "sample_rate": 100}
AGAIN = SttReconnect(policy=ReconnectPolicy(max_failures=2, first_delay=1.0))


class Wire:
    """A connection without a wire."""

    def __init__(self, loop: Loop, dialogue: SttDialogue[ManualEvent], head: Head | None) -> None:
        self.session: Final[Session[SttCommand, ManualEvent | StreamEvent]] = Session(dialogue, now=loop.now)
        self.head: Final = head
        self.is_stuck: bool = False
        self.end: str = ""
        self._loop: Final = loop
        self._peer: Final = Peer(self.session, upgraded=True)

    def post(self, *commands: SttCommand) -> None:
        """Queue commands."""
        for command in commands:
            self.session.send(command, now=self._loop.now)

    async def drain(self) -> None:
        """Wait until the peer takes."""
        await Until(lambda: not self.is_stuck)

    async def receive(self, only: str | None = None) -> ManualEvent | StreamEvent | Opened | Rejected | Closed:
        """Wait for an event."""
        while (event := self.session.next_event(only)) is NEED_DATA:
            await Until(lambda: self.session.has_event(only))
        return event

    async def aclose(self) -> None:
        """End politely."""
        self.end = "closed"
        self.session.close(now=self._loop.now)

    async def cut(self) -> None:
        """End at once."""
        self.end = "cut"
        self.session.abort()

    def hear(self, *messages: str) -> None:
        """Have messages arrive."""
        for message in messages:
            self.session.receive_data(frame(1, message.encode()), now=self._loop.now)
        self._loop.settle()

    def said(self) -> list[object]:
        """Give what went out so far."""
        self._peer.listen()
        kinds = (w.TextMessage, w.BytesMessage)
        return [
            bytes(e.data) if isinstance(e, w.BytesMessage) else e.data for e in self._peer.seen if isinstance(e, kinds)
        ]

    def die(self) -> None:
        """Break."""
        self.session.abort()
        self._loop.settle()


class Stream(AsyncSttStream[ManualEvent]):
    """A stream on the loop: each opening waits for what the test says."""

    def __init__(self, *, reconnect: SttReconnect | None = None) -> None:
        self.loop: Final = Loop()
        self.wires: Final[list[Wire]] = []
        self.errors: Final[list[er.CartesiaError]] = []
        self.started: int = 0
        self.is_slow: bool = False
        super().__init__(SttHandle(socket.websocket(**BASIC, reconnect=reconnect)), self.loop)

    @override
    async def _open(self) -> tuple[Wire, SttDialogue[ManualEvent]]:
        await Until(lambda: not self.is_slow)
        if self.errors:
            raise self.errors.pop(0)
        dialogue = self._handle.request.dialogue()
        head = Head(101, version=f"v{len(self.wires)}") if self.wires else None
        self.wires.append(Wire(self.loop, dialogue, head))
        return self.wires[-1], dialogue

    @override
    def _start(self) -> None:
        self.started += 1

    def begin(self) -> Wire:
        """Open it."""
        self.loop.run(self._begin())
        return self.wires[0]

    def close(self) -> None:
        """Close it, as far as it is the handle's affair."""
        self._left()


def test_sending_and_receiving() -> None:
    """Audio goes out as binary; events come in order, to the end."""
    stream = Stream()
    wire = stream.begin()
    stream.loop.run(stream.send(b"ab"))
    stream.loop.run(stream.finish())
    stream.loop.run(stream.finish())
    assert wire.said() == [b"ab", "close"]
    waiting = stream.loop.start(stream.__anext__())
    assert not waiting.is_done
    wire.hear(final("a"), server("done"))
    assert isinstance(waiting.result(), Transcript)
    for _ in range(2):
        with pytest.raises(StopAsyncIteration):
            stream.loop.run(stream.__anext__())
    assert stream.state is StreamState.DONE
    assert (stream.sent_nbytes, stream.accepted_nbytes, stream.connections) == (2, 2, 1)
    assert stream.head == Head(101)
    assert stream.__aiter__() is stream


def test_sending_waits_for_the_network_alone() -> None:
    """What is in flight is bounded; who receives is not held up."""
    stream = Stream()
    wire = stream.begin()
    wire.is_stuck = True
    sending = stream.loop.start(stream.send(b"ab"))
    assert not sending.is_done
    receiving = stream.loop.start(stream.__anext__())
    wire.hear(final("a"))
    assert isinstance(receiving.result(), Transcript)
    assert not sending.is_done
    wire.is_stuck = False
    stream.loop.settle()
    assert sending.is_done


def test_it_has_to_be_entered() -> None:
    """Nothing works before."""
    stream = Stream()
    for early in (stream.send(b"ab"), stream.finish()):
        with pytest.raises(er.LocalProtocolError, match="enter the stream first"):
            stream.loop.run(early)
    with pytest.raises(er.LocalProtocolError, match="enter the stream first"):
        stream.loop.run(stream.__anext__())
    with pytest.raises(er.LocalProtocolError, match="enter the stream first"):
        _ = stream.head


def test_a_dead_socket_is_told_to_who_sends() -> None:
    """As what it is."""
    stream = Stream()
    stream.begin().die()
    with pytest.raises(er.TranscriptionInterrupted):
        stream.loop.run(stream.send(b"ab"))
    with pytest.raises(er.TranscriptionInterrupted):
        stream.loop.run(stream.__anext__())


def test_a_lost_socket_is_replaced() -> None:
    """Audio sent meanwhile is kept and goes out as binary; an event says so."""
    stream = Stream(reconnect=AGAIN)
    wire = stream.begin()
    stream.loop.run(stream.send(b"ab"))
    waiting = stream.loop.start(stream.__anext__())
    other = stream.loop.start(stream.__anext__())
    wire.die()
    stream.loop.run(stream.send(b"cd"))
    stream.errors.append(er.ConnectFailed("refused"))
    assert not waiting.is_done
    assert wire.end == "cut"
    stream.loop.pass_time(1.0)
    assert isinstance(waiting.error, er.ReconnectStopped)
    with pytest.raises(er.ReconnectStopped):
        other.result()


def test_a_replaced_socket_goes_on() -> None:
    """With what was not transcribed; only one of those who wait replaces it."""
    stream = Stream(reconnect=SttReconnect(policy=ReconnectPolicy(max_failures=9, first_delay=1.0)))
    wire = stream.begin()
    stream.loop.run(stream.send(b"ab"))
    waiting, other = stream.loop.start(stream.__anext__()), stream.loop.start(stream.__anext__())
    stream.errors.append(er.ConnectFailed("refused"))
    wire.die()
    stream.loop.run(stream.send(b"cd"))
    stream.loop.pass_time(1.0)
    stream.loop.pass_time(2.0)
    told = waiting.result()
    assert isinstance(told, Reconnected)
    assert told.replayed_nbytes == 4
    assert stream.wires[1].said() == [b"ab", b"cd"]
    assert (stream.started, stream.connections, stream.head) == (2, 2, Head(101, version="v1"))
    stream.wires[1].hear(final("a"))
    assert isinstance(other.result(), Transcript)


@pytest.mark.parametrize("is_slow", [True, False])
def test_closing_while_a_socket_is_replaced(is_slow: bool) -> None:
    """Whether it is paused for or opened: no socket is left."""
    stream = Stream(reconnect=AGAIN)
    wire = stream.begin()
    waiting = stream.loop.start(stream.__anext__())
    wire.die()
    stream.is_slow = is_slow
    if is_slow:
        stream.loop.pass_time(1.0)
    stream.close()
    stream.is_slow = False
    stream.loop.pass_time(1.0)
    with pytest.raises(er.LocalProtocolError, match="closed here"):
        waiting.result()
    assert [wire.end for wire in stream.wires] == ["cut"] * (2 if is_slow else 1)


async def _slowly(*pieces: bytes) -> AsyncIterator[bytes]:
    for piece in pieces:
        yield piece


@pytest.mark.parametrize("is_async", [True, False])
def test_a_source_is_sent_as_it_was_spoken(is_async: bool) -> None:
    """A tenth of a second at a time."""
    stream = Stream()
    wire = stream.begin()
    source: Any = _slowly(bytes(30), bytes(20)) if is_async else [bytes(30), bytes(20)]
    sending = stream.loop.start(stream.stream(source))
    assert wire.said() == [bytes(20)]
    stream.loop.pass_time(0.1)
    assert wire.said() == [bytes(20), bytes(10)]
    stream.loop.pass_time(0.051)
    assert wire.said() == [bytes(20), bytes(10), bytes(20)]
    assert sending.is_done


def test_a_source_without_a_pace() -> None:
    """As fast as the network takes it."""
    stream = Stream()
    wire = stream.begin()
    stream.loop.run(stream.stream([bytes(30), bytes(20)], realtime=False))
    assert wire.said() == [bytes(20), bytes(10), bytes(20)]


class Recording:
    """A source that may block."""

    format = SttFormat("pcm_s16le", 100)

    def __iter__(self) -> Iterator[bytes]:
        """Give two pieces."""
        return iter([bytes(30), bytes(20)])


def test_a_source_that_may_block_is_read_in_a_thread() -> None:
    """Once for each piece, and once to see that there is none."""
    stream = Stream()
    wire = stream.begin()
    stream.loop.run(stream.stream(Recording(), realtime=False))
    assert wire.said() == [bytes(20), bytes(10), bytes(20)]
    assert stream.loop.threads == 3
