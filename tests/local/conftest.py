"""One server for most tests of this folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest

from cartesia_local import LocalServer
from tests.local.client import Json, http, spoken
from tests.local.rawclient import WORDS, raw_socket

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


@pytest.fixture(scope="session")
def clip(server: LocalServer) -> bytes:
    """A woman who says two sentences, as a WAV file."""
    return spoken(server)


@pytest.fixture
def no_faults(server: LocalServer) -> Iterator[None]:
    """Leave no fault to the next test."""
    yield
    server.faults.clear()


@pytest.fixture(scope="session")
def usual(server: LocalServer) -> list[Json]:
    """What comes without faults when `WORDS` are spoken on a socket."""
    with raw_socket(server) as ws:
        ws.say(transcript=WORDS)
        return ws.events()
