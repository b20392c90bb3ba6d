"""Opening a socket through httpx: its proxies, certificates and time-outs serve WebSockets too.

httpx connects and sends the upgrade request; after the 101 answer the connection is handed over as a byte stream
(the `network_stream` extension). A refused upgrade is an ordinary answer with its body, so it becomes the same typed
error as anywhere else.
"""

from __future__ import annotations

import base64
import os
from socket import socket
from ssl import SSLObject
from typing import Any, Final, Protocol

import httpx
from attrs import evolve, field, frozen

from cartesia_core.errors import ConnectTimeout, ReadTimeout, RemoteProtocolError
from cartesia_core.http import Call, Head, Headers, Pairs
from cartesia_core.ws.wire import check_upgrade, upgrade_headers
from cartesia_httpx._convert import head_of
from cartesia_httpx.sender import SWITCHING_PROTOCOLS, HttpxSender
from cartesia_httpx.unsent import limit_unsent

_LEADING: Final = 64 * 1024


class NetworkStream(Protocol):
    """A byte stream as httpcore hands it over."""

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read up to that many bytes."""
        ...

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Write all bytes."""
        ...

    def close(self) -> None:
        """Close it."""
        ...

    def get_extra_info(self, info: str) -> Any:
        """Give the socket below, among other things."""
        ...


@frozen
class Upgraded:
    """A connection that speaks WebSocket from now on.

    Attributes:
        response: The 101 answer; closing it closes the connection.
        stream: The connection.
        socket: The socket below, plain or TLS; None where there is none of its own (TLS inside TLS).
        leading: Bytes that came right behind the answer.
        headers: Header fields of the answer.
        version: The API version asked for.
    """

    response: httpx.Response
    stream: NetworkStream
    socket: socket | None
    leading: bytes = field(repr=False)
    headers: Headers
    version: str


def upgrade(sender: HttpxSender, call: Call) -> Upgraded:
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
    opener = sender.with_settings(evolve(sender.settings, timeouts=evolve(timeouts, read=timeouts.connect)))
    keys = HandshakeKeys()
    try:
        response = opener.open(call, fresh=keys.headers)
    except ReadTimeout as error:
        raise ConnectTimeout(
            f"the server did not answer the WebSocket handshake in {timeouts.connect} s", api_version=version
        ) from error
    try:
        return _upgraded(response, keys.latest, version)
    except BaseException:
        response.close()
        raise


class HandshakeKeys:
    """Makes a new handshake key for every try (RFC 6455, 4.1)."""

    latest: str = ""

    def headers(self) -> Pairs:
        """Give the header fields of the next try."""
        self.latest = base64.b64encode(os.urandom(16)).decode("ascii")
        return upgrade_headers(self.latest)


def _upgraded(response: httpx.Response, key: str, version: str) -> Upgraded:
    head = check_switched(response, key, version)
    stream: NetworkStream = response.extensions["network_stream"]
    limit_unsent(stream.get_extra_info("socket"))
    return Upgraded(response, stream, _socket(stream), _leading(stream), head.headers, version)


def check_switched(response: httpx.Response, key: str, version: str) -> Head:
    """Give the head of the answer to an upgrade.

    Raises:
        RemoteProtocolError: The server did not switch to WebSocket, or not in answer to our key.
    """
    head = head_of(response, version)
    if response.status_code != SWITCHING_PROTOCOLS:
        raise RemoteProtocolError(
            f"the server answered {response.status_code} instead of switching to WebSocket; is base_url right?",
            status=response.status_code,
            request_id=head.request_id,
            may_have_been_billed=False,
        )
    try:
        check_upgrade(head.headers, key)
    except RemoteProtocolError as error:
        error.request_id, error.api_version, error.may_have_been_billed = head.request_id, version, False
        raise
    return head


def _socket(stream: NetworkStream) -> socket | None:
    """Give the socket whose bytes are the stream's. With TLS inside TLS (an HTTPS proxy) there is none."""
    found = stream.get_extra_info("socket")
    inner_tls = isinstance(stream.get_extra_info("ssl_object"), SSLObject)
    return found if isinstance(found, socket) and not inner_tls else None


def _leading(stream: NetworkStream) -> bytes:
    """Take what httpcore has read beyond the answer. Nothing is waited for."""
    # httpx loads httpcore when a client is made, not before: it brings trio with it where that is installed.
    import httpcore  # noqa: PLC0415

    try:
        return stream.read(_LEADING, timeout=0)
    except (httpcore.ReadError, httpcore.ReadTimeout):
        return b""
