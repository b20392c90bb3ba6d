"""`GET /voices` and `GET /voices/{id}`, in the shape of every API version."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cartesia_core.versions import V2024_06_10, V2024_11_13, V2025_04_16, V2025_11_04, V2026_03_01
from cartesia_local.app import App, Table, route
from cartesia_local.http.exchange import Call, Reply, json_answer
from cartesia_local.refusal import Refused, not_found
from cartesia_local.resources.paging import page_of
from cartesia_local.tts.voices import is_uuid, voice_json

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cartesia_core._json import JsonValue
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
    voices = app.store.voices()
    if call.version == V2024_06_10:
        await reply.send(json_answer([_show(app, call, voice, ()) for voice in voices]))
        return
    expand = _expand(call)
    page = page_of(_filtered(voices, call), lambda voice: voice.id, call)
    data: list[JsonValue] = [_show(app, call, voice, expand) for voice in page.items]
    await reply.send(json_answer({"data": data, "has_more": page.has_more, "next_page": page.next_page}))


async def get_voice(app: App, call: Call, reply: Reply) -> None:
    """Answer one voice."""
    await reply.send(json_answer(_show(app, call, find_voice(app, call), _expand(call))))


def find_voice(app: App, call: Call) -> StoredVoice:
    """Find the voice of the path: 404 if there is none; what is no UUID was a 400 before 2026-03-01."""
    ident = call.segments["id"]
    voice = app.store.voice(ident)
    if voice is None:
        status = 400 if call.version < V2026_03_01 and not is_uuid(ident) else 404
        raise not_found("voice", ident[:80], error_code="voice_not_found", status=status)
    return voice


def _show(app: App, call: Call, voice: StoredVoice, expand: Sequence[str]) -> JsonValue:
    scheme = "http" if app.config.ssl_context is None else "https"
    return voice_json(voice, call.version, expand=expand, base_url=f"{scheme}://{call.headers.get('host', '')}")


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


def _filtered(voices: Sequence[StoredVoice], call: Call) -> list[StoredVoice]:
    gender = call.query_value("gender") or None
    if gender is not None and gender not in GENDERS:
        raise Refused(f"gender is {gender[:40]!r}; allowed are {', '.join(GENDERS)}.", title="Invalid parameter")
    is_owner, is_starred = _flag(call, "is_owner"), _flag(call, "is_starred")
    later = call.version >= V2025_11_04
    text = (call.query_value("q") or "").casefold() if later else ""
    language = (call.query_value("language") or "").casefold() if later else ""
    return [
        voice
        for voice in voices
        if gender in {None, voice.gender}
        and is_owner in {None, voice.is_owner}
        and is_starred is not True  # No voice here is starred.
        and (text in voice.name.casefold() or text in voice.description.casefold() or text in voice.id)
        and language in {"", voice.language.casefold(), voice.locale.casefold()}
    ]


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
)
