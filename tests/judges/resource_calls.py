"""Calls about what is kept at the vendor's, said to the official SDK and to ours."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timezone
from typing import Final

import cartesia as official

from cartesia_core import AccessTokenGrants, PronunciationDictItem
from cartesia_core.errors import RemoteProtocolError
from cartesia_sync import Client
from tests.judges.capture import Json
from tests.judges.pair import Pair

ID: Final = "an id/ü"
WHEN: Final = datetime(2026, 1, 31, 12, 30, tzinfo=timezone.utc)
EMPTY_PAGE: Final[Json] = {"data": [], "has_more": False}


def _call(
    name: str, theirs: Callable[[official.Cartesia], object], ours: Callable[[Client], object], answer: Json = None
) -> Pair:
    """Pair two calls of which only the request is compared: what ours makes of the scanty answer is not."""

    def scanty(client: Client) -> None:
        with suppress(RemoteProtocolError):
            ours(client)

    return Pair(name, theirs, scanty, answer={} if answer is None else answer)


def _list(name: str, theirs: Callable[[official.Cartesia], object], ours: Callable[[Client], object]) -> Pair:
    return _call(name, theirs, ours, EMPTY_PAGE)


VOICES: Final = (
    _call(
        "voices.update",
        lambda c: c.voices.update(ID, name="N", description="D", gender="masculine", accent="british"),
        lambda c: c.voices.update(ID, name="N", description="D", gender="masculine", accent="british"),
    ),
    _call(
        "voices.update nulls",
        lambda c: c.voices.update(ID, gender=None, accent=None),
        lambda c: c.voices.update(ID, gender=None, accent=None),
    ),
    _call("voices.delete", lambda c: c.voices.delete(ID), lambda c: c.voices.delete(ID)),
    _call(
        "voices.localize",
        lambda c: c.voices.localize(
            voice_id=ID,
            name="N",
            accent="mexican",
            description="D",
            tagline="T",
            language="es",
            dialect="mx",
            original_speaker_gender="female",
        ),
        lambda c: c.voices.localize(
            voice_id=ID,
            name="N",
            accent="mexican",
            description="D",
            tagline="T",
            language="es",
            dialect="mx",
            original_speaker_gender="female",
        ),
    ),
    _call(
        "voices.add_accents",
        lambda c: c.voices.add_accents(ID, accents=["british", "hindi"]),
        lambda c: c.voices.add_accents(ID, accents=["british", "hindi"]),
    ),
    _call(
        "voices.delete_accent",
        lambda c: c.voices.delete_accent("hindi", id=ID),
        lambda c: c.voices.delete_accent("hindi", voice_id=ID),
    ),
    _call("voices.list_accents", lambda c: c.voices.list_accents(), lambda c: c.accents.list()),
)

TRAINING: Final = (
    _call(
        "access_token.create",
        lambda c: c.access_token.create(grants={"tts": True, "stt": False}, expires_in=60),
        lambda c: c.access_token.create(grants=AccessTokenGrants(tts=True, stt=False), expires_in=60),
    ),
    _list(
        "pronunciation_dicts.list",
        lambda c: list(c.pronunciation_dicts.list(limit=7, starting_after=ID)),
        lambda c: list(c.pronunciation_dicts.list(limit=7, starting_after=ID)),
    ),
    _call(
        "pronunciation_dicts.create",
        lambda c: c.pronunciation_dicts.create(name="N", items=[{"text": "a", "alias": "b", "case_sensitive": True}]),
        lambda c: c.pronunciation_dicts.create(name="N", items=[PronunciationDictItem("a", "b", case_sensitive=True)]),
    ),
    _call(
        "pronunciation_dicts.retrieve",
        lambda c: c.pronunciation_dicts.retrieve(ID),
        lambda c: c.pronunciation_dicts.retrieve(ID),
    ),
    _call(
        "pronunciation_dicts.update",
        lambda c: c.pronunciation_dicts.update(ID, name=None, items=[{"text": "a", "alias": "b"}]),
        lambda c: c.pronunciation_dicts.update(ID, name=None, items=[PronunciationDictItem("a", alias="b")]),
    ),
    _call(
        "pronunciation_dicts.delete",
        lambda c: c.pronunciation_dicts.delete(ID),
        lambda c: c.pronunciation_dicts.delete(ID),
    ),
    _list(
        "datasets.list",
        lambda c: list(c.datasets.list(limit=7, ending_before=ID)),
        lambda c: list(c.datasets.list(limit=7, ending_before=ID)),
    ),
    _call(
        "datasets.create",
        lambda c: c.datasets.create(name="N", description="D"),
        lambda c: c.datasets.create(name="N", description="D"),
    ),
    _call("datasets.retrieve", lambda c: c.datasets.retrieve(ID), lambda c: c.datasets.retrieve(ID)),
    _call(
        "datasets.update",
        lambda c: c.datasets.update(ID, name="N", description="D"),
        lambda c: c.datasets.update(ID, name="N", description="D"),
    ),
    _call("datasets.delete", lambda c: c.datasets.delete(ID), lambda c: c.datasets.delete(ID)),
    _list(
        "datasets.files.list",
        lambda c: list(c.datasets.files.list(ID, limit=7)),
        lambda c: list(c.datasets.files.list(ID, limit=7)),
    ),
    _call(
        "datasets.files.delete",
        lambda c: c.datasets.files.delete("file 1", id=ID),
        lambda c: c.datasets.files.delete("file 1", dataset_id=ID),
    ),
    _list("fine_tunes.list", lambda c: list(c.fine_tunes.list()), lambda c: list(c.fine_tunes.list())),
    _call(
        "fine_tunes.create",
        lambda c: c.fine_tunes.create(
            name="N", description="D", language="en", model_id="sonic-3-2026-01-12", dataset="d", accent="british"
        ),
        lambda c: c.fine_tunes.create(
            name="N", description="D", language="en", model_id="sonic-3-2026-01-12", dataset="d", accent="british"
        ),
    ),
    _call("fine_tunes.retrieve", lambda c: c.fine_tunes.retrieve(ID), lambda c: c.fine_tunes.retrieve(ID)),
    _call("fine_tunes.delete", lambda c: c.fine_tunes.delete(ID), lambda c: c.fine_tunes.delete(ID)),
    _list(
        "fine_tunes.list_voices",
        lambda c: list(c.fine_tunes.list_voices(ID, limit=7)),
        lambda c: list(c.fine_tunes.list_voices(ID, limit=7)),
    ),
)

AGENTS: Final = (
    _call("agents.list", lambda c: c.agents.list(), lambda c: c.agents.list()),
    _call("agents.retrieve", lambda c: c.agents.retrieve(ID), lambda c: c.agents.retrieve(ID)),
    _call(
        "agents.update",
        lambda c: c.agents.update(ID, name="N", description=None, tts_voice="v"),
        lambda c: c.agents.update(ID, name="N", description=None, tts_voice="v"),
    ),
    _call("agents.delete", lambda c: c.agents.delete(ID), lambda c: c.agents.delete(ID)),
    _call(
        "agents.list_phone_numbers",
        lambda c: c.agents.list_phone_numbers(ID),
        lambda c: c.agents.list_phone_numbers(ID),
        [],
    ),
    _call("agents.list_templates", lambda c: c.agents.list_templates(), lambda c: c.agents.list_templates()),
    _list(
        "agents.calls.list",
        lambda c: list(c.agents.calls.list(agent_id=ID, expand="transcript", limit=7)),
        lambda c: list(c.agents.calls.list(agent_id=ID, expand="transcript", limit=7)),
    ),
    _call("agents.calls.retrieve", lambda c: c.agents.calls.retrieve(ID), lambda c: c.agents.calls.retrieve(ID)),
    _call(
        "agents.calls.download_audio",
        lambda c: c.agents.calls.download_audio(ID),
        lambda c: c.agents.calls.download_audio(ID),
    ),
    _call("agents.deployments.list", lambda c: c.agents.deployments.list(ID), lambda c: c.agents.deployments.list(ID)),
    _call(
        "agents.deployments.retrieve",
        lambda c: c.agents.deployments.retrieve(ID),
        lambda c: c.agents.deployments.retrieve(ID),
    ),
    _list(
        "agents.metrics.list",
        lambda c: c.agents.metrics.list(limit=7, starting_after=ID),
        lambda c: list(c.agents.metrics.list(limit=7, starting_after=ID)),
    ),
    _call(
        "agents.metrics.create",
        lambda c: c.agents.metrics.create(name="n", prompt="P", display_name=None),
        lambda c: c.agents.metrics.create(name="n", prompt="P", display_name=None),
    ),
    _call("agents.metrics.retrieve", lambda c: c.agents.metrics.retrieve(ID), lambda c: c.agents.metrics.retrieve(ID)),
    _call(
        "agents.metrics.add_to_agent",
        lambda c: c.agents.metrics.add_to_agent("m/1", agent_id=ID),
        lambda c: c.agents.metrics.add_to_agent("m/1", agent_id=ID),
    ),
    _call(
        "agents.metrics.remove_from_agent",
        lambda c: c.agents.metrics.remove_from_agent("m/1", agent_id=ID),
        lambda c: c.agents.metrics.remove_from_agent("m/1", agent_id=ID),
    ),
    _list(
        "agents.metrics.results.list",
        lambda c: list(c.agents.metrics.results.list(agent_id=ID, start_date=WHEN, end_date="2026-02-01", limit=7)),
        lambda c: list(c.agents.metrics.results.list(agent_id=ID, start_date=WHEN, end_date="2026-02-01", limit=7)),
    ),
    _call(
        "agents.metrics.results.export",
        lambda c: c.agents.metrics.results.export(call_id=ID, metric_id="m", deployment_id="d", start_date=WHEN),
        lambda c: c.agents.metrics.results.export(call_id=ID, metric_id="m", deployment_id="d", start_date=WHEN),
    ),
)

RESOURCE_PAIRS: Final = (*VOICES, *TRAINING, *AGENTS)
