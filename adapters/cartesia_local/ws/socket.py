"""A WebSocket on one connection, server side. The only user of wsproto."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Final, TypeAlias

import trio
from wsproto import ConnectionType, WSConnection
from wsproto.connection import ConnectionState
from wsproto.events import AcceptConnection, BytesMessage, CloseConnection, Event, Ping, Pong, TextMessage
from wsproto.extensions import PerMessageDeflate
from wsproto.utilities import LocalProtocolError, RemoteProtocolError

from cartesia_core._fast import dumps
from cartesia_local.refusal import Refused
from cartesia_local.tasks import ClientGone, until_gone

if TYPE_CHECKING:
    from cartesia_core._json import JsonValue
    from cartesia_local.config import Config
    from cartesia_local.http.connection import Head, HttpConnection
    from cartesia_local.wire import Wire

LOG: Final = logging.getLogger("cartesia_local")
CLOSE_SECONDS: Final = 1.0
GOING_AWAY_SECONDS: Final = 0.1
GOING_AWAY: Final = 1001
TOO_BIG: Final = 1009
INTERNAL_ERROR: Final = 1011

Message: TypeAlias = str | bytes
_Outgoing: TypeAlias = tuple[Event, trio.Event]


class Socket:
    """Messages in both directions.

    What is sent goes through one writer task, so that a sender which is cancelled never leaves half a frame, and
    senders take turns in the order in which they came. A sender waits while the client does not read.
    """

    def __init__(self, wire: Wire, ws: WSConnection, max_message_nbytes: int) -> None:
        self._wire: Final = wire
        self._ws: Final = ws
        self._max_nbytes: Final = max_message_nbytes
        self._parts: list[Message] = []
        self._to_writer, self._from_senders = trio.open_memory_channel[_Outgoing](0)
        self._is_writing = False

    async def send_json(self, value: JsonValue) -> None:
        """Send a text message.

        Raises:
            ClientGone: The connection is closing or lost.
        """
        await self._send(TextMessage(data=dumps(value).decode()))

    async def receive(self) -> Message | None:
        """Give the next whole message, answering pings; None once the client has closed or left.

        For one task at a time. Cancelling it loses nothing.
        """
        while True:
            for event in self._ws.events():
                if isinstance(event, (TextMessage, BytesMessage)):
                    self._parts.append(event.data if isinstance(event, TextMessage) else bytes(event.data))
                    if sum(map(len, self._parts)) > self._max_nbytes:
                        await self.close(TOO_BIG, f"messages are limited to {self._max_nbytes} bytes")
                        return None
                    if event.message_finished:
                        return self._whole()
                elif not await self._control(event):
                    return None
            if not self._feed(await self._read()):
                return None

    async def close(self, code: int, reason: str = "") -> None:
        """Close and wait a second at most for the client's part. For the task that receives."""
        if not self._is(ConnectionState.OPEN):
            return
        with trio.move_on_after(CLOSE_SECONDS):
            await self._flush(CloseConnection(code=code, reason=reason))
            while not self._is(ConnectionState.CLOSED) and self._feed(await self._read()):
                for _ in self._ws.events():
                    pass

    async def write(self) -> None:
        """Write what senders hand over, until the client is gone. To be run beside the handler."""
        with self._from_senders:
            async for event, written in self._from_senders:
                self._is_writing = True
                try:
                    await self._wire.send(self._ws.send(event))
                except LocalProtocolError:
                    pass  # A close went out before it.
                except ClientGone:
                    return
                self._is_writing = False
                written.set()

    async def go_away(self) -> None:
        """Tell the client in passing that the server stops, unless that would land inside another frame."""
        if self._is_writing or not self._is(ConnectionState.OPEN):
            return
        with trio.CancelScope(shield=True), trio.move_on_after(GOING_AWAY_SECONDS), suppress(ClientGone):
            await self._wire.send(self._ws.send(CloseConnection(code=GOING_AWAY, reason="server stops")))

    async def _read(self) -> bytes:
        return await self._wire.receive()

    def _is(self, state: ConnectionState) -> bool:
        return self._ws.state is state

    def _whole(self) -> Message:
        parts, self._parts = self._parts, []
        if isinstance(parts[0], str):
            return "".join(part for part in parts if isinstance(part, str))
        return b"".join(part for part in parts if isinstance(part, bytes))

    def _feed(self, data: bytes) -> bool:
        try:
            self._ws.receive_data(data or None)
        except (RemoteProtocolError, LocalProtocolError):
            return False
        return True

    async def _control(self, event: Event) -> bool:
        """Answer a control frame; False when it was the last one."""
        if isinstance(event, Ping):
            await self._send(Pong(payload=bytes(event.payload)))
        elif isinstance(event, CloseConnection):
            if not self._is(ConnectionState.CLOSED):
                with trio.move_on_after(CLOSE_SECONDS):
                    # A frame that breaks the protocol comes as a close too; it is answered with its code.
                    await self._flush(event.response())
            return False
        return True

    async def _flush(self, event: Event) -> None:
        await (await self._send(event)).wait()

    async def _send(self, event: Event) -> trio.Event:
        written = trio.Event()
        try:
            await self._to_writer.send((event, written))
        except (trio.BrokenResourceError, trio.ClosedResourceError) as error:
            raise ClientGone("The client closed its socket.") from error
        return written


MakeSocket: TypeAlias = Callable[["Wire", WSConnection, int], Socket]


def _as_it_is(answer: bytes) -> bytes:
    return answer


async def accept(
    http: HttpConnection,
    head: Head,
    config: Config,
    handler: Callable[[Socket], Awaitable[None]],
    *,
    make: MakeSocket = Socket,
    edit: Callable[[bytes], bytes] = _as_it_is,
) -> None:
    """Make a WebSocket of a connection and run its handler to the end.

    Args:
        http: The connection.
        head: The request that asks for the upgrade.
        config: How the server behaves.
        handler: Who converses.
        make: Makes the socket.
        edit: Gives the answer to the upgrade as it goes out.

    Raises:
        Refused: The request is not a valid handshake; nothing was answered yet.
    """
    ws = _handshake(head)
    extensions = [PerMessageDeflate()] if config.compression else []
    try:
        await http.wire.send(edit(ws.send(AcceptConnection(extensions=[*extensions]))))
        if early := http.upgrade():
            ws.receive_data(early)
        await _run(make(http.wire, ws, config.max_message_nbytes), handler)
    except ClientGone:
        return


async def _run(socket: Socket, handler: Callable[[Socket], Awaitable[None]]) -> None:
    async def handle() -> None:
        try:
            await handler(socket)
        except ClientGone:
            raise
        except Exception:
            LOG.exception("a socket's handler failed")
            await socket.close(INTERNAL_ERROR, "internal error")

    try:
        await until_gone(handle, socket.write)
    except ClientGone:
        raise
    except BaseException:
        # Cancellation, which an older trio wraps into a group.
        await socket.go_away()
        raise


def _handshake(head: Head) -> WSConnection:
    ws = WSConnection(ConnectionType.SERVER)
    try:
        ws.initiate_upgrade_connection(head.raw_headers, head.target)
    except RemoteProtocolError as error:
        raise Refused(f"This is no WebSocket handshake: {error}.", title="Malformed handshake") from error
    for _ in ws.events():
        pass
    return ws
