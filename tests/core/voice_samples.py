"""What each API version says about a voice; source: schemas `Voice` and `Voice_*` of the API catalogue."""

from __future__ import annotations

from typing import Final

from cartesia_core._json import JsonValue

_ALWAYS: Final[dict[str, JsonValue]] = {
    "id": "v-1",
    "name": "Ann",
    "description": "Calm.",
    "language": "en",
    "created_at": "2026-01-02T03:04:05Z",
}
_LOCALES: Final[JsonValue] = [{"locale": "en-GB", "is_native": True}]

REQUIRED: Final[dict[str, dict[str, JsonValue]]] = {
    "2024-06-10": {**_ALWAYS, "is_public": True, "embedding": [0.5] * 192},
    "2024-11-13": {**_ALWAYS, "is_owner": False},
    "2025-04-16": {**_ALWAYS, "is_owner": False, "is_public": True},
    "2025-11-04": {**_ALWAYS, "is_owner": False, "is_public": True},
    "2026-03-01": {**_ALWAYS, "is_owner": False, "is_public": True},
    "2026-08-14": {
        **_ALWAYS,
        "access": "public",
        "is_owner": False,
        "locales": _LOCALES,
        "tagline": "",
        "visibility": "all",
    },
}
"""Fields that are always there."""

OPTIONAL: Final[dict[str, dict[str, JsonValue]]] = {
    "2024-06-10": {"user_id": "u"},
    "2024-11-13": {"embedding": [1] * 192, "is_starred": True},
    "2025-04-16": {"gender": "feminine", "is_starred": False},
    "2025-11-04": {
        "locales": _LOCALES,
        "gender": "masculine",
        "country": "GB",
        "accent": "British",
        "preview_file_url": "https://x",
    },
    "2026-03-01": {"gender": None, "country": None, "accent": None, "preview_file_url": None},
    "2026-08-14": {
        "accent": "british",
        "country": None,
        "gender": "gender_neutral",
        "preview_file_url": "https://x",
    },
}
"""Fields that may be absent or null."""


def voice(version: str) -> dict[str, JsonValue]:
    """Give a voice with every field of its version."""
    return {**REQUIRED[version], **OPTIONAL[version]}


NEWEST_VOICE: Final = voice("2026-08-14")
