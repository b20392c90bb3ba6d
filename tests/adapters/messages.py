"""Messages of the server, as steps of a script and as server-sent events."""

from __future__ import annotations

import json
from typing import Final

from tests.adapters.steps import Say, audio_message


def chunk(context: int, audio: bytes) -> Say:
    """Make an audio message."""
    return Say(audio_message(audio), context)


def done(context: int) -> Say:
    """Make the message that ends a context."""
    return Say({"type": "done", "done": True, "status_code": 200}, context)


def error(
    context: int | None, status: int = 400, code: str = "voice_not_found", message: str = "No such voice."
) -> Say:
    """Make an error message."""
    fields = {"title": "Oh no", "message": message, "error_code": code, "request_id": "req-7"}
    return Say({"type": "error", "done": True, "status_code": status, **fields}, context)


def event(name: str, data: object) -> bytes:
    """Make one server-sent event."""
    return f"event: {name}\ndata: {json.dumps(data)}\n\n".encode()


def sse_chunk(audio: bytes) -> bytes:
    """Make one server-sent audio event."""
    return event("chunk", audio_message(audio))


SSE_DONE: Final = event("done", {"type": "done", "done": True, "status_code": 200})
