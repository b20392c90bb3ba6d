"""Scripted faults of answers, byte by byte: of bodies, event streams, and upgrades that are refused."""

from __future__ import annotations

import gzip
import json
import time

import httpx
import pytest

from cartesia_core.versions import NEWEST, V2025_04_16
from cartesia_local import LocalServer
from cartesia_local.faults import (
    BadAudio,
    BadHandshake,
    Drop,
    Fault,
    Framing,
    Gzip,
    HangUp,
    HttpStatus,
    NoAnswer,
    Redirect,
    Repeat,
    Reset,
    SendBytes,
    SendError,
    SendText,
    Stall,
    Trickle,
)
from tests.local.client import http, speech
from tests.local.rawclient import ACCEPT, Raw, fields, raw

HTML = b"<html><body>Welcome to the hotel</body></html>"

pytestmark = pytest.mark.usefixtures("no_faults")


@pytest.fixture(scope="module")
def usual(server: LocalServer) -> bytes:
    """The speech as it comes without faults."""
    with http(server) as client:
        return client.post("/tts/bytes", json=speech()).content


def unchunked(data: bytes) -> tuple[bytes, bool]:
    """Give the body of a chunked answer, and whether its end mark came."""
    body = b""
    while data:
        line, _, data = data.partition(b"\r\n")
        nbytes = int(line, 16)
        if nbytes == 0:
            return body, data == b"\r\n"
        body += data[:nbytes]
        data = data[nbytes + 2 :]
    return body, False


# --- bodies


@pytest.mark.parametrize("nbytes", [0, 1, 10_000])
@pytest.mark.parametrize("fault", [HangUp, Reset])
def test_chunked_body_is_cut(server: LocalServer, usual: bytes, nbytes: int, fault: type[HangUp | Reset]) -> None:
    """Exactly so many bytes of real speech, no end mark, end of file or reset."""
    server.faults.add(fault(after_nbytes=nbytes), path="/tts/bytes")
    with raw(server) as connection:
        head = connection.speak()
        body, is_whole = unchunked(connection.rest() if fault is HangUp else connection.rest_until_reset())
    assert fields(head)["transfer-encoding"] == "chunked"
    assert (body, is_whole) == (usual[:nbytes], False)


def test_body_is_shorter_than_its_length(server: LocalServer, usual: bytes) -> None:
    """The true length is announced, fewer bytes come."""
    server.faults.add(Framing("content_length"), HangUp(after_nbytes=1000))
    with raw(server) as connection:
        head = connection.speak()
        assert connection.rest() == usual[:1000]
    assert fields(head)["content-length"] == str(len(usual))
    assert "transfer-encoding" not in fields(head)


def test_answer_with_a_length_is_cut(server: LocalServer) -> None:
    """One whose length is known anyway needs no framing to be cut."""
    server.faults.add(HangUp(after_nbytes=20), path="/voices")
    with raw(server) as connection:
        head = connection.request("GET", "/voices?limit=1")
        body = connection.rest()
    assert (len(body), int(fields(head)["content-length"]) > 20) == (20, True)


def test_cut_behind_a_piece(server: LocalServer, usual: bytes) -> None:
    """Pieces as the server writes them are the events of a body."""
    server.faults.add(HangUp(after_events=1))
    with raw(server) as connection:
        connection.speak()
        body, is_whole = unchunked(connection.rest())
    assert not is_whole
    assert body
    assert usual.startswith(body)
    assert body != usual


def test_body_ends_with_the_connection(server: LocalServer, usual: bytes) -> None:
    """No length, no chunks; whole all the same."""
    server.faults.add(Framing("eof"))
    with raw(server) as connection:
        head = fields(connection.speak())
        assert connection.rest() == usual
    assert {"content-length", "transfer-encoding"}.isdisjoint(head)


@pytest.mark.parametrize("how", ["content_length", "chunked", "eof"])
def test_gzip(server: LocalServer, usual: bytes, how: str) -> None:
    """Compressed though nobody asked, in every framing; a client that decodes it has the speech."""
    framing = next(each for each in (Framing("content_length"), Framing("chunked"), Framing("eof")) if each.how == how)
    server.faults.add(Gzip(), framing, times=2)
    with http(server) as client:
        answer = client.post("/tts/bytes", json=speech())
    assert (answer.headers["content-encoding"], answer.content) == ("gzip", usual)
    with raw(server) as connection:
        connection.speak()
        data = connection.rest()
    assert gzip.decompress(unchunked(data)[0] if how == "chunked" else data) == usual


def test_gzip_is_cut(server: LocalServer) -> None:
    """Both faults meet: bytes are counted as they go out."""
    server.faults.add(Gzip(), Framing("eof"), HangUp(after_nbytes=100))
    with raw(server) as connection:
        connection.speak()
        data = connection.rest()
    assert (len(data), data[:2]) == (100, b"\x1f\x8b")


def test_trickle(server: LocalServer) -> None:
    """So many bytes a second, in pieces."""
    server.faults.add(Trickle(1000, piece_nbytes=50), path="/")
    with raw(server) as connection:
        head = connection.request("GET", "/")
        began = time.monotonic()
        body = connection.rest()
        lasted = time.monotonic() - began
    assert len(body) == int(fields(head)["content-length"])
    assert len(body) / 1000 * 0.5 < lasted < 5


def test_body_stalls(server: LocalServer, usual: bytes) -> None:
    """Some bytes, nothing for a while, the rest."""
    server.faults.add(Framing("eof"), Stall(0.3, after_nbytes=5000))
    with raw(server) as connection:
        connection.speak()
        first = connection.read(5000)
        assert connection.is_silent(0.15)
        assert first + connection.rest() == usual


def test_body_stalls_for_good(server: LocalServer) -> None:
    """Until the client leaves."""
    server.faults.add(Stall(after_events=1))
    with raw(server) as connection:
        connection.speak()
        connection.read(1000)
        server.faults.wait()
        connection.sock.settimeout(0.2)
        with pytest.raises(TimeoutError):
            connection.rest()


def test_bytes_in_a_body(server: LocalServer, usual: bytes) -> None:
    """Before the first piece of real speech."""
    server.faults.add(SendBytes(b"junk"), SendText("text"))
    with http(server) as client:
        assert client.post("/tts/bytes", json=speech()).content == b"junktext" + usual


def test_body_for_an_old_client(server: LocalServer, usual: bytes) -> None:
    """HTTP/1.0 knows no chunks: the end of the connection is the end of the body."""
    server.faults.add(Stall(0, after_events=1))
    body = json.dumps(speech()).encode()
    with raw(server) as connection:
        head = f"POST /tts/bytes HTTP/1.0\r\nAuthorization: Bearer {server.key}\r\nContent-Length: {len(body)}\r\n\r\n"
        connection.sock.sendall(head.encode() + body)
        answer, _, content = connection.rest().partition(b"\r\n\r\n")
    assert content == usual
    assert "transfer-encoding" not in fields(answer.decode())


def test_head_has_no_body(server: LocalServer) -> None:
    """Whatever faults say."""
    server.faults.add(Framing("chunked"), SendBytes(b"junk"))
    with raw(server) as connection:
        head = connection.request("HEAD", "/")
        assert connection.rest() == b""
    assert head.startswith("HTTP/1.1 200 OK")


def test_refusals_meet_faults_too(server: LocalServer) -> None:
    """A voice that is not there, said in a compressed body that is cut."""
    server.faults.add(Gzip())
    with http(server) as client:
        answer = client.post("/tts/bytes", json=speech(voice="nobody"))
    assert (answer.status_code, answer.json()["error_code"]) == (404, "voice_not_found")


# --- event streams


def sse(server: LocalServer, *faults: Fault) -> list[bytes]:
    server.faults.add(Framing("eof"), *faults, path="/tts/sse")
    with raw(server) as connection:
        connection.speak("/tts/sse")
        return connection.rest().split(b"\n\n")


def kinds(blocks: list[bytes]) -> list[str]:
    return [json.loads(block.removeprefix(b"data: "))["type"] for block in blocks if block]


def test_stream_is_cut_behind_an_event(server: LocalServer) -> None:
    """Two events and no end."""
    blocks = sse(server, HangUp(after_events=2))
    assert kinds(blocks) == ["chunk", "chunk"]


def test_stream_is_cut_within_an_event(server: LocalServer) -> None:
    """Half a line."""
    assert sse(server, HangUp(after_nbytes=50)) == [b'data: {"type":"chunk","data":"' + b"A" * 20]


def test_stream_without_an_end(server: LocalServer) -> None:
    """All audio, no `done`, and an HTTP body that is whole."""
    assert set(kinds(sse(server, Drop("done")))) == {"chunk"}


def test_stream_with_an_error(server: LocalServer) -> None:
    """An error event between real ones; what comes first in HTTP can be an error too."""
    error, *rest = sse(server, SendError(502, error_code="upstream"))
    assert json.loads(error.removeprefix(b"data: "))["error_code"] == "upstream"
    assert kinds(rest)[-1] == "done"


def test_stream_with_odd_blocks(server: LocalServer) -> None:
    """Comments, ids and blank blocks are put between the events as they are."""
    odd = b": ping\n\nid: 7\n\n\n\n"
    assert sse(server, SendBytes(odd, after_events=1))[1:4] == [b": ping", b"id: 7", b""]


def test_stream_with_bad_audio_and_two_ends(server: LocalServer) -> None:
    """What changes messages of sockets changes events too."""
    bad, *rest = sse(server, BadAudio(), Repeat("done"))
    assert json.loads(bad.removeprefix(b"data: "))["data"] == "%%%%"
    assert kinds(rest)[-2:] == ["done", "done"]


# --- in place of an answer


def ask(connection: Raw, kind: str) -> str:
    return connection.upgrade() if kind == "upgrade" else connection.speak()


both = pytest.mark.parametrize("kind", ["upgrade", "request"])


@both
def test_no_answer(server: LocalServer, kind: str) -> None:
    """The request is read, nothing comes."""
    server.faults.add(NoAnswer())
    with raw(server) as connection:
        connection.sock.settimeout(0.2)
        with pytest.raises(TimeoutError):
            ask(connection, kind)
        (told,) = server.faults.triggered
        assert told.fault == NoAnswer()


@both
def test_connection_ends_without_an_answer(server: LocalServer, kind: str) -> None:
    """With the end of file."""
    server.faults.add(NoAnswer("hang_up"))
    with raw(server) as connection:
        assert ask(connection, kind) == ""


@both
def test_connection_is_reset_without_an_answer(server: LocalServer, kind: str) -> None:
    """With a TCP reset."""
    server.faults.add(NoAnswer("reset"))
    with raw(server) as connection, pytest.raises(ConnectionResetError):
        ask(connection, kind)


@both
@pytest.mark.parametrize(
    ("fault", "status"),
    [
        (HttpStatus(401), "401 Unauthorized"),
        (HttpStatus(429, error_code="concurrency_limited", headers=(("Retry-After", "2"),)), "429 Too Many Requests"),
        (HttpStatus(500, headers=(("retry-after-ms", "120"),)), "500 Internal Server Error"),
        (HttpStatus(503, message="Back soon."), "503 Service Unavailable"),
    ],
    ids=repr,
)
def test_status(server: LocalServer, kind: str, fault: HttpStatus, status: str) -> None:
    """Status, header fields and an error body as the API has it; the next request is served as usual."""
    server.faults.add(fault)
    with raw(server) as connection:
        head = ask(connection, kind)
        found = fields(head)
        body = json.loads(connection.read(int(found["content-length"])))
        assert connection.request("GET", "/").startswith("HTTP/1.1 200 ")
    assert head.startswith(f"HTTP/1.1 {status[:4]}")
    assert (body["error_code"], body["title"], body["message"]) == (fault.error_code, fault.title, fault.message)
    for name, value in fault.headers:
        assert found[name.lower()] == value


def test_status_in_an_old_version(server: LocalServer) -> None:
    """Plain text, as the API answered then."""
    server.faults.add(HttpStatus(500, title="Oh", message="No."))
    with http(server, V2025_04_16) as client:
        assert client.get("/voices").text == "Oh: No."


@both
def test_html_with_status_200(server: LocalServer, kind: str) -> None:
    """What a captive portal answers."""
    server.faults.add(HttpStatus(200, HTML, content_type="text/html"))
    with raw(server) as connection:
        head = ask(connection, kind)
        assert connection.read(len(HTML)) == HTML
    assert fields(head)["content-type"] == "text/html"


def test_another_body_may_be_cut_as_well(server: LocalServer) -> None:
    """An answer of the script's own meets further faults."""
    server.faults.add(HttpStatus(200, HTML, content_type="audio/wav"), Reset(after_nbytes=6))
    with raw(server) as connection:
        connection.speak()
        assert connection.rest_until_reset() == b"<html>"


def test_own_framing_fields(server: LocalServer) -> None:
    """A wrong length can be announced by hand."""
    server.faults.add(HttpStatus(200, HTML, headers=(("Content-Length", "1000"),)), Framing("eof"))
    with raw(server) as connection:
        head = connection.speak()
        assert connection.rest() == HTML
    assert fields(head)["content-length"] == "1000"


@both
@pytest.mark.parametrize("status", [302, 307])
def test_redirect(server: LocalServer, kind: str, status: int) -> None:
    """To another host, with nothing else."""
    server.faults.add(Redirect("http://elsewhere.invalid/x", status))
    with raw(server) as connection:
        head = ask(connection, kind)
    assert head.startswith(f"HTTP/1.1 {status} ")
    assert fields(head)["location"] == "http://elsewhere.invalid/x"


@pytest.mark.parametrize(
    ("fault", "name", "value"),
    [
        (BadHandshake(accept="wrong"), "sec-websocket-accept", "wrong"),
        (BadHandshake(upgrade="h2c"), "upgrade", "h2c"),
        (BadHandshake(extensions="permessage-deflate"), "sec-websocket-extensions", "permessage-deflate"),
        (BadHandshake(subprotocol="soap"), "sec-websocket-protocol", "soap"),
    ],
)
def test_bad_handshake(server: LocalServer, fault: BadHandshake, name: str, value: str) -> None:
    """One field is bad, once; the rest is in order, and who does not mind can converse."""
    server.faults.add(fault)
    with raw(server) as connection:
        head = connection.upgrade()
        connection.say()
        assert connection.events()[-1]["type"] == "done"
    assert head.startswith("HTTP/1.1 101 ")
    assert head.lower().count(f"\r\n{name}:") == 1
    right = {"upgrade": "websocket", "connection": "upgrade", "sec-websocket-accept": ACCEPT.lower()}
    assert {field: text.lower() for field, text in fields(head).items()} == {**right, name: value}


def test_httpx_sees_a_cut(server: LocalServer) -> None:
    """An ordinary client's own words for it."""
    server.faults.add(HangUp(after_nbytes=1000))
    with http(server, NEWEST) as client, pytest.raises(httpx.RemoteProtocolError, match="incomplete chunked read"):
        client.post("/tts/bytes", json=speech())
