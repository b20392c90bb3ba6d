"""The calls of the official SDK 2.0.17 (2024-11-13)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from tests.judges.endpoints import words as w
from tests.judges.endpoints.words import Official, Values

_BY_ID: Final[dict[str, Any]] = {
    "model_id": w.MODEL,
    "transcript": w.TEXT,
    "voice": {"mode": "id", "id": w.VOICE},
}
_BY_EMBEDDING: Final[dict[str, Any]] = {
    "model_id": w.OLD_MODEL,
    "transcript": w.TEXT,
    "voice": {"mode": "embedding", "embedding": w.NUMBERS},
}


def _clip(made: Values) -> tuple[str, bytes]:
    path = Path(made["clip"])
    return path.name, path.read_bytes()


def _infill_bytes(sdk: Any, made: Values, **more: Any) -> Any:
    return b"".join(
        sdk.infill.bytes(
            model_id=w.OLD_MODEL,
            language="en",
            transcript=w.TEXT,
            voice_id=w.VOICE,
            left_audio=_clip(made),
            right_audio=_clip(made),
            **w.SPREAD,
            **more,
        )
    )


def _infill(sdk: Any, made: Values) -> Any:
    return sdk.tts.infill(
        model_id=w.OLD_MODEL,
        language="en",
        transcript=w.TEXT,
        voice={"mode": "id", "id": w.VOICE},
        output_format=w.WAV,
        left_audio_path=made["clip"],
        right_audio_path=made["clip"],
    )


CALLS: Final[dict[Official, Callable[[Any, Values], Any]]] = {
    Official("status.get", "api_status.get"): lambda c, _: c.api_status.get(),
    Official("access_token.create", "auth.access_token"): lambda c, _: c.auth.access_token(
        grants={"tts": True}, expires_in=60
    ),
    Official("tts.bytes", "tts.bytes"): lambda c, _: b"".join(c.tts.bytes(output_format=w.WAV, **_BY_ID)),
    Official("tts.bytes@legacy", "tts.bytes"): lambda c, _: b"".join(c.tts.bytes(output_format=w.WAV, **_BY_EMBEDDING)),
    Official("tts.sse", "tts.sse"): lambda c, _: list(c.tts.sse(output_format=w.RAW, add_timestamps=True, **_BY_ID)),
    Official("tts.sse@legacy", "tts.sse"): lambda c, _: list(c.tts.sse(output_format=w.RAW, **_BY_EMBEDDING)),
    Official("infill.bytes", "infill.bytes"): _infill_bytes,
    Official("infill.bytes", "tts.infill"): _infill,
    Official("infill.bytes@legacy", "infill.bytes"): lambda c, made: _infill_bytes(
        c, made, voice_experimental_controls_speed="slow", voice_experimental_controls_emotion=["anger:high"]
    ),
    Official("voice_changer.bytes", "voice_changer.bytes"): lambda c, made: b"".join(
        c.voice_changer.bytes(clip=_clip(made), voice_id=w.VOICE, **w.SPREAD)
    ),
    Official("voice_changer.sse", "voice_changer.sse"): lambda c, made: list(
        c.voice_changer.sse(clip=_clip(made), voice_id=w.VOICE, **w.SPREAD)
    ),
    Official("stt.transcribe", "stt.transcribe"): lambda c, made: c.stt.transcribe(
        file=_clip(made), model="ink-whisper", language="en", timestamp_granularities=["word"]
    ),
    Official("voices.list@2024-11-13", "voices.list"): lambda c, _: list(c.voices.list(limit=4, is_owner=True)),
    Official("voices.get", "voices.get"): lambda c, made: c.voices.get(made["voice"]),
    Official("voices.update", "voices.update"): lambda c, made: c.voices.update(
        made["voice"], name="New", description="E"
    ),
    Official("voices.delete", "voices.delete", gives=False): lambda c, made: c.voices.delete(made["voice"]),
    Official("voices.localize@legacy", "voices.localize"): lambda c, _: c.voices.localize(
        voice_id=w.OTHER_VOICE, name="French", description="D", language="fr", original_speaker_gender="female"
    ),
    Official("voices.create", "voices.create"): lambda c, _: c.voices.create(
        name="Made", description="D", embedding=w.NUMBERS, language="en"
    ),
    Official("voices.mix", "voices.mix"): lambda c, _: c.voices.mix(
        voices=[{"id": w.VOICE, "weight": 0.25}, {"id": w.OTHER_VOICE, "weight": 0.75}]
    ),
    Official("voices.clone@legacy", "voices.clone"): lambda c, made: c.voices.clone(
        clip=_clip(made), name="Mine", language="en", description="D", mode="similarity", enhance=True
    ),
}
NO_ENDPOINTS: Final = {"tts.websocket", "stt.websocket", "tts.get_output_format"}
"""Sockets, and a table."""
