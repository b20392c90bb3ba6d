"""A real WebSocket server, wsproto's, at the other end of a wire that is two byte strings."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import Final, Generic, TypeVar

from attrs import frozen
from wsproto import ConnectionType, WSConnection
from wsproto import events as w
from wsproto.connection import Connection

from cartesia_core.ws import NEED_DATA, Closed, Handshake, Opened, Rejected, Session, SessionLimits
from cartesia_core.ws.dialogue import Message

C = TypeVar("C")
E = TypeVar("E")

HANDSHAKE: Final = Handshake("api.example", "/tts/websocket?x=1", (("Authorization", "Bearer k"),))


class Peer(Generic[C, E]):
    """The server of one session, and the wire between the two.

    Args:
        session: The client's side. If it does no handshake, the server is beyond it too.
    """

    def __init__(self, session: Session[C, E], *, upgraded: bool = False) -> None:
        self.session: Final = session
        self.ws: Final = Connection(ConnectionType.SERVER) if upgraded else WSConnection(ConnectionType.SERVER)
        self.seen: Final[list[w.Event]] = []
        """What the client sent, as the server understood it."""

    def listen(self) -> list[w.Event]:
        """Take what the client sends; give what was new in it."""
        data = self.session.data_to_send()
        if data:
            self.ws.receive_data(data)
        events = list(self.ws.events())
        self.seen.extend(events)
        return events

    def tell(self, *events: w.Event, now: float = 0.0) -> None:
        """Send events to the client in one piece."""
        self.session.receive_data(self.write(*events), now=now)

    def write(self, *events: w.Event) -> bytes:
        """Give the bytes of events."""
        return b"".join(self.ws.send(event) for event in events)

    def texts(self) -> list[str]:
        """Give the text messages of the client so far."""
        self.listen()
        return [event.data for event in self.seen if isinstance(event, w.TextMessage)]


@frozen
class Heard:
    """A message, as an event."""

    message: Message
    context_id: str | None = None


class Plain:
    """A dialogue without meaning: commands are texts to send, messages are events."""

    def __init__(self) -> None:
        self.ended: list[Closed] = []
        self.answers: list[Message] = []
        self.deadline: float | None = None

    def send(self, command: str, /, *, now: float) -> tuple[list[Message], list[Heard]]:
        """Send a text."""
        return [command], []

    def receive(self, message: Message, /, *, now: float) -> list[Heard]:
        """Hear a message; answer the ones that are questions."""
        if message == "question":
            self.answers.append("answer")
        return [Heard(message)]

    def replies(self) -> list[Message]:
        """Give the answers."""
        answers, self.answers = self.answers, []
        return answers

    def lost(self, closed: Closed, /) -> list[Heard]:
        """Remember the end."""
        self.ended.append(closed)
        return [Heard("lost")]

    def next_deadline(self) -> float | None:
        """Wait for what the test says."""
        return self.deadline

    def handle_timeout(self, now: float, /) -> list[Heard]:
        """Tell that time has passed, and say something."""
        if self.deadline is not None and now >= self.deadline:
            self.deadline = None
            self.answers.append("late")
            return [Heard("timeout")]
        return []

    def resumed(self, now: float, /) -> None:
        """Nothing is waited for."""

    def has_others(self, context_id: str, /) -> bool:
        """There are no contexts."""
        return False

    def overrun(self, context_id: str, /) -> list[Heard]:
        """There are no contexts."""
        return []

    def is_idle(self) -> bool:
        """Nothing is ever in flight."""
        return True


def connecting(limits: SessionLimits | None = None, *, now: float = 0.0) -> Peer[str, Heard]:
    """Give a session that has just begun its handshake."""
    return Peer(Session(Plain(), handshake=HANDSHAKE, limits=limits, now=now, version="2026-08-14"))


def opened(limits: SessionLimits | None = None, *, now: float = 0.0) -> Peer[str, Heard]:
    """Give a session whose handshake is through."""
    peer = connecting(limits, now=now)
    peer.listen()
    peer.tell(w.AcceptConnection(), now=now)
    assert isinstance(peer.session.next_event(), Opened)
    return peer


def upgraded(limits: SessionLimits | None = None, *, now: float = 0.0) -> Peer[str, Heard]:
    """Give a session over a connection that somebody else has upgraded."""
    return Peer(Session(Plain(), limits=limits, now=now), upgraded=True)


def events_of(session: Session[C, E]) -> list[E | Opened | Rejected | Closed]:
    """Take all events there are; the end of the socket, which never runs out, once."""
    events: list[E | Opened | Rejected | Closed] = []
    while (event := session.next_event()) is not NEED_DATA:
        events.append(event)
        if event is session.closed:
            break
    return events


def frame(opcode: int, payload: bytes, *, final: bool = True, masked: bool = False, reserved: int = 0) -> bytes:
    """Write a frame by hand, right or wrong (RFC 6455, 5.2)."""
    size = len(payload)
    head = bytes([(0x80 if final else 0) | reserved << 4 | opcode])
    mark = 0x80 if masked else 0
    if size < 126:
        length = bytes([mark | size])
    elif size < 1 << 16:
        length = bytes([mark | 126]) + size.to_bytes(2, "big")
    else:
        length = bytes([mark | 127]) + size.to_bytes(8, "big")
    return head + length + (b"\0\0\0\0" if masked else b"") + payload


def opcodes(data: bytes) -> list[int]:
    """Give the kinds of the frames that a client sent, whatever a server would make of them."""
    found: list[int] = []
    while data:
        size = data[1] & 0x7F
        start = 2 + 4
        if size == 126:
            size, start = int.from_bytes(data[2:4], "big"), 4 + 4
        found.append(data[0] & 0x0F)
        data = data[start + size :]
    return found


def pieces(data: bytes, cuts: Iterable[int]) -> list[bytes]:
    """Cut bytes at some places."""
    edges = [0, *sorted(cut for cut in cuts if cut < len(data)), len(data)]
    return [data[a:b] for a, b in pairwise(edges) if a < b]
