"""Byte streams for asyncio: what a `Connection` needs, and a reader/writer pair as one."""

from __future__ import annotations

import asyncio
import sys
from typing import Final, Protocol

from cartesia_asyncio.socket_stream import SocketStream
from cartesia_httpx import AsyncUpgraded

_READ: Final = 64 * 1024
_ALONE: Final = 32 * 1024
"""Behind a shorter beginning nothing can be left in the layers above the socket: they read in pieces of 64 KiB."""


class ByteStream(Protocol):
    """What a `Connection` needs of a connection."""

    async def receive(self) -> bytes:
        """Wait for bytes; `b""` at the end. Cancelling loses none. Raises `OSError` when the connection is broken."""
        ...

    async def send(self, data: bytes) -> None:
        """Write all bytes. Raises `OSError` when the connection is broken."""
        ...

    async def aclose(self) -> None:
        """Close the connection at once. May be called again."""
        ...


class StreamPair:
    """The pair that `asyncio.open_connection` gives, as a byte stream."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader: Final = reader
        self._writer: Final = writer

    async def receive(self) -> bytes:
        """Wait for bytes; `b""` at the end."""
        return await self._reader.read(_READ)

    async def send(self, data: bytes) -> None:
        """Write all bytes."""
        self._writer.write(data)
        await self._writer.drain()

    async def aclose(self) -> None:
        """Close the connection at once. May be called again."""
        self._writer.transport.abort()


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
