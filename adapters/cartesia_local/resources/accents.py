"""`GET /accents`, and the accents of a voice: `PATCH` and `DELETE /voices/{id}/accents`. All new in 2026-08-14."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from attrs import evolve

from cartesia_core.versions import V2026_08_14
from cartesia_local.app import App, Table, route
from cartesia_local.http.exchange import json_answer
from cartesia_local.refusal import Refused, not_found
from cartesia_local.resources.voices import find_own_voice, show_voice
from cartesia_local.store.voices import CLONE
from cartesia_local.tts.accents import ACCENTS, default_accent

if TYPE_CHECKING:
    from collections.abc import Callable

    from cartesia_local.http.exchange import Call, Reply
    from cartesia_local.store import StoredVoice

MOST_ADDED_AT_ONCE: Final = 9
MOST: Final = 10
"""Accents of a voice, the native one included."""


async def list_accents(_app: App, _call: Call, reply: Reply) -> None:
    """Answer the whole catalogue."""
    await reply.send(json_answer({"accents": [accent.shown() for accent in ACCENTS.values()]}))


async def add_accents(app: App, call: Call, reply: Reply) -> None:
    """Add accents to a clone; those that it has are not added again."""
    accents = _read_accents(call)

    def add(voice: StoredVoice) -> StoredVoice:
        added = tuple(dict.fromkeys((*voice.added_accents, *(item for item in accents if item != _native(voice)))))
        if len(added) + 1 > MOST:
            raise Refused(f"A voice has {MOST} accents at most, its own included.", title="Too many accents")
        return evolve(voice, added_accents=added)

    await _change(app, call, reply, add)


async def delete_accent(app: App, call: Call, reply: Reply) -> None:
    """Take an added accent from a clone; the answer is the voice."""
    accent = call.segments["accent_id"]

    def remove(voice: StoredVoice) -> StoredVoice:
        if accent == _native(voice):
            raise Refused("A voice's own accent cannot be removed.", title="Native accent")
        if accent not in voice.added_accents:
            raise not_found("accent of this voice", accent[:80])
        return evolve(voice, added_accents=tuple(item for item in voice.added_accents if item != accent))

    await _change(app, call, reply, remove)


async def _change(app: App, call: Call, reply: Reply, how: Callable[[StoredVoice], StoredVoice]) -> None:
    voice = find_own_voice(app, call)
    if voice.origin != CLONE:
        raise Refused("Only clones can have more accents than one.", title="Not a clone")
    changed = app.store.voices.change(voice.id, how)
    if changed is None:
        raise not_found("voice", voice.id, error_code="voice_not_found")
    await reply.send(json_answer(show_voice(app, call, changed, ())))


def _read_accents(call: Call) -> list[str]:
    fields = call.fields()
    items = fields.items("accents")
    if items is None:
        raise fields.missing("accents")
    accents = [item for item in items if isinstance(item, str) and item in ACCENTS and ACCENTS[item].is_localizable]
    if len(accents) != len(items):
        raise fields.misfit("accents", "an array of ids of accents with is_localizable in GET /accents")
    if not 1 <= len(accents) <= MOST_ADDED_AT_ONCE:
        raise fields.misfit("accents", f"an array of 1 to {MOST_ADDED_AT_ONCE} accents")
    return accents


def _native(voice: StoredVoice) -> str | None:
    usual = default_accent(voice.locale)
    return voice.accent or (None if usual is None else usual.id)


TABLE: Final[Table] = (
    route("GET", "/accents", list_accents, since=V2026_08_14),
    route("PATCH", "/voices/{id}/accents", add_accents, since=V2026_08_14),
    route("DELETE", "/voices/{id}/accents/{accent_id}", delete_accent, since=V2026_08_14),
)
