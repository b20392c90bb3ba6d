"""The connection of an upgraded httpx request, as a trio stream."""

from __future__ import annotations

import socket
from contextlib import suppress
from typing import Final

import trio
from typing_extensions import override

from cartesia_httpx import AsyncUpgraded

_READ: Final = 128 * 1024


class UpgradedStream(trio.abc.Stream):
    """Carries bytes through the layers of the connection that httpx opened."""

    def __init__(self, upgraded: AsyncUpgraded) -> None:
        self._upgraded: Final = upgraded

    @override
    async def send_all(self, data: bytes | bytearray | memoryview) -> None:
        """Write all bytes."""
        try:
            await self._upgraded.send(bytes(data))
        except OSError as error:
            raise trio.BrokenResourceError(str(error)) from error

    @override
    async def wait_send_all_might_not_block(self) -> None:
        """Do nothing: httpx's streams cannot tell."""
        await trio.lowlevel.checkpoint()

    @override
    async def receive_some(self, max_bytes: int | None = None) -> bytes:
        """Wait for bytes; `b""` at the end."""
        try:
            return await self._upgraded.receive()
        except OSError as error:
            raise trio.BrokenResourceError(str(error)) from error

    @override
    async def aclose(self) -> None:
        """Close the connection."""
        await self._upgraded.aclose()


class DirectStream(trio.abc.Stream):
    """Carries bytes through a socket of its own on the connection that httpx opened, past all layers.

    A read waits for the kernel once and then reads, where `trio.SocketStream` tries, waits and gives way to others
    after each.

    Args:
        upgraded: The connection, which is closed with this.
        own: A second socket on it, not blocking.
    """

    def __init__(self, upgraded: AsyncUpgraded, own: socket.socket) -> None:
        self._upgraded: Final = upgraded
        self._socket: Final = own
        self._is_likely_readable: bool = False

    def try_send(self, data: bytes | memoryview) -> int:
        """Write what the kernel takes at once; give its number of bytes.

        Raises:
            trio.BrokenResourceError: The connection is broken.
        """
        try:
            return self._socket.send(data)
        except BlockingIOError:
            return 0
        except OSError as error:
            raise trio.BrokenResourceError(str(error)) from error

    def is_quiet(self) -> bool:
        """Whether the kernel has nothing to read, neither bytes nor the end. It is asked, and nothing is taken."""
        if self._upgraded.held:
            return False
        try:
            self._socket.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            return True
        except OSError:
            return False
        return False

    @override
    async def send_all(self, data: bytes | bytearray | memoryview) -> None:
        """Write all bytes."""
        rest = memoryview(bytes(data))
        while rest:
            await trio.lowlevel.wait_writable(self._socket)
            rest = rest[self.try_send(rest) :]

    @override
    async def wait_send_all_might_not_block(self) -> None:
        """Wait until the kernel takes bytes."""
        await trio.lowlevel.wait_writable(self._socket)

    @override
    async def receive_some(self, max_bytes: int | None = None) -> bytes:
        """Wait for bytes; `b""` at the end. Cancelling loses none."""
        if self._upgraded.held:
            await trio.lowlevel.checkpoint()
            return self._upgraded.held.pop(0)
        size = max_bytes or _READ
        while True:
            if self._is_likely_readable:
                await trio.lowlevel.checkpoint()
            else:
                await trio.lowlevel.wait_readable(self._socket)
            try:
                data = self._socket.recv(size)
            except BlockingIOError:
                self._is_likely_readable = False
            except OSError as error:
                raise trio.BrokenResourceError(str(error)) from error
            else:
                self._is_likely_readable = len(data) == size
                return data

    @override
    async def aclose(self) -> None:
        """Close the connection."""
        if self._socket.fileno() != -1:
            trio.lowlevel.notify_closing(self._socket)
            self._socket.close()
        await self._upgraded.aclose()


async def carrier(upgraded: AsyncUpgraded) -> DirectStream | UpgradedStream:
    """Give the connection of an upgrade in the fastest form there is: its socket, or, with TLS, httpx's stream."""
    own = None
    try:
        own = upgraded.own_socket()
        if own is None:
            return UpgradedStream(upgraded)
        # What came right behind the answer is in httpx's layers; an error there comes again when the socket is read.
        with trio.move_on_after(0), suppress(OSError):
            upgraded.held.append(await upgraded.receive())
    except BaseException:
        if own is not None:
            own.close()
        await upgraded.aclose()
        raise
    return DirectStream(upgraded, own)
