"""The server's end of one connection in a script, and the record of what the client did on it."""

from __future__ import annotations

import json
import socket
import struct
import time
from collections.abc import Callable
from threading import Condition, Event
from typing import Final, TypeAlias

from attrs import define, field, frozen
from wsproto import ConnectionType
from wsproto import events as w
from wsproto.connection import Connection, ConnectionState

from tests.adapters.secrecy import assert_text_silent

PATIENCE: Final = 5.0
"""Seconds that a script waits for the client before it counts as failed."""

JsonObject: TypeAlias = "dict[str, object]"


class Gone(Exception):
    """The client is gone, or the server is being stopped."""


class ScriptFailed(AssertionError):
    """The client did not do what the script expects."""


@frozen
class Seen:
    """A request as it came."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> JsonObject:
        """The body as a JSON object."""
        value = json.loads(self.body)
        assert isinstance(value, dict)
        return value


@define(eq=False)
class Record:
    """What happened on one connection."""

    changed: Condition
    requests: list[Seen] = field(factory=list)
    messages: list[JsonObject] = field(factory=list)
    contexts: list[str] = field(factory=list)
    heard: list[bytes | str] = field(factory=list)
    """Binary messages, and texts that concern no context: what is said on the speech-to-text sockets."""
    pongs: list[bytes] = field(factory=list)
    pings: int = 0
    close: tuple[int, str] | None = None
    """Code and reason of the client's close frame."""
    has_ended: bool = False
    """The client's end of the connection is closed."""
    fault: float | None = None
    """When the script did its fault, on the monotonic clock."""
    has_faulted: bool = False
    """The fault is done."""

    def note(self, change: Callable[[], None]) -> None:
        """Change the record and tell those who wait for it."""
        with self.changed:
            change()
            self.changed.notify_all()

    def of(self, context: int) -> list[JsonObject]:
        """Give the messages of one context, counted by first appearance."""
        return [message for message in self.messages if message["context_id"] == self.contexts[context]]


class Peer:
    """The server's end of one connection."""

    def __init__(self, sock: socket.socket, record: Record, released: Event, flags: Callable[[str], Event]) -> None:
        self.socket: Final = sock
        self.record: Final = record
        self.released: Final = released
        self.flags: Final = flags
        self.frames: Final = Connection(ConnectionType.SERVER)
        self.is_socket = False
        self._rest = b""
        self._inbox: list[w.Event] = []
        self._parts: list[str] = []
        self._audio: list[bytes] = []

    # --- bytes

    def send(self, data: bytes) -> None:
        """Write bytes; a client that is gone ends the script."""
        try:
            self.socket.sendall(data)
        except OSError as error:
            raise Gone(str(error)) from error

    def receive(self, patience: float | None = PATIENCE) -> bytes:
        """Read bytes; empty at the end of the client's side."""
        if self._rest:
            rest, self._rest = self._rest, b""
            return rest
        self.socket.settimeout(patience)
        try:
            data = self.socket.recv(256 * 1024)
        except TimeoutError:
            raise ScriptFailed("the client sent nothing in time") from None
        except OSError:
            data = b""
        finally:
            self.socket.settimeout(PATIENCE)
        if not data:
            self.record.note(lambda: setattr(self.record, "has_ended", True))
        return data

    def unread(self, data: bytes) -> None:
        """Give bytes back, to be read again."""
        self._rest = data + self._rest

    def mark(self) -> None:
        """Note that the fault happens now."""
        self.record.fault = time.monotonic()

    def reset(self) -> None:
        """Cut the connection with a TCP reset."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.mark()
        self.hang_up()
        self.faulted()

    def faulted(self) -> None:
        """Note that the fault is done: on loopback, the client has it in its buffers."""
        self.record.note(lambda: setattr(self.record, "has_faulted", True))

    def hang_up(self) -> None:
        """Close the connection."""
        try:
            self.socket.close()
        finally:
            self.record.has_ended = True

    def wait(self, event: Event) -> None:
        """Wait for a flag of the test; the server's end ends the wait too."""
        deadline = time.monotonic() + PATIENCE
        while not event.wait(0.02):
            if self.released.is_set():
                raise Gone("the server stops")
            if time.monotonic() > deadline:
                raise ScriptFailed("the test raised no flag in time")

    # --- HTTP

    def request(self) -> Seen:
        """Read one request."""
        data = b""
        while b"\r\n\r\n" not in data:
            data += self._more()
        head, _, rest = data.partition(b"\r\n\r\n")
        line, *fields = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (f.partition(":") for f in fields)}
        is_chunked = headers.get("transfer-encoding") == "chunked"
        body = self._chunks(rest) if is_chunked else self._body(rest, int(headers.get("content-length", "0")))
        method, target, _ = line.split(" ", 2)
        assert_text_silent(target, "a URL")
        seen = Seen(method, target, headers, body)
        self.record.note(lambda: self.record.requests.append(seen))
        return seen

    def _body(self, rest: bytes, length: int) -> bytes:
        self._rest, whole = b"", bytearray(rest)
        while len(whole) < length:
            whole += self._more()
        self._rest = bytes(whole[length:])
        return bytes(whole[:length])

    def _chunks(self, rest: bytes) -> bytes:
        """Read a chunked body; there are no extensions and no trailers."""
        self._rest, body = rest, b""
        while nbytes := int(self._line(), 16):
            body += self._body(self._rest, nbytes)
            assert self._line() == b""
        assert self._line() == b""
        return body

    def _line(self) -> bytes:
        while b"\r\n" not in self._rest:
            rest, self._rest = self._rest, b""
            self._rest = rest + self._more()
        line, _, self._rest = self._rest.partition(b"\r\n")
        return line

    def _more(self) -> bytes:
        data = self.receive(None)
        if not data:
            raise Gone("the client is gone")
        return data

    # --- WebSocket

    def context_id(self, context: int) -> str:
        """Give the id of a context, counted by first appearance; one never opened has a made-up id."""
        contexts = self.record.contexts
        return contexts[context] if context < len(contexts) else f"never-opened-{context}"

    def message(self) -> JsonObject | w.CloseConnection:
        """Read the next message, or the client's close."""
        while True:
            while self._inbox:
                found = self._take(self._inbox.pop(0))
                if found is not None:
                    return found
            data = self.receive()
            if not data:
                raise Gone("the client is gone")
            self.frames.receive_data(data)
            self._inbox.extend(self.frames.events())

    def listen(self, is_enough: Callable[[list[bytes | str]], bool]) -> None:
        """Read until enough is heard; a client that closes before has failed."""
        while not is_enough(self.record.heard):
            if not self._inbox:
                data = self.receive()
                if not data:
                    raise Gone("the client is gone")
                self.frames.receive_data(data)
                self._inbox.extend(self.frames.events())
            else:
                self._hear_event(self._inbox.pop(0))

    def hear(self, data: bytes) -> None:
        """Note what bytes bring that a step has read by itself."""
        if not data:
            raise Gone("the client is gone")
        self.frames.receive_data(data)
        for event in self.frames.events():
            self._hear_event(event)

    def _hear_event(self, event: w.Event) -> None:
        if isinstance(self._take(event), w.CloseConnection):
            raise ScriptFailed(f"the client closed the socket after {len(self.record.heard)} messages")

    def _take(self, event: w.Event) -> JsonObject | w.CloseConnection | None:
        if isinstance(event, w.TextMessage):
            return self._text(event)
        if isinstance(event, w.BytesMessage):
            self._audio.append(bytes(event.data))
            if event.message_finished:
                whole = b"".join(self._audio)
                self._audio.clear()
                self.record.note(lambda: self.record.heard.append(whole))
        elif isinstance(event, w.Ping):
            self.record.note(lambda: setattr(self.record, "pings", self.record.pings + 1))
            self.send(self.frames.send(event.response()))
        elif isinstance(event, w.Pong):
            payload = bytes(event.payload)
            self.record.note(lambda: self.record.pongs.append(payload))
        elif isinstance(event, w.CloseConnection):
            self.record.note(lambda: setattr(self.record, "close", (int(event.code), event.reason or "")))
            return event
        return None

    def _text(self, event: w.TextMessage) -> JsonObject | None:
        self._parts.append(event.data)
        if not event.message_finished:
            return None
        whole = "".join(self._parts)
        self._parts.clear()
        if '"context_id"' not in whole:
            self.record.note(lambda: self.record.heard.append(whole))
            return None
        value = json.loads(whole)
        assert isinstance(value, dict)

        def note() -> None:
            self.record.messages.append(value)
            if value["context_id"] not in self.record.contexts:
                self.record.contexts.append(str(value["context_id"]))

        self.record.note(note)
        return value

    def drain(self) -> None:
        """Behave until the client leaves: answer pings, acknowledge the close, serve no further request."""
        if not self.is_socket:
            while self.receive(None):
                pass
            return
        while self.record.close is None:
            self.message()
        if self.frames.state is ConnectionState.REMOTE_CLOSING:
            self.send(self.frames.send(w.CloseConnection(*self.record.close)))
        self.hang_up()
