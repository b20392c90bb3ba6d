"""Mu-law and A-law of whole arrays, equal to `cartesia_core.laws` bit for bit. Source: ITU-T G.711."""

from __future__ import annotations

from functools import cache
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

__all__ = ["Bytes", "Int16Array", "to_alaw", "to_mulaw"]

Int16Array: TypeAlias = npt.NDArray[np.int16]
Bytes: TypeAlias = npt.NDArray[np.uint8]

_BIAS: Final = 33
_LARGEST: Final = 8158  # with the bias just below the 14 bits that the eight segments cover


def to_mulaw(samples: Int16Array) -> Bytes:
    """Compress samples to mu-law, one byte each."""
    found: Bytes = _mulaw_table()[samples.astype(np.uint16)]
    return found


def to_alaw(samples: Int16Array) -> Bytes:
    """Compress samples to A-law, one byte each."""
    found: Bytes = _alaw_table()[samples.astype(np.uint16)]
    return found


@cache
def _mulaw_table() -> Bytes:
    levels = _every_sample() >> 2
    biased: npt.NDArray[np.int64] = np.minimum(np.abs(levels), _LARGEST) + _BIAS
    segments = _bit_lengths(biased) - 6
    codes = (segments << 4 | biased >> segments + 1 & 0x0F) ^ np.where(levels < 0, 0x7F, 0xFF)
    return codes.astype(np.uint8)


@cache
def _alaw_table() -> Bytes:
    levels = _every_sample() >> 3
    magnitudes = np.where(levels < 0, ~levels, levels)
    segments = np.maximum(_bit_lengths(magnitudes) - 5, 0)
    codes = (segments << 4 | magnitudes >> np.maximum(segments, 1) & 0x0F) ^ np.where(levels < 0, 0x55, 0xD5)
    return codes.astype(np.uint8)


def _every_sample() -> npt.NDArray[np.int64]:
    """Give all samples, in the order of their bits read as unsigned."""
    return np.arange(0x10000, dtype=np.uint16).astype(np.int16).astype(np.int64)


def _bit_lengths(values: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    exponents: npt.NDArray[np.int32] = np.frexp(values.astype(np.float64))[1]
    return exponents.astype(np.int64)
