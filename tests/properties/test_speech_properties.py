"""Whatever happens to its sockets, a stream of speech loses no audio that it does not count."""

from __future__ import annotations

from typing import Final, TypeAlias

from attrs import frozen
from hypothesis import given
from hypothesis import strategies as st

from cartesia_core.stt.commands import FinishAudio, SendAudio, SttCommand
from cartesia_core.stt.handle import Step, SttHandle
from cartesia_core.stt.socket import SttReconnect, websocket
from cartesia_core.ws.events import Closed, ClosedBy
from cartesia_core.ws.reconnect import ReconnectPolicy
from tests.core.stt.speech import final

DIED: Final = Closed(1006, "", ClosedBy.NOBODY)


@frozen
class Say:
    """Send audio."""

    nbytes: int


@frozen
class Understand:
    """Have the server send a final text that reaches so far, in hundredths of what it has heard."""

    percent: int


@frozen
class Die:
    """Lose the socket; another one is opened after so many further pieces of two bytes."""

    pieces: int


Happening: TypeAlias = Say | Understand | Die
HAPPENINGS: Final = st.lists(
    st.one_of(
        st.builds(Say, st.integers(1, 30).map(lambda samples: 2 * samples)),
        st.builds(Understand, st.integers(0, 100)),
        st.builds(Die, st.integers(0, 3)),
    ),
    max_size=25,
)


class World:
    """A stream, and a server that remembers what it heard on each socket."""

    def __init__(self, limit: int) -> None:
        again = SttReconnect(max_replay_nbytes=limit, policy=ReconnectPolicy(max_failures=1000))
        self.handle = SttHandle(websocket(model="m", encoding="pcm_s16le", sample_rate=100, reconnect=again))
        self.whole = b""
        self.dropped = 0
        self.starts: list[int] = []
        self.heard: list[bytes] = []
        self.is_finished = False
        self.open(0)

    def open(self, start: int) -> None:
        """Give the stream a socket whose audio must begin there."""
        self.dialogue = self.handle.request.dialogue()
        self.starts.append(start)
        self.heard.append(b"")
        self.carry_out(*self.handle.opened(self.dialogue, now=0.0))

    def carry_out(self, *commands: SttCommand) -> None:
        """Have the server hear it."""
        for command in commands:
            self.dialogue.send(command, now=0.0)
            if isinstance(command, SendAudio):
                self.heard[-1] += command.data
            self.is_finished = isinstance(command, FinishAudio)

    def say(self, nbytes: int) -> None:
        """Send audio that nobody has sent before."""
        begin = len(self.whole)
        data = b"".join((begin // 2 + n).to_bytes(2, "big") for n in range(nbytes // 2))
        self.whole += data
        self.carry_out(*self.handle.audio(data))

    def understand(self, percent: int) -> None:
        """Send a final text."""
        seconds = len(self.heard[-1]) / 200 * percent / 100
        for event in self.dialogue.receive(final("w", seconds), now=0.0):
            self.handle.take(event, now=0.0, jitter=0.0)

    def die(self, pieces: int) -> None:
        """Lose the socket and get another one."""
        [event] = self.dialogue.lost(DIED)
        assert self.handle.take(event, now=0.0, jitter=0.0) is Step.REPLACE
        for _ in range(pieces):
            self.say(2)
        accepted, told = self.handle.accepted_nbytes, self.handle.reconnected()
        self.dropped += told.dropped_nbytes
        start = len(self.whole) - told.replayed_nbytes
        assert start <= accepted + told.dropped_nbytes
        assert start >= accepted + told.dropped_nbytes - 1  # between samples
        self.open(start)


@given(st.integers(1, 80), HAPPENINGS)
def test_no_audio_is_lost_that_is_not_counted(limit: int, happenings: list[Happening]) -> None:
    """Each socket gets an unbroken run of the audio, from where the final texts end; the last one gets its end."""
    world = World(limit)
    for happening in happenings:
        if isinstance(happening, Say):
            world.say(happening.nbytes)
        elif isinstance(happening, Understand):
            world.understand(happening.percent)
        else:
            world.die(happening.pieces)
    world.carry_out(*world.handle.finish())
    assert world.is_finished
    assert world.handle.sent_nbytes == len(world.whole)
    for start, heard in zip(world.starts, world.heard, strict=True):
        assert heard == world.whole[start : start + len(heard)]
    assert world.starts[-1] + len(world.heard[-1]) == len(world.whole)
    assert 0 <= world.handle.accepted_nbytes <= len(world.whole)
