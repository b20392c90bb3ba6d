"""`/fine-tunes/`: they walk through their states as the clock goes on, and leave a voice.

The voice sounds like the files of the dataset, as a clone does. It is kept from the beginning, but is not there before
the fine-tune has completed. Source: endpoint notes `fine_tunes.*`.
"""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING, Final

from attrs import evolve

from cartesia_core.versions import V2025_04_16, V2026_08_14
from cartesia_local.app import App, Table, route
from cartesia_local.http.exchange import Answer, json_answer
from cartesia_local.refusal import Refused, not_found
from cartesia_local.resources.datasets import find_dataset
from cartesia_local.resources.paging import page_in, page_json, page_of
from cartesia_local.resources.voice_cloning import made_voice, read_language
from cartesia_local.resources.voices import show_voice
from cartesia_local.sound.clips import Measures
from cartesia_local.store import new_id
from cartesia_local.store.fine_tunes import FineTune
from cartesia_local.tts.accents import ACCENTS, read_accent
from cartesia_local.tts.generation import read_model

if TYPE_CHECKING:
    from cartesia_core._json import JsonValue
    from cartesia_local.fields import Fields
    from cartesia_local.http.exchange import Call, Reply


async def list_fine_tunes(app: App, call: Call, reply: Reply) -> None:
    """Answer a page."""
    page = page_in(call, app.store.fine_tunes)
    await reply.send(json_answer(page_json(page, lambda fine_tune: _show(app, fine_tune, call.version))))


async def create(app: App, call: Call, reply: Reply) -> None:
    """Begin; without speech in the dataset's files it will fail."""
    fields = call.fields()
    heard = _hear(app, find_dataset(app, fields.text("dataset")).id)
    fine_tune = _read(app, fields, call.version, is_usable=heard is not None)
    with app.store.writing():
        app.store.fine_tunes.add(fine_tune)
        if heard is not None:
            _add_voice(app, fine_tune, heard)
    await reply.send(json_answer(_show(app, fine_tune, call.version)))


async def get(app: App, call: Call, reply: Reply) -> None:
    """Answer one, in the state that it is in now."""
    await reply.send(json_answer(_show(app, _find(app, call), call.version)))


async def delete(app: App, call: Call, reply: Reply) -> None:
    """Remove one and its voices."""
    ident = call.segments["id"]
    with app.store.writing():
        if not app.store.fine_tunes.remove(ident):
            raise _unknown(ident)
        app.store.voices.remove_of_fine_tune(ident)
    await reply.send(Answer(204, None))


async def list_voices(app: App, call: Call, reply: Reply) -> None:
    """Answer a page of its voices; there are none before it has completed."""
    fine_tune = _find(app, call)
    page = page_of(call, lambda query: app.store.voices.page(query, lambda _: True, fine_tune=fine_tune.id))
    await reply.send(json_answer(page_json(page, lambda voice: show_voice(app, call, voice, ()))))


def _find(app: App, call: Call) -> FineTune:
    ident = call.segments["id"]
    fine_tune = app.store.fine_tunes.get(ident)
    if fine_tune is None:
        raise _unknown(ident)
    return fine_tune


def _unknown(ident: str) -> Refused:
    return not_found("fine-tune", ident[:80])


def _read(app: App, fields: Fields, version: str, *, is_usable: bool) -> FineTune:
    accent = read_accent(fields, "accent", version) if version >= V2026_08_14 else None
    language = read_language(fields, version)
    if accent is not None and accent.language != language:
        raise fields.misfit("accent", f"an accent of the language ({language})")
    return FineTune(
        id=new_id("ft_"),
        name=fields.filled("name"),
        description=fields.text("description"),
        language=language,
        model_id=read_model(fields),
        dataset=fields.text("dataset"),
        accent=None if accent is None else accent.id,
        began=app.store.now(),
        seconds=app.config.fine_tune_seconds,
        is_usable=is_usable,
    )


def _hear(app: App, dataset_id: str) -> Measures | None:
    heard = [(file.pitch_hz, file.pace) for file in app.store.dataset_files.all(dataset_id) if file.pitch_hz]
    if not heard:
        return None
    return Measures(median(pitch for pitch, _ in heard), median(pace for _, pace in heard))


def _add_voice(app: App, fine_tune: FineTune, heard: Measures) -> None:
    accent = None if fine_tune.accent is None else ACCENTS[fine_tune.accent]
    voice = made_voice(app, heard, language=fine_tune.language, accent=accent)
    app.store.voices.add(
        evolve(
            voice,
            name=fine_tune.name,
            description=fine_tune.description,
            origin="fine_tune",
            fine_tune=fine_tune.id,
            visible_from=fine_tune.began + fine_tune.seconds,
        )
    )


def _show(app: App, fine_tune: FineTune, version: str) -> JsonValue:
    shown: dict[str, JsonValue] = {
        "id": fine_tune.id,
        "name": fine_tune.name,
        "description": fine_tune.description,
        "dataset": fine_tune.dataset,
        "language": fine_tune.language,
        "model_id": fine_tune.model_id,
        "status": fine_tune.status(app.store.now()),
    }
    return {**shown, "accent": fine_tune.accent} if version >= V2026_08_14 else shown


TABLE: Final[Table] = (
    route("GET", "/fine-tunes", list_fine_tunes, since=V2025_04_16),
    route("POST", "/fine-tunes", create, since=V2025_04_16),
    route("GET", "/fine-tunes/{id}", get, since=V2025_04_16),
    route("DELETE", "/fine-tunes/{id}", delete, since=V2025_04_16),
    route("GET", "/fine-tunes/{id}/voices", list_voices, since=V2025_04_16),
)
