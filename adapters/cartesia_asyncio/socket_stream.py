"""A connected socket on the loop's own transport: what arrives is told by a callback, with no task in between."""

from __future__ import annotations

import asyncio
import socket
import sys
from collections.abc import Awaitable, Callable
from typing import Final, Protocol

from typing_extensions import override

from cartesia_asyncio.stream import ByteStream
from cartesia_asyncio.tasks import ended
from cartesia_httpx import AsyncUpgraded

_BUFFER: Final = 128 * 1024
_ALONE: Final = 32 * 1024
"""Behind a shorter beginning nothing can be left in the layers above the socket: they read in pieces of 64 KiB."""


class Listener(Protocol):
    """What a `SocketStream` tells; nothing of it may raise."""

    def on_data(self, data: bytes, /) -> None:
        """Bytes have come; `b""` at the end."""
        ...

    def on_lost(self, error: Exception | None, /) -> None:
        """The connection is gone, by an error or by closing it here."""
        ...

    def on_flushed(self) -> None:
        """All that was written has gone to the kernel."""
        ...


class SocketStream(asyncio.BufferedProtocol):
    """A socket that pushes. Make it with `open`, then say `attach`.

    Args:
        leading: Bytes that were read already.
        close: Closes what the socket was taken from.
    """

    def __init__(self, leading: bytes, close: Callable[[], Awaitable[None]]) -> None:
        self._early: Final = [leading] if leading else []
        self._close: Final = close
        self._listener: Listener | None = None
        self._buffer: Final = memoryview(bytearray(_BUFFER))
        self._lost: Final[asyncio.Future[None]] = asyncio.get_running_loop().create_future()
        self._transport: asyncio.Transport | None = None
        self._socket: socket.socket | None = None
        self.is_flushed: bool = True
        """Whether the kernel has taken all that was written."""

    @classmethod
    async def open(cls, own: socket.socket, leading: bytes, close: Callable[[], Awaitable[None]]) -> SocketStream:
        """Hand a connected socket to the running loop, which closes it also when this fails."""
        loop = asyncio.get_running_loop()
        stream = cls(leading, close)
        transport, _ = await loop.create_connection(lambda: stream, sock=own)
        transport.pause_reading()
        transport.set_write_buffer_limits(0)  # so that `pause_writing` means: not all of it is out
        stream._transport, stream._socket = transport, own
        return stream

    def attach(self, listener: Listener) -> None:
        """Begin to tell what comes. Bytes that are here already are told at once."""
        self._listener = listener
        for data in self._early:
            listener.on_data(data)
        self._early.clear()
        self.resume()

    def write(self, data: bytes) -> None:
        """Write, at once if nothing waits before it; `is_flushed` tells whether all of it is out."""
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(data)

    def pause(self) -> None:
        """Read no more."""
        if self._transport is not None and not self._transport.is_closing():
            self._transport.pause_reading()

    def resume(self) -> None:
        """Read on."""
        if self._transport is not None and not self._transport.is_closing():
            self._transport.resume_reading()

    def is_quiet(self) -> bool:
        """Whether the kernel has nothing to read, neither bytes nor the end. It is asked, and nothing is taken."""
        if self._socket is None:
            return False
        try:
            self._socket.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            return True
        except OSError:
            return False
        return False

    async def aclose(self) -> None:
        """Close the connection at once. May be called again."""
        if self._transport is not None:
            self._transport.abort()
        try:
            await ended((self._lost,))
        finally:
            await self._close()

    # --- what the transport tells

    @override
    def get_buffer(self, sizehint: int) -> memoryview:
        """Give the place for what arrives."""
        return self._buffer

    @override
    def buffer_updated(self, nbytes: int) -> None:
        """Pass on what has arrived."""
        self._pass_on(bytes(self._buffer[:nbytes]))

    @override
    def eof_received(self) -> bool:
        """Pass on the end of what arrives, and keep the connection: a close frame may have to be answered."""
        self._pass_on(b"")
        return True

    @override
    def pause_writing(self) -> None:
        """Note that the kernel takes no more for now."""
        self.is_flushed = False

    @override
    def resume_writing(self) -> None:
        """Pass on that everything is out."""
        self.is_flushed = True
        if self._listener is not None:
            self._listener.on_flushed()

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        """Pass on that the connection is gone."""
        self._lost.set_result(None)
        if self._listener is not None:
            self._listener.on_lost(exc)

    def _pass_on(self, data: bytes) -> None:
        if self._listener is None:
            self._early.append(data)
        else:
            self._listener.on_data(data)


async def carrier(upgraded: AsyncUpgraded) -> SocketStream | ByteStream:
    """Give the connection of an upgrade in the fastest form there is.

    That is its socket on the loop's own transport. With TLS it is httpx's stream, and so it is on Windows, where the
    loop's transports read ahead.
    """
    try:
        return await _direct(upgraded) or upgraded
    except BaseException:
        await upgraded.aclose()
        raise


async def _direct(upgraded: AsyncUpgraded) -> SocketStream | None:
    own = upgraded.own_socket() if sys.platform != "win32" else None
    if own is None:
        return None
    try:
        leading = _first_step(upgraded)
    except BaseException:
        own.close()
        raise
    if len(leading) < _ALONE:
        return await SocketStream.open(own, leading, upgraded.aclose)
    upgraded.held.append(leading)
    own.close()
    return None


def _first_step(upgraded: AsyncUpgraded) -> bytes:
    """Take what came right behind the answer. The loop does not turn meanwhile, so nothing else can be read."""
    reading = upgraded.receive()
    try:
        reading.send(None)
    except StopIteration as stop:
        found = stop.value
        return found if isinstance(found, bytes) else b""
    except OSError:
        return b""  # it comes again when the socket is read
    finally:
        reading.close()
    return b""
