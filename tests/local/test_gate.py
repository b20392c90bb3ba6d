"""Credentials, versions and the shape of errors."""

from __future__ import annotations

from uuid import UUID

import httpx
import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from cartesia_core.versions import KNOWN, NEWEST, V2025_11_04, V2026_03_01
from cartesia_local import LocalServer
from tests.local.client import http, speech


def plain(server: LocalServer, **headers: str) -> httpx.Client:
    return httpx.Client(base_url=server.url, headers=headers, trust_env=False)


def test_status_needs_no_key_and_tells_the_newest_version(server: LocalServer) -> None:
    """`GET /` answers anyone, whatever version they ask for; a wrong key does no harm."""
    for headers in ({}, {"X-API-Key": "wrong"}, {"Cartesia-Version": "2024-06-10"}):
        with plain(server, **headers) as client:
            answer = client.get("/")
        assert (answer.status_code, answer.json()) == (200, {"ok": True, "version": NEWEST})


@pytest.mark.parametrize("name", ["Authorization", "X-API-Key"])
def test_the_key_is_taken_from_either_header(server: LocalServer, name: str) -> None:
    """Bearer from 2025-04-16 on, X-API-Key before; both at any time."""
    value = f"bearer {server.key}" if name == "Authorization" else server.key
    with plain(server, **{name: value}) as client:
        assert client.get("/voices").status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer wrong"},
        {"X-API-Key": ""},
        {"Authorization": "Basic c2VjcmV0"},
        {"Authorization": "Bearer k\u00e9y".encode("latin-1")},
    ],
)
def test_no_key_or_a_wrong_one_is_401(server: LocalServer, headers: dict[str, str]) -> None:
    """The body says so in the newest shape."""
    with httpx.Client(base_url=server.url, headers=headers, trust_env=False) as client:
        answer = client.post("/tts/bytes", json=speech())
    assert answer.status_code == 401
    body = answer.json()
    assert body["title"] == "Unauthorized"
    assert body["error_code"] is None
    assert str(UUID(body["request_id"])) == body["request_id"]


def test_the_query_key_is_for_sockets_only(server: LocalServer) -> None:
    """A key in a URL lands in logs; only browsers' sockets have no other way."""
    with plain(server) as client:
        assert client.get("/voices", params={"api_key": server.key}).status_code == 401


@pytest.mark.parametrize("version", KNOWN)
def test_errors_have_the_shape_of_their_version(server: LocalServer, version: str) -> None:
    """JSON with codes from 2026-03-01 on, `Title: Message` as text before."""
    voice = VOICES_OF_VERSION.get(version, "no-such-voice")
    with http(server, version) as client:
        answer = client.post("/tts/bytes", json=speech(voice=voice))
    if version < V2026_03_01:
        assert answer.headers["content-type"].startswith("text/plain")
        assert answer.text == "Unknown voice: There is no voice 'no-such-voice'."
    else:
        assert answer.headers["content-type"] == "application/json"
        assert answer.json()["error_code"] == "voice_not_found"
        assert answer.json()["message"] == "There is no voice 'no-such-voice'."


VOICES_OF_VERSION = {version: {"mode": "id", "id": "no-such-voice"} for version in KNOWN if version < NEWEST}


def test_without_a_version_the_newest_is_spoken(server: LocalServer) -> None:
    """The newest shape of a page has `access`."""
    with http(server, None) as client:
        assert "access" in client.get("/voices").json()["data"][0]


@pytest.mark.parametrize("version", ["2025-01-01", "2027-01-01", "latest"])
def test_an_unknown_version_is_refused_with_the_known_ones(server: LocalServer, version: str) -> None:
    """A date that never was a version is a mistake of the client."""
    with http(server, version) as client:
        answer = client.get("/voices")
    assert answer.status_code == 400
    assert V2025_11_04 in answer.json()["message"]


@pytest.mark.parametrize("query", ["", "api_key=wrong", "access_token=wrong"])
def test_a_socket_without_the_key_is_refused_at_its_handshake(server: LocalServer, query: str) -> None:
    """401 with a typed body, before any upgrade."""
    with pytest.raises(InvalidStatus) as caught, connect(f"{server.websocket_url}/tts/websocket?{query}", proxy=None):
        pass
    assert caught.value.response.status_code == 401
    assert b'"title":"Unauthorized"' in (caught.value.response.body or b"")


@pytest.mark.parametrize("name", ["api_key", "access_token"])
def test_a_socket_takes_the_key_from_its_query(server: LocalServer, name: str) -> None:
    """Browsers cannot set headers."""
    with connect(f"{server.websocket_url}/tts/websocket?{name}={server.key}", proxy=None) as ws:
        ws.ping().wait(5)


def test_the_version_of_the_query_wins_on_a_socket(server: LocalServer) -> None:
    """With 2024-06-10 in the query a missing context_id is no error, whatever the header says."""
    url = f"{server.websocket_url}/tts/websocket?api_key={server.key}&cartesia_version=2024-06-10"
    with connect(url, proxy=None, additional_headers={"Cartesia-Version": NEWEST}) as ws:
        ws.send("{}")
        assert "context_id" not in str(ws.recv(5))
