"""Datasets, their files, and the fine-tunes that are made of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from cartesia_core.versions import KNOWN, NEWEST, V2024_06_10, V2025_04_16, V2025_11_04
from cartesia_local import LocalServer
from tests.local.client import WAV, Clock, Json, http, pitch, speech
from tests.local.shapes import check

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx

NOTHING = "11111111-2222-4333-8444-555555555555"
SECONDS = 100.0
LATER = [version for version in KNOWN if version >= V2025_04_16]


@pytest.fixture(scope="module")
def clock() -> Clock:
    """The time of the server of this module."""
    return Clock()


@pytest.fixture(scope="module")
def timed(clock: Clock) -> Iterator[LocalServer]:
    """A server with that clock."""
    with LocalServer(clock=clock, fine_tune_seconds=SECONDS) as server:
        yield server


def dataset(client: httpx.Client, *files: bytes) -> str:
    ident: str = client.post("/datasets/", json={"name": "N", "description": "D"}).raise_for_status().json()["id"]
    for number, content in enumerate(files):
        file = (f"{number}.wav", content)
        client.post(f"/datasets/{ident}/files", files={"file": file}, data={"purpose": "fine_tune"}).raise_for_status()
    return ident


def tune(client: httpx.Client, dataset_id: str, **changes: Any) -> httpx.Response:
    body = {
        "name": "Tuned",
        "description": "D",
        "language": "en",
        "model_id": "sonic-3-2026-01-12",
        "dataset": dataset_id,
        **changes,
    }
    return client.post("/fine-tunes/", json={key: value for key, value in body.items() if value is not None})


@pytest.mark.parametrize("version", LATER)
def test_a_dataset_lives(server: LocalServer, version: str) -> None:
    """Created, got, listed, changed and deleted with its files, in the documented shape."""
    with http(server, version) as client:
        ident = dataset(client, b"first", b"second!")
        path = f"/datasets/{ident}"
        shown = client.get(path).json()
        check(shown, "Dataset")
        assert shown in client.get("/datasets", params={"limit": 100}).json()["data"]
        changed = client.patch(path, json={"name": "M", "description": "E"})
        assert (changed.status_code, changed.content) == (204, b"")
        assert client.get(path).json() == {**shown, "name": "M", "description": "E"}
        page = client.get(f"{path}/files", params={"limit": 1}).json()
        check(page["data"][0], "DatasetFile")
        assert (page["data"][0]["filename"], page["data"][0]["size"], page["has_more"]) == ("0.wav", 5, True)
        rest = client.get(f"{path}/files", params={"starting_after": page["next_page"]}).json()["data"]
        assert [(file["filename"], file["size"]) for file in rest] == [("1.wav", 7)]
        assert client.delete(f"{path}/files/{rest[0]['id']}").status_code == 204
        assert client.delete(f"{path}/files/{rest[0]['id']}").status_code == 404
        assert len(client.get(f"{path}/files").json()["data"]) == 1
        assert client.delete(path).status_code == 204
        for method, tail in (("GET", ""), ("DELETE", ""), ("GET", "/files")):
            assert client.request(method, path + tail).status_code == 404
        assert client.patch(path, json={"name": "M", "description": "E"}).status_code == 404
        assert client.post(f"{path}/files", files={"file": b"x"}).status_code == 404


def test_the_first_form_of_datasets(server: LocalServer) -> None:
    """On 2024-06-10: no description, no size, no pages, and a purpose that must be given."""
    with http(server, V2024_06_10) as client:
        made = client.post("/datasets/", json={"name": "Old"}).raise_for_status().json()
        check(made, "Dataset_legacy")
        listed = client.get("/datasets/").json()
        check(listed, "DatasetPage_legacy")
        assert made in listed["data"]
        path = f"/datasets/{made['id']}/files"
        assert client.post(path, files={"file": b"x"}).status_code == 400
        assert client.post(path, files={"file": b"x"}, data={"purpose": "fine_tune"}).status_code == 204
        check(client.get(path).json(), "DatasetFilePage_legacy")
        assert client.get(f"/datasets/{made['id']}").status_code == 404


@pytest.mark.parametrize("body", [{}, {"name": "N"}, {"name": "", "description": "D"}, {"name": 1, "description": ""}])
def test_datasets_that_are_refused(client: httpx.Client, body: Json) -> None:
    """When created and when changed."""
    assert client.post("/datasets/", json=body).status_code == 400
    assert client.patch(f"/datasets/{dataset(client)}", json=body).status_code == 400


def test_a_file_belongs_to_its_dataset(client: httpx.Client) -> None:
    """Through another one it cannot be deleted."""
    one, other = dataset(client, b"x"), dataset(client)
    file = client.get(f"/datasets/{one}/files").json()["data"][0]["id"]
    assert client.delete(f"/datasets/{other}/files/{file}").status_code == 404
    assert client.post(f"/datasets/{one}/files", data={"purpose": "x"}, files={"other": b""}).status_code == 400


@pytest.mark.parametrize("version", LATER)
def test_a_fine_tune_walks_through_its_states(timed: LocalServer, clock: Clock, clip: bytes, version: str) -> None:
    """As the clock goes on; then its voice is there, speaks like the dataset, and goes when the fine-tune goes."""
    with http(timed, version) as client:
        made = tune(client, dataset(client, clip, b"not audio")).raise_for_status().json()
        if version == NEWEST:
            check(made, "FineTune")
        path = f"/fine-tunes/{made['id']}"
        seen = []
        for passes in (0.1, 0.2, 0.6):
            seen.append(client.get(path).json()["status"])
            assert client.get(f"{path}/voices").json()["data"] == []
            clock.now += passes * SECONDS
        assert seen == ["created", "created", "training"]
        assert client.get(path).json()["status"] == "training"
        clock.now += 0.1 * SECONDS
        assert client.get(path).json()["status"] == "completed"
        assert client.get(path).json() in client.get("/fine-tunes", params={"limit": 100}).json()["data"]
        voices = client.get(f"{path}/voices").json()
        assert [voice["name"] for voice in voices["data"]] == ["Tuned"]
        voice = voices["data"][0]["id"]
        assert client.get(f"/voices/{voice}").status_code == 200
        wanted = voice if version == NEWEST else {"mode": "id", "id": voice}
        spoken = client.post("/tts/bytes", json=speech(voice=wanted, output_format=WAV)).content
        assert pitch(spoken) == pytest.approx(pitch(clip), rel=0.12)
        assert client.delete(path).status_code == 204
        assert client.get(f"/voices/{voice}").status_code == 404
        for method, tail in (("GET", ""), ("DELETE", ""), ("GET", "/voices")):
            assert client.request(method, path + tail).status_code == 404


def test_a_voice_that_is_not_there_yet(timed: LocalServer, clock: Clock, clip: bytes) -> None:
    """It is in no list and cannot speak before its fine-tune has completed; a page may end at it."""
    with http(timed) as client:
        path = f"/fine-tunes/{tune(client, dataset(client, clip)).json()['id']}/voices"
        before = client.get("/voices", params={"is_owner": "true"}).json()["data"]
        clock.now += SECONDS
        voice = client.get(path).json()["data"][0]
        clock.now -= SECONDS
        assert client.get("/voices", params={"is_owner": "true"}).json()["data"] == before
        assert client.post("/tts/bytes", json=speech(voice=voice["id"])).status_code == 400
        clock.now += SECONDS
        assert client.post("/tts/bytes", json=speech(voice=voice["id"])).status_code == 200


def test_a_fine_tune_without_speech_fails(timed: LocalServer, clock: Clock) -> None:
    """There is nothing to learn from; no voice comes."""
    with http(timed) as client:
        path = f"/fine-tunes/{tune(client, dataset(client, b'not audio')).json()['id']}"
        assert client.get(path).json()["status"] == "created"
        clock.now += SECONDS
        assert client.get(path).json()["status"] == "failed"
        assert client.get(f"{path}/voices").json()["data"] == []


@pytest.mark.parametrize(
    ("version", "changes", "status"),
    [
        (NEWEST, {"dataset": NOTHING}, 404),
        (NEWEST, {"name": ""}, 400),
        (NEWEST, {"description": None}, 400),
        (NEWEST, {"language": "xx"}, 400),
        (NEWEST, {"model_id": "nothing"}, 400),
        (NEWEST, {"accent": "parisian"}, 400),
        (NEWEST, {"accent": "nothing"}, 400),
        (NEWEST, {"accent": "british"}, 200),
        (V2025_11_04, {"accent": "not known to this version"}, 200),
    ],
)
def test_fields_of_a_fine_tune(server: LocalServer, version: str, changes: Json, status: int) -> None:
    """Each is checked; what the version does not have is ignored."""
    with http(server, version) as client:
        assert tune(client, dataset(client), **changes).status_code == status


def test_deleting_the_dataset_keeps_the_fine_tune(client: httpx.Client, clip: bytes) -> None:
    """What was learnt was learnt."""
    ident = dataset(client, clip)
    made = tune(client, ident).json()
    assert client.delete(f"/datasets/{ident}").status_code == 204
    assert client.get(f"/fine-tunes/{made['id']}").json()["dataset"] == ident
