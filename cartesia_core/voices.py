"""Voices: the list and single ones.

Source: `voices.list`, `voices.get` of the endpoint catalogue. The shape of a voice differs between API versions;
`Voice` holds all of them, with None for what a version does not tell.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal, TypeAlias

from attrs import field, frozen

from cartesia_core import versions as v
from cartesia_core._json import Extra, no_fields
from cartesia_core.decoders import JsonAs, PageOf, Shaped
from cartesia_core.http import Page, Request, RetryKind
from cartesia_core.parameters import check_cursors, check_one_of, check_range, query_of
from cartesia_core.url import quote_id

GenderPresentation: TypeAlias = Literal["masculine", "feminine", "gender_neutral"]
VoiceExpand: TypeAlias = Literal["preview_file_url", "embedding", "is_starred"]
"""`preview_file_url` from 2025-11-04 on; `is_starred` on 2024-11-13 and 2025-04-16; `embedding` on 2024-11-13."""

_ALWAYS: Final = ("created_at", "description", "language", "name")
_REQUIRED: Final[dict[str, tuple[str, ...]]] = {
    v.V2024_06_10: (*_ALWAYS, "is_public", "embedding"),
    v.V2024_11_13: (*_ALWAYS, "is_owner"),
    v.V2025_04_16: (*_ALWAYS, "is_owner", "is_public"),
    v.V2025_11_04: (*_ALWAYS, "is_owner", "is_public"),
    v.V2026_03_01: (*_ALWAYS, "is_owner", "is_public"),
    v.V2026_08_14: (*_ALWAYS, "access", "is_owner", "locales", "tagline", "visibility"),
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
    language: str
    created_at: str
    tagline: str | None = None
    access: Literal["private", "public"] | str | None = None
    visibility: Literal["owner", "all"] | str | None = None
    is_owner: bool | None = None
    is_public: bool | None = None
    is_starred: bool | None = None
    locales: tuple[VoiceLocale, ...] | None = None
    accent: str | None = None
    country: str | None = None
    gender: GenderPresentation | str | None = None
    preview_file_url: str | None = field(default=None, repr=False)
    embedding: tuple[float, ...] | None = field(default=None, repr=False)
    user_id: str | None = None
    extra: Extra = field(factory=no_fields, repr=False)

    def missing(self, version: str) -> tuple[str, ...]:
        """Give the fields that answers of this API version always have and that this one lacks."""
        required = _REQUIRED.get(version, _REQUIRED[v.NEWEST])
        return tuple(name for name in required if getattr(self, name) is None)


def list(  # noqa: A001 - the wire's own word, always used as `voices.list`
    *,
    limit: int | None = None,
    starting_after: str | None = None,
    ending_before: str | None = None,
    q: str | None = None,
    is_owner: bool | None = None,
    is_starred: bool | None = None,
    gender: GenderPresentation | None = None,
    language: str | None = None,
    expand: Sequence[VoiceExpand] = (),
) -> Request[Page[Voice]]:
    """Describe fetching voices, a page at a time.

    Args:
        limit: Voices a page, 1 to 100; the server's default is 10.
        starting_after: Id of the voice before the page.
        ending_before: Id of the voice after the page; pages then go backwards.
        q: Text to find in name, description or id. From 2025-11-04 on.
        is_owner: Only your own voices, or only others'.
        is_starred: Only starred voices. On 2024-11-13 and 2025-04-16.
        gender: Only voices presenting so.
        language: Only voices of a language. In the OpenAPI file of 2025-11-04, in no official SDK.
        expand: Further fields to fill.

    Raises:
        InvalidArgument: `limit` out of range, or both cursors given.
    """
    check_range("limit", limit, 1, 100)
    check_one_of("gender", gender, ("masculine", "feminine", "gender_neutral"))
    check_cursors(starting_after, ending_before)
    query = query_of(
        {
            "limit": limit,
            "starting_after": starting_after,
            "ending_before": ending_before,
            "q": q,
            "is_owner": is_owner,
            "is_starred": is_starred,
            "gender": gender,
            "language": language,
            "expand[]": expand,
        }
    )
    return PageOf(Voice, "/voices", query).request()


def get(voice_id: str, /, *, expand: Sequence[VoiceExpand] = ()) -> Request[Voice]:
    """Describe fetching one voice. Sending it raises `NotFoundError` if there is none.

    Args:
        voice_id: Id of the voice.
        expand: Further fields to fill.
    """
    return Request(
        method="GET",
        path=f"/voices/{quote_id(voice_id)}",
        query=query_of({"expand[]": expand}),
        retry=RetryKind.READ,
        decode=JsonAs(Voice),
    )
