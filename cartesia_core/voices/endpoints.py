"""Calls about voices, described and not sent.

Source: `voices.*` of the endpoint catalogue.
"""

from __future__ import annotations

from collections.abc import Sequence

from cartesia_core.decoders import JsonAs, Nothing, PageOf
from cartesia_core.errors import InvalidArgument
from cartesia_core.http import JsonBody, Page, Request, RetryKind
from cartesia_core.languages import (
    DIALECTS,
    AttachVoiceAccent,
    LocalizeDialect,
    LocalizeTargetLanguage,
    VoiceAccent,
    VoiceAccentDisplayName,
)
from cartesia_core.parameters import (
    body_of,
    check_count,
    check_length,
    check_one_of,
    check_text,
    paging,
    query_of,
)
from cartesia_core.unset import UNSET, Unset
from cartesia_core.url import quote_id
from cartesia_core.voices.models import (
    GENDER_PRESENTATIONS,
    GENDERS,
    TAGLINE_LENGTH,
    Gender,
    GenderPresentation,
    Voice,
    VoiceExpand,
    VoiceMetadata,
)


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
        InvalidArgument: `limit` out of range, both cursors given, or an unknown gender.
    """
    check_one_of("gender", gender, GENDER_PRESENTATIONS)
    query = query_of(
        {
            **paging(limit, starting_after, ending_before),
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


def update(
    voice_id: str,
    /,
    *,
    name: str | Unset = UNSET,
    description: str | Unset = UNSET,
    gender: GenderPresentation | None | Unset = UNSET,
    accent: VoiceAccent | VoiceAccentDisplayName | str | None | Unset = UNSET,
) -> Request[Voice]:
    """Describe changing a voice of yours. What is not given stays as it is.

    Args:
        voice_id: Id of the voice.
        name: New name. Up to 2025-04-16, name and description must both be given.
        description: New description.
        gender: How the voice presents; None resets it to the default. From 2025-04-16 on.
        accent: Accent id (a display name before 2026-08-14); None resets it. From 2025-11-04 on.

    Raises:
        InvalidArgument: The id is none, or `gender` is not one of the three.
    """
    check_one_of("gender", gender, GENDER_PRESENTATIONS)
    return Request(
        method="PATCH",
        path=f"/voices/{quote_id(voice_id)}",
        body=JsonBody(body_of({"name": name, "description": description, "gender": gender, "accent": accent})),
        retry=RetryKind.UPDATE,
        decode=JsonAs(Voice),
    )


def delete(voice_id: str, /) -> Request[None]:
    """Describe deleting a voice of yours. Sending it raises `NotFoundError` if there is none.

    Args:
        voice_id: Id of the voice.
    """
    return Request(method="DELETE", path=f"/voices/{quote_id(voice_id)}", accept="*/*", decode=Nothing())


def localize(
    *,
    voice_id: str,
    name: str,
    accent: VoiceAccent | str,
    description: str | Unset = UNSET,
    tagline: str | Unset = UNSET,
    language: LocalizeTargetLanguage | str | Unset = UNSET,
    dialect: LocalizeDialect | None | Unset = UNSET,
    original_speaker_gender: Gender | Unset = UNSET,
) -> Request[VoiceMetadata]:
    """Describe making a new voice that speaks as another does, with another accent. From 2026-08-14 on.

    `voices.legacy.localize` is the form of the versions before, `voices.legacy.localize_embedding` that of 2024-06-10.

    Args:
        voice_id: Id of the voice to start from; no professional clone.
        name: Name of the new voice.
        accent: Accent id; one that `accents.list` calls localizable.
        description: Of the new voice.
        tagline: Of the new voice; at most 32 characters.
        language: Language to speak; left from older versions, where it was the target.
        dialect: Dialect of the language; left from older versions.
        original_speaker_gender: Of the voice to start from; left from older versions.

    Raises:
        InvalidArgument: The tagline is too long, the gender unknown, or the dialect none of the language's.
    """
    check_text("voice_id", voice_id)
    check_text("accent", accent)
    check_length("tagline", tagline, TAGLINE_LENGTH)
    check_localizing(language, dialect, original_speaker_gender)
    values = {
        "voice_id": voice_id,
        "name": name,
        "accent": accent,
        "description": description,
        "tagline": tagline,
        "language": language,
        "dialect": dialect,
        "original_speaker_gender": original_speaker_gender,
    }
    return Request(method="POST", path="/voices/localize", body=JsonBody(body_of(values)), decode=JsonAs(VoiceMetadata))


def check_localizing(language: str | Unset, dialect: str | None | Unset, gender: str | Unset) -> None:
    """Refuse what no version of `localize` takes.

    Raises:
        InvalidArgument: The gender is unknown, or the dialect none of the language's.
    """
    check_one_of("original_speaker_gender", gender, GENDERS)
    if isinstance(language, str) and isinstance(dialect, str) and language not in DIALECTS:
        raise InvalidArgument(f"language {language!r} has no dialects, only {', '.join(DIALECTS)} have")
    languages = (language,) if isinstance(language, str) and language in DIALECTS else DIALECTS
    check_one_of("dialect", dialect, [known for each in languages for known in DIALECTS[each]])


def add_accents(voice_id: str, /, *, accents: Sequence[AttachVoiceAccent | str]) -> Request[Voice]:
    """Describe teaching a voice of yours further accents; instant clones only. From 2026-08-14 on.

    Args:
        voice_id: Id of the voice.
        accents: 1 to 9 accent ids; a voice holds 10 at most, its native one included.

    Raises:
        InvalidArgument: The id is none, or there are no accents or more than 9.
    """
    check_count("accents", accents, 1, 9)
    return Request(
        method="PATCH",
        path=f"/voices/{quote_id(voice_id)}/accents",
        body=JsonBody({"accents": [*accents]}),
        decode=JsonAs(Voice),
    )


def delete_accent(accent_id: str, /, *, voice_id: str) -> Request[Voice]:
    """Describe taking an accent from a voice of yours. From 2026-08-14 on.

    Args:
        accent_id: Id of the accent.
        voice_id: Id of the voice.
    """
    return Request(
        method="DELETE",
        path=f"/voices/{quote_id(voice_id)}/accents/{quote_id(accent_id)}",
        decode=JsonAs(Voice),
    )
