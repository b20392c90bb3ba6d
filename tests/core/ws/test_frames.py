"""Simple frames are taken out, everything else is left over as it is."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wsproto.connection import Connection, ConnectionType
from wsproto.events import BytesMessage, CloseConnection, Ping, TextMessage

from cartesia_core.ws.frames import FrameSplitter
from cartesia_core.ws.wire import Ended, Pinged, Wire


def frame(first: int, payload: bytes) -> bytes:
    """Give an unmasked frame."""
    size = len(payload)
    if size < 126:
        return bytes([first, size]) + payload
    if size < 65536:
        return bytes([first, 126]) + size.to_bytes(2, "big") + payload
    return bytes([first, 127]) + size.to_bytes(8, "big") + payload


@pytest.mark.parametrize("text", ["a", "x" * 125, "x" * 126, "ü" * 32767, "x" * 65535])
def test_simple_frame_becomes_its_text(text: str) -> None:
    """A whole text message of up to 65,535 bytes is decoded here."""
    assert FrameSplitter(100_000).feed(frame(0x81, text.encode())) == [text]


@pytest.mark.parametrize(
    "other",
    [
        frame(0x81, b""),
        frame(0x81, b"x" * 65536),
        frame(0x81, b"\xff"),
        frame(0x82, b"binary"),
        frame(0x89, b"ping"),
        frame(0x88, b"\x03\xe8"),
        frame(0xC1, b"reserved bit"),
        b"\x81\x81\0\0\0\0x",
        b"\x81\x7e\x00\x01x",
    ],
    ids=["empty", "large", "no-utf8", "binary", "ping", "close", "reserved", "masked", "long-length"],
)
def test_other_frames_are_left_over(other: bytes) -> None:
    """Anything but a simple frame is left to wsproto, and the simple one behind it is found."""
    splitter = FrameSplitter(100_000)
    assert splitter.feed(other + frame(0x81, b"next")) == [other, "next"]


def test_fragments_are_left_over() -> None:
    """Between the fragments of a message no text frame is simple: there it is a breach, which wsproto tells."""
    pieces = [frame(0x01, b"be"), frame(0x89, b""), frame(0x81, b"breach"), frame(0x80, b"gin")]
    splitter = FrameSplitter(100_000)
    assert [splitter.feed(piece) for piece in pieces] == [[piece] for piece in pieces]
    assert splitter.feed(frame(0x81, b"whole")) == ["whole"]


def test_end_of_a_large_frame_is_not_waited_for() -> None:
    """The bytes of a frame that is left over are handed on as they come."""
    whole = frame(0x81, b"x" * 70000)
    splitter = FrameSplitter(100_000)
    assert splitter.feed(whole[:9]) == []
    assert splitter.feed(whole[9:30000]) == [whole[:30000]]
    assert splitter.feed(whole[30000:] + b"\x81") == [whole[30000:]]


def test_text_above_the_limit_is_left_over() -> None:
    """The limit counts bytes, and one that is larger goes to wsproto, behind which sizes are checked."""
    exact, larger = frame(0x81, b"x" * 200), frame(0x81, ("ü" * 100 + "x").encode())
    assert FrameSplitter(200).feed(exact + larger) == ["x" * 200, larger]


def test_nothing_follows_a_close_frame() -> None:
    """A text behind the server's close frame is dropped, as wsproto drops it."""
    events = list(Wire(None).receive(frame(0x88, b"\x03\xe8bye") + frame(0x81, b"late")))
    assert events == [Ended(1000, "bye")]


SERVER_FRAMES = st.one_of(
    st.text().map(lambda text: frame(0x81, text.encode())),
    st.integers(100, 300).map(lambda size: frame(0x81, b"y" * size)),
    st.binary().map(lambda data: frame(0x82, data)),
    st.binary(max_size=20).map(lambda data: frame(0x89, data)),
    st.tuples(st.text(), st.text()).map(lambda t: frame(0x01, t[0].encode()) + frame(0x80, t[1].encode())),
    st.binary(max_size=40),
)


def by_wsproto(stream: bytes) -> list[str]:
    """Read a stream with wsproto alone, messages joined."""
    connection = Connection(ConnectionType.CLIENT)
    connection.receive_data(stream)
    events: list[str] = []
    parts: list[str | bytes] = []
    for event in connection.events():
        if isinstance(event, (TextMessage, BytesMessage)):
            parts.append(event.data if isinstance(event, TextMessage) else bytes(event.data))
            if event.message_finished:
                texts = [part for part in parts if isinstance(part, str)]
                rest = [part for part in parts if isinstance(part, bytes)]
                events.append(f"message {''.join(texts) if texts else b''.join(rest)!r}")
                parts.clear()
        elif isinstance(event, Ping):
            events.append("ping")
        elif isinstance(event, CloseConnection):
            events.append(f"end {int(event.code)}")
    return events


def by_wire(stream: bytes, cuts: list[int]) -> list[str]:
    """Read a stream with `Wire`, in pieces."""
    wire = Wire(None)
    edges = [0, *sorted(min(cut, len(stream)) for cut in cuts), len(stream)]
    events: list[str] = []
    for start, end in pairwise(edges):
        for event in wire.receive(stream[start:end]):
            if isinstance(event, (str, bytes)):
                events.append(f"message {event!r}")
            elif isinstance(event, Pinged):
                events.append("ping")
            elif isinstance(event, Ended):
                events.append(f"end {event.code}")
        if events and events[-1].startswith("end"):
            break
    return events


@given(st.lists(SERVER_FRAMES, max_size=6).map(b"".join), st.lists(st.integers(0, 2000), max_size=5))
def test_wire_reads_what_wsproto_reads(stream: bytes, cuts: list[int]) -> None:
    """Whatever a server sends, broken frames included, and however it is cut: the events are those of wsproto alone."""
    expected = by_wsproto(stream)
    end = next((i for i, event in enumerate(expected) if event.startswith("end")), len(expected))
    assert by_wire(stream, cuts) == expected[: end + 1]
