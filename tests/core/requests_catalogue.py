"""Every call of the library, once: what tests about all requests walk through."""

from __future__ import annotations

from typing import Final

from cartesia_core import tts
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
    "tts.websocket": tts.websocket().call(),
    **{f"{name} {number}": form.call for name, forms in FORMS.items() for number, form in enumerate(forms)},
}
