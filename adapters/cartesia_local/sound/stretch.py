"""Changing the pitch of speech without changing its length: resampling, then stretching by overlapping pieces.

The stretching is WSOLA (Verhelst and Roelands, 1993): every piece is taken from near the place where it should
come from, where it fits best what came before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import soxr

from cartesia_local.speech.protocol import SAMPLE_RATE

if TYPE_CHECKING:
    from cartesia_local.speech.engine import Float32Array

LEAST: Final = 0.4
MOST: Final = 2.5
_PIECE: Final = 1024
_HOP: Final = _PIECE // 2
_REACH: Final = 300
"""Samples to either side in which a fitting place is looked for: more than a period of a low voice."""


def shifted(pcm: Float32Array, factor: float) -> Float32Array:
    """Give speech of exactly the same length whose pitch is changed by a factor from `LEAST` to `MOST`."""
    bounded = max(LEAST, min(factor, MOST))
    higher: Float32Array = soxr.resample(pcm, SAMPLE_RATE * bounded, SAMPLE_RATE)
    return stretched(higher, len(pcm))


def stretched(pcm: Float32Array, length: int) -> Float32Array:
    """Give the same speech in so many samples."""
    if not len(pcm) or not length:
        return np.zeros(length, dtype=np.float32)
    window = np.hanning(_PIECE + 1)[:-1].astype(np.float32)
    padded = np.pad(pcm, (_REACH, 2 * _PIECE + _REACH))
    out = np.zeros(length + 2 * _PIECE, dtype=np.float32)
    weight = np.zeros_like(out)
    step = len(pcm) / length
    place = _REACH
    for start in range(0, length + _HOP, _HOP):
        wanted = _REACH + min(int(start * step), len(pcm))
        if start:
            place = _fitting(padded, place + _HOP, wanted)
        out[start : start + _PIECE] += window * padded[place : place + _PIECE]
        weight[start : start + _PIECE] += window
    even: Float32Array = (out / np.maximum(weight, np.float32(1e-3)))[:length].astype(np.float32)
    return even


def _fitting(padded: Float32Array, natural: int, wanted: int) -> int:
    """Choose the place near `wanted` that continues best what was going on at `natural`."""
    template = padded[natural : natural + _PIECE]
    first = max(0, wanted - _REACH)
    around = padded[first : wanted + _REACH + len(template)]
    if len(template) < _PIECE or len(around) < len(template):
        return min(wanted, len(padded) - _PIECE)
    score = np.correlate(around, template, mode="valid")
    last = len(padded) - _PIECE
    return min(first + int(np.argmax(score)), last)
