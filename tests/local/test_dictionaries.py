"""Pronunciation dictionaries: kept, shown in every version's form, and used by every way to speak."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from cartesia_core.versions import KNOWN, NEWEST, V2024_11_13, V2025_04_16, V2025_11_04
from tests.local.client import VOICE, Json, audio, http, speech, talk
from tests.local.shapes import check

if TYPE_CHECKING:
    import httpx

    from cartesia_local import LocalServer

PATH = "/pronunciation-dicts/"
NYC = {"text": "NYC", "alias": "New York City"}


def create(client: httpx.Client, *items: Json, **changes: Any) -> Json:
    made: Json = client.post(PATH, json={"name": "D", "items": items, **changes}).raise_for_status().json()
    return made


@pytest.mark.parametrize("version", [version for version in KNOWN if version >= V2025_04_16])
def test_a_dictionary_lives(server: LocalServer, version: str) -> None:
    """Created, got, listed, changed and deleted, in the documented shape."""
    with http(server, version) as client:
        made = create(client, NYC)
        if version > V2025_04_16:
            check(made, "PronunciationDict")
        path = PATH + made["id"]
        assert client.get(path).json() == made
        assert made in client.get(PATH, params={"limit": 100}).json()["data"]
        changed = client.patch(path, json={"name": "E"}).json()
        assert (changed["name"], changed["items"]) == ("E", made["items"])
        emptied = client.patch(path, json={"items": []}).json()
        assert (emptied["name"], emptied["items"]) == ("E", [])
        assert client.delete(path).status_code == 204
        for method in ("GET", "PATCH", "DELETE"):
            assert client.request(method, path, json={}).status_code == 404


def test_items_come_back_as_they_came(server: LocalServer, client: httpx.Client) -> None:
    """By `alias` or by `pronunciation`; today's clients find `alias` in any case."""
    said = {"text": "GIF", "pronunciation": "<<k|æ|t>>"}
    items = create(client, NYC, {**said, "case_sensitive": True})["items"]
    assert items[0] == {**NYC, "case_sensitive": False}
    assert items[1] == {**said, "alias": said["pronunciation"], "case_sensitive": True}
    with http(server, V2025_04_16) as old:
        made = create(old, said, description="Words")
        assert made["items"] == [said]
        assert made["description"] == "Words"
        assert "next_page" not in old.get(PATH).json()


def test_pinning(server: LocalServer) -> None:
    """On 2025-04-16 only."""
    with http(server, V2025_04_16) as client:
        path = PATH + create(client)["id"]
        for verb, is_pinned in (("pin", True), ("unpin", False)):
            answer = client.post(f"{path}/{verb}")
            assert (answer.status_code, answer.content) == (200, b"")
            assert client.get(path).json()["pinned"] is is_pinned
        assert client.post(f"{PATH}nothing/pin").status_code == 404
    with http(server, V2025_11_04) as client:
        assert client.post(f"{path}/pin").status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"name": ""},
        {"name": "D", "items": "NYC"},
        {"name": "D", "items": ["NYC"]},
        {"name": "D", "items": [{"text": "NYC"}]},
        {"name": "D", "items": [{"alias": "NYC"}]},
        {"name": "D", "items": [{"text": " ", "alias": "x"}]},
        {"name": "D", "items": [{"text": "a", "alias": 1}]},
        {"name": "D", "items": [{"text": "a", "pronunciation": "x" * 101}]},
        {"name": "D", "items": [{"text": "a", "alias": '<speed ratio="9"/>'}]},
        {"name": "D", "items": [{**NYC, "case_sensitive": "yes"}]},
    ],
)
def test_dictionaries_that_are_refused(client: httpx.Client, body: Json) -> None:
    """With a 400."""
    assert client.post(PATH, json=body).status_code == 400


def test_every_way_to_speak_uses_it(server: LocalServer, client: httpx.Client) -> None:
    """The audio is that of the text written out; the words are those of the transcript."""
    ident = create(client, NYC)["id"]
    body = {"transcript": "I love NYC.", "pronunciation_dict_id": ident}
    written_out = client.post("/tts/bytes", json=speech(transcript="I love New York City.")).content
    assert client.post("/tts/bytes", json=speech(**body)).content == written_out
    with talk(server) as conversation:
        conversation.send(**body, add_timestamps=True)
        messages = conversation.until_done()
    assert audio(messages) == written_out
    words = [word for m in messages if m["type"] == "timestamps" for word in m["word_timestamps"]["words"]]
    assert words == ["I", "love", "NYC."]
    assert '"NYC."' in client.post("/tts/sse", json=speech(**body, add_timestamps=True)).text


def test_older_models_ignore_it(client: httpx.Client) -> None:
    """It is for sonic-3 and newer."""
    ident = create(client, NYC)["id"]
    plain = client.post("/tts/bytes", json=speech(transcript="NYC", model_id="sonic-2")).content
    body = speech(transcript="NYC", model_id="sonic-2", pronunciation_dict_id=ident)
    assert client.post("/tts/bytes", json=body).content == plain


@pytest.mark.parametrize(
    ("version", "status"), [(NEWEST, 404), (V2025_11_04, 400), (V2025_04_16, 400), (V2024_11_13, 400)]
)
def test_an_unknown_or_deleted_dictionary(server: LocalServer, version: str, status: int) -> None:
    """404 from 2026-03-01 on, over HTTP and on the socket; a 400 before."""
    with http(server) as client:
        ident = create(client, NYC)["id"]
        client.delete(PATH + ident)
    voice = VOICE if version == NEWEST else {"mode": "id", "id": VOICE}
    with http(server, version) as client:
        answer = client.post("/tts/bytes", json=speech(voice=voice, pronunciation_dict_id=ident))
    assert answer.status_code == status
    assert ident in answer.text
    with talk(server, version) as conversation:
        conversation.send(voice=voice, pronunciation_dict_id=ident)
        assert conversation.receive()["status_code"] == status
