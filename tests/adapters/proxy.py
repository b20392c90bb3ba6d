"""A CONNECT proxy on loopback that asks for credentials."""

from __future__ import annotations

import base64
import socket
from contextlib import suppress
from threading import Lock, Thread
from types import TracebackType
from typing import Final

from typing_extensions import Self

USER: Final = "worker"
PASSWORD: Final = "open-sesame"


class ConnectProxy:
    """Tunnels for those who name the right user; notes what it was asked for, header fields included."""

    def __init__(self) -> None:
        self._listener: Final = socket.create_server(("127.0.0.1", 0))
        self._lock: Final = Lock()
        self._sockets: Final[list[socket.socket]] = [self._listener]
        self._threads: Final[list[Thread]] = []
        self.heads: Final[list[str]] = []
        port = self._listener.getsockname()[1]
        self.url: Final = f"http://{USER}:{PASSWORD}@127.0.0.1:{port}"
        self.url_of_a_stranger: Final = f"http://127.0.0.1:{port}"

    @property
    def targets(self) -> list[str]:
        """Where tunnels were asked for."""
        return [head.split(" ", 2)[1] for head in self.heads]

    def __enter__(self) -> Self:
        """Listen."""
        self._spawn(self._accept)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None, /
    ) -> None:
        """Cut all tunnels."""
        for sock in self._sockets:
            _shut(sock)
        for thread in self._threads:
            thread.join(5)

    def _spawn(self, target: object, *args: object) -> None:
        assert callable(target)
        thread = Thread(target=target, args=args, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _keep(self, sock: socket.socket) -> socket.socket:
        with self._lock:
            self._sockets.append(sock)
        return sock

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                self._spawn(self._serve, self._keep(self._listener.accept()[0]))

    def _serve(self, client: socket.socket) -> None:
        head = b""
        while b"\r\n\r\n" not in head:
            data = client.recv(4096)
            if not data:
                return
            head += data
        text = head.decode("latin-1")
        self.heads.append(text)
        token = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        if f"proxy-authorization: basic {token}".lower() not in text.lower():
            client.sendall(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
            _shut(client)
            return
        host, _, port = text.split(" ", 2)[1].rpartition(":")
        server = self._keep(socket.create_connection((host, int(port)), 5))
        client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        self._spawn(_copy, client, server)
        _copy(server, client)


def _copy(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
    _shut(source)
    _shut(target)


def _shut(sock: socket.socket) -> None:
    with suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)
    sock.close()
