"""What stands in for cloning: the engine's voice that is nearest to a clip, at the clip's pitch and pace."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from typing import Final

from attrs import frozen

from cartesia_local.store.voices import STOCK, StoredVoice
from cartesia_local.tts.embeddings import FASTEST_RATE, SLOWEST_RATE

_PITCHES: Final = (0, 25, 50, 75, 99)
# Median fundamental frequency at those pitches, in Hz, measured with `median_pitch`.
_CURVES: Final[Mapping[str, tuple[float, ...]]] = {
    "klatt5": (67.8, 79.6, 99.8, 128.9, 169.6),
    "klatt4": (67.8, 79.9, 100.0, 128.9, 168.3),
    "klatt3": (68.5, 80.5, 100.5, 129.7, 169.6),
    "f2": (126.7, 153.1, 191.7, 245.0, 319.6),
    "f5": (126.7, 158.1, 202.3, 262.5, 350.0),
}


@frozen
class Likeness:
    """How the engine imitates a speaker."""

    timbre: str
    pitch: int
    rate: float


def likeness(pitch_hz: float, pace: float, base: StoredVoice | None = None) -> Likeness:
    """Choose how to imitate a speaker.

    Args:
        pitch_hz: How high he speaks.
        pace: How fast; 1 is the engine's normal rate.
        base: A voice whose timbre is wanted; by default that of the voice whose usual pitch is nearest.
    """
    timbre = _nearest(pitch_hz) if base is None else base.timbre
    rate = max(SLOWEST_RATE, min(pace, FASTEST_RATE))
    return Likeness(timbre, _inverse(_CURVES[STOCK[timbre].variant], pitch_hz), round(rate, 3))


def pitch_of(voice: StoredVoice) -> float:
    """Give how high a voice speaks, in Hz."""
    curve = _CURVES[voice.stock.variant]
    right = max(1, bisect_left(_PITCHES, voice.pitch))
    low, high = _PITCHES[right - 1], _PITCHES[right]
    part = (voice.pitch - low) / (high - low)
    return curve[right - 1] + part * (curve[right] - curve[right - 1])


def _nearest(pitch_hz: float) -> str:
    usual = _PITCHES.index(50)
    return min(STOCK, key=lambda ident: abs(math.log(pitch_hz / _CURVES[STOCK[ident].variant][usual])))


def _inverse(curve: Sequence[float], pitch_hz: float) -> int:
    right = max(1, min(bisect_left(curve, pitch_hz), len(curve) - 1))
    part = (pitch_hz - curve[right - 1]) / (curve[right] - curve[right - 1])
    pitch = _PITCHES[right - 1] + part * (_PITCHES[right] - _PITCHES[right - 1])
    return round(max(_PITCHES[0], min(pitch, _PITCHES[-1])))
