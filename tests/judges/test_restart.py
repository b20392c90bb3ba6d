"""A local server with a data file, started again: our clients of every flavour find all that they left there."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from cartesia_core import PronunciationDictItem, WavFormat
from cartesia_core.errors import NotFoundError
from cartesia_local import LocalServer
from cartesia_sync import Client
from tests.judges.doing import Doer, Live, in_every_flavour
from tests.judges.endpoints import words as w
from tests.judges.endpoints.needs import record

KEY: Final = "sk_car_local_again"
LISTS: Final[dict[str, dict[str, object]]] = {
    "voices.list": {"limit": 100},
    "pronunciation_dicts.list": {},
    "datasets.list": {},
    "fine_tunes.list": {},
    "agents.metrics.list": {},
    "agents.calls.list": {"agent_id": w.AGENT, "expand": "transcript"},
    "agents.metrics.results.list": {"agent_id": w.AGENT},
}
FINE_TUNE: Final = {"name": "F", "description": "D", "language": "en", "model_id": "sonic-3-2026-01-12"}


async def fill(do: Doer, clip: Path) -> dict[str, str]:
    """Make, change and delete things of every kind; give the ids of those that stay and of one that does not."""
    voice = await do("voices.clone", clip=clip, name="Mine", language="en")
    await do("voices.update", voice.id, name="Changed", gender="gender_neutral")
    await do("voices.add_accents", voice.id, accents=["parisian"])
    gone = await do("voices.clone", clip=clip, name="Gone", language="en")
    await do("voices.delete", gone.id)
    words = await do("pronunciation_dicts.create", name="D", items=[PronunciationDictItem("NYC", "New York")])
    await do("pronunciation_dicts.pin", words.id)
    dataset = await do("datasets.create", name="N", description="D")
    await do("datasets.files.upload", dataset.id, file=clip, purpose="fine_tune")
    tune = await do("fine_tunes.create", dataset=dataset.id, **FINE_TUNE)
    metric = await do("agents.metrics.create", name="hello", prompt="Does somebody say hello?")
    await do("agents.metrics.add_to_agent", metric.id, agent_id=w.AGENT)
    await do("agents.update", w.AGENT, name="Desk", tts_voice=voice.id)
    await do("agents.delete", w.SPARE_AGENT)
    return {"voice": voice.id, "gone": gone.id, "words": words.id, "dataset": dataset.id, "tune": tune.id}


async def all_there_is(do: Doer, ids: dict[str, str]) -> dict[str, Any]:
    """Read everything back, and hear the clone speak a word of the dictionary."""
    found: dict[str, Any] = {member: await do(member, **options) for member, options in LISTS.items()}
    for member, name in (("voices.get", "voice"), ("pronunciation_dicts.get", "words"), ("datasets.get", "dataset")):
        found[member] = await do(member, ids[name])
    found["files"] = await do("datasets.files.list", ids["dataset"])
    found["tuned voices"] = await do("fine_tunes.list_voices", ids["tune"])
    found["agents"] = (await do("agents.list")).summaries
    try:
        await do("voices.get", ids["gone"])
    except NotFoundError as error:
        found["gone"] = error.status
    audio = await do(
        "tts.generate",
        model_id=w.MODEL,
        transcript="NYC",
        voice=ids["voice"],
        output_format=WavFormat("pcm_s16le", w.RATE),
        pronunciation_dict_id=ids["words"],
    )
    return {**found, "heard": audio.content}


@in_every_flavour
def test_a_restart_keeps_everything(live: Live, tmp_path: Path) -> None:
    """To the value: what was made and changed is as it was, what was deleted stays away, and the clone sounds the same."""
    data = tmp_path / "state.db"
    ids: dict[str, str] = {}
    seen: list[dict[str, Any]] = []

    async def before(do: Doer) -> None:
        ids.update(await fill(do, clip))
        seen.append(await all_there_is(do, ids))

    async def after(do: Doer) -> None:
        seen.append(await all_there_is(do, ids))

    for number, story in enumerate((before, after, after)):
        with LocalServer(key=KEY, data=data, fine_tune_seconds=1e-6) as server:
            if number == 0:
                with Client(api_key=KEY, base_url=server.url) as client:
                    clip = record(client, tmp_path)
            live(server.url, KEY, story)
    assert len(seen) == 3
    first = seen[0]
    for again in seen[1:]:
        assert {name: again[name] for name in first} == first
    assert first["gone"] == 404
    assert [agent.name for agent in first["agents"]] == ["Desk"]
    assert (first["voices.get"].name, first["pronunciation_dicts.get"].pinned) == ("Changed", True)
    assert len(first["files"]) == len(first["tuned voices"]) == 1
