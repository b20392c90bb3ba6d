"""`POST /voices/clone` and, for SDK 1.x, `/voices/clone/clip`: a voice after a clip.

Source: endpoint notes `voices.clone`, `voices.clone@2025-04-16`, `voices.clone@legacy`, `voices.clone_clip`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import trio
from attrs import evolve

from cartesia_core.versions import V2024_06_10, V2024_11_13, V2025_04_16
from cartesia_local.app import App, Table, route
from cartesia_local.http.exchange import json_answer
from cartesia_local.refusal import Refused
from cartesia_local.sound.clips import Measures, measure, read_clip
from cartesia_local.store import StoredVoice, new_id
from cartesia_local.store.voices import CLONE
from cartesia_local.tts.accents import Accent, read_accent, usual_locale
from cartesia_local.tts.cloning import likeness
from cartesia_local.tts.embeddings import embedding_of
from cartesia_local.tts.generation import languages_of
from cartesia_local.tts.voices import find_voice, metadata_json

if TYPE_CHECKING:
    from cartesia_local.fields import Fields
    from cartesia_local.http.exchange import Call, Reply

MODES: Final = ("similarity", "stability")


async def clone(app: App, call: Call, reply: Reply) -> None:
    """Make a voice that has the clip's pitch and pace."""
    fields = call.form_fields()
    name = fields.filled("name")
    description = fields.optional_text("description") or ""
    accent = read_accent(fields, "accent", call.version)
    language = read_language(fields, call.version)
    if accent is not None and accent.language != language:
        raise fields.misfit("accent", f"an accent of the language ({language})")
    _check_older_fields(fields, call.version)
    base = find_base(fields, app, call.version)
    heard = await _listen(call)
    voice = made_voice(app, heard, language=language, accent=accent, base=base)
    app.store.voices.add(evolve(voice, name=name, description=description))
    await reply.send(json_answer(metadata_json(evolve(voice, name=name, description=description), call.version)))


async def clone_clip(app: App, call: Call, reply: Reply) -> None:
    """Give the embedding of a clip; nothing is kept."""
    fields = call.form_fields()
    fields.flag("enhance")
    fields.choice("mode", ("clip", *MODES))
    heard = await _listen(call)
    await reply.send(json_answer({"embedding": embedding_of(made_voice(app, heard, language="en"))}))


def made_voice(
    app: App,
    heard: Measures,
    *,
    language: str,
    accent: Accent | None = None,
    base: StoredVoice | None = None,
) -> StoredVoice:
    """Make a voice, without a name, that imitates what was heard; it is not kept."""
    like = likeness(heard.pitch_hz, heard.pace, base)
    locale = usual_locale(language) if accent is None else accent.locale
    voice = StoredVoice(
        id=new_id(),
        name="",
        description="",
        language=language,
        locale=locale,
        country=locale.partition("-")[2] or None,
        gender=None,
        created_at=app.store.timestamp(),
        timbre=like.timbre,
        pitch=like.pitch,
        pitch_range=50,
        rate=like.rate,
        origin=CLONE,
        accent=None if accent is None else accent.id,
    )
    return evolve(voice, gender=voice.stock.gender)


def read_language(fields: Fields, version: str) -> str:
    """Read a language that voices can have.

    Raises:
        Refused: It is missing, or the version does not know it.
    """
    language, known = fields.text("language"), languages_of(version)
    if language not in known:
        raise fields.misfit("language", "one of " + ", ".join(known))
    return language


def find_base(fields: Fields, app: App, version: str) -> StoredVoice | None:
    """Find the voice of `base_voice_id`; SDK 2 sends it empty when there is none."""
    ident = fields.optional_text("base_voice_id")
    return find_voice(app.store, ident, version) if ident else None


def _check_older_fields(fields: Fields, version: str) -> None:
    """Check what stands in older versions; none of it changes what is heard here."""
    if version <= V2025_04_16:
        fields.flag("enhance")
    if version <= V2024_11_13:
        fields.text("mode")
        fields.choice("mode", MODES)
        fields.optional_text("transcript")


async def _listen(call: Call) -> Measures:
    upload = call.upload("clip")
    heard = await trio.to_thread.run_sync(lambda: measure(read_clip(upload.content, "clip", is_cut=True)))
    if heard is None:
        raise Refused("Nobody speaks in the clip.", title="No speech")
    return heard


TABLE: Final[Table] = (
    route("POST", "/voices/clone", clone),
    route("POST", "/voices/clone/clip", clone_clip, until=V2024_06_10),
)
