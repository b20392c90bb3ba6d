"""Embeddings: 192 numbers that stand for a voice, as API versions up to 2024-11-13 have them.

The engine has none. Here the first three numbers are pitch, liveliness and rate, and the others are made up from
the stock voice that is meant. So an embedding leads back to its voice, and one between two others to the stock voice
that it is nearer to, at a pitch between theirs.
"""

from __future__ import annotations

import math
import struct
from functools import lru_cache
from hashlib import shake_256
from typing import TYPE_CHECKING, Final

from attrs import evolve

from cartesia_local.store.voices import STOCK

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cartesia_local.store.voices import StoredVoice

EMBEDDING_LENGTH: Final = 192
_MANNER: Final = 3
_PITCHES: Final = 99
SLOWEST_RATE: Final = 0.7
FASTEST_RATE: Final = 1.4


def embedding_of(voice: StoredVoice) -> list[float]:
    """Give a voice's embedding: 192 numbers from -1 to 1."""
    manner = (_scaled(voice.pitch, 0, _PITCHES), _scaled(voice.pitch_range, 0, _PITCHES), _rate_number(voice.rate))
    return [*manner, *_timbre(voice.timbre)]


def voice_of(embedding: Sequence[float], voices: Iterable[StoredVoice]) -> StoredVoice:
    """Choose the stock voice that is nearest (Euclid; of equal ones the first), and set its manner."""
    stock = [voice for voice in voices if voice.origin == "stock"]
    nearest = min(stock, key=lambda voice: math.dist(embedding[_MANNER:], _timbre(voice.id)))
    pitch, pitch_range, rate = embedding[:_MANNER]
    return evolve(
        nearest,
        pitch=round(_unscaled(pitch, 0, _PITCHES)),
        pitch_range=round(_unscaled(pitch_range, 0, _PITCHES)),
        rate=round(_unscaled(rate, SLOWEST_RATE, FASTEST_RATE), 3),
    )


def mixed(weighted: Sequence[tuple[Sequence[float], float]]) -> list[float]:
    """Mix embeddings; the weights need not add up to 1, but to more than 0."""
    total = sum(weight for _, weight in weighted)
    return [
        round(sum(embedding[place] * weight for embedding, weight in weighted) / total, 6)
        for place in range(EMBEDDING_LENGTH)
    ]


@lru_cache(maxsize=len(STOCK))
def _timbre(voice_id: str) -> tuple[float, ...]:
    count = EMBEDDING_LENGTH - _MANNER
    numbers: tuple[int, ...] = struct.unpack(f"<{count}h", shake_256(voice_id.encode()).digest(2 * count))
    return tuple(round(number / 32768, 6) for number in numbers)


def _rate_number(rate: float) -> float:
    return _scaled(rate, SLOWEST_RATE, FASTEST_RATE)


def _scaled(value: float, low: float, high: float) -> float:
    return round(2 * (value - low) / (high - low) - 1, 6)


def _unscaled(number: float, low: float, high: float) -> float:
    return low + (max(-1.0, min(number, 1.0)) + 1) / 2 * (high - low)
