"""Audio that fills a gap between two others, described and not sent.

Source: `infill.bytes` and its legacy form in the endpoint catalogue.
"""

from __future__ import annotations

from collections.abc import Mapping

from cartesia_core import versions as v
from cartesia_core.audio import OutputFormat
from cartesia_core.decoders import Identified
from cartesia_core.errors import InvalidArgument
from cartesia_core.files import FileLike, Progress, as_upload
from cartesia_core.http import FormBody, FormValue, Request, StreamRequest
from cartesia_core.parameters import check_text
from cartesia_core.transcript import check_transcript
from cartesia_core.tts.answers import Audio, AudioOf, audio_pieces
from cartesia_core.tts.endpoints import UNCOMPRESSED
from cartesia_core.tts.models import LegacyControls
from cartesia_core.unset import UNSET, Unset


def infill(
    *,
    model_id: str,
    language: str,
    transcript: str,
    voice_id: str | Identified,
    output_format: OutputFormat,
    left_audio: FileLike | None = None,
    right_audio: FileLike | None = None,
    controls: LegacyControls | Unset = UNSET,
    progress: Progress | None = None,
) -> Request[Audio]:
    """Describe speaking a text so that it fits between two pieces of audio; the answer holds the new part only.

    It costs 300 credits and one for each character.

    Args:
        model_id: For example `sonic-3`. An open set.
        language: Language code of the transcript, e.g. `en`.
        transcript: The text to put in.
        voice_id: Id of the voice that speaks in the audio, or a `Voice`.
        output_format: Container, encoding and sample rate of the answer.
        left_audio: The audio before the gap: bytes, a path, an open binary file, or `(name, content, type)`.
        right_audio: The audio behind the gap. At least one of both is needed.
        controls: Experimental controls; pin the request to 2024-11-13, the last version that knows them.
        progress: Is told the bytes sent, and those in all.

    Raises:
        InvalidArgument: A value can be seen to be wrong, or both audios are missing; nothing is sent.
    """
    body, version = _form(
        {"model_id": model_id, "language": language, "transcript": transcript, "voice_id": _id(voice_id)},
        output_format,
        {"left_audio": left_audio, "right_audio": right_audio},
        controls,
        progress,
    )
    return Request(
        method="POST",
        path="/infill/bytes",
        body=body,
        accept="audio/wav",  # for every container, as the official SDK does; the body follows output_format
        headers=UNCOMPRESSED,
        version=version,
        decode=AudioOf(output_format),
    )


def infill_stream(
    *,
    model_id: str,
    language: str,
    transcript: str,
    voice_id: str | Identified,
    output_format: OutputFormat,
    left_audio: FileLike | None = None,
    right_audio: FileLike | None = None,
    controls: LegacyControls | Unset = UNSET,
    progress: Progress | None = None,
) -> StreamRequest[bytes]:
    """Describe filling a gap with audio that is handed on while it arrives: the same call as `infill`.

    Args:
        model_id: For example `sonic-3`. An open set.
        language: Language code of the transcript, e.g. `en`.
        transcript: The text to put in.
        voice_id: Id of the voice that speaks in the audio, or a `Voice`.
        output_format: Container, encoding and sample rate. A streamed WAV has placeholder sizes in its header.
        left_audio: The audio before the gap: bytes, a path, an open binary file, or `(name, content, type)`.
        right_audio: The audio behind the gap. At least one of both is needed.
        controls: Experimental controls; pin the request to 2024-11-13, the last version that knows them.
        progress: Is told the bytes sent, and those in all.

    Raises:
        InvalidArgument: A value can be seen to be wrong, or both audios are missing; nothing is sent.
    """
    body, version = _form(
        {"model_id": model_id, "language": language, "transcript": transcript, "voice_id": _id(voice_id)},
        output_format,
        {"left_audio": left_audio, "right_audio": right_audio},
        controls,
        progress,
    )
    return StreamRequest(
        method="POST",
        path="/infill/bytes",
        body=body,
        accept="audio/wav",
        headers=UNCOMPRESSED,
        version=version,
        decoder=audio_pieces,
    )


def _id(voice: str | Identified) -> str:
    return voice if isinstance(voice, str) else voice.id


def _form(
    texts: Mapping[str, str],
    output_format: OutputFormat,
    audio: Mapping[str, FileLike | None],
    controls: LegacyControls | Unset,
    progress: Progress | None,
) -> tuple[FormBody, str | None]:
    """Check what can be checked here; give the form and the API version that it needs."""
    for name, text in texts.items():
        check_text(name, text)
    check_transcript(texts["transcript"])
    values: dict[str, FormValue] = {**texts, "output_format": output_format.wire()}
    values.update((name, as_upload(name, file)) for name, file in audio.items() if file is not None)
    if not values.keys() & audio.keys():
        raise InvalidArgument("give left_audio, right_audio or both: the audio that the new part must fit to")
    if controls is UNSET:
        return FormBody(values, progress), None
    values["voice"] = {"__experimental_controls": controls.wire()}
    return FormBody(values, progress), v.V2024_11_13
