"""Every call of the library, once: what tests about all requests walk through."""

from __future__ import annotations

from typing import Final

from cartesia_core import datasets, stt, tts, voice_changer, voices
from cartesia_core.audio import Mp3Format, RawFormat, WavFormat
from cartesia_core.http import Call
from cartesia_core.tts.models import GenerationConfig, LegacyControls, VoiceByEmbedding, VoiceById
from cartesia_core.undecoded import undecoded
from tests.core.forms import FORMS

RAW: Final = RawFormat("pcm_s16le", 16000)

CALLS: Final[dict[str, Call]] = {
    "tts.generate": tts.generate(
        model_id="sonic-3",
        transcript="Hi.",
        voice="v1",
        output_format=WavFormat("pcm_s16le", 44100),
        generation_config=GenerationConfig(speed=1.1),
        save=None,
    ),
    "tts.generate at 2024-11-13": tts.generate(
        model_id="sonic",
        transcript="Hi.",
        voice=VoiceById("v1", LegacyControls(speed="fast", emotion=["anger:high"])),
        output_format=Mp3Format(44100, 128000),
    ),
    "tts.stream": tts.stream(
        model_id="sonic", transcript="Hi.", voice=VoiceByEmbedding([0.5] * 192), output_format=RAW, duration=3.0
    ),
    "tts.generate_sse": tts.generate_sse(
        model_id="sonic-3", transcript="Hi.", voice="v1", output_format=RAW, add_timestamps=True
    ),
    "tts.generate_sse undecoded": undecoded(
        tts.generate_sse(model_id="sonic-3", transcript="Hi.", voice="v1", output_format=RAW)
    ),
    "tts.infill": tts.infill(
        model_id="sonic-3", language="en", transcript="Hi.", voice_id="v", output_format=RAW, left_audio=b"left"
    ),
    "tts.infill_stream at 2024-11-13": tts.infill_stream(
        model_id="sonic",
        language="en",
        transcript="Hi.",
        voice_id="v",
        output_format=RAW,
        right_audio="right.wav",
        controls=LegacyControls(speed=-0.5),
    ),
    "stt.transcribe": stt.transcribe(file="a.wav", model="ink-whisper", timestamp_granularities=["word"]),
    "stt.transcribe_openai": stt.transcribe_openai(file=b"x", model="m", encoding="pcm_alaw", sample_rate=8000),
    "voice_changer.generate": voice_changer.generate(clip=b"x", voice_id="v", output_format=RAW),
    "voice_changer.stream": voice_changer.stream(clip="a.mp3", voice_id="v", output_format=RAW),
    "voice_changer.generate_sse": voice_changer.generate_sse(clip=b"x", voice_id="v", output_format=RAW),
    "voices.clone": voices.clone(clip=b"x", name="Ada", language="en"),
    "voices.clone at 2024-11-13": voices.clone(clip=b"x", name="Ada", language="en", mode="stability"),
    "voices.clone_clip": voices.clone_clip(clip=b"x"),
    "datasets.files.upload": datasets.uploading.upload("d", file="big.wav"),
    "datasets.upload_file": datasets.uploading.upload_file("d", file=b"x"),
    "voices.list with options": voices.list().with_options(timeout=1.0, headers={"X-A": "b"}, version="2025-04-16"),
    "tts.websocket": tts.websocket().call(),
    **{f"{name} {number}": form.call for name, forms in FORMS.items() for number, form in enumerate(forms)},
}
