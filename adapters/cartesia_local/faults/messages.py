"""Messages as the API has them, made without an engine."""

from __future__ import annotations

from base64 import b64encode
from typing import Final

from cartesia_core._json import JsonObject

PARTIAL: Final = 206


def silence(nbytes: int, context_id: str | None) -> JsonObject:
    """Make a chunk of zeros."""
    data = b64encode(bytes(nbytes)).decode("ascii")
    return {"type": "chunk", "data": data, "step_time": 0.0, "done": False, "status_code": PARTIAL, **of(context_id)}


def done(context_id: str | None) -> JsonObject:
    """Make the end of a context."""
    return {"type": "done", "done": True, "status_code": PARTIAL, **of(context_id)}


def of(context_id: str | None) -> JsonObject:
    """Give the field that says which context a message is of; nothing where it is of none."""
    return {} if context_id is None else {"context_id": context_id}
