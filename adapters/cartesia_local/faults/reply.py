"""An answer that meets its faults. The connection ends with it."""

from __future__ import annotations

import math
import zlib
from email.utils import formatdate
from http import HTTPStatus
from typing import TYPE_CHECKING, Final, Literal

import trio

from cartesia_core._fast import dumps, loads
from cartesia_core._json import is_object
from cartesia_local.faults.answers import Framing, Gzip, Trickle
from cartesia_local.faults.ends import HangUp, Reset, Stall
from cartesia_local.faults.events import PingFlood, SendBinary, SendBytes
from cartesia_local.faults.fault import ENDS
from cartesia_local.faults.pace import send
from cartesia_local.faults.wording import text_of
from cartesia_local.tasks import ClientGone

if TYPE_CHECKING:
    from cartesia_core._json import JsonObject
    from cartesia_local.faults.fault import Act, Addition, End
    from cartesia_local.faults.script import Script
    from cartesia_local.http.connection import HttpConnection
    from cartesia_local.http.exchange import Answer, Headers

EVENTS: Final = "text/event-stream"
GZIP_WINDOW: Final = 31
_DATA: Final = b"data: "

How = Literal["content_length", "chunked", "eof"]


class FaultyReply:
    """Where a resource writes its answer, and what is to go wrong with it.

    The bytes are its own: h11 would neither write a wrong length nor leave an end out.
    """

    def __init__(self, http: HttpConnection, script: Script) -> None:
        self._http: Final = http
        self._script: Final = script
        self._framing: Final = script.find(Framing)
        self._trickle: Final = script.find(Trickle)
        self._gzip: Final = script.find(Gzip)
        self._zip: Final = zlib.compressobj(wbits=GZIP_WINDOW)
        self._how: How = "eof"
        self._is_events = False
        self._head: list[str] = []
        self._kept: Final[list[bytes | End]] = []
        self.started: bool = False
        """Whether the answer has begun."""

    async def send(self, answer: Answer) -> None:
        """Write a whole answer."""
        content_type = answer.content_type or "application/octet-stream"
        await self._begin(answer.status, content_type, answer.headers, "content_length")
        await self.write(answer.body)
        await self.end()

    async def start(self, status: int, content_type: str, headers: Headers = ()) -> None:
        """Begin an answer whose body comes piece by piece."""
        await self._begin(status, content_type, headers, "chunked" if self._http.takes_chunks else "eof")

    async def write(self, data: bytes) -> None:
        """Write a piece: on an event stream, an event."""
        if self._http.is_head_request:
            return
        event = _event(data) if self._is_events else None
        if event is None:
            await self._body(data)
            self._script.sent(None)
        elif changed := self._script.change(event):
            for each in changed:
                await self._body(data if each is event else _line(dumps(each)))
            self._script.sent(event)
        await self._act()

    async def end(self) -> None:
        """End the body."""
        if self._gzip is not None and not self._http.is_head_request:
            await self._out(self._zip.flush())
        if self._how == "content_length":
            nbytes = sum(len(each) for each in self._kept if isinstance(each, bytes))
            await self._send_head(f"content-length: {nbytes}")
            for each in self._kept:
                await self._put(each)
        elif self._how == "chunked" and not self._http.is_head_request:
            await self._raw(b"0\r\n\r\n")

    # --- the head

    async def _begin(self, status: int, content_type: str, headers: Headers, how: How) -> None:
        self.started = True
        self._how = how if self._framing is None else self._framing.how
        self._is_events = content_type.startswith(EVENTS)
        fields = (("date", formatdate(usegmt=True)), ("content-type", content_type), *headers, ("connection", "close"))
        self._head = [f"HTTP/1.1 {status} {_phrase(status)}", *(f"{name}: {value}" for name, value in fields)]
        for manner in (self._framing, self._gzip, self._trickle):
            if manner is not None:
                self._script.note(manner)
        if self._gzip is not None:
            self._head.append("content-encoding: gzip")
        if self._how != "content_length":
            await self._send_head(*(["transfer-encoding: chunked"] if self._how == "chunked" else []))
        await self._act()

    async def _send_head(self, *more: str) -> None:
        lines = [*self._head, *more]
        await self._http.wire.send(("\r\n".join(lines) + "\r\n\r\n").encode("latin-1"))

    # --- the body

    async def _body(self, data: bytes) -> None:
        if self._gzip is not None:
            data = self._zip.compress(data) + self._zip.flush(zlib.Z_SYNC_FLUSH)
        await self._out(data)

    async def _out(self, piece: bytes | End) -> None:
        """Send, or keep until the length of the whole is known."""
        if self._how == "content_length":
            self._kept.append(piece)
        else:
            await self._put(piece)

    async def _put(self, piece: bytes | End) -> None:
        if not isinstance(piece, bytes):
            await self._end(piece)
        elif piece:
            is_chunk = self._how == "chunked"
            await self._raw(b"%x\r\n" % len(piece) if is_chunk else b"")
            await self._count(piece)
            await self._raw(b"\r\n" if is_chunk else b"")
            if self._how == "content_length":
                await self._cut()

    async def _count(self, data: bytes) -> None:
        while data:
            count = self._script.cut(len(data))
            await self._raw(data[:count])
            self._script.put(count)
            data = data[count:]
            if data:
                await self._cut()

    async def _raw(self, data: bytes) -> None:
        if data:
            await send(self._http.wire, data, self._trickle)

    # --- faults

    async def _act(self) -> None:
        while not self._http.is_head_request and (act := self._script.next_act()) is not None:
            if isinstance(act, ENDS):
                await self._out(act)
            else:
                self._script.note(act)
                await self._body(self._added(act))

    async def _cut(self) -> None:
        while (act := self._script.next_cut()) is not None:
            if isinstance(act, ENDS):
                await self._end(act)

    def _added(self, act: Addition) -> bytes:
        if isinstance(act, SendBytes):
            return act.data
        if isinstance(act, (SendBinary, PingFlood)):
            raise TypeError(f"{act} cannot happen to an answer.")
        text = text_of(act, self._script)
        return _line(text) if self._is_events else text

    async def _end(self, act: Act) -> None:
        if isinstance(act, Stall):
            self._script.note(act)
            await trio.sleep(math.inf if act.seconds is None else act.seconds)
            return
        with self._script.committing(act):
            if isinstance(act, Reset):
                await self._http.wire.reset()
            elif isinstance(act, HangUp):
                await self._http.wire.hang_up()
            else:
                raise TypeError(f"{act} cannot happen to an answer.")
        raise ClientGone("The connection was ended by a scripted fault.")


def _event(data: bytes) -> JsonObject | None:
    value = loads(data.removeprefix(_DATA))
    return value if is_object(value) else None


def _line(text: bytes) -> bytes:
    return _DATA + text + b"\n\n"


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Scripted"
