"""Accents."""

from __future__ import annotations

import json

from cartesia_core import accents
from cartesia_core.http import Response


def test_accents_are_read() -> None:
    """New ones, too: their names are an open set."""
    accent = {
        "id": "martian",
        "name": "Martian English",
        "language": "en",
        "locale": "en-MA",
        "is_locale_default": True,
        "is_localizable": False,
    }
    found = accents.list().decode(Response(200, content=json.dumps({"accents": [accent], "total": 1}).encode()))
    [one] = found.accents
    assert (one.id, one.is_locale_default, one.is_localizable) == ("martian", True, False)
    assert found.extra == {"total": 1}
