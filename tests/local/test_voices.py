"""`GET /voices` and `GET /voices/{id}` in every version."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from cartesia_core.versions import KNOWN, NEWEST, V2024_06_10, V2024_11_13, V2025_04_16, V2025_11_04
from cartesia_local import LocalServer
from cartesia_local.resources.voices import EXPAND
from tests.local.client import VOICE, Json, http
from tests.local.shapes import check

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx

SHAPES = {
    "2024-06-10": "Voice_2024_06_10",
    "2024-11-13": "Voice_2024_11_13",
    "2025-04-16": "Voice_2025_04_16",
    "2025-11-04": "Voice_2025_11_04",
    "2026-03-01": "Voice_2025_11_04",
    "2026-08-14": "Voice",
}


@pytest.fixture(scope="module")
def server() -> Iterator[LocalServer]:
    """A server of this module's own, where nobody has made voices."""
    with LocalServer() as running:
        yield running


def ids(client: httpx.Client, **query: Any) -> list[str]:
    page: Json = client.get("/voices", params={"limit": 100, **query}).raise_for_status().json()
    return [voice["id"] for voice in page["data"]]


@pytest.mark.parametrize("version", KNOWN)
def test_voices_have_the_shape_of_their_version(server: LocalServer, version: str) -> None:
    """Every documented field and no other, in lists and alone, with everything that `expand[]` adds."""
    expand = EXPAND.get(version, ("preview_file_url",))
    with http(server, version) as client:
        listed = client.get("/voices", params={"expand[]": list(expand), "limit": 100}).json()
        single = client.get(f"/voices/{VOICE}", params={"expand[]": list(expand)}).json()
    voices = listed if version == V2024_06_10 else listed["data"]
    assert len(voices) >= 8
    for voice in (*voices, single):
        check(voice, SHAPES[version])
    assert single in voices


def test_the_oldest_version_has_a_bare_array_with_embeddings(server: LocalServer) -> None:
    """SDK 1.4.0 reads 192 numbers from every voice, and sends them back to speak."""
    with http(server, V2024_06_10) as client:
        voices = client.get("/voices").json()
    assert isinstance(voices, list)
    assert all(len(voice["embedding"]) == 192 and min(voice["embedding"]) >= -1 for voice in voices)
    assert len({tuple(voice["embedding"]) for voice in voices}) == len(voices)


@pytest.mark.parametrize("version", [version for version in KNOWN if version != V2024_06_10])
def test_pages_walk_through_all_voices(server: LocalServer, version: str) -> None:
    """Forwards by next_page, as SDK 2 does, and by the last id up to the empty page, as SDK 4 does."""
    with http(server, version) as client:
        everything = ids(client)
        walked: list[str] = []
        page: Json = {"next_page": None, "has_more": True}
        while page["has_more"]:
            query = {"limit": 4} | ({"starting_after": page["next_page"]} if page["next_page"] else {})
            page = client.get("/voices", params=query).json()
            walked += [voice["id"] for voice in page["data"]]
        assert page["next_page"] is None
        assert walked == everything
        assert ids(client, starting_after=everything[-1]) == []


def test_pages_walk_backwards(client: httpx.Client) -> None:
    """`ending_before` gives the page that ends just before, in the usual order."""
    everything = ids(client)
    page = client.get("/voices", params={"limit": 3, "ending_before": everything[5]}).json()
    assert [voice["id"] for voice in page["data"]] == everything[2:5]
    assert page["has_more"] is True
    first = client.get("/voices", params={"limit": 3, "ending_before": everything[2]}).json()
    assert [voice["id"] for voice in first["data"]] == everything[:2]
    assert first["has_more"] is False


def test_a_page_has_ten_voices_unless_asked_otherwise(client: httpx.Client) -> None:
    """The documented default."""
    assert len(client.get("/voices").json()["data"]) == 10


@pytest.mark.parametrize(
    "query",
    [
        {"limit": "0"},
        {"limit": "101"},
        {"limit": "ten"},
        {"limit": "1.5"},
        {"limit": "\u0663"},
        {"starting_after": "nothing"},
        {"starting_after": VOICE, "ending_before": VOICE},
        {"gender": "female"},
        {"is_owner": "1"},
        {"expand[]": "embedding"},
    ],
)
def test_parameters_without_sense_are_refused(client: httpx.Client, query: dict[str, str]) -> None:
    """With the parameter's name in the message."""
    answer = client.get("/voices", params=query)
    assert answer.status_code == 400
    assert next(iter(query)).rstrip("[]") in answer.json()["message"]


def test_filters(client: httpx.Client) -> None:
    """By text, gender, owner, language and locale; null counts as absent."""
    everything = ids(client)
    assert ids(client, q="WALT") == [VOICE]
    assert ids(client, q=VOICE) == [VOICE]
    assert ids(client, q="no such voice") == []
    feminine, masculine = ids(client, gender="feminine"), ids(client, gender="masculine")
    assert sorted(feminine + masculine) == sorted(everything)
    assert ids(client, is_owner="true") == []
    assert ids(client, is_owner="false") == ids(client, q="") == everything
    assert VOICE in ids(client, language="en")
    assert 0 < len(ids(client, language="en-GB")) < len(ids(client, language="en"))


def test_nothing_is_starred(server: LocalServer) -> None:
    """The old filter; there is no way to star a voice here."""
    with http(server, V2025_04_16) as client:
        assert ids(client, is_starred="true") == []
        assert ids(client, is_starred="false") == ids(client)


@pytest.mark.parametrize(
    ("version", "ident", "status"),
    [
        (NEWEST, "11111111-2222-4333-8444-555555555555", 404),
        (NEWEST, "malformed", 404),
        (V2025_11_04, "11111111-2222-4333-8444-555555555555", 404),
        (V2025_11_04, "malformed", 400),
        (V2024_11_13, "malformed", 400),
    ],
)
def test_an_unknown_voice(server: LocalServer, version: str, ident: str, status: int) -> None:
    """404; what is no id at all was a 400 before 2026-03-01."""
    with http(server, version) as client:
        assert client.get(f"/voices/{ident}").status_code == status


def test_the_preview_is_speech(client: httpx.Client) -> None:
    """Its URL comes with `expand[]=preview_file_url` only, and wants the key like everything else."""
    voice = client.get(f"/voices/{VOICE}", params={"expand[]": "preview_file_url"}).json()
    answer = client.get(voice["preview_file_url"])
    assert answer.headers["content-type"] == "audio/wav"
    assert answer.content.startswith(b"RIFF")
    assert len(answer.content) > 48_000
    assert "preview_file_url" not in client.get(f"/voices/{VOICE}").json()


def test_clients_find_the_voices_that_stand_in_their_code(client: httpx.Client) -> None:
    """Ids written into the code and examples of existing clients."""
    known = {
        "6ccbfb76-1fc6-48f7-b71d-91ac6298247b",
        "e07c00bc-4134-4eae-9ea4-1a55fb45746b",
        "f786b574-daa5-4673-aa0c-cbe3e8534c02",
        "a0e99841-438c-4a64-b679-ae501e7d6091",
        "694f9389-aac1-45b6-b726-9d9369183238",
    }
    assert known <= set(ids(client))
