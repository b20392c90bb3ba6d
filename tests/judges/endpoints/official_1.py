"""The calls of the official SDK 1.4.0 (2024-06-10)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from tests.judges.endpoints import words as w
from tests.judges.endpoints.words import Official, Values

_SAID: Final = {"transcript": w.TEXT}
_BY_ID: Final = {"model_id": w.MODEL, "voice_id": w.VOICE, **_SAID}
_BY_EMBEDDING: Final = {"model_id": w.OLD_MODEL, "voice_embedding": w.NUMBERS, **_SAID}


def _infill(sdk: Any, made: Values, **more: Any) -> Any:
    return sdk.tts.infill(
        model_id=w.OLD_MODEL,
        language="en",
        transcript=w.TEXT,
        voice_id=w.VOICE,
        output_format=w.WAV,
        left_audio_path=made["clip"],
        right_audio_path=made["clip"],
        **more,
    )


CALLS: Final[dict[Official, Callable[[Any, Values], Any]]] = {
    Official("tts.bytes", "tts.bytes"): lambda c, _: c.tts.bytes(output_format=w.WAV, **_BY_ID),
    Official("tts.bytes@legacy", "tts.bytes"): lambda c, _: c.tts.bytes(output_format=w.WAV, **_BY_EMBEDDING),
    Official("tts.sse", "tts.sse"): lambda c, _: list(c.tts.sse(output_format=w.RAW, **_BY_ID)),
    Official("tts.sse@legacy", "tts.sse"): lambda c, _: list(c.tts.sse(output_format=w.RAW, **_BY_EMBEDDING)),
    Official("infill.bytes", "tts.infill"): _infill,
    Official("infill.bytes@legacy", "tts.infill"): lambda c, made: _infill(
        c, made, experimental_voice_controls={"speed": "slow", "emotion": ["anger:high"]}
    ),
    Official("voices.list@2024-06-10", "voices.list"): lambda c, _: c.voices.list(),
    Official("voices.get", "voices.get"): lambda c, made: c.voices.get(made["voice"]),
    Official("voices.create", "voices.create"): lambda c, _: c.voices.create(
        name="Made", description="D", embedding=w.NUMBERS, language="en"
    ),
    Official("voices.delete", "voices.delete", gives=False): lambda c, made: c.voices.delete(made["voice"]),
    Official("voices.mix", "voices.mix"): lambda c, _: c.voices.mix(
        [{"id": w.VOICE, "weight": 0.25}, {"id": w.OTHER_VOICE, "weight": 0.75}]
    ),
    Official("voices.clone@legacy", "voices.clone"): lambda c, made: c.voices.clone(
        filepath=made["clip"], mode="similarity", name="Mine", language="en", description="D"
    ),
    Official("voices.clone_clip", "voices.clone"): lambda c, made: c.voices.clone(filepath=made["clip"], mode="clip"),
}
NO_ENDPOINTS: Final = {"tts.websocket", "tts.get_output_format", "tts.get_sample_rate"}
"""A socket, and tables."""
