"""Event streams, line by line of the standard. U+2028 and friends are no line ends."""

from __future__ import annotations

import pytest

from cartesia_core.errors import RemoteProtocolError
from cartesia_core.sse import SseDecoder, SseEvent


def decode(body: bytes) -> list[SseEvent]:
    """Decode a whole body."""
    return SseDecoder().feed(body)


@pytest.mark.parametrize("end", [b"\n", b"\r", b"\r\n"])
def test_line_ends(end: bytes) -> None:
    """LF, CR and CRLF end a line, also mixed with text around."""
    body = end.join([b"event: chunk", b'data: {"a":1}', b"", b"data: x", b"data: y", b"", b""])
    assert decode(body) == [SseEvent(b'{"a":1}', "chunk"), SseEvent(b"x\ny")]


def test_no_other_line_ends() -> None:
    """Line separators of Unicode and control characters stay in the data."""
    text = "a\u2028b\u2029c\x0bd\x0ce\x85f\x1cg"
    assert [event.text for event in decode(f"data: {text}\n\n".encode())] == [text]


def test_line_end_across_pieces() -> None:
    """A CRLF cut between its halves is one line end; a CR alone ends the line at once."""
    decoder = SseDecoder()
    assert decoder.feed(b"data: a\r") == []
    assert decoder.feed(b"\n\r") == [SseEvent(b"a")]
    assert decoder.feed(b"") == []
    assert decoder.feed(b"\ndata: b\r") == []
    assert decoder.feed(b"\r") == [SseEvent(b"b")]


def test_byte_order_mark() -> None:
    """One mark at the very beginning is skipped, however it is cut; a second one is not."""
    assert decode(b"\xef\xbb\xbfdata: a\n\n") == [SseEvent(b"a")]
    decoder = SseDecoder()
    assert [decoder.feed(piece) for piece in (b"", b"\xef", b"\xbb", b"\xbfdata: a\n\n")][-1] == [SseEvent(b"a")]
    assert decode(b"\xef\xbb\xbf\xef\xbb\xbfdata: a\n\n") == []
    assert decode(b"\xefdata: a\n\ndata: b\n\n") == [SseEvent(b"b")]


def test_comments_and_unknown_fields() -> None:
    """Comments, unknown fields and blocks without data give nothing."""
    assert decode(b": ping\n\n:\n\nfoo: bar\n\nid: 7\n\nevent: x\n\nretry: 5\n\n\n\n") == []


def test_event_type_is_for_one_event() -> None:
    """A type counts for its own block only, even if that has no data; an empty type is the default."""
    assert decode(b"event: x\n\ndata: 1\n\nevent: y\ndata: 2\n\nevent:\ndata: 3\n\n") == [
        SseEvent(b"1"),
        SseEvent(b"2", "y"),
        SseEvent(b"3"),
    ]


def test_data_lines() -> None:
    """One space behind the colon is dropped; a field without colon is empty; lines are joined by line feeds."""
    assert decode(b"data:  a\ndata:b\ndata\n\n") == [SseEvent(b" a\nb\n")]
    assert decode(b"data\n\ndata:\ndata:\n\n") == [SseEvent(b""), SseEvent(b"\n")]
    assert decode(b"Data: x\n\n data: y\n\n") == []


def test_ids() -> None:
    """An id holds until the next one; one with a NUL is ignored; it counts when its block ends."""
    decoder = SseDecoder()
    assert decoder.feed(b"id: 1\ndata: a\n\ndata: b\n\nid: 2\0\ndata: c\n\nid\ndata: d\n\n") == [
        SseEvent(b"a", id="1"),
        SseEvent(b"b", id="1"),
        SseEvent(b"c", id="1"),
        SseEvent(b"d"),
    ]
    decoder.feed(b"id: 9\n")
    assert decoder.last_event_id == ""
    decoder.feed(b"\n")
    assert decoder.last_event_id == "9"


def test_retry() -> None:
    """Only decimal digits are a time; absurd ones are not."""
    decoder = SseDecoder()
    decoder.feed(b"retry: 12x\nretry: -1\nretry:\nretry: " + b"9" * 5000 + b"\n")
    assert decoder.retry_milliseconds is None
    decoder.feed(b"retry: 1500\n")
    assert decoder.retry_milliseconds == 1500


def test_bytes_that_are_no_text() -> None:
    """Data is given as it came; as text, what is no UTF-8 is replaced."""
    (event,) = decode(b"data: \xff\xc3\xa9\n\n")
    assert event.data == b"\xff\xc3\xa9"
    assert event.text == "\ufffd\u00e9"


@pytest.mark.parametrize(
    ("body", "is_unfinished"),
    [
        (b"", False),
        (b"data: a\n\n", False),
        (b"data: a\n\n: comment", False),
        (b"id: 3\n", False),
        (b"data: a\n", True),
        (b"data: a", True),
        (b"data: a\n\nda", True),
    ],
)
def test_unfinished_event(body: bytes, *, is_unfinished: bool) -> None:
    """An event that the body's end cuts off is dropped, and that can be told."""
    decoder = SseDecoder()
    decoder.feed(body)
    assert decoder.finish() is is_unfinished


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_size_limit(size: int) -> None:
    """An event above the limit raises, for ever; the events before it were given; one at the limit passes."""
    decoder = SseDecoder(max_event_nbytes=20)
    body = b"data: 234567890123\n\n" + b"data: 12\ndata: 12345678\n\n"
    events: list[SseEvent] = []

    def feed_all() -> None:
        for at in range(0, 2000, size):
            events.extend(decoder.feed(body[at : at + size]))

    with pytest.raises(RemoteProtocolError, match="more than 20 bytes"):
        feed_all()
    assert events == [SseEvent(b"234567890123")]
    with pytest.raises(RemoteProtocolError):
        decoder.feed(b"\n\n")
    with pytest.raises(RemoteProtocolError):
        decoder.finish()


def test_size_limit_within_a_line() -> None:
    """A line that never ends is not collected without bound."""
    decoder = SseDecoder(max_event_nbytes=20)
    with pytest.raises(RemoteProtocolError):
        decoder.feed(b"data: " + b"x" * 20)
