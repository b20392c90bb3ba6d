"""Which local voice a request means: by id, or by a 192-number embedding as older versions sent.

Source: schema notes `VoiceSpecifier`, `VoiceObject`, `LegacyVoiceSpecifier`, `LegacyVoiceControls`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final
from uuid import UUID

from attrs import frozen

from cartesia_core.versions import V2024_06_10, V2024_11_13, V2025_11_04, V2026_03_01, V2026_08_14
from cartesia_local.fields import Fields
from cartesia_local.refusal import not_found
from cartesia_local.store.store import OWNER_ID
from cartesia_local.tts.accents import ACCENTS, default_accent
from cartesia_local.tts.embeddings import EMBEDDING_LENGTH, embedding_of, voice_of

if TYPE_CHECKING:
    from cartesia_core._json import JsonValue
    from cartesia_local.store import Store, StoredVoice

SPEED_NAMES: Final[Mapping[str, float]] = {"slowest": -1.0, "slow": -0.5, "normal": 0.0, "fast": 0.5, "fastest": 1.0}
"""Names of `__experimental_controls.speed` on its scale; the numbers of the names are not documented."""
LEGACY_EMOTIONS: Final[Mapping[str, str]] = {
    "anger": "angry",
    "positivity": "happy",
    "surprise": "surprised",
    "sadness": "sad",
    "curiosity": "curious",
}
_NUMBER: Final = re.compile(r"-?[0-9.]+")
"""Forms have numbers as text."""
LEVELS: Final = ("lowest", "low", "", "high", "highest")


@frozen
class Speaker:
    """The voice that a request means, with what its `__experimental_controls` say."""

    voice: StoredVoice
    speed: float | None = None
    """Factor on the normal speed."""
    emotion: str | None = None


def find_voice(store: Store, voice_id: str, version: str) -> StoredVoice:
    """Find the voice that a request body names.

    Raises:
        Refused: 400 `voice_not_found` (the documented example); from 2026-03-01 on 404 if it is not even a UUID.
    """
    voice = store.voices.get(voice_id)
    if voice is not None:
        return voice
    status = 404 if version >= V2026_03_01 and not is_uuid(voice_id) else 400
    raise not_found("voice", voice_id[:80], error_code="voice_not_found", status=status)


def is_uuid(text: str) -> bool:
    """Tell whether an id has the form that ids of this API have."""
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def read_speaker(fields: Fields, store: Store, version: str) -> Speaker:
    """Read the field `voice` as its API version has it.

    Raises:
        Refused: Its form is not that version's, or the voice is unknown.
    """
    value = fields.value("voice")
    if isinstance(value, str) and version >= V2026_08_14:
        return Speaker(find_voice(store, value, version))
    if not isinstance(value, Mapping):
        if value is None:
            fields.text("voice")
        raise fields.misfit("voice", "a voice id or {id}" if version >= V2026_08_14 else "an object {mode, id}")
    inner = Fields(value, fields.name("voice"))
    if version <= V2024_11_13:
        return _read_legacy(inner, store, version)
    _check_mode(inner, version)
    return Speaker(find_voice(store, inner.text("id"), version))


def _check_mode(fields: Fields, version: str) -> None:
    """Require `mode: id` where the version has it; the newest has no mode any more and takes this one only."""
    if version < V2026_08_14:
        fields.text("mode")
    if fields.optional_text("mode") not in {None, "id"}:
        raise fields.misfit("mode", "'id' (embeddings ended with version 2024-11-13)")


def _read_legacy(fields: Fields, store: Store, version: str) -> Speaker:
    mode = fields.choice("mode", ("id", "embedding"))
    if mode is None:
        # SDK 1.4.0, on 2024-06-10, sends {id} or {embedding} without a mode.
        if version > V2024_06_10:
            fields.text("mode")
        mode = "embedding" if fields.has("embedding") else "id"
    if mode == "embedding":
        voice = voice_of(read_embedding(fields), store.voices.all())
    else:
        voice = find_voice(store, fields.text("id"), version)
    return read_controls(fields, voice)


def read_controls(fields: Fields, voice: StoredVoice) -> Speaker:
    """Read `__experimental_controls` of an object `voice`.

    Raises:
        Refused: A control is out of range or unknown.
    """
    controls = fields.inner("__experimental_controls")
    if controls is None:
        return Speaker(voice)
    return Speaker(voice, _read_speed(controls), _read_emotion(controls))


def read_embedding(fields: Fields) -> list[float]:
    """Give the field `embedding`.

    Raises:
        Refused: It is not an array of 192 numbers.
    """
    items = fields.items("embedding")
    if items is None:
        fields.text("embedding")
    numbers = [float(item) for item in items or () if isinstance(item, (int, float)) and not isinstance(item, bool)]
    if len(numbers) != EMBEDDING_LENGTH or len(numbers) != len(items or ()):
        raise fields.misfit("embedding", f"an array of {EMBEDDING_LENGTH} numbers")
    return numbers


def _read_speed(fields: Fields) -> float | None:
    value = fields.value("speed")
    if isinstance(value, str) and not _NUMBER.fullmatch(value):
        fields.choice("speed", tuple(SPEED_NAMES))
        return speed_factor(SPEED_NAMES[value])
    number = fields.number("speed", -1, 1)
    return None if number is None else speed_factor(number)


def speed_factor(control: float) -> float:
    """Turn a control from -1 to 1 into a factor from 0.6 to 1.5, the range of today's speed."""
    return 1 + control * (0.4 if control < 0 else 0.5)


def _read_emotion(fields: Fields) -> str | None:
    """Give today's name for the strongest of the emotions asked for; of equals the first."""
    strengths: dict[str, int] = {}
    for item in fields.items("emotion") or ():
        name, _, level = item.partition(":") if isinstance(item, str) else ("", "", "")
        if name not in LEGACY_EMOTIONS or level not in LEVELS or (isinstance(item, str) and item.endswith(":")):
            raise fields.misfit("emotion", "an array of name[:level] with a name of " + ", ".join(LEGACY_EMOTIONS))
        strengths.setdefault(LEGACY_EMOTIONS[name], LEVELS.index(level))
    return max(strengths, key=lambda name: strengths[name]) if strengths else None


def voice_json(voice: StoredVoice, version: str, *, expand: Sequence[str], base_url: str) -> JsonValue:
    """Show a voice in the shape of an API version.

    Args:
        voice: The voice.
        version: The version asked for.
        expand: The values of `expand[]`.
        base_url: Where the server is, for `preview_file_url`.
    """
    shown: dict[str, JsonValue] = {
        "id": voice.id,
        "name": voice.name,
        "description": voice.description,
        "created_at": voice.created_at,
        "language": voice.language,
    }
    if version == V2024_06_10:
        user = OWNER_ID if voice.is_owner else None
        return {**shown, "user_id": user, "is_public": not voice.is_owner, "embedding": embedding_of(voice)}
    shown["is_owner"] = voice.is_owner
    if version == V2024_11_13:
        if "embedding" in expand:
            shown["embedding"] = embedding_of(voice)
    else:
        shown.update(_later_fields(voice, version))
    if "is_starred" in expand:
        shown["is_starred"] = False
    if "preview_file_url" in expand:
        shown["preview_file_url"] = f"{base_url}/voices/{voice.id}/preview"
    return shown


def metadata_json(voice: StoredVoice, version: str) -> JsonValue:
    """Show a voice that was just made, in the shape that such an answer has in an API version."""
    shown: dict[str, JsonValue] = {
        "id": voice.id,
        "user_id": OWNER_ID,
        "name": voice.name,
        "description": voice.description,
        "created_at": voice.created_at,
        "language": voice.language,
    }
    if version >= V2026_08_14:
        return {**shown, **_newest_fields(voice)}
    shown["is_public"] = False
    if version == V2024_11_13:
        shown["is_owner"] = True  # SDK 2.x reads a whole voice
    return shown


def _newest_fields(voice: StoredVoice) -> dict[str, JsonValue]:
    access, visibility = ("private", "owner") if voice.is_owner else ("public", "all")
    return {"tagline": voice.tagline, "access": access, "visibility": visibility}


def _later_fields(voice: StoredVoice, version: str) -> dict[str, JsonValue]:
    fields: dict[str, JsonValue] = {"gender": voice.gender}
    if version < V2026_08_14:
        fields["is_public"] = not voice.is_owner
    else:
        fields.update(_newest_fields(voice))
    if version >= V2025_11_04:
        fields.update(locales=_locales(voice), country=voice.country, accent=_accent(voice, version))
    return fields


def _locales(voice: StoredVoice) -> JsonValue:
    """Give the native locale first, and each one once."""
    added = dict.fromkeys(ACCENTS[accent].locale for accent in voice.added_accents)
    added.pop(voice.locale, None)
    native: dict[str, JsonValue] = {"locale": voice.locale, "is_native": True}
    others: list[JsonValue] = [{"locale": locale, "is_native": False} for locale in added]
    return [native, *others]


def _accent(voice: StoredVoice, version: str) -> JsonValue:
    accent = default_accent(voice.locale) if voice.accent is None else ACCENTS[voice.accent]
    if accent is None:
        return None
    return accent.id if version >= V2026_08_14 else accent.name
