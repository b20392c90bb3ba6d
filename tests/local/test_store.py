"""The file of the server's state: kept over restarts, shared by processes, refused when it is somebody else's."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from cartesia_core.versions import V2025_04_16
from cartesia_local import LocalServer, ServerNotStarted
from cartesia_local.store import PageQuery, Store, UnknownCursor
from cartesia_local.store.database import SCHEMA_VERSION
from cartesia_local.store.datasets import Dataset
from tests.local.client import VOICE, Json, http, speech, spoken

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import httpx

WRITER = """
import sys
from cartesia_local.store import Store
from cartesia_local.store.datasets import Dataset
store = Store(sys.argv[1])
sys.stdin.read(1)
for number in range(int(sys.argv[3])):
    ident = f"{sys.argv[2]}-{number}"
    store.datasets.add(Dataset(id=ident, name=ident, created_at=""))
    store.datasets.change("shared", lambda old: Dataset(id=old.id, name=str(int(old.name) + 1), created_at=""))
store.close()
"""
EVERYTHING = (
    "/voices",
    "/pronunciation-dicts/",
    "/datasets/",
    "/fine-tunes/",
    "/agents",
    "/agents/metrics",
    "/agents/metrics/results",
    "/agents/calls?agent_id=agent_front_desk",
)


def dataset(ident: str) -> Dataset:
    return Dataset(id=ident, name=ident, created_at="2026-01-01T00:00:00Z")


@pytest.fixture
def store() -> Iterator[Store]:
    """Three datasets in memory."""
    with closing(Store()) as opened:
        for ident in ("a", "b", "c"):
            opened.datasets.add(dataset(ident))
        yield opened


def everything(client: httpx.Client) -> list[Json]:
    return [client.get(path, params={"limit": 100} if "?" not in path else None).json() for path in EVERYTHING]


def test_a_restart_keeps_everything(tmp_path: Path) -> None:
    """What was made, changed and deleted, access tokens, saved audio, and how a clone sounds."""
    data = tmp_path / "state.db"
    with LocalServer(key="k", data=data) as server, http(server) as client:
        files = {"clip": spoken(server)}
        clone = client.post("/voices/clone", data={"name": "Mine", "language": "en"}, files=files).json()
        client.post("/pronunciation-dicts/", json={"name": "d", "items": [{"text": "a", "alias": "b"}]})
        made = client.post("/datasets/", json={"name": "n", "description": "d"}).json()
        client.post(f"/datasets/{made['id']}/files", files={"file": files["clip"]})
        tuned = {"name": "f", "description": "", "language": "en", "model_id": "sonic-3", "dataset": made["id"]}
        client.post("/fine-tunes/", json=tuned).raise_for_status()
        client.delete("/agents/agent_weather_line")
        token = client.post("/access-token", json={"grants": {"tts": True}}).json()["token"]
        saved = client.post("/tts/bytes", json=speech(save=True)).headers["cartesia-file-id"]
        heard = client.post("/tts/bytes", json=speech(voice=clone["id"])).content
        before = everything(client)
    with LocalServer(key="k", data=data) as server, http(server) as client:
        after = everything(client)
        assert after[1:3] == before[1:3]
        assert [made["id"] for made in after[3]["data"]] == [made["id"] for made in before[3]["data"]]
        assert after[4:] == before[4:]
        assert clone["id"] in {voice["id"] for voice in after[0]["data"]}
        assert len(before[4]["summaries"]) == 1
        assert client.post("/tts/bytes", json=speech(voice=clone["id"])).content == heard
        assert client.get(f"/files/{saved}/download").content
        by_token = client.post("/tts/bytes", json=speech(), headers={"Authorization": f"Bearer {token}"})
        assert by_token.status_code == 200


def test_two_processes_write_one_file(tmp_path: Path) -> None:
    """Nothing is lost, not even what both change at the same time, and the file is whole."""
    data, count = tmp_path / "state.db", 150
    with closing(Store(data)) as store:
        store.datasets.add(Dataset(id="shared", name="0", created_at=""))
        command = [sys.executable, "-c", WRITER, str(data)]
        writers = [subprocess.Popen([*command, name, str(count)], stdin=subprocess.PIPE) for name in ("one", "two")]
        for writer in writers:
            assert writer.stdin is not None
            writer.stdin.write(b"x")
            writer.stdin.flush()
        for writer in writers:
            writer.communicate(timeout=60)
            assert writer.returncode == 0
        shared = store.datasets.get("shared")
        assert shared is not None
        assert shared.name == str(2 * count)
        names = {item.name for item in store.datasets.all()} - {shared.name}
        assert names == {f"{name}-{number}" for name in ("one", "two") for number in range(count)}
    with closing(sqlite3.connect(data)) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_two_servers_share_a_file(tmp_path: Path) -> None:
    """What one has made, the other one has at once; each answers for the other's objects."""
    data = tmp_path / "state.db"
    with LocalServer(data=data) as one, LocalServer(data=data) as two, http(one) as first, http(two) as second:
        made = first.post("/datasets/", json={"name": "n", "description": "d"}).json()
        assert second.get(f"/datasets/{made['id']}").json() == made
        assert second.delete(f"/datasets/{made['id']}").status_code == 204
        assert first.get(f"/datasets/{made['id']}").status_code == 404
        assert len(first.get("/agents").json()["summaries"]) == 2


def test_what_was_deleted_is_not_planted_again(tmp_path: Path) -> None:
    """Not by a restart either."""
    data = tmp_path / "state.db"
    with LocalServer(data=data) as server, http(server) as client:
        for agent in client.get("/agents").json()["summaries"]:
            client.delete(f"/agents/{agent['id']}")
    with LocalServer(data=data) as server, http(server) as client:
        assert client.get("/agents").json() == {"summaries": []}


def test_a_file_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    """With both versions, and without a change to it."""
    data = tmp_path / "state.db"
    Store(data).close()
    with closing(sqlite3.connect(data)) as db:
        db.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    before = data.read_bytes()
    with pytest.raises(ServerNotStarted, match=f"its schema is {SCHEMA_VERSION + 1}"):
        Store(data)
    assert data.read_bytes() == before


def test_a_file_of_another_program_is_refused(tmp_path: Path) -> None:
    """And stays as it is."""
    data = tmp_path / "other.db"
    with closing(sqlite3.connect(data)) as db:
        db.execute("CREATE TABLE things (a)")
    before = data.read_bytes()
    with pytest.raises(ServerNotStarted, match="another program"):
        Store(data)
    assert data.read_bytes() == before


def test_a_file_of_before_schema_versions_is_taken_over(tmp_path: Path) -> None:
    """The audio that was saved in it is still there."""
    data = tmp_path / "old.db"
    with closing(sqlite3.connect(data)) as db:
        db.execute("CREATE TABLE voices (position INTEGER PRIMARY KEY, id TEXT)")
        db.execute("CREATE TABLE files (id TEXT PRIMARY KEY, content_type TEXT NOT NULL, content BLOB NOT NULL)")
        db.execute("INSERT INTO files VALUES ('f', 'audio/wav', x'0102')")
        db.commit()
    with closing(Store(data)) as store:
        assert store.files.get("f") == ("audio/wav", b"\x01\x02")
        assert store.voices.get(VOICE) is not None


def test_a_change_that_raises_changes_nothing(store: Store) -> None:
    """Neither does the transaction around it."""

    def fail(_: Dataset) -> Dataset:
        raise RuntimeError

    with pytest.raises(RuntimeError), store.writing():
        store.datasets.add(dataset("d"))
        store.datasets.change("a", fail)
    assert [item.id for item in store.datasets.all()] == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("query", "found", "has_more", "next_page"),
    [
        (PageQuery(2), "ab", True, "b"),
        (PageQuery(3), "abc", False, None),
        (PageQuery(2, after="b"), "c", False, None),
        (PageQuery(1, after="a"), "b", True, "b"),
        (PageQuery(2, after="c"), "", False, None),
        (PageQuery(1, before="c"), "b", True, None),
        (PageQuery(2, before="c"), "ab", False, None),
        (PageQuery(2, before="a"), "", False, None),
    ],
)
def test_pages(store: Store, query: PageQuery, found: str, has_more: bool, next_page: str | None) -> None:
    """Forwards and backwards, always in the order in which things were made."""
    page = store.datasets.page(query)
    assert ("".join(item.id for item in page.items), page.has_more, page.next_page) == (found, has_more, next_page)


def test_a_cursor_outlives_its_object(store: Store) -> None:
    """So a list can be emptied while it is read; an id that never was is refused."""
    assert store.datasets.remove("b")
    assert not store.datasets.remove("b")
    assert [item.id for item in store.datasets.page(PageQuery(5, after="b")).items] == ["c"]
    with pytest.raises(UnknownCursor):
        store.datasets.page(PageQuery(5, after="nothing"))


def test_deleted_content_is_overwritten(tmp_path: Path) -> None:
    """Not only forgotten: it cannot be found in the file any more."""
    data = tmp_path / "state.db"
    with closing(Store(data)) as store:
        store.datasets.add(Dataset(id="a", name="unmistakable-name", created_at=""))
    assert b"unmistakable-name" in data.read_bytes()
    with closing(Store(data)) as store:
        store.datasets.remove("a")
    assert b"unmistakable-name" not in data.read_bytes()


def test_a_locked_file_is_a_503(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When somebody holds the lock for longer than the server waits."""
    monkeypatch.setattr("cartesia_local.store.database.BUSY_SECONDS", 0.05)
    data = tmp_path / "state.db"
    with LocalServer(data=data) as server, http(server) as client, closing(sqlite3.connect(data)) as other:
        other.execute("BEGIN IMMEDIATE")
        answer = client.post("/datasets/", json={"name": "n", "description": "d"})
        assert answer.status_code == 503
        assert "locked" in answer.json()["message"]
        assert client.get("/datasets/").status_code == 200
        other.rollback()
        assert client.post("/datasets/", json={"name": "n", "description": "d"}).status_code == 200


@pytest.mark.parametrize("path", ["/pronunciation-dicts/", "/datasets/", "/fine-tunes/", "/agents/metrics"])
def test_every_list_has_pages(path: str) -> None:
    """By `next_page` and by the last id up to an empty page; backwards where there is a way back."""
    bodies: dict[str, Any] = {
        "/pronunciation-dicts/": {"name": "n"},
        "/datasets/": {"name": "n", "description": "d"},
        "/agents/metrics": {"name": "n", "prompt": "p"},
        "/fine-tunes/": {"name": "n", "description": "d", "language": "en", "model_id": "sonic-3"},
    }
    with LocalServer() as server, http(server) as client:
        used = client.post("/datasets/", json=bodies["/datasets/"]).json()["id"]
        for number in range(5):
            body = {**bodies[path], "name": f"n{number}"} | ({"dataset": used} if path == "/fine-tunes/" else {})
            client.post(path, json=body).raise_for_status()
        whole = [item["id"] for item in client.get(path, params={"limit": 100}).json()["data"]]
        walked: list[str] = []
        after: str | None = None
        while True:
            page = client.get(path, params={"limit": 2} | ({"starting_after": after} if after else {})).json()
            walked += [item["id"] for item in page["data"]]
            after = page["next_page"]
            if not page["has_more"]:
                break
        assert walked == whole
        assert len(whole) >= 5
        assert client.get(path, params={"starting_after": whole[-1]}).json()["data"] == []
        before = client.get(path, params={"ending_before": whole[-1], "limit": 2})
        if path == "/agents/metrics":
            assert before.status_code == 400
        else:
            assert [item["id"] for item in before.json()["data"]] == whole[-3:-1]
        for query in ({"limit": 0}, {"starting_after": "nothing"}, {"starting_after": whole[0], "ending_before": "x"}):
            assert client.get(path, params=query).status_code == 400


def test_lists_before_2025_04_16_are_not_there() -> None:
    """But from then on, and the message says so."""
    with LocalServer() as server, http(server, "2024-11-13") as old, http(server, V2025_04_16) as new:
        answer = old.get("/fine-tunes/")
        assert answer.status_code == 404
        assert "from version 2025-04-16 on" in answer.text
        assert new.get("/fine-tunes/").status_code == 200
