"""One server for most tests of this folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest

from cartesia_local import LocalServer
from tests.local.client import http

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def server() -> Iterator[LocalServer]:
    """A server with the usual settings."""
    with LocalServer() as running:
        yield running


@pytest.fixture
def client(server: LocalServer) -> Iterator[httpx.Client]:
    """A client of the newest version."""
    with http(server) as opened:
        yield opened
