"""The voice changer: the same words in another voice, described and not sent.

Its answers are those of text to speech, and so are its decoders.

Source: `voice_changer.bytes` and `voice_changer.sse` of the endpoint catalogue; protocol notes, section 7.
"""

from __future__ import annotations

from cartesia_core.audio import OutputFormat
from cartesia_core.decoders import Identified
from cartesia_core.files import FileLike, Progress, as_upload
from cartesia_core.http import FormBody, Request, StreamRequest
from cartesia_core.parameters import check_text
from cartesia_core.tts.answers import Audio, AudioOf, SseEvent, audio_pieces, tts_sse
from cartesia_core.tts.endpoints import UNCOMPRESSED

__all__ = ["generate", "generate_sse", "stream"]


def generate(
    *, clip: FileLike, voice_id: str | Identified, output_format: OutputFormat, progress: Progress | None = None
) -> Request[Audio]:
    """Describe having a recording spoken by another voice, as a whole piece of audio.

    It costs 15 credits for each second of the clip.

    Args:
        clip: The recording: bytes, a path, an open binary file, or `(name, content, type)`.
        voice_id: Id of the new voice, or a `Voice`.
        output_format: Container, encoding and sample rate of the answer.
        progress: Is told the bytes sent, and those in all.

    Raises:
        InvalidArgument: A value can be seen to be wrong; nothing is sent.
    """
    return Request(
        method="POST",
        path="/voice-changer/bytes",
        body=_form(clip, voice_id, output_format, progress),
        accept="audio/wav",  # for every container, as the official SDK does; the body follows output_format
        headers=UNCOMPRESSED,
        decode=AudioOf(output_format),
    )


def stream(
    *, clip: FileLike, voice_id: str | Identified, output_format: OutputFormat, progress: Progress | None = None
) -> StreamRequest[bytes]:
    """Describe changing a voice with the audio handed on while it arrives: the same call as `generate`.

    Args:
        clip: The recording: bytes, a path, an open binary file, or `(name, content, type)`.
        voice_id: Id of the new voice, or a `Voice`.
        output_format: Container, encoding and sample rate. A streamed WAV has placeholder sizes in its header.
        progress: Is told the bytes sent, and those in all.

    Raises:
        InvalidArgument: A value can be seen to be wrong; nothing is sent.
    """
    return StreamRequest(
        method="POST",
        path="/voice-changer/bytes",
        body=_form(clip, voice_id, output_format, progress),
        accept="audio/wav",
        headers=UNCOMPRESSED,
        decoder=audio_pieces,
    )


def generate_sse(
    *, clip: FileLike, voice_id: str | Identified, output_format: OutputFormat, progress: Progress | None = None
) -> StreamRequest[SseEvent]:
    """Describe changing a voice with the audio as a stream of `AudioChunk` events.

    The chunks tell their sample rate. They and the end have no `type` on the newest versions, and one on older ones;
    both are read.

    Args:
        clip: The recording: bytes, a path, an open binary file, or `(name, content, type)`.
        voice_id: Id of the new voice, or a `Voice`.
        output_format: Container, encoding and sample rate of the audio in the events.
        progress: Is told the bytes sent, and those in all.

    Raises:
        InvalidArgument: A value can be seen to be wrong; nothing is sent.
    """
    return StreamRequest(
        method="POST",
        path="/voice-changer/sse",
        body=_form(clip, voice_id, output_format, progress),
        accept="text/event-stream",
        decoder=tts_sse,
    )


def _form(
    clip: FileLike, voice_id: str | Identified, output_format: OutputFormat, progress: Progress | None
) -> FormBody:
    voice = voice_id if isinstance(voice_id, str) else voice_id.id
    check_text("voice_id", voice)
    return FormBody(
        {"voice": {"id": voice}, "output_format": output_format.wire(), "clip": as_upload("clip", clip)}, progress
    )
