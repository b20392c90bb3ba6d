"""Byte streams that one thread reads while others write, and that can be woken."""

from __future__ import annotations

import selectors
import socket
import ssl
import time
from collections.abc import Callable
from contextlib import suppress
from threading import Lock
from typing import Final, Protocol, TypeVar

T = TypeVar("T")
_READ: Final = 64 * 1024
_RETRY: Final = (BlockingIOError, InterruptedError, ssl.SSLWantReadError)


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

    def send(self, data: bytes, timeout: float) -> None:
        """Write all bytes.

        Raises:
            OSError: The connection is broken, or the peer does not take the bytes in time.
        """
        ...

    def wake(self) -> None:
        """Make a `receive` in another thread return."""
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
        data = self._locked(lambda: self._socket.recv(_READ))
        if data is not None or timeout == 0:
            return data
        self._readers.select(timeout)
        self._drain_wakes()
        return self._locked(lambda: self._socket.recv(_READ))

    def send(self, data: bytes, timeout: float) -> None:
        """Write all bytes, in pieces as the peer takes them."""
        deadline = time.monotonic() + timeout
        rest = memoryview(data)
        while rest:
            sent = self._locked(lambda: self._socket.send(rest))  # noqa: B023 - called at once
            if sent is None:
                self._wait_writable(deadline)
            else:
                rest = rest[sent:]

    def _wait_writable(self, deadline: float) -> None:
        with selectors.DefaultSelector() as writers:
            writers.register(self._socket, selectors.EVENT_WRITE)
            if not writers.select(max(0.0, deadline - time.monotonic())):
                raise TimeoutError("the peer did not take the bytes in time")

    def _locked(self, operation: Callable[[], T]) -> T | None:
        """Do one socket operation; None if it would have to wait."""
        with self._lock:
            try:
                return operation()
            except (*_RETRY, ssl.SSLWantWriteError):
                return None

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

    def close(self) -> None:
        """Close the connection. May be called again."""
        with self._lock:
            for end in (self._readers, self._socket, self._waker, self._woken):
                end.close()
            on_close, self._on_close = self._on_close, None
        if on_close is not None:
            on_close()
