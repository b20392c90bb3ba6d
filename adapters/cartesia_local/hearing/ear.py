"""From the audio of a stream to a recogniser, utterance by utterance."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Final

import numpy as np
from attrs import evolve

from cartesia_local.hearing.intake import FRAME_SAMPLES, Dress
from cartesia_local.hearing.presence import FRAME_SECONDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cartesia_local.hearing.listener import Listener
    from cartesia_local.hearing.words import HeardWord
    from cartesia_local.speech.engine import Float32Array

BEFORE_FRAMES: Final = 15
"""So much comes before the moment at which a voice was found, which is up to 150 ms late: a recogniser wants to hear
some silence first."""
AFTER_FRAMES: Final = 10
"""So much silence comes after an utterance."""
PARTIAL_FRAMES: Final = 10
"""So often there is something new to tell."""
MAX_FRAMES: Final = 1000
"""After so much an utterance ends, whoever speaks on: it grows in the recogniser's memory."""


class Ear:
    """Gives a recogniser what belongs to utterances, and tells what it heard, with times of the stream.

    Every piece of the stream goes through `hear`, in order.

    Args:
        listener: The recogniser.
    """

    def __init__(self, listener: Listener) -> None:
        self._listener: Final = listener
        self._dress: Final = Dress()
        self._before: Final[deque[bytes]] = deque(maxlen=BEFORE_FRAMES)
        self._waiting: list[bytes] = []
        self._position = 0
        self._begin = 0
        self.is_open: bool = False
        """Whether an utterance is."""

    @property
    def seconds(self) -> float:
        """How long the stream is so far."""
        return self._position * FRAME_SECONDS

    @property
    def is_full(self) -> bool:
        """Whether the utterance must end."""
        return self.is_open and self._position - self._begin >= MAX_FRAMES

    async def hear(self, frame: Float32Array) -> Sequence[HeardWord] | None:
        """Take the next piece; from time to time tell what was heard so far in the open utterance.

        Raises:
            RecogniserFailed: It died; the utterance is lost.
        """
        self._position += 1
        pcm = self._dress.put_on(frame)
        if not self.is_open:
            self._before.append(pcm)
            return None
        self._waiting.append(pcm)
        return await self._partial() if len(self._waiting) >= PARTIAL_FRAMES else None

    def open(self) -> None:
        """Begin an utterance, a little before now."""
        missing = BEFORE_FRAMES - len(self._before)
        self._waiting = [*self._silence(missing), *self._before]
        self._before.clear()
        self._begin = self._position - BEFORE_FRAMES
        self.is_open = True

    async def close(self) -> Sequence[HeardWord]:
        """End the utterance if one is open; tell what was heard in it.

        Raises:
            RecogniserFailed: It died; the utterance is lost.
        """
        if not self.is_open:
            return ()
        self._waiting += self._silence(AFTER_FRAMES)
        await self._send()
        self.is_open = False
        return self._placed(await self._listener.end())

    def abandon(self) -> None:
        """Forget the open utterance."""
        self._waiting.clear()
        self.is_open = False

    async def _partial(self) -> Sequence[HeardWord]:
        await self._send()
        return self._placed(await self._listener.words())

    async def _send(self) -> None:
        data = b"".join(self._waiting)
        self._waiting.clear()
        await self._listener.hear(data)

    def _silence(self, frames: int) -> list[bytes]:
        return [self._dress.put_on(np.zeros(FRAME_SAMPLES, np.float32)) for _ in range(frames)]

    def _placed(self, words: Sequence[HeardWord]) -> Sequence[HeardWord]:
        offset = self._begin * FRAME_SECONDS
        return [evolve(word, start=_at(word.start + offset), end=_at(word.end + offset)) for word in words]


def _at(seconds: float) -> float:
    return max(0.0, round(seconds, 2))
