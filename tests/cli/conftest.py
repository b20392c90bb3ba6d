"""One server for most tests of this folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cartesia_local import LocalServer

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def server() -> Iterator[LocalServer]:
    """A server with the usual settings."""
    with LocalServer() as running:
        yield running
