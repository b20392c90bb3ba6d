"""Recognising recordings: samples in, words with their times out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import soxr
import trio
from attrs import evolve

from cartesia_local.hearing.child import RATE
from cartesia_local.hearing.intake import NOISE_DB, as_s16
from cartesia_local.hearing.listener import Listener
from cartesia_local.speech.protocol import SAMPLE_RATE

if TYPE_CHECKING:
    from cartesia_local.hearing.phrases import Phrases
    from cartesia_local.hearing.words import HeardWord
    from cartesia_local.speech.engine import Float32Array

AT_ONCE: Final = 2
PAD_SECONDS: Final = 0.3
_QUIET: Final = 0.01


class Recogniser:
    """Recognises English, one process for each recording, two at once.

    Args:
        phrases: What is heard, and nothing else; None hears anything.
    """

    def __init__(self, phrases: Phrases | None = None) -> None:
        self.phrases: Final = phrases
        self._limit: Final = trio.CapacityLimiter(AT_ONCE)

    async def hear(self, pcm: Float32Array) -> list[HeardWord]:
        """Recognise samples at the engine's rate. Cancellation ends the process.

        Raises:
            RecogniserFailed: PocketSphinx is not installed, or failed.
        """
        async with self._limit, Listener(self.phrases) as listener:
            words = await listener.recognise(await trio.to_thread.run_sync(lambda: _prepared(pcm)))
        return [evolve(word, start=_unpadded(word.start), end=_unpadded(word.end)) for word in words]


def _unpadded(seconds: float) -> float:
    return max(0.0, round(seconds - PAD_SECONDS, 2))


def _prepared(pcm: Float32Array) -> bytes:
    """Give what the recogniser gets: its rate, noise (always the same), and some silence on both sides."""
    samples: Float32Array = soxr.resample(pcm, SAMPLE_RATE, RATE)
    level = np.abs(samples)
    spoken = samples[level > _QUIET * level.max(initial=0)]
    loudness = float(np.sqrt(np.mean(spoken**2))) if len(spoken) else 0.0
    padded = np.pad(samples, int(PAD_SECONDS * RATE))
    return as_s16(padded + np.random.default_rng(1).normal(0, loudness * 10 ** (NOISE_DB / 20), len(padded)))
