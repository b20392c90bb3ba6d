"""Whether there is a voice in 30 ms of audio: the detector that comes with PocketSphinx (WebRTC's)."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Final, Protocol

from cartesia_local.hearing.child import RATE
from cartesia_local.hearing.intake import as_s16, volume
from cartesia_local.hearing.presence import FRAME_SECONDS

if TYPE_CHECKING:
    from cartesia_local.speech.engine import Float32Array

MEDIUM_STRICT: Final = 2
"""How strict the detector is, 0 to 3. The strictest hears pauses within words of the engine; looser ones hear the voice
longer after its end."""
DEAF_FRAMES: Final = 5
"""The detector takes the first pieces of any noise for a voice."""


class _Vad(Protocol):
    def is_speech(self, frame: bytes) -> bool: ...


class _MakeVad(Protocol):
    def __call__(self, mode: int, sample_rate: int, frame_length: float) -> _Vad: ...


class VoiceDetector:
    """Listens to one stream.

    Args:
        min_volume: What is quieter is silence, from 0 to 1; see `intake.volume`.
    """

    def __init__(self, min_volume: float = 0.0) -> None:
        make: _MakeVad = importlib.import_module("pocketsphinx").Vad
        self._vad: Final = make(MEDIUM_STRICT, RATE, FRAME_SECONDS)
        self._min_volume: Final = min_volume
        self._deaf = DEAF_FRAMES

    def is_voice(self, frame: Float32Array) -> bool:
        """Tell of the next piece whether there is a voice in it."""
        is_voice = self._vad.is_speech(as_s16(frame))
        if self._deaf:
            self._deaf -= 1
            return False
        return is_voice and volume(frame) >= self._min_volume
