"""What text-to-speech calls take: voices, generation settings and the older forms of both.

Source: schemas `VoiceSpecifier`, `LegacyVoiceSpecifier`, `GenerationConfig`; protocol notes, sections 8 and 11.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, Literal, TypeAlias

from attrs import field, frozen

from cartesia_core import versions as v
from cartesia_core._json import JsonValue
from cartesia_core.audio import RawFormat
from cartesia_core.decoders import Identified
from cartesia_core.embeddings import as_embedding
from cartesia_core.errors import InvalidArgument
from cartesia_core.http import Versioned
from cartesia_core.parameters import check_one_of, check_range, check_text

ModelSpeed: TypeAlias = Literal["slow", "normal", "fast"]
LegacySpeed: TypeAlias = Literal["slowest", "slow", "normal", "fast", "fastest"]
MODEL_SPEEDS: Final = ("slow", "normal", "fast")
_LEGACY_SPEEDS: Final = ("slowest", "slow", "normal", "fast", "fastest")
_LEGACY_EMOTIONS: Final = ("anger", "positivity", "surprise", "sadness", "curiosity")
_LEGACY_LEVELS: Final = ("lowest", "low", "high", "highest")


@frozen(kw_only=True)
class GenerationConfig(Versioned):
    """How to speak; sonic-3 and newer obey it, older models ignore it.

    Attributes:
        speed: Factor on the pace, 0.6 to 1.5; the server's default is 1.0.
        volume: Factor on the loudness, 0.5 to 2.0; the server's default is 1.0.
        emotion: One of the vendor's emotions, e.g. `calm`. An open set.
    """

    speed: float | None = None
    volume: float | None = None
    emotion: str | None = None

    def __attrs_post_init__(self) -> None:
        check_range("speed", self.speed, 0.6, 1.5)
        check_range("volume", self.volume, 0.5, 2.0)
        if self.emotion is not None:
            check_text("emotion", self.emotion)

    def wire(self, version: str) -> JsonValue:  # noqa: ARG002 - the same in every version so far
        """Give the JSON object; what is None is left out."""
        given = {"speed": self.speed, "volume": self.volume, "emotion": self.emotion}
        return {name: value for name, value in given.items() if value is not None}


def _as_tags(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(values)


@frozen(kw_only=True)
class LegacyControls:
    """The `__experimental_controls` of versions up to 2024-11-13; `GenerationConfig` replaced them.

    Attributes:
        speed: -1.0 (slowest) to 1.0 (fastest), 0 is normal; or a name.
        emotion: Tags such as `anger` or `positivity:high`.
    """

    speed: float | LegacySpeed | None = None
    emotion: tuple[str, ...] = field(default=(), converter=_as_tags)

    def __attrs_post_init__(self) -> None:
        if isinstance(self.speed, str):
            check_one_of("speed", self.speed, _LEGACY_SPEEDS)
        else:
            check_range("speed", self.speed, -1.0, 1.0)
        for tag in self.emotion:
            name, _, level = tag.partition(":")
            check_one_of("emotion", name, _LEGACY_EMOTIONS)
            check_one_of("emotion level", level or None, _LEGACY_LEVELS)

    def wire(self) -> dict[str, JsonValue]:
        """Give the JSON object."""
        given: dict[str, JsonValue] = {"speed": self.speed} if self.speed is not None else {}
        return {**given, "emotion": list(self.emotion)} if self.emotion else given


@frozen
class VoiceById(Versioned):
    """A voice by its id: what a plain string as `voice=` becomes.

    Attributes:
        id: Id of the voice.
        controls: Experimental controls; they pin the request to 2024-11-13 or older.
    """

    id: str
    controls: LegacyControls | None = None

    def __attrs_post_init__(self) -> None:
        check_text("voice", self.id)

    def wire(self, version: str) -> JsonValue:
        """Give a string from 2026-08-14 on, `{mode, id}` before.

        Raises:
            InvalidArgument: Controls on a version that does not know them.
        """
        if self.controls is not None:
            _only_legacy("voice controls", version)
            return {"mode": "id", "id": self.id, "__experimental_controls": self.controls.wire()}
        return self.id if version >= v.V2026_08_14 else {"mode": "id", "id": self.id}


@frozen
class VoiceByEmbedding(Versioned):
    """A voice as 192 numbers; pins the request to 2024-11-13 or older.

    The vendor names June 1 2026 as the end of embeddings, so the service may refuse them on any version by now
    (protocol notes, section 11).

    Attributes:
        embedding: 192 numbers.
        controls: Experimental controls.
    """

    embedding: tuple[float, ...] = field(converter=as_embedding, repr=False)
    controls: LegacyControls | None = None

    def wire(self, version: str) -> JsonValue:
        """Give `{mode, embedding}`.

        Raises:
            InvalidArgument: The version is newer than 2024-11-13.
        """
        _only_legacy("voice embeddings", version)
        wire: dict[str, JsonValue] = {"mode": "embedding", "embedding": list(self.embedding)}
        return {**wire, "__experimental_controls": self.controls.wire()} if self.controls else wire


def _only_legacy(what: str, version: str) -> None:
    if version > v.V2024_11_13:
        raise InvalidArgument(f"{what} exist up to API version {v.V2024_11_13} only, not on {version}")


VoiceSpecifier: TypeAlias = str | VoiceById | VoiceByEmbedding | Identified
"""An id, a `Voice` (or anything with an `id`), or one of the older forms."""


def as_voice(voice: VoiceSpecifier) -> VoiceById | VoiceByEmbedding:
    """Give the voice as a parameter.

    Raises:
        InvalidArgument: The id is empty.
    """
    if isinstance(voice, (VoiceById, VoiceByEmbedding)):
        return voice
    return VoiceById(voice if isinstance(voice, str) else voice.id)


def newest_for(voice: VoiceById | VoiceByEmbedding) -> str | None:
    """Give the newest API version that knows this form of a voice; None if all do."""
    is_legacy = isinstance(voice, VoiceByEmbedding) or voice.controls is not None
    return v.V2024_11_13 if is_legacy else None


def check_raw(output_format: object) -> None:
    """Refuse containers where the API has bare samples only: event streams and sockets.

    Raises:
        InvalidArgument: It is not a `RawFormat`.
    """
    if not isinstance(output_format, RawFormat):
        raise InvalidArgument(f"{output_format!r} cannot be used here: event streams and sockets carry RawFormat only")


def check_options(values: Mapping[str, object]) -> None:
    """Refuse what is wrong with the options that all text-to-speech calls share.

    Raises:
        InvalidArgument: No model, `language` beside `locale`, or an unknown `speed`.
    """
    model_id = values.get("model_id")
    check_text("model_id", model_id if isinstance(model_id, str) else "")
    if isinstance(values.get("language"), str) and isinstance(values.get("locale"), str):
        raise InvalidArgument("give language or locale, not both")
    check_one_of("speed", values.get("speed"), MODEL_SPEEDS)
