"""Recognising utterances: samples in, words with their times out."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final

import numpy as np
import trio
from attrs import evolve

from cartesia_local.hearing.child import FIRST_OPINION, RATE
from cartesia_local.hearing.intake import as_s16
from cartesia_local.hearing.listener import Listener, require

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from types import TracebackType

    from typing_extensions import Self

    from cartesia_local.hearing.phrases import Phrases
    from cartesia_local.hearing.words import HeardWord
    from cartesia_local.speech.engine import Float32Array

AT_ONCE: Final = 2
"""Processes; each takes 90 MB."""
PAD_SECONDS: Final = 0.3
NOISE_DB: Final = -46
"""Relative to the speech. At 37 dB, which suits a first opinion, a tenth more words are wrong, and at 50 dB too (measured
on 40 sentences, with three kinds of noise each)."""
_QUIET: Final = 0.01


class Recogniser:
    """Recognises English, an utterance at a time in each of two processes, which stay for those that follow.

    What a process heard before makes no difference. They end with the block.

    Args:
        phrases: What is heard, and nothing else; None hears anything.
    """

    def __init__(self, phrases: Phrases | None = None) -> None:
        self.phrases: Final = phrases
        self._limit: Final = trio.CapacityLimiter(AT_ONCE)
        self._idle: Final[list[Listener]] = []

    @property
    def pids(self) -> list[int]:
        """The operating system's numbers of the processes that wait for work."""
        return [listener.pid for listener in self._idle if listener.pid is not None]

    async def __aenter__(self) -> Self:
        """Start nothing yet: the first utterance does."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        while self._idle:
            await self._idle.pop().close()

    async def hear(self, samples: Float32Array) -> list[HeardWord]:
        """Recognise an utterance at the recogniser's rate, whole. Cancellation ends the process that is at it.

        Raises:
            RecogniserFailed: PocketSphinx is not installed, or failed.
        """
        require()
        async with self._limit, self._lent() as listener:
            words = await listener.recognise(await trio.to_thread.run_sync(lambda: prepared(samples)))
        return [evolve(word, start=_unpadded(word.start), end=_unpadded(word.end)) for word in words]

    @asynccontextmanager
    async def _lent(self) -> AsyncGenerator[Listener]:
        # With a closed vocabulary the first opinion is as good, and the last one takes ten times as long.
        options = () if self.phrases is None else (FIRST_OPINION,)
        listener = await self._waiting() or Listener(self.phrases, *options)
        try:
            await listener.start()
            yield listener
        except BaseException:  # Its answer is still on its way, and must not become that to another question.
            await listener.close()
            raise
        self._idle.append(listener)

    async def _waiting(self) -> Listener | None:
        """Give a process that waits; what died meanwhile is no use."""
        while self._idle:
            listener = self._idle.pop()
            if listener.is_running:
                return listener
            await listener.close()
        return None


def _unpadded(seconds: float) -> float:
    return max(0.0, round(seconds - PAD_SECONDS, 2))


def prepared(samples: Float32Array) -> bytes:
    """Give what the recogniser gets of an utterance: noise (always the same), and some silence on both sides."""
    level = np.abs(samples)
    spoken = samples[level > _QUIET * level.max(initial=0)]
    loudness = float(np.sqrt(np.mean(spoken**2))) if len(spoken) else 0.0
    padded = np.pad(samples, int(PAD_SECONDS * RATE))
    return as_s16(padded + np.random.default_rng(1).normal(0, loudness * 10 ** (NOISE_DB / 20), len(padded)))
