"""How high somebody speaks: the fundamental frequency of speech, by autocorrelation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from cartesia_local.speech.protocol import SAMPLE_RATE

if TYPE_CHECKING:
    from cartesia_local.speech.engine import Float32Array

LOWEST_HZ: Final = 60.0
HIGHEST_HZ: Final = 420.0
_FRAME: Final = 1024
"""Samples: 46 ms, more than two periods of the lowest voice."""
_HOP: Final = 512
_MOST_FRAMES: Final = 3000
"""Of a longer clip only so many frames, evenly spread, are looked at."""
_VOICED: Final = 0.55
"""Share of a frame's energy that must come back after a period."""
_FIRST_PEAK: Final = 0.9
"""A shorter period wins when it is nearly as good: a frame resembles itself after two periods, too."""
_QUIET: Final = 0.1
"""Frames below this part of the loudest frame's level are pauses."""


def median_pitch(pcm: Float32Array) -> float | None:
    """Give the median fundamental frequency in Hz of samples at the engine's rate; None where nobody speaks."""
    frames = _frames(pcm)
    if not len(frames):
        return None
    level = np.sqrt(np.mean(frames**2, axis=1))
    loudest = float(level.max())
    if loudest < 1e-4:
        return None
    frames = frames[level >= _QUIET * loudest]
    step = max(1, len(frames) // _MOST_FRAMES)
    found = _periods(_autocorrelation(frames[::step]))
    return SAMPLE_RATE / float(np.median(found)) if len(found) else None


def _frames(pcm: Float32Array) -> npt.NDArray[np.float32]:
    if len(pcm) < _FRAME:
        return np.zeros((0, _FRAME), dtype=np.float32)
    return np.lib.stride_tricks.sliding_window_view(pcm, _FRAME)[::_HOP]


def _autocorrelation(frames: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
    """Give each frame's autocorrelation by lag, freed of the window's own shape; 1 at lag 0."""
    window = np.hanning(_FRAME)
    centred = (frames - frames.mean(axis=1, keepdims=True)) * window
    spectrum = np.abs(np.fft.rfft(centred, 2 * _FRAME, axis=1)) ** 2
    raw = np.fft.irfft(spectrum, axis=1)[:, :_FRAME]
    own = np.fft.irfft(np.abs(np.fft.rfft(window, 2 * _FRAME)) ** 2)[:_FRAME]
    energy = np.maximum(raw[:, :1], 1e-12)
    correlation: npt.NDArray[np.float64] = (raw / energy) / np.maximum(own / own[0], 1e-6)
    return correlation


def _periods(correlation: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Give the periods, in samples, of the frames that have one."""
    first, last = int(SAMPLE_RATE / HIGHEST_HZ), int(SAMPLE_RATE / LOWEST_HZ)
    inner = correlation[:, first : last + 1]
    is_peak = (inner >= correlation[:, first - 1 : last]) & (inner >= correlation[:, first + 1 : last + 2])
    heights = np.where(is_peak, inner, 0.0)
    best = heights.max(axis=1)
    is_voiced = best >= _VOICED
    good = heights[is_voiced] >= _FIRST_PEAK * best[is_voiced, None]
    periods: npt.NDArray[np.float64] = (np.argmax(good, axis=1) + first).astype(np.float64)
    return periods
