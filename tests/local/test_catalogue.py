"""The catalogue of endpoints: every form of every version has a route, and every route is faulty when told to be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from cartesia_core.versions import KNOWN
from cartesia_local.app import Resource
from cartesia_local.faults import HangUp, HttpStatus
from cartesia_local.http.routes import Routes
from cartesia_local.resources import TABLES
from tests.local.client import Json, api_facts, http

if TYPE_CHECKING:
    import httpx

    from cartesia_local import LocalServer

ROUTES = Routes[Resource]([line for table in TABLES for line in table])
FAULTY = [
    ("POST", "/voices/clone"),
    ("GET", "/datasets/"),
    ("POST", "/pronunciation-dicts/"),
    ("DELETE", "/fine-tunes/x"),
    ("GET", "/agents/calls/call_1/audio"),
    ("POST", "/infill/bytes"),
    ("POST", "/voice-changer/sse"),
    ("POST", "/stt"),
]


def test_every_form_of_the_catalogue_has_a_route() -> None:
    """All 73, in each of their versions, with a slash at the end and without; credentials as documented."""
    catalogue: list[Json] = api_facts("endpoints.json")
    assert len(catalogue) == 73
    for form in catalogue:
        path = "/".join("x" if part.startswith("{") else part for part in form["path"].split("/"))
        for version in form["api_versions"]:
            for spelling in (path, path.rstrip("/") + "/"):
                route = ROUTES.match(form["method"], spelling, version).route
                assert route.handler.on_call is not None
                assert route.needs_key == bool(form["auth"])
                assert (route.grant is not None) == ("access_token" in form["auth"]), form["name"]


@pytest.mark.parametrize(("method", "path"), FAULTY)
@pytest.mark.usefixtures("no_faults")
def test_a_status_in_place_of_an_answer(server: LocalServer, client: httpx.Client, method: str, path: str) -> None:
    """After the request has been read, a form too; the connection goes on."""
    server.faults.add(HttpStatus(429, headers=(("retry-after", "1"),)), path=path)
    body: Json = {"files": {"clip": b"x" * 300_000}} if method == "POST" else {}
    answer = client.request(method, path, **body)
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "1")
    assert client.get("/").status_code == 200


@pytest.mark.usefixtures("no_faults")
def test_a_body_that_is_cut(server: LocalServer, client: httpx.Client) -> None:
    """In the middle of a recording."""
    server.faults.add(HangUp(after_nbytes=5000), path="/agents/calls/*/audio")
    with pytest.raises(_lost()):
        client.get("/agents/calls/call_1/audio")
    assert len(client.get("/agents/calls/call_1/audio").content) > 5000


def _lost() -> Any:
    import httpx

    return httpx.RemoteProtocolError


@pytest.mark.parametrize("version", KNOWN)
def test_nothing_is_open_to_strangers(server: LocalServer, version: str) -> None:
    """Without a key every route but two is a 401, in the version's body; nothing is done."""
    with http(server, version, Authorization="") as client:
        for table in TABLES:
            for line in table:
                if line.handler.on_call is None or not line.needs_key or not line.is_in(version):
                    continue
                path = "/".join("x" if part.startswith("{") else part for part in line.path.split("/"))
                answer = client.request(line.method, path)
                assert answer.status_code == 401, path
                assert "API key" in answer.text
