"""Voices as older API versions had them: each call pins the newest version that has its form.

Source: `voices.*` with an `@` in the endpoint catalogue, and the calls that are gone. The vendor names June 1 2026 as the
end of embeddings, so the service may refuse them on any version by now (protocol notes, section 11).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

from cartesia_core import versions as v
from cartesia_core.decoders import JsonAs, PageOf
from cartesia_core.embeddings import as_embedding
from cartesia_core.http import JsonBody, Page, Request
from cartesia_core.languages import LocalizeDialect, LocalizeTargetLanguage, SupportedLanguage, VoiceAccentDisplayName
from cartesia_core.parameters import body_of, check_count, check_one_of, check_text, paging, query_of
from cartesia_core.unset import UNSET, Unset
from cartesia_core.voices.endpoints import check_localizing
from cartesia_core.voices.models import (
    GENDER_PRESENTATIONS,
    Embedding,
    Gender,
    GenderPresentation,
    MixVoice,
    Voice,
    VoiceMetadata,
)


def list_2024_06_10() -> Request[Page[Voice]]:
    """Describe fetching all voices at once, with their embeddings, as 2024-06-10 does. `voices.list` replaced it."""
    return PageOf(Voice, "/voices").request(v.V2024_06_10)


def list_2024_11_13(
    *,
    limit: int | None = None,
    starting_after: str | None = None,
    ending_before: str | None = None,
    is_owner: bool | None = None,
    is_starred: bool | None = None,
    gender: GenderPresentation | None = None,
    expand: Sequence[Literal["embedding", "is_starred"]] = (),
) -> Request[Page[Voice]]:
    """Describe fetching voices as 2024-11-13 gives them, a page at a time. `voices.list` replaced it.

    Args:
        limit: Voices a page, 1 to 100; the server's default is 10.
        starting_after: Id of the voice before the page.
        ending_before: Id of the voice after the page; pages then go backwards.
        is_owner: Only your own voices, or only others'.
        is_starred: Only starred voices, or only others.
        gender: Only voices presenting so.
        expand: Further fields to fill.

    Raises:
        InvalidArgument: `limit` out of range, both cursors given, or an unknown gender.
    """
    check_one_of("gender", gender, GENDER_PRESENTATIONS)
    filters = {"is_owner": is_owner, "is_starred": is_starred, "gender": gender, "expand[]": expand}
    query = query_of({**paging(limit, starting_after, ending_before), **filters})
    return PageOf(Voice, "/voices/", query).request(v.V2024_11_13)


def list_2025_04_16(
    *,
    limit: int | None = None,
    starting_after: str | None = None,
    ending_before: str | None = None,
    is_owner: bool | None = None,
    is_starred: bool | None = None,
    gender: GenderPresentation | None = None,
    expand: Sequence[Literal["is_starred"]] = (),
) -> Request[Page[Voice]]:
    """Describe fetching voices as 2025-04-16 gives them, a page at a time. `voices.list` replaced it.

    Args:
        limit: Voices a page, 1 to 100; the server's default is 10.
        starting_after: Id of the voice before the page.
        ending_before: Id of the voice after the page; pages then go backwards.
        is_owner: Only your own voices, or only others'.
        is_starred: Only starred voices, or only others.
        gender: Only voices presenting so.
        expand: Further fields to fill.

    Raises:
        InvalidArgument: `limit` out of range, both cursors given, or an unknown gender.
    """
    check_one_of("gender", gender, GENDER_PRESENTATIONS)
    filters = {"is_owner": is_owner, "is_starred": is_starred, "gender": gender, "expand[]": expand}
    query = query_of({**paging(limit, starting_after, ending_before), **filters})
    return PageOf(Voice, "/voices/", query).request(v.V2025_04_16)


def create(
    *,
    name: str,
    description: str,
    embedding: Iterable[float],
    language: SupportedLanguage | str | Unset = UNSET,
    base_voice_id: str | None | Unset = UNSET,
) -> Request[VoiceMetadata]:
    """Describe making a voice from an embedding. Pins 2024-11-13, the last version with embeddings.

    `voices.clone`, which makes a voice from a recording, replaced it.

    Args:
        name: Name of the new voice.
        description: Of the new voice.
        embedding: 192 numbers, from `mix` or a voice of that time.
        language: Language code of the new voice.
        base_voice_id: Id of the voice it is derived from.

    Raises:
        InvalidArgument: The embedding has not 192 finite numbers.
    """
    values = {
        "name": name,
        "description": description,
        "embedding": [*as_embedding(embedding)],
        "language": language,
        "base_voice_id": base_voice_id,
    }
    return Request(
        method="POST",
        path="/voices",
        body=JsonBody(body_of(values)),
        version=v.V2024_11_13,
        decode=JsonAs(VoiceMetadata),
    )


def mix(*, voices: Sequence[MixVoice]) -> Request[Embedding]:
    """Describe mixing voices to an embedding. Pins 2024-11-13, the last version with embeddings; nothing replaced it.

    Args:
        voices: At least one, each with its weight.

    Raises:
        InvalidArgument: There is no voice.
    """
    check_count("voices", voices, 1)
    return Request(
        method="POST",
        path="/voices/mix",
        body=JsonBody({"voices": [voice.wire() for voice in voices]}),
        version=v.V2024_11_13,
        decode=JsonAs(Embedding),
    )


def localize(
    *,
    voice_id: str,
    name: str,
    description: str,
    language: LocalizeTargetLanguage | str,
    original_speaker_gender: Gender,
    dialect: LocalizeDialect | None | Unset = UNSET,
    accent: VoiceAccentDisplayName | str | None | Unset = UNSET,
) -> Request[VoiceMetadata]:
    """Describe making a new voice that speaks as another does, in another language or dialect.

    Pins 2026-03-01, the last version that localizes by language; `voices.localize`, by accent, replaced it.

    Args:
        voice_id: Id of the voice to start from.
        name: Name of the new voice.
        description: Of the new voice.
        language: Language to speak.
        original_speaker_gender: Of the voice to start from.
        dialect: Dialect of the language.
        accent: Display name of an accent, as the official SDK 3.5 sends it.

    Raises:
        InvalidArgument: The gender is unknown, or the dialect none of the language's.
    """
    check_text("voice_id", voice_id)
    check_localizing(language, dialect, original_speaker_gender)
    values = {
        "voice_id": voice_id,
        "name": name,
        "description": description,
        "language": language,
        "original_speaker_gender": original_speaker_gender,
        "dialect": dialect,
        "accent": accent,
    }
    return Request(
        method="POST",
        path="/voices/localize",
        body=JsonBody(body_of(values)),
        version=v.V2026_03_01,
        decode=JsonAs(VoiceMetadata),
    )


def localize_embedding(
    *,
    embedding: Iterable[float],
    language: LocalizeTargetLanguage | str,
    original_speaker_gender: Gender,
    dialect: LocalizeDialect | None | Unset = UNSET,
) -> Request[Embedding]:
    """Describe turning an embedding into one that speaks another language. Pins 2024-06-10; `voices.localize` replaced it.

    Args:
        embedding: 192 numbers.
        language: Language to speak.
        original_speaker_gender: Of the embedding's voice.
        dialect: Dialect of English: `au`, `in`, `so`, `uk` or `us`.

    Raises:
        InvalidArgument: The embedding has not 192 finite numbers, the gender is unknown, or the dialect none of the
            language's.
    """
    check_localizing(language, dialect, original_speaker_gender)
    values = {
        "embedding": [*as_embedding(embedding)],
        "language": language,
        "original_speaker_gender": original_speaker_gender,
        "dialect": dialect,
    }
    return Request(
        method="POST",
        path="/voices/localize",
        body=JsonBody(body_of(values)),
        version=v.V2024_06_10,
        decode=JsonAs(Embedding),
    )
