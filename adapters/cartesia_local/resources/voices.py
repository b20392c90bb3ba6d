"""`/voices` and `/voices/{id}`: list, get, update and delete, in the shape of every API version."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from attrs import evolve

from cartesia_core.versions import V2024_06_10, V2024_11_13, V2025_04_16, V2025_11_04, V2026_03_01
from cartesia_local.app import App, Table, route
from cartesia_local.http.exchange import Answer, Call, Reply, json_answer
from cartesia_local.refusal import Refused, not_found
from cartesia_local.resources.paging import page_json, page_of
from cartesia_local.tts.accents import read_accent
from cartesia_local.tts.voices import is_uuid, voice_json

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from cartesia_core._json import JsonValue
    from cartesia_local.fields import Fields
    from cartesia_local.store import StoredVoice

GENDERS: Final = ("masculine", "feminine", "gender_neutral")
EXPAND: Final[Mapping[str, tuple[str, ...]]] = {
    V2024_06_10: (),
    V2024_11_13: ("embedding", "is_starred"),
    V2025_04_16: ("is_starred",),
}
"""What `expand[]` takes, by version; `preview_file_url` in all later ones."""


async def list_voices(app: App, call: Call, reply: Reply) -> None:
    """Answer a page of the voices that pass the filters; on 2024-06-10 all of them as a bare array."""
    if call.version == V2024_06_10:
        await reply.send(json_answer([show_voice(app, call, voice, ()) for voice in app.store.voices.all()]))
        return
    expand, accept = _expand(call), _filter(call)
    page = page_of(call, lambda query: app.store.voices.page(query, accept))
    await reply.send(json_answer(page_json(page, lambda voice: show_voice(app, call, voice, expand))))


async def get_voice(app: App, call: Call, reply: Reply) -> None:
    """Answer one voice."""
    await reply.send(json_answer(show_voice(app, call, find_voice(app, call), _expand(call))))


async def update_voice(app: App, call: Call, reply: Reply) -> None:
    """Change name, description, gender or accent; a gender or accent of null becomes the voice's own again."""
    voice, fields = find_own_voice(app, call), call.fields()
    change = _read_change(fields, call.version)
    changed = app.store.voices.change(voice.id, change)
    if changed is None:
        raise not_found("voice", voice.id, error_code="voice_not_found")
    await reply.send(json_answer(show_voice(app, call, changed, ())))


async def delete_voice(app: App, call: Call, reply: Reply) -> None:
    """Remove a voice."""
    app.store.voices.remove(find_own_voice(app, call).id)
    await reply.send(Answer(204, None))


def find_voice(app: App, call: Call) -> StoredVoice:
    """Find the voice of the path: 404 if there is none; what is no UUID was a 400 before 2026-03-01."""
    ident = call.segments["id"]
    voice = app.store.voices.get(ident)
    if voice is None:
        status = 400 if call.version < V2026_03_01 and not is_uuid(ident) else 404
        raise not_found("voice", ident[:80], error_code="voice_not_found", status=status)
    return voice


def find_own_voice(app: App, call: Call) -> StoredVoice:
    """Find the voice of the path, which must have been made here: 403 if it is one of the engine's."""
    voice = find_voice(app, call)
    if not voice.is_owner:
        raise Refused("This voice is not yours, so it cannot be changed.", status=403, title="Forbidden")
    return voice


def show_voice(app: App, call: Call, voice: StoredVoice, expand: Sequence[str]) -> JsonValue:
    """Show a voice as the version that is asked for has it."""
    scheme = "http" if app.config.ssl_context is None else "https"
    return voice_json(voice, call.version, expand=expand, base_url=f"{scheme}://{call.headers.get('host', '')}")


def _read_change(fields: Fields, version: str) -> Callable[[StoredVoice], StoredVoice]:
    if version <= V2025_04_16:  # Both were required.
        fields.text("name")
        fields.text("description")
    name, description = fields.optional_filled("name"), fields.optional_text("description")
    gender, accent = fields.choice("gender", GENDERS), read_accent(fields, "accent", version)
    is_gender_reset = fields.is_null("gender")
    is_accent_reset = fields.is_null("accent") and version >= V2025_11_04

    def change(voice: StoredVoice) -> StoredVoice:
        changed = evolve(
            voice,
            name=voice.name if name is None else name,
            description=voice.description if description is None else description,
        )
        if version >= V2025_04_16:
            changed = evolve(changed, gender=voice.stock.gender if is_gender_reset else gender or voice.gender)
        if is_accent_reset:
            return evolve(changed, accent=None)
        if accent is None:
            return changed
        if accent.language != voice.language:
            raise fields.misfit("accent", f"an accent of the voice's language ({voice.language})")
        return evolve(changed, accent=accent.id, locale=accent.locale, country=accent.locale.partition("-")[2])

    return change


def _expand(call: Call) -> list[str]:
    allowed = EXPAND.get(call.version, ("preview_file_url",))
    wanted = call.query_values("expand[]")
    for value in wanted:
        if value not in allowed:
            raise Refused(
                f"expand[] is {value[:40]!r}; version {call.version} takes {', '.join(allowed) or 'none'}.",
                title="Invalid parameter",
            )
    return wanted


def _filter(call: Call) -> Callable[[StoredVoice], bool]:
    gender = call.query_value("gender") or None
    if gender is not None and gender not in GENDERS:
        raise Refused(f"gender is {gender[:40]!r}; allowed are {', '.join(GENDERS)}.", title="Invalid parameter")
    is_owner, is_starred = _flag(call, "is_owner"), _flag(call, "is_starred")
    later = call.version >= V2025_11_04
    text = (call.query_value("q") or "").casefold() if later else ""
    language = (call.query_value("language") or "").casefold() if later else ""

    def accept(voice: StoredVoice) -> bool:
        return (
            gender in {None, voice.gender}
            and is_owner in {None, voice.is_owner}
            and is_starred is not True  # No voice here is starred.
            and (text in voice.name.casefold() or text in voice.description.casefold() or text in voice.id)
            and language in {"", voice.language.casefold(), voice.locale.casefold()}
        )

    return accept


def _flag(call: Call, name: str) -> bool | None:
    text = call.query_value(name)
    if not text:
        return None
    if text not in {"true", "false"}:
        raise Refused(f"{name} is {text[:20]!r}; true or false is needed.", title="Invalid parameter")
    return text == "true"


TABLE: Final[Table] = (
    route("GET", "/voices", list_voices),
    route("GET", "/voices/{id}", get_voice),
    route("PATCH", "/voices/{id}", update_voice),
    route("DELETE", "/voices/{id}", delete_voice),
)
