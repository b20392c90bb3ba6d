"""The one place through which every byte of a connection passes.

What has to cut, stall or reset connections on purpose does it here, without any resource knowing.
"""

from __future__ import annotations

import socket
import struct
from typing import Final

import trio

from cartesia_local.tasks import ClientGone

READ_NBYTES: Final = 64 * 1024
LINGER_SECONDS: Final = 1.0
# SO_LINGER on with zero seconds: close() sends RST.
_RESET: Final = struct.pack("ii", 1, 0)


class Wire:
    """Bytes from and to one client.

    Args:
        stream: The client's connection, with TLS on it where wanted.
        tcp: The connection under the TLS.
    """

    def __init__(self, stream: trio.abc.Stream, tcp: trio.SocketStream) -> None:
        self._stream = stream
        self._tcp = tcp

    async def receive(self) -> bytes:
        """Give what came; `b""` once the client is gone, politely or not."""
        try:
            return bytes(await self._stream.receive_some(READ_NBYTES))
        except (trio.BrokenResourceError, trio.ClosedResourceError):
            return b""

    async def send(self, data: bytes) -> None:
        """Write all of it, waiting for a client that reads slowly.

        Raises:
            ClientGone: It cannot be written any more.
        """
        try:
            await self._stream.send_all(data)
        except (trio.BrokenResourceError, trio.ClosedResourceError) as error:
            raise ClientGone("The client closed its connection.") from error

    async def linger(self) -> None:
        """End our side, then read until the client ends its own, for a second at most.

        Closing while the client still sends would reset the connection and take our last answer with it.
        """
        with trio.move_on_after(LINGER_SECONDS):
            if await self.hang_up():
                while await self.receive():
                    pass

    async def hang_up(self) -> bool:
        """End our side without a word, not even TLS's; False when the connection is gone already."""
        try:
            await self._tcp.send_eof()
        except (trio.BrokenResourceError, trio.ClosedResourceError):
            return False
        return True

    async def close(self) -> None:
        """Close politely, within a second even when the client does not read."""
        with trio.move_on_after(LINGER_SECONDS):
            await self._stream.aclose()
        await trio.aclose_forcefully(self._stream)

    async def reset(self) -> None:
        """Close with RST: the client sees a connection reset."""
        self._tcp.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        await trio.aclose_forcefully(self._tcp)
