"""WebSocket frames and the opening handshake: bytes to messages and back. The only user of wsproto."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, TypeAlias

from attrs import field, frozen
from wsproto import ConnectionType, WSConnection
from wsproto import events as w
from wsproto.connection import Connection, ConnectionState
from wsproto.utilities import LocalProtocolError as WsLocalError
from wsproto.utilities import RemoteProtocolError as WsRemoteError
from wsproto.utilities import generate_accept_token

from cartesia_core.errors import RemoteProtocolError
from cartesia_core.http import Headers, Pairs
from cartesia_core.ws.dialogue import Message
from cartesia_core.ws.frames import FrameSplitter
from cartesia_core.ws.masking import BINARY, TEXT, Frames

DEFAULT_MAX_MESSAGE_NBYTES: Final = 64 * 1024 * 1024
_MAX_REFUSAL_NBYTES: Final = 64 * 1024
_RECEIVING: Final = (ConnectionState.OPEN, ConnectionState.LOCAL_CLOSING)


@frozen
class Handshake:
    """The opening request of a socket that this library opens itself, byte by byte.

    Attributes:
        host: Value of the Host header.
        target: Path and query.
        headers: Further header fields: credential and version.
    """

    host: str
    target: str
    headers: Pairs = field(default=(), repr=False)


@frozen
class Accepted:
    """The server agreed to speak WebSocket."""

    headers: Headers


@frozen
class Refused:
    """The server answered the handshake with something else than 101."""

    status: int
    headers: Headers
    content: bytes


@frozen
class Pinged:
    """The peer wants a sign of life; the payload is already wrapped into the answer."""

    answer: bytes


@frozen
class Ended:
    """A close frame, or a breach of the frame protocol (then `is_breach`)."""

    code: int
    reason: str
    is_breach: bool = False


WireEvent: TypeAlias = Message | Accepted | Refused | Pinged | Ended
"""A whole message stands for itself: nearly all there is to tell are messages."""


def upgrade_headers(key: str) -> Pairs:
    """Give the header fields that ask an HTTP client's connection to become a socket.

    Args:
        key: 16 random bytes in base64, different for each handshake (RFC 6455, 4.1).
    """
    return (
        ("Upgrade", "websocket"),
        ("Connection", "Upgrade"),
        ("Sec-WebSocket-Key", key),
        ("Sec-WebSocket-Version", "13"),
    )


def check_upgrade(headers: Headers, key: str) -> None:
    """Check the header fields of a 101 answer against the key sent (RFC 6455, 4.1).

    Raises:
        RemoteProtocolError: The answer is not to our handshake, or turns on what we did not ask for.
    """
    if headers.get("upgrade", "").lower() != "websocket":
        raise RemoteProtocolError("the server switched to another protocol than WebSocket")
    expected = generate_accept_token(key.encode("ascii")).decode("ascii")
    if headers.get("sec-websocket-accept") != expected:
        raise RemoteProtocolError("the server's Sec-WebSocket-Accept does not answer our key")
    for name in ("sec-websocket-extensions", "sec-websocket-protocol"):
        if headers.get(name):
            raise RemoteProtocolError(f"the server turned on {headers[name]!r}, which was not asked for")


class Wire:
    """Frames of one socket, from the client's side.

    Args:
        handshake: The request to open with; None if the upgrade is through already.
        max_message_nbytes: Largest message accepted, in bytes after reassembly.
        frames: Makes the frames of messages; None has wsproto do it.
    """

    def __init__(
        self,
        handshake: Handshake | None,
        *,
        max_message_nbytes: int = DEFAULT_MAX_MESSAGE_NBYTES,
        frames: Frames | None = None,
    ) -> None:
        self._handshake: Final = handshake
        self._frames: Final = frames
        self._max_nbytes: Final = max_message_nbytes
        self._connection: WSConnection | Connection = (
            WSConnection(ConnectionType.CLIENT) if handshake else Connection(ConnectionType.CLIENT)
        )
        # Where a handshake leaves off and frames begin, only wsproto knows.
        self._splitter: Final = None if handshake else FrameSplitter(max_message_nbytes)
        self._parts: list[str | bytes] = []
        self._parts_nbytes = 0
        self._refused: Refused | None = None

    def open(self) -> bytes:
        """Give the bytes of the opening request; none if the upgrade is through already."""
        if self._handshake is None:
            return b""
        fields = [(name.encode("ascii"), value.encode("latin-1")) for name, value in self._handshake.headers]
        return self._connection.send(w.Request(self._handshake.host, self._handshake.target, extra_headers=fields))

    def message(self, message: Message) -> bytes:
        """Give the frame of a message."""
        if self._frames is not None:
            return self._frames(TEXT, message.encode()) if isinstance(message, str) else self._frames(BINARY, message)
        return self._connection.send(w.TextMessage(message) if isinstance(message, str) else w.BytesMessage(message))

    def ping(self, payload: bytes) -> bytes:
        """Give a ping frame."""
        return self._connection.send(w.Ping(payload))

    def close(self, code: int, reason: str) -> bytes:
        """Give a close frame; none if one was sent already or the handshake is not through."""
        try:
            return self._connection.send(w.CloseConnection(code, reason))
        except WsLocalError:
            return b""

    def receive(self, data: bytes) -> Iterator[WireEvent]:
        """Feed bytes and give what they complete.

        Raises:
            RemoteProtocolError: The handshake's answer breaks the protocol, or a message is larger than allowed.
        """
        if self._splitter is None:
            yield from self._by_wsproto(data)
            return
        pieces = self._splitter.feed(data)
        if self._connection.state not in _RECEIVING:
            return
        for piece in pieces:
            if isinstance(piece, str):
                yield piece
                continue
            for event in self._by_wsproto(piece):
                yield event
                if isinstance(event, Ended):
                    return

    def _by_wsproto(self, data: bytes) -> Iterator[WireEvent]:
        try:
            self._connection.receive_data(data)
            for event in self._connection.events():
                yield from self._translate(event)
        except WsRemoteError as error:
            raise RemoteProtocolError(f"the server's handshake is broken: {error}") from None

    def _translate(self, event: w.Event) -> Iterator[WireEvent]:
        if isinstance(event, w.TextMessage):
            yield from self._assemble(event.data, is_whole=event.message_finished)
        elif isinstance(event, w.BytesMessage):
            yield from self._assemble(bytes(event.data), is_whole=event.message_finished)
        elif isinstance(event, w.Ping):
            if self._connection.state is ConnectionState.OPEN:  # nothing may follow a close frame
                yield Pinged(self._connection.send(event.response()))
        elif isinstance(event, w.CloseConnection):
            yield self._ended(event)
        elif isinstance(event, w.AcceptConnection):
            yield Accepted(_headers(event.extra_headers))
        elif isinstance(event, w.RejectConnection):
            self._refused = Refused(event.status_code, _headers(event.headers), b"")
            if not event.has_body:
                yield self._refused
        elif isinstance(event, w.RejectData):
            yield from self._refusal_body(event)

    def _assemble(self, data: Message, *, is_whole: bool) -> Iterator[WireEvent]:
        nbytes = self._parts_nbytes + _nbytes(data)
        if nbytes > self._max_nbytes:
            self._too_large(nbytes)
        if is_whole and not self._parts:
            yield data
            return
        if data:  # an endless message of empty fragments takes no memory
            self._parts.append(data)
            self._parts_nbytes = nbytes
        if is_whole:
            parts, self._parts, self._parts_nbytes = self._parts, [], 0
            yield _join(parts)

    def _too_large(self, nbytes: int) -> None:
        raise RemoteProtocolError(
            f"a message of at least {nbytes} bytes is larger than the {self._max_nbytes} allowed by max_message_nbytes",
            close_code=1009,
        )

    def _ended(self, event: w.CloseConnection) -> Ended:
        # wsproto reports breaches like close frames, but only a real close frame moves its state on.
        is_breach = self._connection.state in _RECEIVING
        return Ended(int(event.code), event.reason or "", is_breach)

    def _refusal_body(self, event: w.RejectData) -> Iterator[WireEvent]:
        assert self._refused is not None  # the head comes before its body
        self._refused = Refused(self._refused.status, self._refused.headers, self._refused.content + event.data)
        if event.body_finished or len(self._refused.content) > _MAX_REFUSAL_NBYTES:
            yield self._refused

    def refused_so_far(self) -> Refused | None:
        """Give the refusal whose body has not ended, for when the connection ends first."""
        return self._refused


def _headers(fields: Sequence[tuple[bytes, bytes]]) -> Headers:
    return Headers((name.decode("latin-1"), value.decode("latin-1")) for name, value in fields)


def _nbytes(data: Message) -> int:
    return len(data) if isinstance(data, bytes) or data.isascii() else len(data.encode())


def _join(parts: list[str | bytes]) -> Message:
    texts = [part for part in parts if isinstance(part, str)]
    if len(texts) == len(parts):
        return "".join(texts)
    return b"".join(part for part in parts if isinstance(part, bytes))
