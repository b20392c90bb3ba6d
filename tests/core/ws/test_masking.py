"""Frames of a client: what wsproto reads of them is what was said."""

from __future__ import annotations

import pytest
from wsproto import events as w
from wsproto.connection import Connection, ConnectionType

from cartesia_core.ws.masking import BINARY, TEXT, client_frame, mask
from cartesia_core.ws.wire import Wire

SIZES = (0, 1, 3, 4, 125, 126, 127, 3200, 65535, 65536, 70001)


@pytest.mark.parametrize("size", SIZES)
def test_masking(size: int) -> None:
    """Byte by byte; applied twice, it gives the payload back."""
    payload, key = bytes(number % 251 for number in range(size)), b"\x00\xff\x37\x80"
    masked = mask(payload, key)
    assert masked == bytes(byte ^ key[at % 4] for at, byte in enumerate(payload))
    assert mask(masked, key) == payload


@pytest.mark.parametrize("size", SIZES)
def test_a_server_reads_the_frame(size: int) -> None:
    """The header says how long it is, in each of its three forms, and that it is masked."""
    payload = b"a" * size
    for first, kind in ((TEXT, w.TextMessage), (BINARY, w.BytesMessage)):
        frame = client_frame(first, payload, b"abcd")
        server = Connection(ConnectionType.SERVER)
        server.receive_data(frame)
        events = list(server.events())
        assert all(isinstance(event, kind) for event in events)
        data = [event.data for event in events if isinstance(event, w.Message) and event.frame_finished]
        assert b"".join(each.encode() if isinstance(each, str) else bytes(each) for each in data) == payload


def test_the_caller_may_make_the_frames() -> None:
    """With keys of its own; else wsproto draws them."""
    keys = iter((b"aaaa", b"bbbb"))
    wire = Wire(None, frames=lambda first, payload: client_frame(first, payload, next(keys)))
    assert wire.message("é") == client_frame(TEXT, "é".encode(), b"aaaa")
    assert wire.message(b"\0\1") == client_frame(BINARY, b"\0\1", b"bbbb")
    assert Wire(None).message("a") != Wire(None).message("a")
