"""Access tokens: what they open, how long, and what they do not open."""

from __future__ import annotations

import base64
import json
import time
from typing import TYPE_CHECKING, Any

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from cartesia_core.versions import KNOWN, NEWEST, V2025_11_04
from cartesia_local import LocalServer
from cartesia_local.tokens import Tokens
from tests.local.client import OTHER_VOICE, VOICE, Clock, Json, http, speech

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx


@pytest.fixture(scope="module")
def clock() -> Clock:
    """The time of the server of this module."""
    return Clock()


@pytest.fixture(scope="module")
def timed(clock: Clock) -> Iterator[LocalServer]:
    """A server with that clock."""
    with LocalServer(clock=clock) as server:
        yield server


def mint(client: httpx.Client, **body: Any) -> str:
    token: str = client.post("/access-token", json=body).raise_for_status().json()["token"]
    return token


def status(server: LocalServer, token: str, method: str, path: str, version: str = NEWEST, **request: Any) -> int:
    headers = {"Authorization": f"Bearer {token}"}
    with http(server, version, **headers) as client:
        return client.request(method, path, **request).status_code


def claims(token: str) -> Json:
    payload = token.split(".")[1]
    found: Json = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return found


@pytest.mark.parametrize("version", KNOWN)
def test_a_token_speaks_in_every_version(server: LocalServer, version: str) -> None:
    """With the key of old as with today's, minting works; the token is a JWT with its end and its grants."""
    with http(server, version) as client:
        token = mint(client, grants={"tts": True, "stt": None}, expires_in=60)
        assert claims(token)["grants"] == ["tts"]
        assert claims(token)["exp"] - claims(token)["iat"] == 60
    voice = {"voice": VOICE if version == NEWEST else {"mode": "id", "id": VOICE}}
    assert status(server, token, "POST", "/tts/bytes", version, json=speech(**voice)) == 200
    assert status(server, token, "POST", "/tts/sse", version, json=speech(**voice)) == 200


def test_a_token_opens_speech_only(server: LocalServer, client: httpx.Client) -> None:
    """All that changes or shows the account is a 403, minting too; so is speech without its grant."""
    token = mint(client, grants={"tts": True, "stt": True, "agent": True})
    for method, path in (
        ("GET", "/voices"),
        ("GET", f"/voices/{OTHER_VOICE}"),
        ("POST", "/access-token"),
        ("GET", "/agents"),
        ("DELETE", f"/voices/{VOICE}"),
        ("POST", "/infill/bytes"),
        ("POST", "/voice-changer/bytes"),
    ):
        assert status(server, token, method, path) == 403, path
    assert status(server, token, "GET", "/") == 200
    for grants in ({"stt": True}, {"tts": False}, {}, None):
        other = mint(client, grants=grants)
        assert status(server, other, "POST", "/tts/bytes", json=speech()) == 403


def test_a_token_ends(timed: LocalServer, clock: Clock) -> None:
    """At its second, by the server's clock; by default after an hour."""
    with http(timed) as client:
        short, usual = mint(client, grants={"tts": True}, expires_in=30), mint(client, grants={"tts": True})
    assert status(timed, short, "POST", "/tts/bytes", json=speech()) == 200
    clock.now += 30
    assert status(timed, short, "POST", "/tts/bytes", json=speech()) == 401
    assert status(timed, usual, "POST", "/tts/bytes", json=speech()) == 200
    clock.now += 3600
    assert status(timed, usual, "POST", "/tts/bytes", json=speech()) == 401


def test_a_token_on_the_socket(server: LocalServer, client: httpx.Client) -> None:
    """In the query as browsers send it; `api_key` there takes no token."""
    token = mint(client, grants={"tts": True})
    url = f"{server.websocket_url}/tts/websocket?cartesia_version={NEWEST}"
    with connect(f"{url}&access_token={token}", proxy=None) as ws:
        ws.send(json.dumps(speech(context_id="c")))
        assert json.loads(ws.recv(10))["type"] == "chunk"
    with pytest.raises(InvalidStatus) as caught, connect(f"{url}&api_key={token}", proxy=None):
        pass
    assert caught.value.response.status_code == 401
    other = mint(client, grants={"stt": True})
    with pytest.raises(InvalidStatus) as caught, connect(f"{url}&access_token={other}", proxy=None):
        pass
    assert caught.value.response.status_code == 403


@pytest.mark.parametrize(
    "body", [{"expires_in": 0}, {"expires_in": 3601}, {"expires_in": 1.5}, {"grants": []}, {"grants": {"tts": 1}}]
)
def test_tokens_that_are_not_minted(client: httpx.Client, body: Json) -> None:
    """With a 400."""
    assert client.post("/access-token", json=body).status_code == 400


def test_a_token_must_be_whole_and_of_this_server(server: LocalServer, client: httpx.Client) -> None:
    """A changed claim, another secret, another algorithm, and junk are all 401."""
    token = mint(client, grants={"stt": True})
    head, payload, signature = token.split(".")
    forged = base64.urlsafe_b64encode(json.dumps({**claims(token), "grants": ["tts"]}).encode()).rstrip(b"=").decode()
    unsigned = base64.urlsafe_b64encode(b'{"alg":"none"}').rstrip(b"=").decode()
    foreign = Tokens(b"another secret", time.time).mint(["tts"], 60)
    for bad in (f"{head}.{forged}.{signature}", f"{unsigned}.{payload}.", foreign, "a.b.c", "x", token + "x"):
        assert status(server, bad, "POST", "/tts/bytes", json=speech()) == 401
    with http(server) as stranger:
        del stranger.headers["Authorization"]
        stranger.headers["X-API-Key"] = token
        assert stranger.post("/tts/bytes", json=speech()).status_code == 401


def test_agent_grants_came_with_2025_11_04(server: LocalServer) -> None:
    """Before, the field is unknown and ignored."""
    for version in KNOWN:
        with http(server, version) as client:
            granted = claims(mint(client, grants={"agent": True}))["grants"]
        assert granted == (["agent"] if version >= V2025_11_04 else [])
