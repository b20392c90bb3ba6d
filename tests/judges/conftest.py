"""A local server for all judges of a run: starting its engine is what takes time."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from cartesia_local import LocalServer


@pytest.fixture(scope="package")
def server() -> Iterator[LocalServer]:
    """Run a local server with real speech."""
    with LocalServer() as running:
        yield running
