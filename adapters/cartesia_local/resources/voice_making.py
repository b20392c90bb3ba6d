"""`POST /voices/localize`, and what ended with version 2024-11-13: `POST /voices` and `/voices/mix`.

Source: endpoint notes `voices.localize` and its legacy forms, `voices.create`, `voices.mix`.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from attrs import evolve

from cartesia_core._json import is_object
from cartesia_core.versions import V2024_06_10, V2024_11_13, V2025_04_16, V2026_08_14
from cartesia_local.app import App, Table, route
from cartesia_local.fields import Fields
from cartesia_local.http.exchange import json_answer
from cartesia_local.refusal import Refused
from cartesia_local.resources.voice_cloning import find_base
from cartesia_local.store import StoredVoice, new_id
from cartesia_local.tts.accents import ACCENTS, Accent, read_accent, usual_locale
from cartesia_local.tts.embeddings import embedding_of, mixed, voice_of
from cartesia_local.tts.generation import LEGACY_LANGUAGES
from cartesia_local.tts.voices import find_voice, metadata_json, read_embedding

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cartesia_local.http.exchange import Call, Reply

MAX_TAGLINE: Final = 32
GENDERS: Final[Mapping[str, str]] = {"male": "masculine", "female": "feminine"}
LOCALIZE_LANGUAGES: Final = (*LEGACY_LANGUAGES, "ar", "he", "ta", "te", "th")
DIALECTS: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {
        "au": "australian",
        "in": "indian-english",
        "so": "southern-us",
        "uk": "british",
        "us": "general-american",
    },
    "es": {"mx": "mexican", "pe": "castilian"},
    "pt": {"br": "brazilian-portuguese", "eu": "european-portuguese"},
    "fr": {"eu": "parisian", "ca": "canadian-french"},
}
"""The accents that the dialects of older versions mean, by language."""


async def localize(app: App, call: Call, reply: Reply) -> None:
    """Make a voice like another one with another accent or language."""
    fields = call.fields()
    if call.version == V2024_06_10 and fields.has("embedding"):
        await reply.send(json_answer({"embedding": _localized_embedding(app, fields, call.version)}))
        return
    voice = _localized(app, fields, call.version)
    app.store.voices.add(voice)
    await reply.send(json_answer(metadata_json(voice, call.version)))


async def create(app: App, call: Call, reply: Reply) -> None:
    """Make a voice from an embedding."""
    fields = call.fields()
    name, description = fields.filled("name"), fields.text("description")
    language = fields.choice("language", LEGACY_LANGUAGES)
    meant = voice_of(read_embedding(fields), app.store.voices.all())
    base = find_base(fields, app, call.version)
    voice = evolve(
        meant if base is None else evolve(meant, timbre=base.timbre),
        id=new_id(),
        name=name,
        description=description,
        created_at=app.store.timestamp(),
        is_owner=True,
        origin="embedding",
    )
    if language is not None and language != voice.language:
        voice = _moved(voice, usual_locale(language))
    app.store.voices.add(voice)
    await reply.send(json_answer(metadata_json(voice, call.version)))


async def mix(app: App, call: Call, reply: Reply) -> None:
    """Give an embedding between those of several voices."""
    items = call.fields().items("voices")
    if not items:
        raise Refused("voices is missing or empty; one voice at least is needed.", title="Missing field")
    weighted: list[tuple[list[float], float]] = []
    for place, item in enumerate(items):
        if not is_object(item):
            raise Refused(f"voices[{place}] is no object; {{id, weight}} is needed.", title="Invalid field")
        weighted.append(_read_weighted(app, Fields(item, f"voices[{place}]"), call.version))
    if sum(weight for _, weight in weighted) <= 0:
        raise Refused("The weights add up to 0; more is needed.", title="Invalid field")
    await reply.send(json_answer({"embedding": mixed(weighted)}))


def _read_weighted(app: App, fields: Fields, version: str) -> tuple[list[float], float]:
    weight = fields.number("weight", 0, math.inf)
    if weight is None:
        raise fields.missing("weight")
    if fields.has("embedding"):
        return read_embedding(fields), weight
    return embedding_of(find_voice(app.store, fields.text("id"), version)), weight


def _localized(app: App, fields: Fields, version: str) -> StoredVoice:
    source = find_voice(app.store, fields.text("voice_id"), version)
    name = fields.filled("name")
    target, gender = _read_target(fields, version)
    moved = _moved(source, target.locale if isinstance(target, Accent) else target)
    return evolve(
        moved,
        id=new_id(),
        name=name,
        description=fields.optional_text("description") or "" if version >= V2026_08_14 else fields.text("description"),
        tagline=_read_tagline(fields, version),
        created_at=app.store.timestamp(),
        gender=source.gender if gender is None else gender,
        is_owner=True,
        origin="localized",
        accent=target.id if isinstance(target, Accent) else None,
        added_accents=(),
        fine_tune="",
    )


def _read_target(fields: Fields, version: str) -> tuple[Accent | str, str | None]:
    """Read what the voice shall become: an accent or a locale; and its gender."""
    accent = read_accent(fields, "accent", version, is_localizable=version >= V2026_08_14)
    gender = fields.choice("original_speaker_gender", tuple(GENDERS))
    known = LOCALIZE_LANGUAGES if version > V2025_04_16 else LEGACY_LANGUAGES
    language = fields.choice("language", known)
    dialect = fields.optional_text("dialect")
    if version >= V2026_08_14:
        if accent is None:
            raise fields.missing("accent")
        return accent, None if gender is None else GENDERS[gender]
    if language is None or gender is None:
        raise fields.missing("language" if language is None else "original_speaker_gender")
    if accent is not None and accent.language != language:
        raise fields.misfit("accent", f"an accent of the language ({language})")
    return accent or _of_dialect(fields, language, dialect), GENDERS[gender]


def _of_dialect(fields: Fields, language: str, dialect: str | None) -> Accent | str:
    if dialect is None:
        return usual_locale(language)
    known = DIALECTS.get(language, {})
    if dialect not in known:
        raise fields.misfit("dialect", f"one of {', '.join(known) or 'none'} for {language}")
    return ACCENTS[known[dialect]]


def _read_tagline(fields: Fields, version: str) -> str:
    tagline = fields.optional_text("tagline") if version >= V2026_08_14 else None
    if tagline is not None and len(tagline) > MAX_TAGLINE:
        raise fields.misfit("tagline", f"a text of {MAX_TAGLINE} characters at most")
    return tagline or ""


def _localized_embedding(app: App, fields: Fields, version: str) -> list[float]:
    """Give the embedding of a stock voice of the language and gender, with the pitch and rate that were given."""
    source = voice_of(read_embedding(fields), app.store.voices.all())
    target, gender = _read_target(fields, version)
    locale = target.locale if isinstance(target, Accent) else target
    language = locale.partition("-")[0]
    stock = [voice for voice in app.store.voices.all() if voice.origin == "stock"]
    fitting = [voice for voice in stock if voice.language == language] or [source]
    best = max(fitting, key=lambda voice: (voice.gender == gender, voice.locale == locale))
    return embedding_of(evolve(best, pitch=source.pitch, pitch_range=source.pitch_range, rate=source.rate))


def _moved(voice: StoredVoice, locale: str) -> StoredVoice:
    language, _, country = locale.partition("-")
    return evolve(voice, language=language, locale=locale, country=country or None, accent=None)


TABLE: Final[Table] = (
    route("POST", "/voices/localize", localize),
    route("POST", "/voices", create, until=V2024_11_13),
    route("POST", "/voices/mix", mix, until=V2024_11_13),
)
