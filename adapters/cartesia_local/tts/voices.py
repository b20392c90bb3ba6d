"""Which local voice a request means: by id, or by a 192-number embedding as older versions sent.

Source: schema notes `VoiceSpecifier`, `VoiceObject`, `LegacyVoiceSpecifier`, `LegacyVoiceControls`.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Mapping, Sequence
from hashlib import shake_256
from typing import TYPE_CHECKING, Final
from uuid import UUID

from attrs import frozen

from cartesia_core.versions import V2024_06_10, V2024_11_13, V2025_11_04, V2026_03_01, V2026_08_14
from cartesia_local.fields import Fields
from cartesia_local.refusal import not_found

if TYPE_CHECKING:
    from cartesia_core._json import JsonValue
    from cartesia_local.store import Store, StoredVoice

EMBEDDING_LENGTH: Final = 192

SPEED_NAMES: Final[Mapping[str, float]] = {"slowest": -1.0, "slow": -0.5, "normal": 0.0, "fast": 0.5, "fastest": 1.0}
"""Names of `__experimental_controls.speed` on its scale; the numbers of the names are not documented."""
LEGACY_EMOTIONS: Final[Mapping[str, str]] = {
    "anger": "angry",
    "positivity": "happy",
    "surprise": "surprised",
    "sadness": "sad",
    "curiosity": "curious",
}
LEVELS: Final = ("lowest", "low", "", "high", "highest")


@frozen
class Speaker:
    """The voice that a request means, with what its `__experimental_controls` say."""

    voice: StoredVoice
    speed: float | None = None
    """Factor on the normal speed."""
    emotion: str | None = None


def embedding_of(voice_id: str) -> list[float]:
    """Make up a voice's embedding: 192 numbers from -1 to 1 that depend on its id only.

    The engine has no embeddings. These serve clients of 2024-06-10, which fetch one and send it back.
    """
    raw = shake_256(voice_id.encode()).digest(2 * EMBEDDING_LENGTH)
    numbers: tuple[int, ...] = struct.unpack(f"<{EMBEDDING_LENGTH}h", raw)
    return [round(number / 32768, 6) for number in numbers]


def nearest_voice(embedding: Sequence[float], voices: Sequence[StoredVoice]) -> StoredVoice:
    """Choose the voice whose made-up embedding is nearest (Euclid); of equal ones the first."""
    return min(voices, key=lambda voice: math.dist(embedding, embedding_of(voice.id)))


def find_voice(store: Store, voice_id: str, version: str) -> StoredVoice:
    """Find the voice that a request body names.

    Raises:
        Refused: 400 `voice_not_found` (the documented example); from 2026-03-01 on 404 if it is not even a UUID.
    """
    voice = store.voice(voice_id)
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
        voice = nearest_voice(_read_embedding(fields), store.voices())
    else:
        voice = find_voice(store, fields.text("id"), version)
    controls = fields.inner("__experimental_controls")
    if controls is None:
        return Speaker(voice)
    return Speaker(voice, _read_speed(controls), _read_emotion(controls))


def _read_embedding(fields: Fields) -> list[float]:
    items = fields.items("embedding")
    if items is None:
        fields.text("embedding")
    numbers = [float(item) for item in items or () if isinstance(item, (int, float)) and not isinstance(item, bool)]
    if len(numbers) != EMBEDDING_LENGTH or len(numbers) != len(items or ()):
        raise fields.misfit("embedding", f"an array of {EMBEDDING_LENGTH} numbers")
    return numbers


def _read_speed(fields: Fields) -> float | None:
    value = fields.value("speed")
    if isinstance(value, str):
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
        return {**shown, "user_id": None, "is_public": True, "embedding": embedding_of(voice.id)}
    shown["is_owner"] = voice.is_owner
    if version == V2024_11_13:
        if "embedding" in expand:
            shown["embedding"] = embedding_of(voice.id)
    else:
        shown.update(_later_fields(voice, version))
    if "is_starred" in expand:
        shown["is_starred"] = False
    if "preview_file_url" in expand:
        shown["preview_file_url"] = f"{base_url}/voices/{voice.id}/preview"
    return shown


def _later_fields(voice: StoredVoice, version: str) -> dict[str, JsonValue]:
    fields: dict[str, JsonValue] = {"gender": voice.gender}
    if version < V2026_08_14:
        fields["is_public"] = not voice.is_owner
    else:
        fields.update(tagline=voice.tagline, access="public", visibility="all")
    if version >= V2025_11_04:
        fields.update(locales=[{"locale": voice.locale, "is_native": True}], country=voice.country, accent=None)
    return fields
