"""A client that shows every byte: HTTP by hand, frames by hand, no manners."""

from __future__ import annotations

import base64
import json
import socket
from collections.abc import Generator
from contextlib import contextmanager
from typing import Final

from attrs import frozen
from wsproto.connection import Connection, ConnectionType
from wsproto.events import CloseConnection, Event, Ping, TextMessage
from wsproto.utilities import generate_accept_token

from cartesia_core.versions import NEWEST
from cartesia_local import LocalServer
from tests.local.client import Json, receive_until, speech

WORDS: Final = "Hello there, my good old friend. How are you doing on this fine day?"
"""Enough speech for several chunks."""
TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10
WS_KEY: Final = b"AAAAAAAAAAAAAAAAAAAAAA=="
ACCEPT: Final = generate_accept_token(WS_KEY).decode()


@frozen
class Frame:
    """A frame as it came."""

    opcode: int
    payload: bytes
    is_final: bool

    @property
    def json(self) -> Json:
        """The payload as a JSON object."""
        value: Json = json.loads(self.payload)
        return value

    @property
    def close(self) -> tuple[int | None, str]:
        """Code and reason of a close frame."""
        assert self.opcode == CLOSE
        code = int.from_bytes(self.payload[:2], "big") if self.payload else None
        return code, self.payload[2:].decode()


class Raw:
    """One connection."""

    def __init__(self, sock: socket.socket, key: str) -> None:
        self.sock = sock
        self._key = key
        self._rest = b""
        self._frames = Connection(ConnectionType.CLIENT)

    def request(self, method: str, path: str, body: bytes = b"", *headers: str, version: str = NEWEST) -> str:
        """Send a request and read the head of its answer; the empty text at the end of file."""
        fields = (
            f"{method} {path} HTTP/1.1",
            "Host: localhost",
            f"Authorization: Bearer {self._key}",
            f"Cartesia-Version: {version}",
            *([f"Content-Length: {len(body)}"] if body else []),
            *headers,
        )
        self.sock.sendall(("\r\n".join(fields) + "\r\n\r\n").encode() + body)
        head, _, self._rest = receive_until(self.sock, b"\r\n\r\n").partition(b"\r\n\r\n")
        return head.decode()

    def speak(self, path: str = "/tts/bytes", version: str = NEWEST, **changes: object) -> str:
        """Ask for speech over HTTP."""
        return self.request("POST", path, json.dumps(speech(**changes)).encode(), version=version)

    def upgrade(self, version: str = NEWEST) -> str:
        """Ask for a TTS socket."""
        fields = ("Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13")
        key = f"Sec-WebSocket-Key: {WS_KEY.decode()}"
        return self.request("GET", "/tts/websocket", b"", *fields, key, version=version)

    def send(self, event: Event) -> None:
        """Send a frame."""
        self.sock.sendall(self._frames.send(event))

    def say(self, context_id: str = "c", *, more: bool | None = None, **changes: object) -> None:
        """Send a generation; `more` is the field `continue`."""
        changes["continue"] = more
        self.send(TextMessage(json.dumps(speech(context_id=context_id, **changes))))

    def cancel(self, context_id: str = "c") -> None:
        """Cancel a context."""
        self.send(TextMessage(json.dumps({"context_id": context_id, "cancel": True})))

    def ping(self, payload: bytes = b"?") -> None:
        """Send a ping."""
        self.send(Ping(payload))

    def close(self) -> None:
        """Send a close frame."""
        self.send(CloseConnection(1000))

    def frame(self) -> Frame | None:
        """Read a frame; None at the end of file."""
        head = self.read(2)
        if len(head) < 2:
            return None
        nbytes = head[1]
        if nbytes >= 126:
            nbytes = int.from_bytes(self.read(2 if nbytes == 126 else 8), "big")
        return Frame(head[0] & 15, self.read(nbytes), bool(head[0] & 128))

    def frames(self) -> list[Frame]:
        """Read to the end of file."""
        found: list[Frame] = []
        while (each := self.frame()) is not None:
            found.append(each)
        return found

    def event(self) -> Json:
        """Read a text message in one frame."""
        found = self.frame()
        assert found is not None
        assert (found.opcode, found.is_final) == (TEXT, True)
        return found.json

    def events(self, context_id: str = "c") -> list[Json]:
        """Read text messages up to the end of a context."""
        found = [self.event()]
        while (found[-1]["type"], found[-1].get("context_id")) != ("done", context_id):
            found.append(self.event())
        return found

    def unread(self, data: bytes) -> None:
        """Give bytes back."""
        self._rest = data + self._rest

    def read(self, nbytes: int) -> bytes:
        """Read so many bytes, fewer only at the end of file."""
        pieces = [self._rest[:nbytes]]
        self._rest = self._rest[nbytes:]
        missing = nbytes - len(pieces[0])
        while missing and (data := self.sock.recv(min(missing, 1 << 20))):
            pieces.append(data)
            missing -= len(data)
        return b"".join(pieces)

    def rest(self) -> bytes:
        """Read to the end of file."""
        return self.read(1 << 40)

    def rest_until_reset(self) -> bytes:
        """Read until the connection is reset."""
        pieces = [self._rest]
        try:
            while data := self.sock.recv(1 << 16):
                pieces.append(data)
        except ConnectionResetError:
            return b"".join(pieces)
        raise AssertionError("the connection ended politely")

    def is_silent(self, seconds: float = 0.2) -> bool:
        """Whether nothing comes for a while, not even an end."""
        assert not self._rest
        before = self.sock.gettimeout()
        self.sock.settimeout(seconds)
        try:
            self._rest = self.sock.recv(1)
        except TimeoutError:
            return True
        finally:
            self.sock.settimeout(before)
        return False


@contextmanager
def raw(server: LocalServer) -> Generator[Raw]:
    """Open a connection."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as sock:
        yield Raw(sock, server.key)


@contextmanager
def raw_socket(server: LocalServer, version: str = NEWEST) -> Generator[Raw]:
    """Open a TTS socket."""
    with raw(server) as connection:
        assert connection.upgrade(version).startswith("HTTP/1.1 101 ")
        yield connection


def pcm(events: list[Json]) -> bytes:
    """Give the audio of all chunks."""
    return b"".join(base64.b64decode(event["data"], validate=True) for event in events if event["type"] == "chunk")


def fields(head: str) -> dict[str, str]:
    """Give the header fields of an answer, names in lower case."""
    pairs = (line.partition(":") for line in head.split("\r\n")[1:])
    return {name.lower(): value.strip() for name, _, value in pairs}


def texts(frames: list[Frame]) -> list[Json]:
    """Give the JSON of all text frames."""
    return [frame.json for frame in frames if frame.opcode == TEXT]


def assert_usual(events: list[Json], usual: list[Json]) -> None:
    """Whatever was added, the context's own audio and end are whole."""
    own = [event for event in events if event.get("context_id") == "c"]
    assert pcm(own) == pcm(usual)
    assert own[-1] == usual[-1]
