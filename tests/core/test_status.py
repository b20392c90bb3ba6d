"""State of the service."""

from __future__ import annotations

import pytest

from cartesia_core import status
from cartesia_core.errors import DecodeError
from cartesia_core.http import Response, RetryKind


def test_status_is_read() -> None:
    """What is new in it is kept."""
    request = status.get()
    assert (request.method, request.path, request.retry, request.body) == ("GET", "/", RetryKind.READ, None)
    found = request.decode(Response(200, content=b'{"ok":true,"version":"2026-08-14","region":"eu"}'))
    assert (found.ok, found.version, found.extra) == (True, "2026-08-14", {"region": "eu"})


def test_a_status_of_another_shape_is_an_error() -> None:
    """Truth is not guessed from a string."""
    with pytest.raises(DecodeError, match=r"\$\.ok: expected boolean, got string"):
        status.get().decode(Response(200, content=b'{"ok":"yes","version":"2026-08-14"}'))
