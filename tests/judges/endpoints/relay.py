"""A relay on loopback: passes bytes to a server and back, and writes down what was asked."""

from __future__ import annotations

import socket
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from threading import Lock, Thread
from typing import Final
from urllib.parse import urlsplit

import h11

from tests.judges.capture import Captured


class Relay:
    """One relay.

    Args:
        listener: Where it listens.
        port: Port of the server on this machine.
    """

    def __init__(self, listener: socket.socket, port: int) -> None:
        self._listener: Final = listener
        self._port: Final = port
        self._lock: Final = Lock()
        self._sent: Final[list[bytearray]] = []

    @property
    def url(self) -> str:
        """Base URL."""
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def take(self) -> list[Captured]:
        """Give the requests since the last time, in the order of their connections. All must have been answered."""
        with self._lock:
            found = [asked for sent in self._sent for asked in requests_in(bytes(sent))]
            for sent in self._sent:
                sent.clear()
        return found

    def serve(self) -> None:
        """Accept connections until the listener is closed."""
        with suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                Thread(target=self._carry, args=(near,), daemon=True).start()

    def _carry(self, near: socket.socket) -> None:
        sent = bytearray()
        with self._lock:
            self._sent.append(sent)
        with near, socket.create_connection(("127.0.0.1", self._port)) as far:
            back = Thread(target=_pass, args=(far, near), daemon=True)
            back.start()
            with suppress(OSError):
                while data := near.recv(65536):
                    with self._lock:
                        sent += data
                    far.sendall(data)
            with suppress(OSError):
                far.shutdown(socket.SHUT_RDWR)
            back.join()


def _pass(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
    with suppress(OSError):
        target.shutdown(socket.SHUT_RDWR)


def requests_in(data: bytes) -> Iterator[Captured]:
    """Take apart what a client sent on one connection."""
    while data:
        http = h11.Connection(h11.SERVER)
        http.receive_data(data)
        request = http.next_event()
        assert isinstance(request, h11.Request)
        target = urlsplit(request.target.decode())
        headers = {name.decode(): value.decode() for name, value in request.headers}
        asked = Captured(request.method.decode(), target.path, target.query, headers)
        while isinstance(event := http.next_event(), h11.Data):
            asked.body += bytes(event.data)
        assert isinstance(event, h11.EndOfMessage)
        yield asked
        data = http.trailing_data[0]


@contextmanager
def relaying(port: int) -> Generator[Relay]:
    """Run a relay to a server on this machine."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        relay = Relay(listener, port)
        thread = Thread(target=relay.serve, daemon=True)
        thread.start()
        try:
            yield relay
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()
