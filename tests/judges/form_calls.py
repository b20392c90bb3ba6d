"""The same uploads, said to the official SDK and to ours."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import cartesia as official

from cartesia_core import Mp3Format, WavFormat
from cartesia_sync import Client
from tests.judges.calls import MODEL, OUR_RAW, RAW, TEXT, VOICE
from tests.judges.pair import Pair

SOUND: Final = b"RIFF" + bytes(range(256)) * 16
NAMED: Final = ('Grüße "7".wav', SOUND, "audio/x-mine")


def _official_voice_stream(c: official.Cartesia) -> None:
    with c.voice_changer.with_streaming_response.generate(
        clip=SOUND, voice_id=VOICE, output_format_container="mp3", output_format_sample_rate=44100,
        output_format_bit_rate=128000,
    ) as answer:  # fmt: skip
        list(answer.iter_bytes())


def _our_voice_stream(c: Client) -> None:
    with c.voice_changer.stream(clip=SOUND, voice_id=VOICE, output_format=Mp3Format(44100, 128000)) as pieces:
        list(pieces)


def _our_voice_events(c: Client) -> None:
    with c.voice_changer.generate_sse(clip=SOUND, voice_id=VOICE, output_format=OUR_RAW) as events:
        list(events)


def form_pairs(path: Path) -> tuple[Pair, ...]:
    """Give the calls; one of them uploads a file by its path."""
    return (
        Pair(
            "stt.transcribe",
            lambda c: c.stt.transcribe(file=SOUND, model="ink-whisper"),
            lambda c: c.stt.transcribe(file=SOUND, model="ink-whisper"),
        ),
        Pair(
            "stt.transcribe path and all options",
            lambda c: c.stt.transcribe(
                file=path,
                model="ink-whisper",
                language="de",
                timestamp_granularities=["word"],
                encoding="pcm_s16le",
                sample_rate=16000,
            ),
            lambda c: c.stt.transcribe(
                file=path,
                model="ink-whisper",
                language="de",
                timestamp_granularities=["word"],
                encoding="pcm_s16le",
                sample_rate=16000,
            ),
        ),
        Pair(
            "stt.transcribe named",
            lambda c: c.stt.transcribe(file=NAMED, model="ink-whisper"),
            lambda c: c.stt.transcribe(file=NAMED, model="ink-whisper"),
        ),
        Pair(
            "tts.infill",
            lambda c: c.tts.infill(
                model_id=MODEL,
                language="en",
                transcript=TEXT,
                voice_id=VOICE,
                output_format=RAW,
                left_audio=SOUND,
                right_audio=SOUND[::-1],
            ).read(),
            lambda c: c.tts.infill(
                model_id=MODEL,
                language="en",
                transcript=TEXT,
                voice_id=VOICE,
                output_format=OUR_RAW,
                left_audio=SOUND,
                right_audio=SOUND[::-1],
            ),
        ),
        Pair(
            "voice_changer.generate",
            lambda c: c.voice_changer.generate(
                clip=SOUND,
                voice_id=VOICE,
                output_format_container="wav",
                output_format_sample_rate=44100,
                output_format_encoding="pcm_s16le",
            ).read(),
            lambda c: c.voice_changer.generate(clip=SOUND, voice_id=VOICE, output_format=WavFormat("pcm_s16le", 44100)),
        ),
        Pair("voice_changer.stream", _official_voice_stream, _our_voice_stream),
        Pair(
            "voice_changer.generate_sse",
            lambda c: list(
                c.voice_changer.generate_sse(
                    clip=SOUND,
                    voice_id=VOICE,
                    output_format_container="raw",
                    output_format_sample_rate=16000,
                    output_format_encoding="pcm_s16le",
                )
            ),
            _our_voice_events,
        ),
        Pair(
            "voices.clone",
            lambda c: c.voices.clone(
                clip=SOUND, name="Ada", language="en", description=None, base_voice_id=VOICE, accent="british"
            ),
            lambda c: c.voices.clone(
                clip=SOUND, name="Ada", language="en", description=None, base_voice_id=VOICE, accent="british"
            ),
        ),
        Pair(
            "datasets.files.upload",
            lambda c: c.datasets.files.upload("data set/1", file=path, purpose="fine_tune"),
            lambda c: c.datasets.files.upload("data set/1", file=path, purpose="fine_tune"),
        ),
    )
