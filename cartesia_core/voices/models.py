"""Voices as answers tell them, and what mixing takes.

Source: schemas `Voice`, `VoiceMetadata`, `EmbeddingResponse`, `MixVoice` and their dated variants. The shape of a voice
differs between API versions; each class holds all of them, with None for what a version does not tell.
"""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

from attrs import field, frozen

from cartesia_core import versions as v
from cartesia_core._json import Extra, JsonObject, no_fields
from cartesia_core.decoders import Shaped, lacking
from cartesia_core.embeddings import as_embedding
from cartesia_core.languages import SupportedLanguage, VoiceAccent
from cartesia_core.parameters import check_range, check_text

GenderPresentation: TypeAlias = Literal["masculine", "feminine", "gender_neutral"]
"""How a voice presents."""
Gender: TypeAlias = Literal["male", "female"]
"""Gender of the original speaker of a voice to be localized."""
VoiceAccess: TypeAlias = Literal["private", "public"]
VoiceVisibility: TypeAlias = Literal["owner", "all"]
VoiceExpand: TypeAlias = Literal["preview_file_url", "embedding", "is_starred"]
"""`preview_file_url` from 2025-11-04 on; `is_starred` on 2024-11-13 and 2025-04-16; `embedding` on 2024-11-13."""
GENDER_PRESENTATIONS: Final = ("masculine", "feminine", "gender_neutral")
GENDERS: Final = ("male", "female")
TAGLINE_LENGTH: Final = 32

_ALWAYS: Final = ("created_at", "description", "language", "name")
_REQUIRED: Final[dict[str, tuple[str, ...]]] = {
    v.V2024_06_10: (*_ALWAYS, "is_public", "embedding"),
    v.V2024_11_13: (*_ALWAYS, "is_owner"),
    v.V2025_04_16: (*_ALWAYS, "is_owner", "is_public"),
    v.V2025_11_04: (*_ALWAYS, "is_owner", "is_public"),
    v.V2026_03_01: (*_ALWAYS, "is_owner", "is_public"),
    v.V2026_08_14: (*_ALWAYS, "access", "is_owner", "locales", "tagline", "visibility"),
}
_METADATA_OLD: Final = ("user_id", "is_public")
_METADATA_REQUIRED: Final[dict[str, tuple[str, ...]]] = {
    v.V2024_06_10: _METADATA_OLD,
    # `voices.create` gives a whole `Voice` here by one source, which has neither (SDK 2.0.17; schema VoiceMetadata_legacy).
    v.V2024_11_13: (),
    v.V2025_04_16: _METADATA_OLD,
    v.V2025_11_04: _METADATA_OLD,
    v.V2026_03_01: _METADATA_OLD,
    v.V2026_08_14: ("access", "tagline", "user_id", "visibility"),
}


@frozen
class VoiceLocale:
    """A locale that a voice speaks.

    Attributes:
        locale: BCP-47 tag of language and region.
        is_native: Whether the voice was made for it.
        extra: Fields this library does not know.
    """

    locale: str
    is_native: bool
    extra: Extra = field(factory=no_fields, repr=False)


@frozen(kw_only=True)
class Voice(Shaped):
    """A voice to speak with. None stands for what the API version asked for does not tell.

    Attributes:
        id: What `voice=` takes.
        name: Without the tagline.
        description: What it sounds like and is good for.
        language: Language code of the voice.
        created_at: ISO 8601 time.
        tagline: At most 32 characters; empty when unset. From 2026-08-14 on.
        access: `private` or `public`. From 2026-08-14 on.
        visibility: `owner` or `all`. From 2026-08-14 on.
        is_owner: Whether the voice is yours. Not on 2024-06-10.
        is_public: Before 2026-08-14, and not on 2024-11-13.
        is_starred: When expanded, on 2024-11-13 and 2025-04-16.
        locales: Locales it speaks, the native one first. From 2025-11-04 on.
        accent: Accent id (a display name before 2026-08-14).
        country: ISO 3166-1 alpha-2 code; deprecated by the vendor.
        gender: How the voice presents.
        preview_file_url: When expanded; fetching it needs the key, and it is not meant to be stored.
        embedding: 192 numbers; 2024-06-10 always, 2024-11-13 when expanded.
        user_id: On 2024-06-10.
        extra: Fields this library does not know.
    """

    id: str
    name: str
    description: str
    language: SupportedLanguage | str
    created_at: str
    tagline: str | None = None
    access: VoiceAccess | str | None = None
    visibility: VoiceVisibility | str | None = None
    is_owner: bool | None = None
    is_public: bool | None = None
    is_starred: bool | None = None
    locales: tuple[VoiceLocale, ...] | None = None
    accent: VoiceAccent | str | None = None
    country: str | None = None
    gender: GenderPresentation | str | None = None
    preview_file_url: str | None = field(default=None, repr=False)
    embedding: tuple[float, ...] | None = field(default=None, repr=False)
    user_id: str | None = None
    extra: Extra = field(factory=no_fields, repr=False)

    def missing(self, version: str) -> tuple[str, ...]:
        """Give the fields that answers of this API version always have and that this one lacks."""
        return lacking(self, _REQUIRED.get(version, _REQUIRED[v.NEWEST]))


@frozen(kw_only=True)
class VoiceMetadata(Shaped):
    """A voice that was just made, by cloning, localizing or from an embedding.

    Attributes:
        id: What `voice=` takes.
        name: Without the tagline.
        description: What it sounds like and is good for.
        language: Language code of the voice.
        created_at: ISO 8601 time.
        user_id: Whose it is. One source of 2024-11-13 leaves it out.
        tagline: At most 32 characters; empty when unset. From 2026-08-14 on.
        access: `private` or `public`. From 2026-08-14 on.
        visibility: `owner` or `all`. From 2026-08-14 on.
        is_public: Before 2026-08-14.
        extra: Fields this library does not know.
    """

    id: str
    name: str
    description: str
    language: SupportedLanguage | str
    created_at: str
    user_id: str | None = None
    tagline: str | None = None
    access: VoiceAccess | str | None = None
    visibility: VoiceVisibility | str | None = None
    is_public: bool | None = None
    extra: Extra = field(factory=no_fields, repr=False)

    def missing(self, version: str) -> tuple[str, ...]:
        """Give the fields that answers of this API version always have and that this one lacks."""
        return lacking(self, _METADATA_REQUIRED.get(version, _METADATA_REQUIRED[v.NEWEST]))


@frozen
class Embedding:
    """A voice as numbers: the answer of `mix` and of the oldest ways to clone and localize.

    Attributes:
        embedding: 192 numbers; what `voices.create` takes.
        extra: Fields this library does not know.
    """

    embedding: tuple[float, ...] = field(repr=False)
    extra: Extra = field(factory=no_fields, repr=False)


@frozen
class MixVoiceById:
    """A voice by its id, as an ingredient of `mix`.

    Attributes:
        id: Id of the voice.
        weight: Its share; the server scales the weights when they do not add up to 1.
    """

    id: str
    weight: float

    def __attrs_post_init__(self) -> None:
        check_text("id", self.id)
        check_range("weight", self.weight, -1e38, 1e38)

    def wire(self) -> JsonObject:
        """Give the JSON object."""
        return {"id": self.id, "weight": self.weight}


@frozen
class MixVoiceByEmbedding:
    """A voice as numbers, as an ingredient of `mix`.

    Attributes:
        embedding: 192 numbers.
        weight: Its share; the server scales the weights when they do not add up to 1.
    """

    embedding: tuple[float, ...] = field(converter=as_embedding, repr=False)
    weight: float

    def __attrs_post_init__(self) -> None:
        check_range("weight", self.weight, -1e38, 1e38)

    def wire(self) -> JsonObject:
        """Give the JSON object."""
        return {"embedding": list(self.embedding), "weight": self.weight}


MixVoice: TypeAlias = MixVoiceById | MixVoiceByEmbedding
