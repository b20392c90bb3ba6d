"""Text to speech over HTTP: descriptions of the calls, not sent.

Source: `tts.bytes`, `tts.sse` and their legacy forms in the endpoint catalogue.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from cartesia_core import versions as v
from cartesia_core.audio import OutputFormat, RawFormat
from cartesia_core.http import BodyValue, JsonBody, Request, StreamRequest
from cartesia_core.parameters import body_of, check_range
from cartesia_core.transcript import check_transcript
from cartesia_core.tts.answers import Audio, AudioOf, SseEvent, audio_pieces, tts_sse
from cartesia_core.tts.models import (
    GenerationConfig,
    ModelSpeed,
    VoiceSpecifier,
    as_voice,
    check_options,
    check_raw,
    newest_for,
)
from cartesia_core.unset import UNSET, Unset

UNCOMPRESSED: Final = (("Accept-Encoding", "identity"),)
"""Audio gains nothing from gzip, and a gzip body that was cut looks whole: httpx does not look for its end mark."""


def generate(
    *,
    model_id: str,
    transcript: str,
    voice: VoiceSpecifier,
    output_format: OutputFormat,
    language: str | None | Unset = UNSET,
    locale: str | None | Unset = UNSET,
    normalization: str | None | Unset = UNSET,
    generation_config: GenerationConfig | Unset = UNSET,
    pronunciation_dict_id: str | None | Unset = UNSET,
    save: bool | None | Unset = UNSET,
    speed: ModelSpeed | Unset = UNSET,
    duration: float | None | Unset = UNSET,
) -> Request[Audio]:
    """Describe turning a text into a whole piece of audio.

    Args:
        model_id: For example `sonic-3`. An open set.
        transcript: The text; may carry transcript tags such as `<break time="1s"/>`.
        voice: Id of a voice, a `Voice`, or an older form, which pins the request to 2024-11-13.
        output_format: Container, encoding and sample rate.
        language: Language code, e.g. `en`; not together with `locale`.
        locale: BCP-47 tag, e.g. `en-GB`. From 2026-08-14 on.
        normalization: `auto`, `off` or a locale code. From 2026-08-14 on.
        generation_config: Speed, volume and emotion; sonic-3 and newer.
        pronunciation_dict_id: Id of a pronunciation dictionary; sonic-3 and newer. From 2025-04-16 on.
        save: Keep the audio at the vendor's; the answer's `file_id` names it. From 2025-04-16 on.
        speed: Deprecated by the vendor in favour of `generation_config`.
        duration: Limit in seconds; pins the request to 2025-04-16, the last version that knows it.

    Raises:
        InvalidArgument: A value can be seen to be wrong; nothing is sent.
    """
    body, version = _body(
        transcript,
        voice,
        duration,
        {
            "model_id": model_id,
            "transcript": transcript,
            "output_format": output_format.wire(),
            "language": language,
            "locale": locale,
            "normalization": normalization,
            "generation_config": generation_config,
            "pronunciation_dict_id": pronunciation_dict_id,
            "speed": speed,
            "save": save,
        },
    )
    return Request(
        method="POST",
        path="/tts/bytes",
        body=body,
        accept="audio/wav",  # for every container, as the official SDK does; the body follows output_format
        headers=UNCOMPRESSED,
        version=version,
        decode=AudioOf(output_format),
    )


def stream(
    *,
    model_id: str,
    transcript: str,
    voice: VoiceSpecifier,
    output_format: OutputFormat,
    language: str | None | Unset = UNSET,
    locale: str | None | Unset = UNSET,
    normalization: str | None | Unset = UNSET,
    generation_config: GenerationConfig | Unset = UNSET,
    pronunciation_dict_id: str | None | Unset = UNSET,
    save: bool | None | Unset = UNSET,
    speed: ModelSpeed | Unset = UNSET,
    duration: float | None | Unset = UNSET,
) -> StreamRequest[bytes]:
    """Describe turning a text into audio that is handed on while it arrives: the same call as `generate`.

    Args:
        model_id: For example `sonic-3`. An open set.
        transcript: The text; may carry transcript tags such as `<break time="1s"/>`.
        voice: Id of a voice, a `Voice`, or an older form, which pins the request to 2024-11-13.
        output_format: Container, encoding and sample rate. A streamed WAV has placeholder sizes in its header.
        language: Language code, e.g. `en`; not together with `locale`.
        locale: BCP-47 tag, e.g. `en-GB`. From 2026-08-14 on.
        normalization: `auto`, `off` or a locale code. From 2026-08-14 on.
        generation_config: Speed, volume and emotion; sonic-3 and newer.
        pronunciation_dict_id: Id of a pronunciation dictionary; sonic-3 and newer. From 2025-04-16 on.
        save: Keep the audio at the vendor's; the header `Cartesia-File-ID` names it. From 2025-04-16 on.
        speed: Deprecated by the vendor in favour of `generation_config`.
        duration: Limit in seconds; pins the request to 2025-04-16, the last version that knows it.

    Raises:
        InvalidArgument: A value can be seen to be wrong; nothing is sent.
    """
    body, version = _body(
        transcript,
        voice,
        duration,
        {
            "model_id": model_id,
            "transcript": transcript,
            "output_format": output_format.wire(),
            "language": language,
            "locale": locale,
            "normalization": normalization,
            "generation_config": generation_config,
            "pronunciation_dict_id": pronunciation_dict_id,
            "speed": speed,
            "save": save,
        },
    )
    return StreamRequest(
        method="POST",
        path="/tts/bytes",
        body=body,
        accept="audio/wav",
        headers=UNCOMPRESSED,
        version=version,
        decoder=audio_pieces,
    )


def generate_sse(
    *,
    model_id: str,
    transcript: str,
    voice: VoiceSpecifier,
    output_format: RawFormat,
    add_timestamps: bool | None | Unset = UNSET,
    add_phoneme_timestamps: bool | None | Unset = UNSET,
    use_normalized_timestamps: bool | None | Unset = UNSET,
    context_id: str | None | Unset = UNSET,
    language: str | None | Unset = UNSET,
    locale: str | None | Unset = UNSET,
    normalization: str | None | Unset = UNSET,
    generation_config: GenerationConfig | Unset = UNSET,
    pronunciation_dict_id: str | None | Unset = UNSET,
    speed: ModelSpeed | Unset = UNSET,
    duration: float | None | Unset = UNSET,
) -> StreamRequest[SseEvent]:
    """Describe turning a text into a stream of events: audio, and the times of words and phonemes.

    Args:
        model_id: For example `sonic-3`. An open set.
        transcript: The text; may carry transcript tags such as `<break time="1s"/>`.
        voice: Id of a voice, a `Voice`, or an older form, which pins the request to 2024-11-13.
        output_format: Encoding and sample rate; event streams carry raw audio only.
        add_timestamps: Ask for `WordTimestamps`.
        add_phoneme_timestamps: Ask for `PhonemeTimestamps`.
        use_normalized_timestamps: Ask for the times of the normalized text; the default is not documented.
        context_id: Is echoed in the events; there is no continuation over HTTP.
        language: Language code, e.g. `en`; not together with `locale`.
        locale: BCP-47 tag, e.g. `en-GB`. From 2026-08-14 on.
        normalization: `auto`, `off` or a locale code. From 2026-08-14 on.
        generation_config: Speed, volume and emotion; sonic-3 and newer.
        pronunciation_dict_id: Id of a pronunciation dictionary; sonic-3 and newer. From 2025-04-16 on.
        speed: Deprecated by the vendor in favour of `generation_config`.
        duration: Limit in seconds; pins the request to 2025-04-16, the last version that knows it.

    Raises:
        InvalidArgument: A value can be seen to be wrong; nothing is sent.
    """
    check_raw(output_format)
    body, version = _body(
        transcript,
        voice,
        duration,
        {
            "model_id": model_id,
            "transcript": transcript,
            "output_format": output_format.wire(),
            "language": language,
            "locale": locale,
            "normalization": normalization,
            "generation_config": generation_config,
            "pronunciation_dict_id": pronunciation_dict_id,
            "speed": speed,
            "add_timestamps": add_timestamps,
            "add_phoneme_timestamps": add_phoneme_timestamps,
            "use_normalized_timestamps": use_normalized_timestamps,
            "context_id": context_id,
        },
    )
    return StreamRequest(
        method="POST", path="/tts/sse", body=body, accept="text/event-stream", version=version, decoder=tts_sse
    )


def _body(
    transcript: str,
    voice: VoiceSpecifier,
    duration: float | None | Unset,
    values: Mapping[str, BodyValue | Unset],
) -> tuple[JsonBody, str | None]:
    """Check what can be checked here; give the body and the API version that the form of the call needs."""
    check_transcript(transcript)
    check_options(values)
    speaker = as_voice(voice)
    version = newest_for(speaker)
    if duration is not UNSET:
        check_range("duration", duration, 0, 3600)
        version = version or v.V2025_04_16
    return JsonBody(body_of({**values, "voice": speaker, "duration": duration})), version
