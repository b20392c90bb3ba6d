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
    from cartesia_local.hearing.recogniser import Recogniser
    from cartesia_local.hearing.words import HeardWord
    from cartesia_local.speech.engine import Float32Array

BEFORE_FRAMES: Final = 15
"""So much comes before the moment at which a voice was found, which is up to 150 ms late: a recogniser wants to hear
some silence first."""
AFTER_FRAMES: Final = 10
"""So much silence comes after an utterance; of what is heard whole the rest is left out."""
PARTIAL_FRAMES: Final = 10
"""So often there is something new to tell."""
MAX_FRAMES: Final = 1000
"""After so much an utterance ends, whoever speaks on: it is kept until it has ended."""


class Ear:
    """Gives recognisers what belongs to utterances, and tells what they heard, with times of the stream.

    One of them follows an utterance while it is spoken. What it believes is a first opinion; the other hears the
    utterance as a whole, and has half as many wrong words. With a closed vocabulary the first opinion is as good, and
    nobody else is asked. Every piece of the stream goes through `hear`, in order.

    Args:
        listener: Follows.
        recogniser: Hears the whole.
    """

    def __init__(self, listener: Listener, recogniser: Recogniser) -> None:
        self._listener: Final = listener
        self._recogniser: Final = recogniser
        self._dress: Final = Dress()
        self._before: Final[deque[Float32Array]] = deque(maxlen=BEFORE_FRAMES)
        self._utterance: list[Float32Array] = []
        self._sent = 0
        self._position = 0
        self._begin = 0
        self._missing = 0
        self._silent = 0
        self.is_open: bool = False
        """Whether an utterance is."""
        self.is_sure: Final = recogniser.phrases is not None
        """Whether the first opinion is as good as any."""

    @property
    def seconds(self) -> float:
        """How long the stream is so far."""
        return self._position * FRAME_SECONDS

    @property
    def utterance_seconds(self) -> float:
        """How long the open utterance is so far."""
        return len(self._utterance) * FRAME_SECONDS

    @property
    def is_full(self) -> bool:
        """Whether the utterance must end."""
        return len(self._utterance) >= MAX_FRAMES

    async def hear(self, frame: Float32Array, *, is_voice: bool) -> Sequence[HeardWord] | None:
        """Take the next piece; from time to time tell the first opinion of the open utterance.

        Raises:
            RecogniserFailed: It died; the utterance is lost.
        """
        self._position += 1
        self._silent = 0 if is_voice else self._silent + 1
        if not self.is_open:
            self._before.append(frame)
            return None
        self._utterance.append(frame)
        return await self._opinion() if len(self._utterance) - self._sent >= PARTIAL_FRAMES else None

    def open(self) -> None:
        """Begin an utterance, a little before now."""
        self._utterance = [*self._before]
        self._begin = self._position - len(self._before)
        self._missing = BEFORE_FRAMES - len(self._before)
        self._sent = 0
        self._before.clear()
        self.is_open = True

    async def whole(self) -> Sequence[HeardWord]:
        """Tell what is heard in the open utterance so far, if one is.

        Raises:
            RecogniserFailed: It died.
        """
        if not self.is_open:
            return ()
        if self.is_sure:
            return await self._opinion()
        said = len(self._utterance) - max(0, self._silent - AFTER_FRAMES)
        return self._placed(await self._recogniser.hear(np.concatenate(self._utterance[:said])))

    async def close(self) -> Sequence[HeardWord]:
        """End the utterance if one is open; tell what was heard in it.

        Raises:
            RecogniserFailed: It died; the utterance is lost.
        """
        if self.is_open and self.is_sure:
            await self._send(AFTER_FRAMES)
            words = self._followed(await self._listener.end())
        else:
            words = await self.whole()
            await self.drop()
        self.abandon()
        return words

    async def drop(self) -> None:
        """End the utterance if one is open.

        Raises:
            RecogniserFailed: It died.
        """
        if self._sent:
            await self._listener.end()
        self.abandon()

    def abandon(self) -> None:
        """Forget the open utterance."""
        self._utterance = []
        self._sent = 0
        self.is_open = False

    async def _opinion(self) -> Sequence[HeardWord]:
        await self._send()
        return self._followed(await self._listener.words())

    async def _send(self, after: int = 0) -> None:
        """Give the rest to the one that follows, with some silence before the first and after the last."""
        before = 0 if self._sent else self._missing
        frames = [*self._silence(before), *self._utterance[self._sent :], *self._silence(after)]
        self._sent = len(self._utterance)
        await self._listener.hear(b"".join(map(self._dress.put_on, frames)))

    def _followed(self, words: Sequence[HeardWord]) -> Sequence[HeardWord]:
        return self._placed(words, self._missing * FRAME_SECONDS)

    @staticmethod
    def _silence(frames: int) -> list[Float32Array]:
        return [np.zeros(FRAME_SAMPLES, np.float32) for _ in range(frames)]

    def _placed(self, words: Sequence[HeardWord], lead: float = 0.0) -> Sequence[HeardWord]:
        offset = self._begin * FRAME_SECONDS - lead
        return [evolve(word, start=_at(word.start + offset), end=_at(word.end + offset)) for word in words]


def _at(seconds: float) -> float:
    return max(0.0, round(seconds, 2))
