"""What is kept at the vendor's, from its making to its end, through our clients of every flavour."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final
from uuid import uuid4

import pytest

from cartesia_core import PronunciationDictItem, WavFormat
from cartesia_core.errors import ApiError, AuthenticationError, BadRequestError, InvalidArgument, NotFoundError
from cartesia_local import LocalServer
from cartesia_sync import Client
from tests.judges.doing import Doer, Live, in_every_flavour
from tests.judges.endpoints import words as w
from tests.judges.endpoints.needs import record
from tests.judges.endpoints.relay import Relay, relaying

KEY: Final = "sk_car_local_lives"
NOBODY: Final = "00000000-0000-4000-8000-000000000000"
FINE_TUNE: Final = {"name": "F", "description": "D", "language": "en", "model_id": "sonic-3-2026-01-12"}


@pytest.fixture(scope="module")
def server() -> Iterator[LocalServer]:
    """One server for all lives; its fine-tunes are quick."""
    with LocalServer(key=KEY, fine_tune_seconds=1e-6) as running:
        yield running


@pytest.fixture(scope="module")
def clip(server: LocalServer, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A recording."""
    with Client(api_key=KEY, base_url=server.url) as client:
        return record(client, tmp_path_factory.mktemp("clip"))


@pytest.fixture
def relay(server: LocalServer) -> Iterator[Relay]:
    """What counts the requests."""
    with relaying(server.port) as running:
        yield running


async def assert_gone(do: Doer, member: str, *args: object, **kwargs: object) -> None:
    """Assert that the server does not know it, and says so in a typed error."""
    with pytest.raises(NotFoundError) as caught:
        await do(member, *args, **kwargs)
    assert caught.value.status == 404
    assert caught.value.message
    assert caught.value.request_id
    assert not caught.value.retryable
    assert not caught.value.may_have_been_billed


async def ids(do: Doer, member: str, *args: object, **kwargs: object) -> list[str]:
    """Give the ids of a list."""
    return [item.id for item in await do(member, *args, **kwargs)]


@in_every_flavour
def test_a_voice(live: Live, server: LocalServer, clip: Path) -> None:
    """Cloned, listed, read, spoken with, changed, given an accent, localized, deleted."""

    async def story(do: Doer) -> None:
        made = await do("voices.clone", clip=clip, name="Mine", language="en", description="D")
        assert made.id in await ids(do, "voices.list", is_owner=True)
        assert made.id not in await ids(do, "voices.list", is_owner=False)
        voice = await do("voices.get", made.id)
        assert (voice.name, voice.description, voice.is_owner) == ("Mine", "D", True)
        audio = await do(
            "tts.generate",
            model_id=w.MODEL,
            transcript=w.TEXT,
            voice=voice,
            output_format=WavFormat("pcm_s16le", w.RATE),
        )
        assert audio.seconds > 0.3
        changed = await do("voices.update", made.id, name="Yours", gender="masculine")
        assert changed == await do("voices.get", made.id)
        assert (changed.name, changed.description, changed.gender) == ("Yours", "D", "masculine")
        # Null takes back what was said of it; what the recording tells is left.
        assert (await do("voices.update", made.id, gender=None)).gender == "feminine"
        accented = await do("voices.add_accents", made.id, accents=["parisian"])
        assert "fr-FR" in [locale.locale for locale in accented.locales]
        plain = await do("voices.delete_accent", "parisian", voice_id=made.id)
        assert len(plain.locales) < len(accented.locales)
        french = await do("voices.localize", voice_id=made.id, name="French", accent="parisian")
        assert (await do("voices.get", french.id)).language == "fr"
        assert await do("voices.delete", made.id) is None
        await assert_gone(do, "voices.get", made.id)
        await assert_gone(do, "voices.update", made.id, name="N")
        await assert_gone(do, "voices.delete", made.id)
        assert french.id in await ids(do, "voices.list", is_owner=True)

    live(server.url, KEY, story)


@in_every_flavour
def test_a_dictionary(live: Live, server: LocalServer) -> None:
    """Made, listed, read, changed in one field or the other, pinned, deleted."""

    async def story(do: Doer) -> None:
        made = await do("pronunciation_dicts.create", name="Towns", items=[PronunciationDictItem("NYC", "New York")])
        assert made.id in await ids(do, "pronunciation_dicts.list")
        assert await do("pronunciation_dicts.get", made.id) == made
        renamed = await do("pronunciation_dicts.update", made.id, name="Cities")
        assert (renamed.name, renamed.items) == ("Cities", made.items)
        items = [PronunciationDictItem("LA", "Los Angeles", case_sensitive=True), *made.items]
        changed = await do("pronunciation_dicts.update", made.id, items=items)
        assert [(item.text, item.alias, item.case_sensitive) for item in changed.items] == [
            ("LA", "Los Angeles", True),
            ("NYC", "New York", False),
        ]
        assert changed.name == "Cities"
        await do("pronunciation_dicts.pin", made.id)
        assert (await do("pronunciation_dicts.get", made.id)).pinned
        await do("pronunciation_dicts.unpin", made.id)
        assert not (await do("pronunciation_dicts.get", made.id)).pinned
        assert await do("pronunciation_dicts.delete", made.id) is None
        await assert_gone(do, "pronunciation_dicts.get", made.id)
        await assert_gone(do, "pronunciation_dicts.delete", made.id)
        assert made.id not in await ids(do, "pronunciation_dicts.list")

    live(server.url, KEY, story)


@in_every_flavour
def test_a_dataset_its_files_and_a_fine_tune(live: Live, server: LocalServer, clip: Path) -> None:
    """Made, filled, changed, trained on; the fine-tune has a voice; all is deleted."""
    nbytes = clip.stat().st_size

    async def story(do: Doer) -> None:
        made = await do("datasets.create", name="N", description="D")
        assert made.id in await ids(do, "datasets.list")
        await do("datasets.update", made.id, name="M", description="E")
        changed = await do("datasets.get", made.id)
        assert (changed.name, changed.description, changed.created_at) == ("M", "E", made.created_at)
        for _ in range(2):
            await do("datasets.files.upload", made.id, file=clip, purpose="fine_tune")
        first, second = await do("datasets.files.list", made.id)
        assert (first.filename, first.size) == (clip.name, nbytes)
        await do("datasets.files.delete", second.id, dataset_id=made.id)
        assert await ids(do, "datasets.files.list", made.id) == [first.id]
        await assert_gone(do, "datasets.files.delete", second.id, dataset_id=made.id)

        tune = await do("fine_tunes.create", dataset=made.id, **FINE_TUNE)
        assert tune.id in await ids(do, "fine_tunes.list")
        assert (await do("fine_tunes.get", tune.id)).status == "completed"
        [voice] = await do("fine_tunes.list_voices", tune.id)
        assert (await do("voices.get", voice.id)).id == voice.id
        await do("fine_tunes.delete", tune.id)
        await assert_gone(do, "fine_tunes.get", tune.id)
        await assert_gone(do, "fine_tunes.list_voices", tune.id)
        await do("datasets.delete", made.id)
        await assert_gone(do, "datasets.get", made.id)
        await assert_gone(do, "datasets.files.list", made.id)

    live(server.url, KEY, story)


@in_every_flavour
def test_a_metric_of_an_agent(live: Live, server: LocalServer) -> None:
    """Made, used for an agent, found in the results of its calls, no longer used; the agent changed and read."""

    async def story(do: Doer) -> None:
        name = f"hello-{uuid4()}"  # every flavour makes one on the same server
        made = await do("agents.metrics.create", name=name, prompt="Does somebody say hello?", display_name="Hello")
        assert made.id in await ids(do, "agents.metrics.list")
        assert await do("agents.metrics.get", made.id) == made
        await do("agents.metrics.add_to_agent", made.id, agent_id=w.AGENT)
        await do("agents.metrics.remove_from_agent", made.id, agent_id=w.AGENT)
        await assert_gone(do, "agents.metrics.add_to_agent", made.id, agent_id="agent_nobody")
        changed = await do("agents.update", w.AGENT, name="Desk", description=None)
        assert (changed.name, changed.tts_voice) == ("Desk", (await do("agents.get", w.AGENT)).tts_voice)
        assert "Desk" in [agent.name for agent in (await do("agents.list")).summaries]
        [call, *_] = await do("agents.calls.list", agent_id=w.AGENT, expand="transcript")
        assert (await do("agents.calls.get", call.id)).agent_id == w.AGENT
        results = await do("agents.metrics.results.list", agent_id=w.AGENT, metric_id=w.METRIC)
        table = await do("agents.metrics.results.export", agent_id=w.AGENT, metric_id=w.METRIC)
        assert len(table.text.strip().splitlines()) == len(results) + 1

    live(server.url, KEY, story)


@in_every_flavour
def test_lists_are_walked_in_both_directions(live: Live, server: LocalServer, relay: Relay) -> None:
    """In small pages and large ones, from any place, as far as wanted: nothing is fetched after leaving early."""

    async def story(do: Doer) -> None:
        for number in range(5):
            await do("pronunciation_dicts.create", name=f"P{number}")
        whole = await ids(do, "pronunciation_dicts.list", limit=100)
        assert len(whole) == len(set(whole)) >= 5
        assert await ids(do, "pronunciation_dicts.list", limit=2) == whole
        pages = await do.pages("pronunciation_dicts.list", limit=2)
        assert [id_ for page in pages for id_ in page] == whole
        assert [len(page) for page in pages[:-1]] == [2] * (len(pages) - 1)
        assert await ids(do, "pronunciation_dicts.list", limit=2, starting_after=whole[1]) == whole[2:]
        backwards = await do.pages("pronunciation_dicts.list", limit=2, ending_before=whole[4])
        assert backwards == [whole[2:4], whole[0:2]]
        relay.take()
        assert await do.first(3, "pronunciation_dicts.list", limit=2) == whole[:3]
        assert len(relay.take()) == 2
        assert await do.first(2, "pronunciation_dicts.list", limit=2) == whole[:2]
        assert len(relay.take()) == 1
        assert await do.first(3, "pronunciation_dicts.list", limit=2, ending_before=whole[4]) == [
            *whole[2:4],
            whole[0],
        ]
        assert [dict(asked.query).get("ending_before") for asked in relay.take()] == [whole[4], whole[2]]

    live(relay.url, KEY, story)


@in_every_flavour
def test_refusals_are_typed(live: Live, server: LocalServer, relay: Relay) -> None:
    """By their status, with what the server says; what can be seen to be wrong is not even sent."""

    async def story(do: Doer) -> None:
        for member in ("voices.get", "pronunciation_dicts.get", "datasets.get", "fine_tunes.get", "agents.get"):
            await assert_gone(do, member, NOBODY)
        with pytest.raises(ApiError) as caught:
            await do("voices.localize", voice_id=w.VOICE, name="N", accent="martian")
        assert isinstance(caught.value, BadRequestError)
        assert caught.value.message
        relay.take()
        for limit in (0, 101):
            with pytest.raises(InvalidArgument, match="limit"):
                await do("voices.list", limit=limit)
        for wrong in ("", ".", ".."):
            with pytest.raises(InvalidArgument, match="not an id"):
                await do("datasets.get", wrong)
        assert relay.take() == []

    async def stranger(do: Doer) -> None:
        with pytest.raises(AuthenticationError) as caught:
            await do("voices.list")
        assert caught.value.status == 401
        assert "sk_car_stranger" not in repr(caught.value) + str(caught.value)

    live(relay.url, KEY, story)
    live(relay.url, "sk_car_stranger_1", stranger)
