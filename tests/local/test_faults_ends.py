"""Scripted faults that end a TTS socket or leave it hanging, frame by frame, with real speech before and beside them."""

from __future__ import annotations

import socket
import ssl
import time

import pytest
import trustme
from wsproto.events import BytesMessage

from cartesia_local import LocalServer
from cartesia_local.faults import (
    BadAudio,
    CloseSocket,
    Fault,
    HalfOpen,
    HangUp,
    IgnoreClose,
    Reset,
    SendText,
    Stall,
)
from tests.local.client import LONG, Json, types
from tests.local.rawclient import (
    CLOSE,
    PONG,
    TEXT,
    WORDS,
    Frame,
    Raw,
    assert_usual,
    pcm,
    raw_socket,
    texts,
)

pytestmark = pytest.mark.usefixtures("no_faults")


@pytest.mark.parametrize("count", [0, 1, 3])
@pytest.mark.parametrize(
    ("code", "reason"), [(1000, "connection idle timeout"), (1012, "restart"), (1006, ""), (None, "")]
)
def test_close_behind_an_event(
    server: LocalServer, usual: list[Json], count: int, code: int | None, reason: str
) -> None:
    """So many real events, the close with its code and reason, the end; any code, also one that may not be sent."""
    server.faults.add(CloseSocket(code, reason, after_events=count))
    with raw_socket(server) as ws:
        if count:
            ws.say(transcript=WORDS)
        found = [ws.frame() for _ in range(count + 1)]
        frames = [frame for frame in found if frame is not None]
        assert [frame.opcode for frame in frames] == [TEXT] * count + [CLOSE]
        assert frames[-1].close == (code, reason)
        assert pcm(texts(frames)) == b"".join(pcm([event]) for event in usual[:count])
        ws.close()
        assert ws.rest() == b""


def test_close_without_an_answer(server: LocalServer) -> None:
    """A client that does not answer the close is cut after a second."""
    server.faults.add(CloseSocket(1001))
    with raw_socket(server) as ws:
        began = time.monotonic()
        assert [frame.opcode for frame in ws.frames()] == [CLOSE]
        assert 0.8 < time.monotonic() - began < 2


def test_close_behind_a_message_of_the_client(server: LocalServer) -> None:
    """The work was asked for, nothing of it came."""
    server.faults.add(CloseSocket(1011, after_messages=2))
    with raw_socket(server) as ws:
        ws.say(transcript="One", more=True)
        assert ws.is_silent(0.05)
        ws.say(transcript=" two.")
        frame = ws.frame()
        assert frame is not None
        assert frame.close == (1011, "")


def test_close_behind_the_end_of_a_context(server: LocalServer, usual: list[Json]) -> None:
    """Events of one type can be counted: a restart right after `done`."""
    server.faults.add(CloseSocket(1012, "restart", after_events=1, of_type="done"))
    with raw_socket(server) as ws:
        ws.say(transcript=WORDS)
        assert_usual(ws.events(), usual)
        frame = ws.frame()
        assert frame is not None
        assert frame.close == (1012, "restart")


def test_reset_behind_an_event(server: LocalServer) -> None:
    """Real events, then a TCP reset."""
    server.faults.add(Reset(after_events=2))
    with raw_socket(server) as ws:
        ws.say(transcript=WORDS)
        assert [ws.event()["type"], ws.event()["type"]] == ["chunk", "chunk"]
        assert ws.rest_until_reset() == b""


@pytest.mark.parametrize("nbytes", [0, 1, 5000])
def test_reset_behind_a_byte(server: LocalServer, nbytes: int) -> None:
    """Exactly so many bytes behind the upgrade's answer."""
    server.faults.add(Reset(after_nbytes=nbytes))
    with raw_socket(server) as ws:
        if nbytes:
            ws.say(transcript=WORDS)
        assert len(ws.rest_until_reset()) == nbytes


@pytest.mark.parametrize("nbytes", [0, 5000])
def test_hang_up_behind_a_byte(server: LocalServer, nbytes: int) -> None:
    """Exactly so many bytes, then the end of file and no close frame."""
    server.faults.add(HangUp(after_nbytes=nbytes))
    with raw_socket(server) as ws:
        if nbytes:
            ws.say(transcript=WORDS)
        assert len(ws.rest()) == nbytes


def test_hang_up_behind_an_event(server: LocalServer) -> None:
    """The last frame is whole."""
    server.faults.add(HangUp(after_events=2))
    with raw_socket(server) as ws:
        ws.say(transcript=WORDS)
        assert types(texts(ws.frames())) == ["chunk"]


def test_stall_for_a_while(server: LocalServer, usual: list[Json]) -> None:
    """Nothing comes for that long but pongs; then all the rest, in order."""
    server.faults.add(Stall(0.5, after_events=1))
    with raw_socket(server) as ws:
        began = time.monotonic()
        ws.say(transcript=WORDS)
        first = ws.event()
        ws.ping(b"there?")
        assert ws.frame() == Frame(PONG, b"there?", True)
        events = [first, *ws.events()]
        assert time.monotonic() - began > 0.5
    assert_usual(events, usual)


def test_stall_for_good(server: LocalServer) -> None:
    """No event comes any more, but the close is answered."""
    server.faults.add(Stall(after_events=1))
    with raw_socket(server) as ws:
        ws.say(transcript=WORDS)
        ws.event()
        assert ws.is_silent()
        ws.close()
        assert [frame.opcode for frame in ws.frames()] == [CLOSE]


def test_stall_holds_back_no_more_than_it_must(server: LocalServer) -> None:
    """Ten minutes of speech wait in the engine, not in memory; what follows the stall is complete."""
    server.faults.add(Stall(0.2), CloseSocket(after_events=3))
    with raw_socket(server) as ws:
        ws.say(transcript=LONG)
        opcodes = [frame.opcode for frame in (ws.frame() for _ in range(4)) if frame is not None]
        assert opcodes == [TEXT, TEXT, TEXT, CLOSE]


def test_stall_within_a_frame(server: LocalServer, usual: list[Json]) -> None:
    """Half a frame, a pause, the other half."""
    server.faults.add(Stall(0.2, after_nbytes=100))
    with raw_socket(server) as ws:
        ws.say(transcript=WORDS)
        head = ws.read(100)
        assert ws.is_silent(0.1)
        ws.unread(head)
        assert_usual(ws.events(), usual)


@pytest.mark.parametrize("reads", [False, True])
def test_half_open(server: LocalServer, reads: bool) -> None:
    """No pong, no events, no answer to the close; without reading, the client's writes block in the end."""
    server.faults.add(HalfOpen(reads=reads, after_events=1))
    with raw_socket(server) as ws:
        ws.say(transcript=WORDS)
        ws.event()
        server.faults.wait()
        ws.ping()
        assert ws.is_silent(0.1)
        assert writes_go_on(ws) is reads
        if reads:
            ws.close()
            assert ws.is_silent(0.1)


def writes_go_on(ws: Raw) -> bool:
    ws.sock.settimeout(0.3)
    try:
        for _ in range(200):
            ws.send(BytesMessage(bytes(1 << 16)))
    except TimeoutError:
        return False
    return True


def test_half_open_at_once(server: LocalServer) -> None:
    """The upgrade is answered, nothing else is."""
    server.faults.add(HalfOpen())
    with raw_socket(server) as ws:
        server.faults.wait()
        ws.say(transcript=WORDS)
        ws.ping()
        assert ws.is_silent()


def test_the_close_is_not_answered(server: LocalServer, usual: list[Json]) -> None:
    """Everything else is as usual."""
    server.faults.add(IgnoreClose())
    with raw_socket(server) as ws:
        ws.say(transcript=WORDS)
        assert_usual(ws.events(), usual)
        ws.close()
        assert ws.is_silent()
    assert server.faults.wait()[0].fault == IgnoreClose()


def test_a_stopping_server_says_nothing_on_a_half_open_socket() -> None:
    """Stopping is quick, and no close frame betrays the peer."""
    with LocalServer() as server:
        server.faults.add(HalfOpen())
        with raw_socket(server) as ws:
            server.faults.wait()
            began = time.monotonic()
            server.stop()
            assert time.monotonic() - began < 2
            assert ws.rest() == b""


def test_other_sockets_are_as_usual(server: LocalServer, usual: list[Json]) -> None:
    """A fault concerns one connection; one that is open already, and the next one, do not see it."""
    with raw_socket(server) as before:
        server.faults.add(Reset())
        with raw_socket(server) as faulty, raw_socket(server) as after:
            assert faulty.rest_until_reset() == b""
            for ws in (before, after):
                ws.say(transcript=WORDS)
                assert_usual(ws.events(), usual)


@pytest.mark.parametrize(
    "fault", [SendText(after_events=1), BadAudio(), CloseSocket(after_events=1), HalfOpen(after_events=1)], ids=repr
)
def test_what_happened_is_told(server: LocalServer, fault: Fault) -> None:
    """Once, when it happened, with where it did."""
    before = time.monotonic()
    server.faults.add(fault)
    with raw_socket(server) as ws:
        assert not server.faults.triggered
        ws.say(transcript=WORDS)
        (told,) = server.faults.wait()
        ws.event()
    assert (told.fault, told.method, told.path) == (fault, "GET", "/tts/websocket")
    assert before < told.at_seconds < time.monotonic()


@pytest.mark.parametrize("fault", [HangUp(after_events=1), Reset(after_events=1)], ids=repr)
def test_ends_under_tls(fault: Fault) -> None:
    """The connection under TLS ends, without the goodbye of TLS (ssl does not tell one from the other)."""
    authority = trustme.CA()
    context, trust = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    authority.configure_trust(trust)
    with LocalServer(ssl_context=context) as server:
        server.faults.add(fault)
        with socket.create_connection(("127.0.0.1", server.port), timeout=10) as tcp:
            tls = trust.wrap_socket(tcp, server_hostname="127.0.0.1", suppress_ragged_eofs=False)
            with tls:
                ws = Raw(tls, server.key)
                assert ws.upgrade().startswith("HTTP/1.1 101 ")
                ws.say(transcript=WORDS)
                assert ws.event()["type"] == "chunk"
                with pytest.raises((ssl.SSLEOFError, ConnectionResetError)):
                    ws.rest()
