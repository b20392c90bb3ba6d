"""Helpers: say something and collect what comes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final

import numpy as np
import numpy.typing as npt
import trio
from attrs import field, frozen

from cartesia_local.speech.engine import (
    SAMPLE_RATE,
    Engine,
    Float32Array,
    PhonemeTime,
    Samples,
    SpeechPiece,
    Utterance,
    WordTime,
)
from cartesia_local.speech.voices import DEFAULT_VOICE, EngineVoice

SENTENCE: Final = "The quick brown fox jumps over the lazy dog, and nobody knows why."
PARAGRAPH: Final = (
    "It was late when the two of them came home. In the end, nobody had asked about the letter, which was just as "
    "well! The kitchen was cold; somebody had left the window open, and rain lay on the floor in small pools. "
)


@frozen(eq=False)
class Said:
    """Everything that came of one utterance, in order."""

    pieces: list[SpeechPiece] = field(factory=list[SpeechPiece])

    @property
    def pcm(self) -> Float32Array:
        """All samples."""
        blocks: list[Float32Array] = [piece.pcm for piece in self.pieces if isinstance(piece, Samples)]
        return np.concatenate([np.zeros(0, dtype=np.float32), *blocks])

    @property
    def seconds(self) -> float:
        """Length of the sound."""
        return len(self.pcm) / SAMPLE_RATE

    @property
    def words(self) -> list[WordTime]:
        """All word times."""
        return [piece for piece in self.pieces if isinstance(piece, WordTime)]

    @property
    def phonemes(self) -> list[PhonemeTime]:
        """All phoneme times."""
        return [piece for piece in self.pieces if isinstance(piece, PhonemeTime)]

    @property
    def text(self) -> str:
        """The words, as a text."""
        return " ".join(word.word for word in self.words)

    @property
    def ipa(self) -> str:
        """The phonemes, as a text."""
        return " ".join(phoneme.phoneme for phoneme in self.phonemes)

    @property
    def loudness(self) -> float:
        """Root mean square of what is not silent."""
        pcm: npt.NDArray[np.float64] = self.pcm.astype(np.float64)
        return float(np.sqrt(np.mean(pcm[np.abs(pcm) > 0.01] ** 2)))


async def collect(engine: Engine, utterance: Utterance) -> Said:
    said = Said()
    async with engine.speak(utterance) as pieces:
        async for piece in pieces:
            said.pieces.append(piece)
    return said


def with_engine(work: Callable[[Engine], Awaitable[None]], *, workers: int = 1) -> None:
    """Run something with an engine; a minute is far too much for any of it."""

    async def main() -> None:
        with trio.fail_after(300):
            async with Engine(workers=workers) as engine:
                await work(engine)

    trio.run(main)


def say_all(*utterances: Utterance) -> list[Said]:
    """Say one after the other."""
    found: list[Said] = []

    async def work(engine: Engine) -> None:
        found.extend([await collect(engine, utterance) for utterance in utterances])

    with_engine(work)
    return found


def say(
    text: str,
    *,
    voice: EngineVoice = DEFAULT_VOICE,
    language: str | None = None,
    speed: float = 1.0,
    volume: float = 1.0,
    emotion: str | None = None,
) -> Said:
    return say_all(Utterance(text, voice, language, speed, volume, emotion))[0]
