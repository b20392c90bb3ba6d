"""What a scripted server can do, as data: one step after another, on one connection."""

from __future__ import annotations

import base64
import gzip
import json
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Final, Literal, Protocol, TypeAlias

from attrs import field, frozen
from wsproto import events as w
from wsproto.utilities import generate_accept_token

from tests.adapters.peer import Gone, Peer, ScriptFailed, Seen

Pairs: TypeAlias = tuple[tuple[str, str], ...]
Body: TypeAlias = "bytes | Callable[[Seen], bytes]"
WAV: Final = "audio/wav"
JSON: Final = "application/json"
SSE: Final = "text/event-stream"


class Step(Protocol):
    """One thing the server does."""

    def play(self, peer: Peer, /) -> None:
        """Do it. Raises `Gone` when the client has left, `ScriptFailed` when it does something else than expected."""
        ...


# --- HTTP


@frozen(kw_only=True)
class Answer:
    """Read a request and answer it.

    Attributes:
        announced: The `Content-Length`; None announces the true one, -1 none at all (the body ends at EOF).
        chunked: Send the body as one chunk for each piece.
        is_cut: Leave the end mark of a chunked body out.
        pieces: How many bytes a piece has at most.
        pause: Flag of the test to wait for between the head and the body.
    """

    status: int = 200
    kind: str = WAV
    body: Body = b""
    headers: Pairs = ()
    announced: int | None = None
    chunked: bool = False
    is_cut: bool = False
    pieces: int = 1 << 20
    pause: str | None = None
    zipped: bool = False

    def play(self, peer: Peer, /) -> None:
        """Answer."""
        seen = peer.request()
        body = self.body if isinstance(self.body, bytes) else self.body(seen)
        body = gzip.compress(body) if self.zipped else body
        peer.send(self._head(len(body)))
        if self.pause is not None:
            peer.wait(peer.flags(self.pause))
        for start in range(0, len(body), self.pieces):
            piece = body[start : start + self.pieces]
            peer.send(b"%x\r\n%s\r\n" % (len(piece), piece) if self.chunked else piece)
        if self.chunked and not self.is_cut:
            peer.send(b"0\r\n\r\n")

    def _head(self, nbytes: int) -> bytes:
        lines = [f"HTTP/1.1 {self.status} Whatever"]
        if self.kind:
            lines.append(f"Content-Type: {self.kind}")
        if self.zipped:
            lines.append("Content-Encoding: gzip")
        if self.chunked:
            lines.append("Transfer-Encoding: chunked")
        elif self.announced != -1:
            lines.append(f"Content-Length: {nbytes if self.announced is None else self.announced}")
        lines.extend(f"{name}: {value}" for name, value in self.headers)
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


@frozen
class Forever:
    """Repeat a step until the client leaves."""

    step: Step

    def play(self, peer: Peer, /) -> None:
        """Repeat."""
        while True:
            self.step.play(peer)


@frozen
class ReadRequest:
    """Read a request and answer nothing."""

    def play(self, peer: Peer, /) -> None:
        """Read."""
        peer.request()


# --- ends and waits


@frozen
class Reset:
    """Cut the connection with a TCP reset."""

    def play(self, peer: Peer, /) -> None:
        """Cut."""
        peer.reset()
        raise Gone("reset by the script")


@frozen
class HangUp:
    """End the connection without a word."""

    def play(self, peer: Peer, /) -> None:
        """End."""
        peer.mark()
        peer.hang_up()
        peer.faulted()
        raise Gone("hung up by the script")


@frozen
class Deaf:
    """Neither read nor write any more, but keep the connection."""

    def play(self, peer: Peer, /) -> None:
        """Do nothing until the server stops."""
        peer.mark()
        peer.released.wait()
        raise Gone("the server stops")


@frozen
class Mute:
    """Read, but answer nothing any more: neither pings nor the close."""

    def play(self, peer: Peer, /) -> None:
        """Read until the client leaves."""
        peer.mark()
        while peer.receive(None):
            pass
        raise Gone("the client has left")


@frozen
class Wait:
    """Wait for a flag that the test raises."""

    flag: str

    def play(self, peer: Peer, /) -> None:
        """Wait."""
        peer.wait(peer.flags(self.flag))


@frozen
class Pause:
    """Do nothing for some seconds."""

    seconds: float

    def play(self, peer: Peer, /) -> None:
        """Wait; the server's end ends the wait too."""
        if peer.released.wait(self.seconds):
            raise Gone("the server stops")


@frozen
class Tell:
    """Raise a flag for the test."""

    flag: str

    def play(self, peer: Peer, /) -> None:
        """Raise it."""
        peer.flags(self.flag).set()


@frozen
class Mark:
    """Note that the fault happens with the next step."""

    def play(self, peer: Peer, /) -> None:
        """Note the time."""
        peer.mark()


# --- WebSocket


@frozen(kw_only=True)
class Accept:
    """Read the opening request and agree.

    Attributes:
        token: The `Sec-WebSocket-Accept` to give in place of the right one.
        upgrade: The protocol to switch to.
        headers: Further header fields.
        glued: Frames in the same packet as the answer.
    """

    token: str | None = None
    upgrade: str = "websocket"
    headers: Pairs = ()
    glued: tuple[FrameStep, ...] = ()

    def play(self, peer: Peer, /) -> None:
        """Agree."""
        seen = peer.request()
        token = self.token or generate_accept_token(seen.headers["sec-websocket-key"].encode()).decode()
        fields = [("Upgrade", self.upgrade), ("Connection", "Upgrade"), ("Sec-WebSocket-Accept", token), *self.headers]
        lines = ["HTTP/1.1 101 Switching Protocols", *(f"{name}: {value}" for name, value in fields)]
        peer.is_socket = True
        head = ("\r\n".join(lines) + "\r\n\r\n").encode()
        peer.send(head + b"".join(step.encode(peer) for step in self.glued))


class FrameStep(Protocol):
    """A step that sends frames."""

    def encode(self, peer: Peer, /) -> bytes:
        """Give the bytes."""
        ...


class _Sends(ABC):
    """Sends what `encode` gives."""

    @abstractmethod
    def encode(self, peer: Peer, /) -> bytes:
        """Give the bytes."""

    def play(self, peer: Peer, /) -> None:
        peer.send(self.encode(peer))


@frozen
class Say(_Sends):
    """Send a JSON message; a context is named by its number in order of appearance."""

    message: dict[str, object]
    context: int | None = None

    def encode(self, peer: Peer, /) -> bytes:
        """Give the frame."""
        about = {} if self.context is None else {"context_id": peer.context_id(self.context)}
        return peer.frames.send(w.TextMessage(json.dumps({**self.message, **about})))


@frozen
class Text(_Sends):
    """Send a text message as it is."""

    text: str

    def encode(self, peer: Peer, /) -> bytes:
        """Give the frame."""
        return peer.frames.send(w.TextMessage(self.text))


@frozen
class Binary(_Sends):
    """Send a binary message."""

    data: bytes

    def encode(self, peer: Peer, /) -> bytes:
        """Give the frame."""
        return peer.frames.send(w.BytesMessage(self.data))


@frozen
class Fragments:
    """Send a JSON message in frames of so many bytes each, in one packet or in one for each frame."""

    message: dict[str, object]
    context: int
    size: int
    single_packets: bool = False

    def play(self, peer: Peer, /) -> None:
        """Send them."""
        text = json.dumps({**self.message, "context_id": peer.context_id(self.context)}, ensure_ascii=False).encode()
        cuts = [text[i : i + self.size] for i in range(0, len(text), self.size)]
        frames = [_frame(0x1 if i == 0 else 0x0, cut, final=i == len(cuts) - 1) for i, cut in enumerate(cuts)]
        for packet in frames if self.single_packets else [b"".join(frames)]:
            peer.send(packet)


def _frame(opcode: int, payload: bytes, *, final: bool = True) -> bytes:
    assert len(payload) < 126
    return bytes([(0x80 if final else 0) | opcode, len(payload)]) + payload


@frozen
class Raw:
    """Send bytes as they are."""

    data: bytes

    def play(self, peer: Peer, /) -> None:
        """Send them."""
        peer.mark()
        peer.send(self.data)


@frozen
class Pings(_Sends):
    """Send many pings at once."""

    count: int = 1

    def encode(self, peer: Peer, /) -> bytes:
        """Give the frames."""
        return b"".join(peer.frames.send(w.Ping(b"%d" % number)) for number in range(self.count))


@frozen
class Close(_Sends):
    """Send a close frame; the client's answer and end are read afterwards."""

    code: int
    reason: str = ""

    def encode(self, peer: Peer, /) -> bytes:
        """Give the frame."""
        return peer.frames.send(w.CloseConnection(self.code, self.reason))

    def play(self, peer: Peer, /) -> None:
        """Send it."""
        peer.mark()
        peer.send(self.encode(peer))
        peer.faulted()


@frozen
class Together:
    """Send frames in one packet, as the script's fault."""

    frames: tuple[FrameStep, ...]

    def play(self, peer: Peer, /) -> None:
        """Send them."""
        peer.mark()
        peer.send(b"".join(step.encode(peer) for step in self.frames))
        peer.faulted()


@frozen
class Expect:
    """Read messages until one of a kind comes; with a context, of that one."""

    kind: Literal["text", "flush", "finish", "cancel", "close"] = "text"
    context: int | None = None

    def play(self, peer: Peer, /) -> None:
        """Read."""
        while True:
            message = peer.message()
            if isinstance(message, w.CloseConnection):
                if self.kind == "close":
                    return
                raise ScriptFailed(f"the client closed the socket instead of sending {self.kind}")
            is_ours = self.context is None or message["context_id"] == peer.context_id(self.context)
            if is_ours and _kind(message) == self.kind:
                return


@frozen
class HearAudio:
    """Read until so many bytes of audio have come on this connection."""

    nbytes: int

    def play(self, peer: Peer, /) -> None:
        """Read."""
        peer.listen(lambda heard: sum(len(each) for each in heard if isinstance(each, bytes)) >= self.nbytes)


@frozen
class HearWord:
    """Read until a text has come: `finalize`, `close`, or one that has this in it."""

    word: str

    def play(self, peer: Peer, /) -> None:
        """Read."""
        peer.listen(lambda heard: any(self.word in each for each in heard if isinstance(each, str)))


def _kind(message: dict[str, object]) -> str:
    if message.get("cancel"):
        return "cancel"
    if message.get("flush"):
        return "flush"
    return "text" if message.get("continue") else "finish"


@frozen
class Flood:
    """Send audio of a context until the client is gone, reading nothing."""

    context: int
    nbytes: int = 1 << 40
    audio: bytes = field(default=b"\x55" * 16384, repr=False)

    def play(self, peer: Peer, /) -> None:
        """Send."""
        frame = Say(audio_message(self.audio), self.context).encode(peer)
        sent = 0
        while sent < self.nbytes:
            peer.send(frame)
            sent += len(self.audio)


@frozen
class Drip:
    """Send audio of a context every 10 milliseconds until the client is gone, reading nothing."""

    context: int

    def play(self, peer: Peer, /) -> None:
        """Send."""
        frame = Say(audio_message(b"dd"), self.context).encode(peer)
        while not peer.released.wait(0.01):
            peer.send(frame)


def audio_message(audio: bytes) -> dict[str, object]:
    """Make the fields of an audio message."""
    data = base64.b64encode(audio).decode()
    return {"type": "chunk", "data": data, "done": False, "status_code": 206, "step_time": 1.5}
