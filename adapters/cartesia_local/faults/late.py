"""The end of a cancelled context, held back until it does the most harm."""

from __future__ import annotations

from typing import Final

from cartesia_core._json import JsonObject
from cartesia_local.faults.messages import done, silence

SILENCE_NBYTES: Final = 960


class Late:
    """Remembers the cancelled context, and the last audio of each."""

    def __init__(self) -> None:
        self._cancelled: str | None = None
        self._chunks: Final[dict[str, JsonObject]] = {}

    def cancelled(self, context_id: str) -> None:
        """Note that the client has cancelled a context."""
        self._cancelled = context_id

    def sent(self, event: JsonObject) -> None:
        """Note an event."""
        context_id = event.get("context_id")
        if not isinstance(context_id, str):
            return
        if event.get("type") == "chunk":
            self._chunks[context_id] = event
        elif event.get("type") == "done" and context_id != self._cancelled:
            self._chunks.pop(context_id, None)

    def holds(self, event: JsonObject) -> bool:
        """Whether an event is held back."""
        return self._cancelled is not None and event.get("context_id") == self._cancelled

    def release(self, event: JsonObject, chunks: int) -> list[JsonObject]:
        """Give what comes late, once, before an event of another context."""
        context_id = self._cancelled
        if context_id is None or not isinstance(event.get("context_id"), str):
            return []
        self._cancelled = None
        chunk = self._chunks.pop(context_id, None) or silence(SILENCE_NBYTES, context_id)
        return [*([chunk] * chunks), done(context_id)]
