"""From a recording to utterances: cut where nobody speaks, without the silence between them. No I/O."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from attrs import field, frozen

from cartesia_local.hearing.intake import volume
from cartesia_local.hearing.presence import FRAME_SECONDS
from cartesia_local.hearing.voice import VoiceDetector

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cartesia_local.speech.engine import Float32Array

AROUND_FRAMES: Final = 17
"""So much of the silence before and after stays with an utterance; the detector is late at both ends."""
SHORT_FRAMES: Final = 333
"""Ten seconds. What is shorter is not cut at a pause within a sentence, because what goes before helps to understand."""
PAUSE_FRAMES: Final = 34
"""A second without a voice ends any utterance,"""
BREATH_FRAMES: Final = 10
"""three tenths one that is no longer short."""
MAX_FRAMES: Final = 1000
"""Thirty seconds; who speaks on is cut where it is quietest, not long before."""
_LAST_FRAMES: Final = 100
_BEGINNING_FRAMES: Final = 2


@frozen(eq=False)
class Utterance:
    """Somebody speaks.

    Attributes:
        samples: At the recogniser's rate.
        begin_seconds: Where in the recording they begin.
    """

    samples: Float32Array = field(repr=False)
    begin_seconds: float


class Cutter:
    """Cuts a recording. What it holds is never longer than an utterance may be."""

    def __init__(self) -> None:
        self._detector: Final = VoiceDetector()
        self._held: list[Float32Array] = []
        self._begin = 0
        self._voiced = 0
        self._silent = 0
        self._is_open = False

    def feed(self, frames: Iterator[Float32Array]) -> Iterator[Utterance]:
        """Take the next pieces of 30 ms; give the utterances that have ended."""
        for frame in frames:
            self._hear(frame)
            if not self._is_open:
                self._drop(len(self._held) - AROUND_FRAMES)
            elif (end := self._end()) is not None:
                yield self._take(end)

    def finish(self) -> Iterator[Utterance]:
        """Give the utterance that the recording ends in."""
        if self._is_open:
            yield self._take(len(self._held))

    def _hear(self, frame: Float32Array) -> None:
        is_voice = self._detector.is_voice(frame)
        self._held.append(frame)
        self._voiced, self._silent = (self._voiced + 1, 0) if is_voice else (0, self._silent + 1)
        self._is_open = self._is_open or self._voiced >= _BEGINNING_FRAMES

    def _end(self) -> int | None:
        """Tell after how many of the held pieces the utterance ends; None while it goes on."""
        pause = PAUSE_FRAMES if len(self._held) < SHORT_FRAMES else BREATH_FRAMES
        if self._silent >= pause:
            return len(self._held) - max(0, self._silent - AROUND_FRAMES)
        return self._quietest() if len(self._held) >= MAX_FRAMES else None

    def _quietest(self) -> int:
        """Tell after how many of the held pieces three in a row are quietest."""
        loudness = np.convolve([volume(frame) for frame in self._held[-_LAST_FRAMES:]], np.ones(3), "valid")
        return len(self._held) - _LAST_FRAMES + int(loudness.argmin()) + 2

    def _take(self, end: int) -> Utterance:
        found = Utterance(np.concatenate(self._held[:end]), self._begin * FRAME_SECONDS)
        self._drop(end)
        # Of somebody who was cut while speaking the rest is speech, however short.
        self._is_open = self._silent < len(self._held)
        return found

    def _drop(self, count: int) -> None:
        if count > 0:
            del self._held[:count]
            self._begin += count
