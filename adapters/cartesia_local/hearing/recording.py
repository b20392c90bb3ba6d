"""Recognising a recording of any length, an utterance at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import trio
from attrs import evolve, frozen

from cartesia_local.hearing.intake import Intake
from cartesia_local.hearing.listener import require
from cartesia_local.hearing.utterances import Cutter

if TYPE_CHECKING:
    from cartesia_local.hearing.recogniser import Recogniser
    from cartesia_local.hearing.utterances import Utterance
    from cartesia_local.hearing.words import HeardWord
    from cartesia_local.sound.reading import Reader


@frozen
class Recording:
    """What was heard.

    Attributes:
        words: With times from the recording's beginning on.
        seconds: How long the recording is.
    """

    words: list[HeardWord]
    seconds: float


async def hear_recording(recogniser: Recogniser, reader: Reader) -> Recording:
    """Read and recognise, holding no more than an utterance. Cancellation ends it within a block.

    Raises:
        RecogniserFailed: PocketSphinx is not installed, or failed.
        Refused: The rest cannot be read.
    """
    require()
    steps = _Steps(reader)
    words: list[HeardWord] = []
    while not steps.is_done:
        for utterance in await trio.to_thread.run_sync(steps.step):
            words += [_placed(word, utterance) for word in await recogniser.hear(utterance.samples)]
    return Recording(words, steps.seconds)


class _Steps:
    """Reads a recording block by block, in any thread."""

    def __init__(self, reader: Reader) -> None:
        self._reader: Final = reader
        self._intake: Final = Intake("pcm_f32le", reader.sample_rate)
        self._cutter: Final = Cutter()
        self._count = 0
        self.is_done: bool = False

    @property
    def seconds(self) -> float:
        """How long the recording is so far."""
        return self._count / self._reader.sample_rate

    def step(self) -> list[Utterance]:
        """Read a block; give the utterances that end in it."""
        block = self._reader.read()
        if len(block):
            self._count += len(block)
            return [*self._cutter.feed(self._intake.frames(block.tobytes()))]
        self.is_done = True
        return [*self._cutter.feed(self._intake.finish()), *self._cutter.finish()]


def _placed(word: HeardWord, utterance: Utterance) -> HeardWord:
    begin = utterance.begin_seconds
    return evolve(word, start=round(word.start + begin, 2), end=round(word.end + begin, 2))
