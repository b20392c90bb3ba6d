"""All resources of the API: one module each, with its table of routes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cartesia_local.resources import (
    accents,
    access_token,
    status,
    tts_bytes,
    tts_sse,
    tts_websocket,
    voice_cloning,
    voice_making,
    voices,
)

if TYPE_CHECKING:
    from cartesia_local.app import Table

TABLES: Final[tuple[Table, ...]] = (
    status.TABLE,
    access_token.TABLE,
    voices.TABLE,
    voice_cloning.TABLE,
    voice_making.TABLE,
    accents.TABLE,
    tts_bytes.TABLE,
    tts_sse.TABLE,
    tts_websocket.TABLE,
)
