"""Byte streams for asyncio: what a `Connection` needs, and a reader/writer pair as one."""

from __future__ import annotations

import asyncio
from typing import Final, Protocol

_READ: Final = 64 * 1024


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
