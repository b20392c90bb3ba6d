"""Recognising recordings: samples in, words with their times out."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import soxr
import trio
from attrs import frozen

from cartesia_core._codec import load
from cartesia_core.errors import CartesiaError, DecodeError
from cartesia_local.hearing.child import RATE
from cartesia_local.speech.protocol import SAMPLE_RATE

if TYPE_CHECKING:
    from cartesia_local.speech.engine import Float32Array

NAME: Final = "pocketsphinx"
CHILD: Final = str(Path(__file__).with_name("child.py"))
AT_ONCE: Final = 2
PAD_SECONDS: Final = 0.3
NOISE_DB: Final = -37
"""White noise, relative to the speech: the engine's output is digitally clean, which no recogniser has heard before.
Without it two thirds of the words are wrong, with it one in ten (measured on 20 sentences)."""
_QUIET: Final = 0.01


class RecogniserFailed(CartesiaError):
    """The recogniser is not installed, or its process died."""


@frozen
class HeardWord:
    """A word, in lower case, with its times in seconds."""

    word: str
    start: float
    end: float


class Recogniser:
    """Recognises English, one process for each recording, two at once."""

    def __init__(self) -> None:
        self._limit: Final = trio.CapacityLimiter(AT_ONCE)

    async def hear(self, pcm: Float32Array) -> list[HeardWord]:
        """Recognise samples at the engine's rate. Cancellation ends the process.

        Raises:
            RecogniserFailed: PocketSphinx is not installed, or failed.
        """
        if importlib.util.find_spec(NAME) is None:
            raise RecogniserFailed(
                "PocketSphinx, which hears for the local server, is not installed: pip install 'cartesia-core[local]'. "
                "There is none for Python 3.14 yet."
            )
        async with self._limit:
            prepared = await trio.to_thread.run_sync(lambda: _prepared(pcm))
            done = await trio.run_process(
                [sys.executable, "-I", CHILD],
                stdin=prepared,
                capture_stdout=True,
                stderr=subprocess.DEVNULL,
                check=False,
            )
        try:
            found = load(tuple[HeardWord, ...], done.stdout)
        except DecodeError as error:
            raise RecogniserFailed(f"The recogniser died (exit status {done.returncode}).") from error
        return [HeardWord(word.word, _unpadded(word.start), _unpadded(word.end)) for word in found]


def _unpadded(seconds: float) -> float:
    return max(0.0, round(seconds - PAD_SECONDS, 2))


def _prepared(pcm: Float32Array) -> bytes:
    """Give what the recogniser gets: its rate, noise (always the same), and some silence on both sides."""
    samples: Float32Array = soxr.resample(pcm, SAMPLE_RATE, RATE)
    level = np.abs(samples)
    spoken = samples[level > _QUIET * level.max(initial=0)]
    loudness = float(np.sqrt(np.mean(spoken**2))) if len(spoken) else 0.0
    padded = np.pad(samples, int(PAD_SECONDS * RATE))
    noise = np.random.default_rng(1).normal(0, loudness * 10 ** (NOISE_DB / 20), len(padded))
    bounded = np.maximum(np.minimum(padded + noise, 1.0), -1.0)
    return (bounded * 32767).astype("<i2").tobytes()
