"""A byte stream for connections without a socket of their own: TLS inside TLS, or a transport of the user's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import httpcore

from cartesia_httpx.upgrade import NetworkStream

_READ: Final = 64 * 1024
_WRITE: Final = 16 * 1024
_WRITE_SECONDS: Final = 60.0
_SLICE_SECONDS: Final = 0.05


class NestedStream:
    """Reads and writes through httpcore's stream.

    It cannot be woken, so it waits in slices.

    Args:
        stream: The connection.
        leading: Bytes that were read from it already.
        on_close: Called when the connection is closed.
    """

    def __init__(self, stream: NetworkStream, leading: bytes, *, on_close: Callable[[], None]) -> None:
        self._stream: Final = stream
        self._leading = leading
        self._on_close: Final = on_close

    def receive(self, timeout: float | None) -> bytes | None:
        """Give bytes that arrived; `b""` at the end; None when a slice of the time is over."""
        if self._leading:
            leading, self._leading = self._leading, b""
            return leading
        try:
            return self._stream.read(_READ, timeout=_SLICE_SECONDS if timeout is None else min(timeout, _SLICE_SECONDS))
        except httpcore.ReadTimeout:
            return None
        except httpcore.ReadError as error:
            if timeout == 0 and isinstance(error.__cause__ or error.__context__, BlockingIOError):
                return None
            raise ConnectionResetError(str(error)) from error

    def send(self, data: bytes | memoryview, timeout: float) -> int:
        """Write a piece, and tell its length; httpcore does not tell how much of a piece it wrote before it gave up."""
        piece = bytes(data[:_WRITE])
        try:
            self._stream.write(piece, timeout=max(timeout, _WRITE_SECONDS))
        except (httpcore.WriteError, httpcore.WriteTimeout) as error:
            raise ConnectionResetError(str(error)) from error
        return len(piece)

    def wake(self) -> None:
        """Do nothing: the reader looks up after each slice."""

    def cut(self) -> None:
        """End both directions at once."""
        self._stream.close()

    def close(self) -> None:
        """Close the connection. May be called again."""
        self._stream.close()
        self._on_close()
