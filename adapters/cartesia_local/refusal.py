"""How the server says no: one error value, written in the shape that each API version has.

Source: protocol notes, section 3 (bodies by version) and client notes 11 (what stream errors need).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from uuid import uuid4

from cartesia_core._fast import dumps
from cartesia_core.errors import ApiError
from cartesia_core.versions import V2025_11_04, V2026_03_01

if TYPE_CHECKING:
    from cartesia_core._json import JsonValue

INVALID: Final = "Invalid request"


class Refused(ApiError):
    """The server refuses a request or a message; `status`, `title`, `message` and `error_code` go to the client."""

    def __init__(self, message: str, *, status: int = 400, title: str = INVALID, error_code: str | None = None) -> None:
        super().__init__(message, status=status, title=title, error_code=error_code)
        self.code: Final = status
        self.headline: Final = title


def not_found(what: str, ident: str, *, error_code: str | None = None, status: int = 404) -> Refused:
    """Say that an id names nothing."""
    return Refused(f"There is no {what} {ident!r}.", status=status, title=f"Unknown {what}", error_code=error_code)


def http_error(error: Refused, version: str) -> tuple[str, bytes]:
    """Give content type and body of an error answer: JSON from 2026-03-01 on, `Title: Message` before."""
    if version < V2026_03_01:
        return "text/plain; charset=utf-8", f"{error.headline}: {error.message}".encode()
    body: dict[str, JsonValue] = {
        "error_code": error.error_code,
        "title": error.headline,
        "message": error.message,
        "request_id": str(uuid4()),
    }
    return "application/json", dumps(body)


def stream_error(error: Refused, version: str, *, request_id: str, context_id: str | None) -> dict[str, JsonValue]:
    """Give the error event of an event stream or TTS socket.

    Up to 2025-11-04 it also has `error` (`Title: Message`), which the clients of that time read.
    """
    event: dict[str, JsonValue] = {
        "type": "error",
        "done": True,
        "status_code": error.code,
        "error_code": error.error_code,
        "title": error.headline,
        "message": error.message,
        "request_id": request_id,
    }
    if context_id is not None:
        event["context_id"] = context_id
    if version <= V2025_11_04:
        event["error"] = f"{error.headline}: {error.message}"
    return event
