"""What the libraries below take for themselves: httpx reads the bytes, a socket is read, and nothing is decoded."""

from __future__ import annotations

import json
import socket
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

import httpx

from benchmarks.canned import CALL_NBYTES, SOCKET_CHUNKS, SOCKET_DONE
from benchmarks.canned_speech import FRAME
from benchmarks.measure import KEY, MODEL, VOICE, Case, cpu_microseconds
from cartesia_core.ws.masking import BINARY, TEXT, client_frame
from cartesia_core.ws.wire import Wire

HEADERS: Final = {"Authorization": f"Bearer {KEY}", "Cartesia-Version": "2026-08-14", "Accept": "*/*"}
OUTPUT_FORMAT: Final = {"container": "raw", "encoding": "pcm_s16le", "sample_rate": 44100}


def _request(transcript: str) -> dict[str, object]:
    return {"model_id": MODEL, "transcript": transcript, "voice": VOICE, "output_format": OUTPUT_FORMAT}


def socket_chunk(url: str, count: int) -> float:
    """Read a blocking socket in pieces of 64 KiB; the upgrade and the requests are written as plain bytes."""
    wire = Wire(None)
    context_id = "11111111-1111-4111-8111-111111111111"

    def work(n: int) -> None:
        for fields in ({"transcript": f"{n}"}, {"transcript": ""}):
            connection.sendall(wire.message(json.dumps({"context_id": context_id, **fields})))
        rest = n * len(SOCKET_CHUNKS[0]) + len(SOCKET_DONE)
        while rest:
            rest -= len(connection.recv(min(rest, 65536)))

    target = urlsplit(url)
    assert target.hostname
    assert target.port
    with socket.create_connection((target.hostname, target.port)) as connection:
        connection.sendall(b"GET /tts/websocket HTTP/1.1\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n")
        connection.recv(65536)
        return cpu_microseconds(work, count)


def stt_frame(url: str, count: int) -> float:
    """Write one and the same frame to a blocking socket."""
    frame = client_frame(BINARY, FRAME, b"abcd")
    finalize = client_frame(TEXT, b"finalize", b"abcd")

    def work(n: int) -> None:
        for _ in range(n):
            connection.sendall(frame)
        connection.sendall(finalize)
        while b"flush_done" not in connection.recv(65536):
            pass

    target = urlsplit(url)
    assert target.hostname
    assert target.port
    with socket.create_connection((target.hostname, target.port)) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.sendall(b"GET /stt/websocket HTTP/1.1\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n")
        connection.recv(65536)
        return cpu_microseconds(work, count)


def event_chunk(url: str, count: int) -> float:
    def work(n: int) -> None:
        with client.stream("POST", f"{url}/tts/sse", json=_request(f"{n}"), headers=HEADERS) as answer:
            for _ in answer.iter_bytes():
                pass

    with httpx.Client() as client:
        return cpu_microseconds(work, count)


def small_call(url: str, count: int) -> float:
    def work(n: int) -> None:
        for _ in range(n):
            answer = client.post(f"{url}/tts/bytes", json=_request("Hi."), headers=HEADERS)
            assert len(answer.content) == CALL_NBYTES

    with httpx.Client() as client:
        return cpu_microseconds(work, count)


def voice_page(url: str, count: int) -> float:
    def work(n: int) -> None:
        for _ in range(n):
            assert client.get(f"{url}/voices", params={"limit": 100}, headers=HEADERS).content

    with httpx.Client() as client:
        return cpu_microseconds(work, count)


CASES: Final[Mapping[str, Case]] = {
    "socket_chunk": socket_chunk,
    "stt_frame": stt_frame,
    "event_chunk": event_chunk,
    "small_call": small_call,
    "voice_page": voice_page,
}
