"""Byte streams that one thread reads while others write, and that can be woken."""

from __future__ import annotations

import selectors
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from threading import Lock
from typing import Final, Protocol

_READ: Final = 64 * 1024
_RETRY: Final = (BlockingIOError, InterruptedError, ssl.SSLWantReadError, ssl.SSLWantWriteError)


class ByteStream(Protocol):
    """What a `Connection` needs of a connection."""

    def receive(self, timeout: float | None) -> bytes | None:
        """Give bytes that arrived; `b""` at the end of the stream; None when the time is over or `wake` was called.

        Args:
            timeout: Seconds; 0 only looks, None waits for ever.

        Raises:
            OSError: The connection is broken.
        """
        ...

    def send(self, data: bytes | memoryview, timeout: float) -> int:
        """Write some bytes, and tell how many; 0 if the peer takes none within that many seconds.

        Raises:
            OSError: The connection is broken.
        """
        ...

    def wake(self) -> None:
        """Make a `receive` in another thread return."""
        ...

    def cut(self) -> None:
        """End both directions at once, also for threads in the middle of reading or writing."""
        ...

    def close(self) -> None:
        """Close the connection. May be called again."""
        ...


class SocketStream:
    """A connected socket, plain or TLS.

    The socket is switched to non-blocking: with one time-out for both directions, a reader would cut off a writer.
    OpenSSL does not allow reading and writing one connection at the same time, so each single operation is locked.

    Args:
        sock: The socket; it belongs to this object from now on.
        leading: Bytes that were read from it already.
        on_close: Called once, when the connection is closed.
    """

    def __init__(
        self, sock: socket.socket, leading: bytes = b"", *, on_close: Callable[[], None] | None = None
    ) -> None:
        self._socket: Final = sock
        self._on_close: Callable[[], None] | None = on_close
        self._leading = leading
        self._is_tls: Final = isinstance(sock, ssl.SSLSocket)
        self._may_have_more: bool = True
        self._lock: Final = Lock()
        sock.setblocking(False)
        self._waker, self._woken = socket.socketpair()
        self._woken.setblocking(False)
        self._waker.setblocking(False)
        self._readers: Final = selectors.DefaultSelector()
        self._readers.register(sock, selectors.EVENT_READ)
        self._readers.register(self._woken, selectors.EVENT_READ)

    def receive(self, timeout: float | None) -> bytes | None:
        """Give bytes that arrived; `b""` at the end; None when the time is over or `wake` was called."""
        if self._leading:
            leading, self._leading = self._leading, b""
            return leading
        if self._may_have_more or timeout == 0:
            data = self._read()
            if data is not None or timeout == 0:
                return data
        for key, _ in self._readers.select(timeout):
            if key.fileobj is self._woken:
                self._drain_wakes()
        return self._read()

    def _read(self) -> bytes | None:
        data = self._recv()
        # A short read has emptied a plain socket. TLS gives record by record and may hold one that select cannot see.
        self._may_have_more = data is not None and (self._is_tls or len(data) == _READ)
        return data

    def _recv(self) -> bytes | None:
        with self._lock:
            try:
                return self._socket.recv(_READ)
            except _RETRY:
                return None

    def send(self, data: bytes | memoryview, timeout: float) -> int:
        """Write some bytes, and tell how many; 0 if the peer takes none in time."""
        if sent := self._send(data):
            return sent
        with selectors.DefaultSelector() as writers:
            writers.register(self._socket, selectors.EVENT_WRITE)
            writers.select(timeout)
        return self._send(data)

    def _send(self, data: bytes | memoryview) -> int:
        with self._lock:
            try:
                return self._socket.send(data)
            except _RETRY:
                return 0

    def _drain_wakes(self) -> None:
        try:
            while self._woken.recv(64):
                pass
        except BlockingIOError:
            pass

    def wake(self) -> None:
        """Make a `receive` in another thread return."""
        with suppress(OSError):  # full: the reader is being woken already; closed: there is none any more
            self._waker.send(b"\0")

    def cut(self) -> None:
        """End both directions at once, also for threads in the middle of reading or writing."""
        with suppress(OSError):  # the peer has ended it already
            socket.socket.shutdown(self._socket, socket.SHUT_RDWR)

    def close(self) -> None:
        """Close the connection. May be called again."""
        with self._lock:
            for end in (self._readers, self._socket, self._waker, self._woken):
                end.close()
            on_close, self._on_close = self._on_close, None
        if on_close is not None:
            on_close()
