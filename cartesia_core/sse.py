"""Server-sent events: bytes in any slices to events. Source: WHATWG HTML, section 9.2 "Server-sent events"."""

from __future__ import annotations

from typing import Final

from attrs import frozen

from cartesia_core.errors import RemoteProtocolError

__all__ = ["DEFAULT_MAX_EVENT_NBYTES", "SseDecoder", "SseEvent"]

DEFAULT_MAX_EVENT_NBYTES: Final = 16 * 1024 * 1024

_BOM: Final = b"\xef\xbb\xbf"


@frozen
class SseEvent:
    """One event of a stream."""

    data: bytes
    """The `data` lines joined with line feeds, as UTF-8. Empty for an event whose only `data` line is empty."""
    event: str = "message"
    id: str = ""
    """The last id that the stream gave, in this event or an earlier one."""

    @property
    def text(self) -> str:
        """The data as text; bytes that are no UTF-8 become U+FFFD, as the standard has it."""
        return self.data.decode("utf-8", "replace")


class SseDecoder:
    """Takes the body of a `text/event-stream` in pieces of any length and gives its events.

    Lines end at CR, LF or CRLF and nowhere else (not at U+2028). Comments, unknown fields and events without any
    `data` line are skipped. The work is done on whole lines of bytes, so that JSON can be parsed from `data` without
    ever becoming a `str`.

    Args:
        max_event_nbytes: Most bytes that one event may have, with its field names, comments and line ends.

    Attributes:
        last_event_id: The id that a reconnecting client would send back.
        retry_milliseconds: How long the server asked a client to wait before it reconnects.
    """

    def __init__(self, *, max_event_nbytes: int = DEFAULT_MAX_EVENT_NBYTES) -> None:
        self.last_event_id: str = ""
        self.retry_milliseconds: int | None = None
        self._max_event_nbytes = max_event_nbytes
        self._at_start = True
        self._after_cr = False
        # The line that has begun; pieces are joined once, when it ends.
        self._line: list[bytes] = []
        # The event that has begun.
        self._data: list[bytes] = []
        self._event = ""
        self._id = ""
        self._held_nbytes = 0
        self._error: RemoteProtocolError | None = None

    def feed(self, data: bytes) -> list[SseEvent]:
        """Take a piece of the body; give the events that end in it.

        Raises:
            RemoteProtocolError: An event is larger than allowed. The events before it were given by earlier calls;
                every later call raises too.
        """
        events: list[SseEvent] = []
        if self._error is None:
            self._read(self._normalised(data), events)
        if self._error is not None and not events:
            raise self._error
        return events

    def finish(self) -> bool:
        """Say that the body is at its end; tell whether an event had begun, which the standard drops.

        Raises:
            RemoteProtocolError: An event was larger than allowed.
        """
        if self._error is not None:
            raise self._error
        line = b"".join(self._line)
        return bool(self._data) or (bool(line) and not line.startswith(b":"))

    def _normalised(self, data: bytes) -> bytes:
        """Give the same text with LF for every line end, and without a byte order mark."""
        if self._at_start:
            data = self._without_bom(data)
        if self._after_cr and data:
            self._after_cr = False
            if data.startswith(b"\n"):
                data = data[1:]
        if b"\r" in data:
            self._after_cr = data.endswith(b"\r")
            return _with_line_feeds(data)
        return data

    def _without_bom(self, data: bytes) -> bytes:
        data = b"".join((*self._line, data))
        self._line.clear()
        self._held_nbytes = 0
        if len(data) < len(_BOM) and _BOM.startswith(data):
            return data  # may become one
        self._at_start = False
        return data.removeprefix(_BOM)

    def _read(self, data: bytes, events: list[SseEvent]) -> None:
        start = 0
        while (end := data.find(b"\n", start)) >= 0:
            self._count(end - start + 1)
            if self._error is not None:
                return
            if self._line:
                self._line.append(data[start:end])
                self._end_line()
            elif end == start:
                self._end_event(events)
            elif data.startswith(b"data: ", start):  # nearly every line; copied once, not twice
                self._data.append(data[start + 6 : end])
            else:
                self._field(data[start:end])
            start = end + 1
        self._hold(data[start:])

    def _hold(self, piece: bytes) -> None:
        if piece:
            self._line.append(piece)
            self._count(len(piece))

    def _count(self, nbytes: int) -> None:
        self._held_nbytes += nbytes
        if self._held_nbytes > self._max_event_nbytes:
            self._line.clear()
            self._data.clear()
            self._error = RemoteProtocolError(
                f"The server sent an event of more than {self._max_event_nbytes} bytes (`max_event_nbytes`)."
            )

    def _end_line(self) -> None:
        line = b"".join(self._line)
        self._line.clear()
        self._field(line)

    def _field(self, line: bytes) -> None:
        name, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        if name == b"data":
            self._data.append(value)
        elif name == b"event":
            self._event = value.decode("utf-8", "replace")
        elif name == b"id" and b"\0" not in value:
            self._id = value.decode("utf-8", "replace")
        elif name == b"retry" and value.isdigit() and len(value) < 16:
            self.retry_milliseconds = int(value)

    def _end_event(self, events: list[SseEvent]) -> None:
        self.last_event_id = self._id
        if self._data:
            data = self._data[0] if len(self._data) == 1 else b"\n".join(self._data)
            events.append(SseEvent(data, self._event or "message", self._id))
        self._data.clear()
        self._event = ""
        self._held_nbytes = 0


def _with_line_feeds(data: bytes) -> bytes:
    # `bytes.replace` would be shorter, but looks for CRLF ten times slower than `find` for one byte.
    pieces: list[bytes] = []
    start = 0
    while (end := data.find(b"\r", start)) >= 0:
        pieces.append(data[start:end])
        start = end + 2 if data.startswith(b"\n", end + 1) else end + 1
    return b"\n".join((*pieces, data[start:]))
