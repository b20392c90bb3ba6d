"""Opening a socket through `httpx.AsyncClient`: its proxies, certificates and time-outs serve WebSockets too."""

from __future__ import annotations

import socket
from typing import Any, Final, Protocol

import httpx
from attrs import evolve, field, frozen

from cartesia_core.errors import ConnectTimeout, ReadTimeout
from cartesia_core.http import Call, Head
from cartesia_httpx.async_sender import AsyncHttpxSender
from cartesia_httpx.unsent import limit_unsent
from cartesia_httpx.upgrade import HandshakeKeys, check_switched

_READ: Final = 64 * 1024


class AsyncNetworkStream(Protocol):
    """A byte stream as httpcore hands it over."""

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read up to that many bytes."""
        ...

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Write all bytes."""
        ...

    async def aclose(self) -> None:
        """Close it."""
        ...

    def get_extra_info(self, info: str) -> Any:
        """Give the socket below, among other things."""
        ...


@frozen
class AsyncUpgraded:
    """A connection that speaks WebSocket from now on.

    Attributes:
        response: The 101 answer; closing it closes the connection.
        stream: The connection; bytes that came right behind the answer are read from it first.
        head: Status and header fields of the answer.
        held: Bytes that were read already; `receive` gives them first.
    """

    response: httpx.Response
    stream: AsyncNetworkStream
    head: Head
    held: list[bytes] = field(factory=list, repr=False)

    def own_socket(self) -> socket.socket | None:
        """Give a second socket on the same connection, for going past the stream's layers; it is yours to close.

        Returns:
            None where the bytes of the socket are not those of the stream, as with TLS, or where it is none of TCP.

        Raises:
            OSError: There are too many open files.
        """
        if self.stream.get_extra_info("ssl_object") is not None:
            return None
        found = self.stream.get_extra_info("socket")
        if found is None or found.family not in (socket.AF_INET, socket.AF_INET6):
            return None
        own = socket.fromfd(found.fileno(), found.family, found.type, found.proto)
        own.setblocking(False)
        return own

    async def receive(self) -> bytes:
        """Wait for bytes; `b""` at the end.

        Raises:
            OSError: The connection is broken.
        """
        import httpcore  # noqa: PLC0415 - httpx loads it when a client is made, not before

        if self.held:
            return self.held.pop(0)
        try:
            return await self.stream.read(_READ)
        except httpcore.ReadError as error:
            raise ConnectionResetError(str(error) or "the connection was reset") from error

    async def send(self, data: bytes) -> None:
        """Write all bytes.

        Raises:
            OSError: The connection is broken.
        """
        import httpcore  # noqa: PLC0415 - httpx loads it when a client is made, not before

        try:
            await self.stream.write(data)
        except httpcore.WriteError as error:
            raise ConnectionResetError(str(error) or "the connection was reset") from error

    async def aclose(self) -> None:
        """Close the connection. May be called again."""
        await self.response.aclose()


async def upgrade_async(sender: AsyncHttpxSender, call: Call) -> AsyncUpgraded:
    """Open a socket.

    Args:
        sender: Connects and retries.
        call: The opening request without the upgrade fields.

    Raises:
        ApiError: The server refused.
        TransportError: The server is out of reach, or did not answer in time.
        RemoteProtocolError: The server did not agree to speak WebSocket.
    """
    version = call.version or sender.settings.identity.version
    timeouts = sender.settings.timeouts
    settings = evolve(sender.settings, timeouts=evolve(timeouts, read=timeouts.connect))
    keys = HandshakeKeys()
    try:
        response = await sender.with_settings(settings).open(call, fresh=keys.headers)
    except ReadTimeout as error:
        raise ConnectTimeout(
            f"the server did not answer the WebSocket handshake in {timeouts.connect} s", api_version=version
        ) from error
    try:
        head = check_switched(response, keys.latest, version)
    except BaseException:
        await response.aclose()
        raise
    stream: AsyncNetworkStream = response.extensions["network_stream"]
    limit_unsent(stream.get_extra_info("socket"))
    return AsyncUpgraded(response, stream, head)
