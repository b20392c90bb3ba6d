"""HTTP/1.1 on one connection, server side: requests out of bytes, answers into bytes. The only user of h11."""

from __future__ import annotations

from contextlib import aclosing
from email.utils import formatdate
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl
from uuid import uuid4

import h11
import trio
from attrs import field, frozen

from cartesia_core._version import __version__
from cartesia_local.refusal import Refused
from cartesia_local.tasks import ClientGone

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Mapping

    from cartesia_local.http.exchange import Answer, Headers
    from cartesia_local.wire import Wire

MAX_HEAD_NBYTES: Final = 64 * 1024
MAX_PIPELINED_NBYTES: Final = 256 * 1024
SERVER: Final = f"cartesia-local/{__version__}"


@frozen(kw_only=True)
class Head:
    """A request without its body.

    Attributes:
        target: Path and query as they came.
        headers: Names in lower case; of a repeated one the values joined by commas.
        raw_headers: As they came, for the WebSocket handshake.
    """

    method: str
    target: str
    headers: Mapping[str, str] = field(repr=False)
    raw_headers: list[tuple[bytes, bytes]] = field(repr=False)

    @property
    def path(self) -> str:
        """The target without its query."""
        return self.target.partition("?")[0]

    @property
    def query(self) -> tuple[tuple[str, str], ...]:
        """Decoded pairs in order."""
        return tuple(parse_qsl(self.target.partition("?")[2], keep_blank_values=True))

    @property
    def is_upgrade(self) -> bool:
        """Whether this opens a WebSocket."""
        return self.headers.get("upgrade", "").lower() == "websocket"


class HttpConnection:
    """One connection's HTTP state, and the `Reply` of the request at hand."""

    def __init__(self, wire: Wire) -> None:
        self.wire: Final = wire
        self._h11 = h11.Connection(h11.SERVER, max_incomplete_event_size=MAX_HEAD_NBYTES)
        self._is_head_request = False
        self._ended = False
        self.started: bool = False
        """Whether an answer to the request at hand has begun."""
        self._pipelined_nbytes = 0

    async def next_head(self) -> Head | None:
        """Wait for the next request; None when the client has ended or left.

        Raises:
            Refused: What came is not HTTP.
        """
        self.started, self._is_head_request, self._pipelined_nbytes = False, False, 0
        event = await self._next_event()
        if not isinstance(event, h11.Request):
            return None
        self._is_head_request = event.method == b"HEAD"
        raw = [(bytes(name), bytes(value)) for name, value in event.headers]
        return Head(
            method=event.method.decode("ascii"),
            target=event.target.decode("latin-1"),
            headers=_joined(raw),
            raw_headers=raw,
        )

    @property
    def is_waiting_for_continue(self) -> bool:
        """Whether the client sends its body only after `100 Continue`."""
        return self._h11.they_are_waiting_for_100_continue

    @property
    def is_head_request(self) -> bool:
        """Whether the answer to the request at hand has no body."""
        return self._is_head_request

    @property
    def takes_chunks(self) -> bool:
        """Whether the client knows chunked bodies, as every one of HTTP/1.1 does."""
        return self._h11.their_http_version != b"1.0"

    async def body(self, limit: int) -> AsyncGenerator[bytes]:
        """Give the request's body as it comes, asking for it where the client waits to be asked.

        Raises:
            Refused: 413, it is longer than `limit` bytes; or it is cut or malformed.
            ClientGone: The client left in its middle.
        """
        if self.is_waiting_for_continue:
            await self._write(h11.InformationalResponse(status_code=100, headers=[], reason=b"Continue"))
        nbytes = 0
        while isinstance(event := await self._next_event(), h11.Data):
            nbytes += len(event.data)
            if nbytes > limit:
                raise Refused(f"The body is longer than {limit} bytes.", status=413, title="Body too large")
            yield bytes(event.data)
        if not isinstance(event, h11.EndOfMessage):
            raise ClientGone("The client left in the middle of its request.")

    async def read_body(self, limit: int) -> bytes:
        """Read the request's body whole.

        Raises:
            Refused: As `body` has it.
            ClientGone: As `body` has it.
        """
        async with aclosing(self.body(limit)) as pieces:
            return b"".join([piece async for piece in pieces])

    async def skip_body(self, limit: int) -> None:
        """Read the request's body and forget it.

        Raises:
            Refused: As `body` has it.
            ClientGone: As `body` has it.
        """
        async with aclosing(self.body(limit)) as pieces:
            async for _ in pieces:
                pass

    async def send(self, answer: Answer, *, close: bool = False) -> None:
        """Write a whole answer; `close` says that the connection ends after it."""
        headers = [("content-length", str(len(answer.body))), *answer.headers]
        if answer.content_type is not None:
            headers.append(("content-type", answer.content_type))
        if close:
            headers.append(("connection", "close"))
        await self._start(answer.status, headers, answer.body)
        await self.end()

    async def start(self, status: int, content_type: str, headers: Headers = ()) -> None:
        """Begin an answer whose body comes piece by piece (chunked; to an HTTP/1.0 client, up to the close)."""
        await self._start(status, [("content-type", content_type), ("cache-control", "no-store"), *headers])

    async def write(self, data: bytes) -> None:
        """Write a piece of the body."""
        if data and not self._is_head_request:
            await self._write(h11.Data(data=data))

    async def end(self) -> None:
        """End the body."""
        await self._write(h11.EndOfMessage())

    async def watch(self) -> None:
        """Return when the client leaves, or ends its side: nobody ends it who still wants an answer.

        What it sends ahead is kept for the next request, up to a limit; beyond it nothing is read.
        """
        while self._pipelined_nbytes < MAX_PIPELINED_NBYTES:
            data = await self.wire.receive()
            if not data:
                self._ended = True
                return
            self._pipelined_nbytes += len(data)
            self._h11.receive_data(data)
        await trio.sleep_forever()

    def prepare_next(self) -> bool:
        """Make ready for another request; False when the connection ends here."""
        if self._ended or self._h11.our_state is not h11.DONE or self._h11.their_state is not h11.DONE:
            return False
        self._h11.start_next_cycle()
        return True

    def upgrade(self) -> bytes:
        """Leave HTTP; give what came after the request."""
        return self._h11.trailing_data[0]

    async def _start(self, status: int, headers: list[tuple[str, str]], body: bytes = b"") -> None:
        self.started = True
        common = [("date", formatdate(usegmt=True)), ("server", SERVER)]
        if status < 400:  # an error names its request in its body
            common.append(("x-request-id", str(uuid4())))
        head = self._h11.send(h11.Response(status_code=status, headers=[*common, *headers]))
        data = self._h11.send(h11.Data(data=body)) if body and not self._is_head_request else None
        await self.wire.send((head or b"") + (data or b""))

    async def _write(self, event: h11.Event) -> None:
        if data := self._h11.send(event):
            await self.wire.send(data)

    async def _next_event(self) -> h11.Event | None:
        try:
            while True:
                event = self._h11.next_event()
                if event is not h11.NEED_DATA:
                    return event if isinstance(event, h11.Event) else None
                data = b"" if self._ended else await self.wire.receive()
                self._ended = self._ended or not data
                self._h11.receive_data(data)
        except h11.RemoteProtocolError as error:
            status = error.error_status_hint
            raise Refused(f"This is not HTTP/1.1: {error}.", status=status, title="Malformed request") from error


def _joined(raw: list[tuple[bytes, bytes]]) -> dict[str, str]:
    headers: dict[str, str] = {}
    for name, value in raw:
        key, text = name.decode("ascii").lower(), value.decode("latin-1")
        headers[key] = f"{headers[key]}, {text}" if key in headers else text
    return headers
