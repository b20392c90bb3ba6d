"""Cloning voices from recordings: descriptions of the calls, not sent.

Source: `voices.clone` with its older forms, and `voices.clone_clip`, of the endpoint catalogue.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from cartesia_core import versions as v
from cartesia_core.decoders import Identified, JsonAs
from cartesia_core.errors import InvalidArgument
from cartesia_core.files import FileLike, Progress, as_upload
from cartesia_core.http import BodyValue, FormBody, Request
from cartesia_core.parameters import body_of, check_one_of, check_text
from cartesia_core.unset import UNSET, Unset
from cartesia_core.voices.models import Embedding, VoiceMetadata

__all__ = ["CloneMode", "clone", "clone_clip"]

CloneMode: TypeAlias = Literal["similarity", "stability"]


def clone(
    *,
    clip: FileLike,
    name: str,
    language: str,
    description: str | None | Unset = UNSET,
    base_voice_id: str | Identified | None | Unset = UNSET,
    accent: str | None | Unset = UNSET,
    enhance: bool | None | Unset = UNSET,
    mode: CloneMode | Unset = UNSET,
    transcript: str | None | Unset = UNSET,
    progress: Progress | None = None,
) -> Request[VoiceMetadata]:
    """Describe making a voice from a recording of one.

    It is not repeated when the server may have got it, because that would make a second voice.

    Args:
        clip: About 5 seconds of speech: bytes, a path, an open binary file, or `(name, content, type)`. With `mode`
            `stability`, 10 to 20 seconds.
        name: What to call the voice.
        language: Language code of the speech, e.g. `en`.
        description: What it sounds like and is good for.
        base_voice_id: Id of a voice to derive it from, or a `Voice`.
        accent: Id of an accent (before 2026-08-14 its display name).
        enhance: Clean the recording up. Pins the request to 2025-04-16, the last version that knows it; newer ones
            decide by themselves.
        mode: Prefer likeness or steadiness. Pins the request to 2024-11-13, the last version that knows it; newer
            ones have one way to clone.
        transcript: What is said in the clip, for `similarity`. Pins the request to 2024-11-13 too.
        progress: Is told the bytes sent, and those in all.

    Raises:
        InvalidArgument: A value can be seen to be wrong, or values belong to different versions; nothing is sent.
    """
    for label, text in (("name", name), ("language", language)):
        check_text(label, text)
    check_one_of("mode", mode, ("similarity", "stability"))
    version = _version(accent=accent, enhance=enhance, mode=mode, transcript=transcript)
    fields: dict[str, BodyValue | Unset] = {
        "name": name,
        "language": language,
        "description": description,
        "base_voice_id": _id(base_voice_id),
        "accent": accent,
        "enhance": enhance,
        "mode": mode,
        "transcript": transcript,
    }
    body = FormBody({**body_of(fields), "clip": as_upload("clip", clip)}, progress)
    return Request(method="POST", path="/voices/clone", body=body, version=version, decode=JsonAs(VoiceMetadata))


def _id(voice: str | Identified | None | Unset) -> str | None | Unset:
    return voice if voice is None or voice is UNSET or isinstance(voice, str) else voice.id


def _version(
    *,
    accent: str | None | Unset,
    enhance: bool | None | Unset,
    mode: CloneMode | Unset,
    transcript: str | None | Unset,
) -> str | None:
    """Give the newest API version that knows all that was given."""
    if mode is UNSET and transcript is UNSET and enhance is UNSET:
        return None
    if accent is not UNSET:
        raise InvalidArgument("accent came when mode, transcript and enhance had gone; give one or the other")
    if transcript is not UNSET and mode != "similarity":
        raise InvalidArgument("transcript is for mode 'similarity'")
    return v.V2025_04_16 if mode is UNSET else v.V2024_11_13


def clone_clip(
    *, clip: FileLike, enhance: bool = True, mode: str | Unset = UNSET, progress: Progress | None = None
) -> Request[Embedding]:
    """Describe turning a recording into the numbers of a voice, on 2024-06-10; nothing is kept at the vendor's.

    `clone` replaced it, which makes a voice with an id. The vendor names June 1 2026 as the end of embeddings, so the
    service may refuse this by now.

    Args:
        clip: The recording: bytes, a path, an open binary file, or `(name, content, type)`.
        enhance: Clean the recording up.
        mode: The official SDK 1 sent `clip`.
        progress: Is told the bytes sent, and those in all.

    Raises:
        InvalidArgument: The clip is empty or none; nothing is sent.
    """
    body = FormBody({**body_of({"enhance": enhance, "mode": mode}), "clip": as_upload("clip", clip)}, progress)
    return Request(method="POST", path="/voices/clone/clip", body=body, version=v.V2024_06_10, decode=JsonAs(Embedding))
