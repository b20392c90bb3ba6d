"""What a scripted server of speech to text can do beside the ordinary: listen slowly, give up idle streams."""

from __future__ import annotations

import select
import time
from typing import Final

from attrs import frozen
from wsproto import events as w

from tests.adapters.peer import Gone, Peer

SMALL_NBYTES: Final = 4096
"""What the kernel may keep for a slow listener (`ScriptedServer(receive_nbytes=...)`), for it is no network."""


@frozen
class HearSlowly:
    """Read until so many bytes of audio have come, at the pace of a slow network.

    Attributes:
        nbytes: Bytes of audio.
        bytes_per_second: Of all bytes.
    """

    nbytes: int
    bytes_per_second: int

    def play(self, peer: Peer, /) -> None:
        """Read little at a time."""
        begun, taken = time.monotonic(), 0
        while sum(len(each) for each in peer.record.heard if isinstance(each, bytes)) < self.nbytes:
            data = peer.socket.recv(1000)
            taken += len(data)
            peer.hear(data)
            if peer.released.wait(max(0.0, begun + taken / self.bytes_per_second - time.monotonic())):
                raise Gone("the server stops")


@frozen
class HearUnlessIdle:
    """Read until a certain message has come; close the socket if nothing comes for so long.

    Attributes:
        message: What is waited for.
        idle_seconds: How long nothing may come.
    """

    message: bytes
    idle_seconds: float

    def play(self, peer: Peer, /) -> None:
        """Read."""
        while self.message not in peer.record.heard:
            readable, _, _ = select.select([peer.socket], [], [], self.idle_seconds)
            if not readable:
                peer.send(peer.frames.send(w.CloseConnection(1000, "connection idle timeout")))
                raise Gone("idle")
            peer.hear(peer.socket.recv(65536))
