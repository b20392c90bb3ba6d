"""Handshake and frames."""

from __future__ import annotations

import base64
import hashlib

import pytest
from wsproto import events as w

from cartesia_core.errors import RemoteProtocolError
from cartesia_core.http import Headers
from cartesia_core.ws.wire import Accepted, Ended, Pinged, Wire, check_upgrade, upgrade_headers
from tests.core.ws.peer import HANDSHAKE, frame

KEY = base64.b64encode(bytes(range(16))).decode()
ANSWER = base64.b64encode(hashlib.sha1(f"{KEY}258EAFA5-E914-47DA-95CA-C5AB0DC85B11".encode()).digest()).decode()


def answer(**headers: str) -> Headers:
    """Make the header fields of a 101."""
    fields = {"Upgrade": "WebSocket", "Connection": "Upgrade", "Sec-WebSocket-Accept": ANSWER}
    return Headers([*fields.items(), *((name.replace("_", "-"), value) for name, value in headers.items())])


def test_the_fields_that_ask_for_an_upgrade() -> None:
    """As RFC 6455, 4.1 lists them; no extension is offered."""
    assert dict(upgrade_headers(KEY)) == {
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-WebSocket-Key": KEY,
        "Sec-WebSocket-Version": "13",
    }


def test_a_right_answer_passes() -> None:
    """Names of protocols compare without case."""
    check_upgrade(answer(), KEY)


@pytest.mark.parametrize(
    ("headers", "problem"),
    [
        (Headers(), "another protocol"),
        (Headers([("Upgrade", "h2c"), ("Sec-WebSocket-Accept", ANSWER)]), "another protocol"),
        (Headers([("Upgrade", "websocket")]), "does not answer our key"),
        (Headers([("Upgrade", "websocket"), ("Sec-WebSocket-Accept", KEY)]), "does not answer our key"),
        (answer(Sec_WebSocket_Extensions="permessage-deflate"), "not asked for"),
        (answer(Sec_WebSocket_Protocol="chat"), "not asked for"),
    ],
)
def test_wrong_answers_are_refused(headers: Headers, problem: str) -> None:
    """To another key, or turning on what nobody asked for."""
    with pytest.raises(RemoteProtocolError, match=problem):
        check_upgrade(headers, KEY)


def test_the_opening_request() -> None:
    """Target, host and further fields are the caller's."""
    data = Wire(HANDSHAKE).open()
    assert data.startswith(b"GET /tts/websocket?x=1 HTTP/1.1\r\n")
    assert b"Host: api.example\r\n" in data
    assert b"Authorization: Bearer k\r\n" in data
    assert b"Extensions" not in data
    assert Wire(None).open() == b""


def test_the_credential_of_a_handshake_does_not_show() -> None:
    """Not in its text."""
    assert "Bearer" not in repr(HANDSHAKE)


def test_an_accepted_handshake_gives_the_header_fields() -> None:
    """And frames that came in the same piece are not lost."""
    from wsproto import ConnectionType, WSConnection

    wire = Wire(HANDSHAKE)
    server = WSConnection(ConnectionType.SERVER)
    server.receive_data(wire.open())
    assert isinstance(next(iter(server.events())), w.Request)
    data = server.send(w.AcceptConnection(extra_headers=[(b"x-request-id", b"r-1")])) + server.send(w.TextMessage("hi"))
    accepted, received = list(wire.receive(data))
    assert isinstance(accepted, Accepted)
    assert accepted.headers.request_id == "r-1"
    assert received == "hi"


def read(data: bytes) -> list[object]:
    """Give what an upgraded wire makes of bytes."""
    return list(Wire(None).receive(data))


def test_messages() -> None:
    """Text, binary, empty, in fragments with a control frame between; pongs are nobody's business."""
    data = (
        frame(1, b"text")
        + frame(2, b"\0\1")
        + frame(1, b"")
        + frame(1, "\u00e9".encode()[:1], final=False)
        + frame(10, b"pong")
        + frame(0, b"", final=False)
        + frame(0, "\u00e9".encode()[1:])
        + frame(2, b"", final=False)
        + frame(0, b"\2")
    )
    assert read(data) == ["text", b"\0\1", "", "\u00e9", b"\2"]


def test_pings_come_with_their_answer() -> None:
    """The payload goes back."""
    (ping,) = read(frame(9, b"abc"))
    assert isinstance(ping, Pinged)
    assert ping.answer[:2] == bytes([0x8A, 0x80 | 3])


@pytest.mark.parametrize(
    ("payload", "ended"),
    [
        (b"", Ended(1005, "")),
        (b"\x03\xe8", Ended(1000, "")),
        (b"\x03\xf4restart", Ended(1012, "restart")),
        (b"\x0f\xa0\xc3\xa9", Ended(4000, "\u00e9")),
    ],
)
def test_close_frames(payload: bytes, ended: Ended) -> None:
    """With and without code and reason."""
    assert read(frame(8, payload)) == [ended]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (frame(1, b"\xff"), 1007),
        (frame(1, b"\xed\xa0\x80"), 1007),
        (frame(3, b""), 1002),
        (frame(1, b"a", reserved=4), 1002),
        (frame(1, b"a", masked=True), 1002),
        (frame(0, b"a"), 1002),
        (frame(1, b"a", final=False) + frame(1, b"b"), 1002),
        (frame(9, b"x" * 126), 1002),
        (frame(9, b"", final=False), 1002),
        (frame(8, b"\x01"), 1002),
        (frame(8, b"\x03\xee"), 1002),
        (frame(8, b"\x03\xe8\xff"), 1007),
    ],
)
def test_breaches_of_the_frame_protocol(data: bytes, code: int) -> None:
    """They are told apart from close frames, with the code to answer."""
    ended = read(data)[-1]
    assert isinstance(ended, Ended)
    assert (ended.code, ended.is_breach) == (code, True)


@pytest.mark.parametrize(
    "data",
    [
        frame(2, b"x" * 11),
        frame(2, b"x" * 6, final=False) + frame(0, b"x" * 5),
        frame(2, b"x" * 11, final=False),
        frame(1, "\u00e9".encode() * 6),
        frame(2, b"x" * 100_000)[:1000],
    ],
)
def test_messages_have_a_limit(data: bytes) -> None:
    """Counted in bytes, over all fragments, before the end of the message has come."""
    wire = Wire(None, max_message_nbytes=10)
    with pytest.raises(RemoteProtocolError, match="larger than the 10 allowed by max_message_nbytes") as caught:
        list(wire.receive(data))
    assert caught.value.close_code == 1009


def test_messages_at_the_limit_pass() -> None:
    """One after another: the count begins anew."""
    wire = Wire(None, max_message_nbytes=10)
    data = frame(2, b"x" * 6, final=False) + frame(0, b"y" * 4)
    assert list(wire.receive(data + data + frame(1, b"z" * 10))) == [
        b"x" * 6 + b"y" * 4,
        b"x" * 6 + b"y" * 4,
        "z" * 10,
    ]


@pytest.mark.parametrize("nbytes", [1_300_000, 17_000_000])
def test_large_messages_pass(nbytes: int) -> None:
    """Far beyond the 1 MiB at which other libraries cut the socket."""
    wire = Wire(None)
    data = frame(1, b"x" * nbytes)
    events = [event for at in range(0, len(data), 65536) for event in wire.receive(data[at : at + 65536])]
    assert events == ["x" * nbytes]


def test_a_message_of_one_byte_frames() -> None:
    """Put together in order, in time that grows with its length."""
    text = "\u00e9\u65e5a" * 4000
    data = text.encode()
    frames = [frame(1, data[:1], final=False), *(frame(0, data[i : i + 1], final=False) for i in range(1, len(data)))]
    assert read(b"".join(frames) + frame(0, b"")) == [text]


def test_nothing_is_read_behind_a_close_frame() -> None:
    """Neither in the same piece nor in later ones."""
    wire = Wire(None)
    assert list(wire.receive(frame(8, b"\x03\xe8") + frame(1, b"late"))) == [Ended(1000, "")]
    assert list(wire.receive(frame(1, b"later"))) == []
