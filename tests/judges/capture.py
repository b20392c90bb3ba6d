"""A server on loopback that writes down what it is asked, and answers just enough for the asker to be content."""

from __future__ import annotations

import json
import socket
from collections.abc import Generator
from contextlib import contextmanager
from threading import Thread
from typing import Final, TypeAlias
from urllib.parse import parse_qsl, urlsplit

import h11
from attrs import define, field
from wsproto import ConnectionType
from wsproto import events as w
from wsproto.connection import Connection, ConnectionState
from wsproto.utilities import generate_accept_token

Json: TypeAlias = "None | bool | int | float | str | list[Json] | dict[str, Json]"

VOICE: Final[dict[str, Json]] = {
    "id": "6ccbfb76-1fc6-48f7-b71d-91ac6298247b",
    "name": "Walter",
    "tagline": "",
    "description": "A voice.",
    "language": "en",
    "locales": [],
    "access": "public",
    "visibility": "all",
    "is_owner": False,
    "created_at": "2026-01-01T00:00:00Z",
}
DONE: Final[dict[str, Json]] = {"type": "done", "done": True, "status_code": 206}


@define
class Captured:
    """One request, and the messages that followed if it opened a socket."""

    method: str
    path: str
    raw_query: str
    headers: dict[str, str]
    body: bytes = b""
    messages: list[Json] = field(factory=list[Json])
    speech: list[Json] = field(factory=list[Json])
    """What is said on a speech-to-text socket: text as it is, audio in hexadecimal."""

    @property
    def query(self) -> list[tuple[str, str]]:
        """The query parameters, decoded."""
        return parse_qsl(self.raw_query)


@define
class Capture:
    """What a server was asked so far.

    Attributes:
        url: Base URL of the server.
        status: Status of the next answers.
        answer: JSON of the next answers; None answers by the path.
        requests: In their order.
    """

    url: str
    status: int = 200
    answer: Json = None
    requests: list[Captured] = field(factory=list[Captured])

    def take(self) -> list[Captured]:
        """Give the requests, and forget them."""
        taken, self.requests = self.requests, []
        return taken


MADE: Final[dict[str, Json]] = {**VOICE, "user_id": "user_1", "is_public": False}
FORMS: Final[dict[str, dict[str, Json]]] = {
    "/stt": {"type": "transcript", "text": "Hello."},
    "/audio/transcriptions": {"type": "transcript", "text": "Hello."},
    "/voices/clone": MADE,
    "/voices/clone/clip": {"embedding": [0.5] * 192},
}
"""Answers to uploads, by path."""


def _answer(asked: Captured) -> tuple[str, bytes]:
    if asked.path in FORMS:
        return "application/json", json.dumps(FORMS[asked.path]).encode()
    if asked.path in ("/tts/bytes", "/infill/bytes", "/voice-changer/bytes"):
        return "audio/wav", b"\0" * 64
    if asked.path in ("/tts/sse", "/voice-changer/sse"):
        return "text/event-stream", b"data: " + json.dumps(DONE).encode() + b"\n\n"
    if asked.path == "/voices":
        data = [] if VOICE["id"] in [value for _, value in asked.query] else [VOICE]
        return "application/json", json.dumps({"data": data, "has_more": False}).encode()
    if asked.path.startswith("/voices/"):
        return "application/json", json.dumps(VOICE).encode()
    return "application/json", json.dumps({"ok": True, "version": "2026-08-14"}).encode()


class _Peer:
    """One connection."""

    def __init__(self, connection: socket.socket, capture: Capture) -> None:
        self._socket: Final = connection
        self._capture: Final = capture
        self._http: Final = h11.Connection(h11.SERVER)

    def serve(self) -> None:
        with self._socket:
            try:
                while self._one_request():
                    self._http.start_next_cycle()
            except (OSError, h11.RemoteProtocolError):
                return

    def _next(self) -> h11.Event | type[h11.PAUSED]:
        while (event := self._http.next_event()) is h11.NEED_DATA:
            self._http.receive_data(self._socket.recv(65536))
        assert not isinstance(event, type) or event is h11.PAUSED
        return event

    def _one_request(self) -> bool:
        request = self._next()
        if not isinstance(request, h11.Request):
            return False
        target = urlsplit(request.target.decode())
        headers = {name.decode(): value.decode() for name, value in request.headers}
        asked = Captured(request.method.decode(), target.path, target.query, headers)
        self._capture.requests.append(asked)
        if headers.get("upgrade") == "websocket":
            self._talk(asked, headers["sec-websocket-key"])
            return False
        while isinstance(event := self._next(), h11.Data):
            asked.body += bytes(event.data)
        self._reply(asked)
        return True

    def _reply(self, asked: Captured) -> None:
        kind, content = _answer(asked)
        if self._capture.answer is not None:
            kind, content = "application/json", json.dumps(self._capture.answer).encode()
        if self._capture.status != 200:
            kind, content = "application/json", b'{"title": "No", "message": "No.", "error_code": null}'
        fields = [("Content-Type", kind), ("Content-Length", str(len(content)))]
        for event in (h11.Response(status_code=self._capture.status, headers=fields), h11.Data(data=content)):
            self._socket.sendall(self._http.send(event) or b"")
        self._socket.sendall(self._http.send(h11.EndOfMessage()) or b"")

    def _talk(self, asked: Captured, key: str) -> None:
        accept = generate_accept_token(key.encode()).decode()
        self._socket.sendall(
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Accept: {accept}\r\n\r\n".encode()
        )
        ws = Connection(ConnectionType.SERVER)
        while data := self._socket.recv(65536):
            ws.receive_data(data)
            for event in ws.events():
                if asked.path.startswith("/stt/"):
                    if self._listen(asked, event, ws):
                        return
                elif isinstance(event, w.TextMessage):
                    message: dict[str, Json] = json.loads(event.data)
                    asked.messages.append(message)
                    if message.get("continue") is False:
                        done = json.dumps({**DONE, "context_id": message["context_id"]})
                        self._socket.sendall(ws.send(w.TextMessage(done)))
                elif isinstance(event, w.CloseConnection):
                    self._socket.sendall(ws.send(event.response()))
                    return

    def _listen(self, asked: Captured, event: w.Event, ws: Connection) -> bool:
        """Write down what is said on a speech-to-text socket; tell whether it is over."""
        if isinstance(event, w.BytesMessage):
            asked.speech.append(bytes(event.data).hex())
        elif isinstance(event, w.TextMessage):
            asked.speech.append(event.data)
            if event.data in ("close", "done"):
                self._socket.sendall(ws.send(w.TextMessage('{"type": "done"}')))
            if "close" in event.data or event.data == "done":
                self._socket.sendall(ws.send(w.CloseConnection(1000)))
        elif isinstance(event, w.CloseConnection):
            if ws.state is ConnectionState.REMOTE_CLOSING:
                self._socket.sendall(ws.send(event.response()))
            return True
        return False


def _accept(listener: socket.socket, capture: Capture) -> None:
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        Thread(target=_Peer(connection, capture).serve, daemon=True).start()


@contextmanager
def capturing() -> Generator[Capture]:
    """Run a capturing server in threads of its own."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        capture = Capture(f"http://127.0.0.1:{listener.getsockname()[1]}")
        thread = Thread(target=_accept, args=(listener, capture), daemon=True)
        thread.start()
        try:
            yield capture
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()
