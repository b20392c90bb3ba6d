"""HTTP itself, over bare sockets: what clients and proxies do beyond the ordinary."""

from __future__ import annotations

import json
import re
import socket
import threading
import time

import httpx
import pytest

from cartesia_local import LocalServer
from cartesia_local.speech.engine import Engine
from tests.local.client import LONG, http, raw_connection, receive_until, speech


def request(server: LocalServer, method: str, path: str, body: bytes = b"", *headers: str) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "Host: local", f"Authorization: Bearer {server.key}", *headers]
    if body:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode() + body


def test_requests_sent_ahead_are_answered_in_order(server: LocalServer) -> None:
    """Pipelining: three requests in one packet, the second one a streamed answer."""
    text = json.dumps(speech(transcript="Yes.")).encode()
    packet = (
        request(server, "GET", "/")
        + request(server, "POST", "/tts/bytes", text)
        + request(server, "GET", "/nowhere", b"", "Connection: close")
    )
    with raw_connection(server) as sock:
        sock.sendall(packet)
        data = receive_until(sock, b"There is nothing at /nowhere")
    assert re.findall(rb"HTTP/1.1 (\d+)", data) == [b"200", b"200", b"404"]
    assert data.index(b'"ok":true') < data.index(b"application/octet-stream") < data.index(b"404")


def test_whatever_is_sent_ahead_does_not_end_the_answer(server: LocalServer) -> None:
    """Half a megabyte of further requests, more than the server keeps: the first answer is whole, and they follow."""
    text = json.dumps(speech(transcript="One two three. " * 100)).encode()
    ahead = request(server, "GET", "/", b"", "X-Padding: " + "x" * 10_000) * 50 + request(server, "GET", "/last")
    with raw_connection(server) as sock:
        sender = threading.Thread(target=sock.sendall, args=(request(server, "POST", "/tts/bytes", text) + ahead,))
        sender.start()
        data = receive_until(sock, b"nothing at /last")
        sender.join()
    assert re.findall(rb"HTTP/1.1 (\d+)", data) == [b"200"] * 51 + [b"404"]


def test_a_connection_is_kept_alive_after_errors(client: httpx.Client) -> None:
    """A refused request whose body was not wanted does not cost the connection."""
    with client.stream("GET", "/") as first:
        stream = first.extensions["network_stream"]
        first.read()
    for path, status in (("/nowhere", 404), ("/voices", 405), ("/tts/bytes", 400)):
        with client.stream("POST", path, content=b"x" * 100_000) as answer:
            assert answer.status_code == status
            assert answer.extensions["network_stream"] is stream
            answer.read()


def test_a_body_is_asked_for_when_the_client_waits(server: LocalServer) -> None:
    """Expect: 100-continue is answered before the body comes, and the body is read then."""
    body = json.dumps(speech(transcript=" ")).encode()
    with raw_connection(server) as sock:
        whole = request(server, "POST", "/tts/bytes", body, "Expect: 100-continue")
        sock.sendall(whole[: -len(body)])
        assert receive_until(sock, b"\r\n\r\n").startswith(b"HTTP/1.1 100 ")
        sock.sendall(body)
        assert b"transcript is empty" in receive_until(sock, b"}")


def test_a_body_that_is_not_wanted_is_not_asked_for(server: LocalServer) -> None:
    """With a wrong key the refusal comes at once, and the connection ends."""
    packet = (
        b"POST /tts/bytes HTTP/1.1\r\nHost: x\r\nX-API-Key: wrong\r\nContent-Length: 9\r\nExpect: 100-continue\r\n\r\n"
    )
    with raw_connection(server) as sock:
        sock.sendall(packet)
        data = receive_until(sock, b"}")
        assert data.startswith(b"HTTP/1.1 401 ")
        assert b"connection: close" in data.lower()
        assert sock.recv(1) == b""


def test_head_answers_like_get_without_the_body(client: httpx.Client) -> None:
    """Status, type and length are those of GET."""
    head, get = client.head("/voices"), client.get("/voices")
    assert head.content == b""
    assert head.headers["content-length"] == get.headers["content-length"]
    assert head.status_code == 200


def test_another_method_is_405_with_the_allowed_ones(client: httpx.Client) -> None:
    """The Allow header lists them, HEAD where there is GET."""
    answer = client.delete("/voices")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD")
    assert answer.json()["title"] == "Method not allowed"
    assert client.get("/tts/bytes").headers["allow"] == "POST"


def test_an_unknown_path_is_404(client: httpx.Client) -> None:
    """With a body of the usual shape."""
    answer = client.get("/voices/a/b/c")
    assert (answer.status_code, answer.json()["title"]) == (404, "Not found")


@pytest.mark.parametrize("path", ["/voices", "/voices/", "/tts/bytes", "/tts/bytes/"])
def test_a_slash_at_the_end_does_not_matter(client: httpx.Client, path: str) -> None:
    """SDK 2 calls /voices/, later ones /voices; neither is redirected."""
    answer = client.get(path) if "voices" in path else client.post(path, json=speech(transcript="Yes."))
    assert answer.status_code == 200


def test_a_body_that_is_too_long_is_413() -> None:
    """Announced or chunked; the client gets the answer though it is still sending."""
    with LocalServer() as server, http(server) as client:
        nbytes = server.config.max_body_nbytes + 1
        for content in (b" " * nbytes, iter([b" " * nbytes])):
            answer = client.post("/tts/bytes", content=content)
            assert (answer.status_code, answer.json()["title"]) == (413, "Body too large")


@pytest.mark.parametrize("garbage", [b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n", b"GET / HTTP/9\r\n\r\n", b"x" * 70_000])
def test_what_is_not_http_is_refused_and_ends_the_connection(server: LocalServer, garbage: bytes) -> None:
    """Such as a TLS hello, or a header without end."""
    with raw_connection(server) as sock:
        sock.sendall(garbage)
        data = receive_until(sock, b"}")
        assert data.startswith((b"HTTP/1.1 400 ", b"HTTP/1.1 431 "))
        assert b"Malformed request" in data


def test_an_http_1_0_client_gets_a_body_up_to_the_close(server: LocalServer) -> None:
    """It knows no chunks."""
    body = json.dumps(speech(transcript="Yes.")).encode()
    packet = request(server, "POST", "/tts/bytes", body).replace(b"HTTP/1.1", b"HTTP/1.0")
    with raw_connection(server) as sock:
        sock.sendall(packet)
        head, _, sound = receive_until(sock, b"never").partition(b"\r\n\r\n")
    assert b"transfer-encoding" not in head.lower()
    assert len(sound) > 10_000


def test_audio_comes_while_it_is_made(client: httpx.Client) -> None:
    """Ten minutes of speech: the first bytes are there long before the last ones are made."""
    with client.stream("POST", "/tts/bytes", json=speech(transcript=LONG)) as answer:
        first = next(answer.iter_raw())
    assert 0 < len(first) < 20_000


def test_a_client_that_leaves_stops_the_engine() -> None:
    """With one context allowed, the next request is served as soon as the last client has left."""
    with LocalServer(max_contexts=1, pace=1) as server, http(server) as client:
        with client.stream("POST", "/tts/bytes", json=speech(transcript=LONG)) as answer:
            pieces = answer.iter_raw()
            next(pieces)
            with http(server) as other:
                assert other.post("/tts/bytes", json=speech()).status_code == 429
        assert _status_within_a_second(client) == 200


def test_a_client_that_resets_stops_the_engine(caplog: pytest.LogCaptureFixture) -> None:
    """Leaving without good-bye is no failure of the server."""
    body = json.dumps(speech(transcript=LONG)).encode()
    with LocalServer(max_contexts=1, pace=1) as server, http(server) as client:
        with raw_connection(server) as sock:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
            sock.sendall(request(server, "POST", "/tts/bytes", body))
            sock.recv(1000)
        assert _status_within_a_second(client) == 200
    assert not caplog.records


def _status_within_a_second(client: httpx.Client) -> int:
    """Ask until the place of the client that left is free."""
    give_up = time.monotonic() + 1
    while True:
        status = client.post("/tts/bytes", json=speech(transcript="Yes.")).status_code
        if status == 200 or time.monotonic() > give_up:
            return status


def test_a_bug_becomes_a_typed_500_and_is_logged(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Whatever goes wrong inside, the client gets an answer, and the log has the reason."""

    def broken(_self: Engine, _utterance: object) -> None:
        raise RuntimeError("out of order")

    monkeypatch.setattr(Engine, "speak", broken)
    with LocalServer() as server, http(server) as client:
        answer = client.post("/tts/bytes", json=speech())
    assert (answer.status_code, answer.json()["message"]) == (500, "The local server failed: out of order")
    assert "out of order" in caplog.text
