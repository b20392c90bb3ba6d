"""Bytes rendered before anything is measured: what a server would say."""

from __future__ import annotations

import base64
import json
import random
from typing import Final

AUDIO_NBYTES: Final = 8192
CALL_NBYTES: Final = 4096
VOICES: Final = 100
CONTEXT_ID: Final = "00000000-0000-4000-8000-000000000000"
"""Stands for the client's context id, which is as long: both clients take UUIDs."""
DISTINCT: Final = 16

_random: Final = random.Random(8192)


def _chunk(context_id: str) -> bytes:
    data = base64.b64encode(_random.randbytes(AUDIO_NBYTES)).decode("ascii")
    message = {
        "type": "chunk",
        "data": data,
        "done": False,
        "status_code": 206,
        "step_time": 12.7,
        "context_id": context_id,
        "flush_id": 1,
    }
    return json.dumps(message, separators=(",", ":")).encode()


def _done(context_id: str) -> bytes:
    message = {"type": "done", "done": True, "status_code": 206, "context_id": context_id}
    return json.dumps(message, separators=(",", ":")).encode()


def frame(payload: bytes) -> bytes:
    """Give an unmasked text frame."""
    size = len(payload)
    head = bytes([0x81, size]) if size < 126 else bytes([0x81, 126]) + size.to_bytes(2, "big")
    return head + payload


def http_chunk(payload: bytes) -> bytes:
    """Give a piece of a chunked body."""
    return b"%x\r\n%s\r\n" % (len(payload), payload)


def _event(payload: bytes) -> bytes:
    return http_chunk(b"data: " + payload + b"\n\n")


def _voice(number: int) -> dict[str, object]:
    return {
        "id": f"{number:08d}-1111-4222-8333-444444444444",
        "name": f"Voice {number}",
        "tagline": "A calm storyteller",
        "description": "A calm voice for long stories, with a low pitch and an even pace. " * 2,
        "language": "en",
        "locales": [{"locale": "en-GB", "is_native": True}, {"locale": "en-US", "is_native": False}],
        "accent": "en_gb",
        "country": "GB",
        "gender": "feminine" if number % 2 else "masculine",
        "access": "public",
        "visibility": "all",
        "is_owner": False,
        "created_at": "2026-01-01T00:00:00Z",
        "preview_file_url": None,
    }


def _answer(content_type: str, body: bytes) -> bytes:
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {content_type}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


SOCKET_CHUNKS: Final = tuple(frame(_chunk(CONTEXT_ID)) for _ in range(DISTINCT))
SOCKET_DONE: Final = frame(_done(CONTEXT_ID))
EVENT_CHUNKS: Final = tuple(_event(_chunk(CONTEXT_ID)) for _ in range(DISTINCT))
EVENTS_END: Final = _event(_done(CONTEXT_ID)) + http_chunk(b"")
EVENTS_HEAD: Final = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
CALL: Final = _answer("audio/wav", _random.randbytes(CALL_NBYTES))
VOICE_PAGE: Final = _answer(
    "application/json",
    json.dumps({"data": [_voice(n) for n in range(VOICES)], "has_more": True, "next_page": None}).encode(),
)
NOT_FOUND: Final = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
