"""The speech engine: utterances in, samples and times out, as they are made."""

from __future__ import annotations

from collections import deque
from contextlib import aclosing, asynccontextmanager
from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np
import numpy.typing as npt
from attrs import frozen

from cartesia_core.errors import LocalProtocolError
from cartesia_local.speech.plan import Silence, Speech, Step, Utterance, steps
from cartesia_local.speech.process import ChildProcess, EngineCrashed, Pool
from cartesia_local.speech.protocol import BLOCK_SAMPLES, SAMPLE_RATE, Block, Counts
from cartesia_local.speech.words import PhonemeTime, Timeline, WordTime

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Iterator
    from types import TracebackType

    from typing_extensions import Self

__all__ = ["SAMPLE_RATE", "Engine", "EngineCrashed", "PhonemeTime", "Samples", "SpeechPiece", "Utterance", "WordTime"]

Float32Array: TypeAlias = npt.NDArray[np.float32]

# Above this a raised volume is bent rather than cut off.
_KNEE: Final = 0.8


@frozen(eq=False)
class Samples:
    """Some 60 ms of sound: float32 from -1 to 1, mono, `SAMPLE_RATE` a second."""

    pcm: Float32Array


SpeechPiece: TypeAlias = Samples | WordTime | PhonemeTime


class Engine:
    """Speaks. Use it as an asynchronous context manager, in trio.

    Args:
        workers: Child processes that are kept running, one for each utterance that is spoken at the same time.
        most: Utterances that are spoken at the same time at most; beyond `workers` a process is started for each.
            Further ones wait in order of arrival. By default `workers`. A listener who takes his time holds one of
            them, so a server needs many.

    Raises:
        MissingExtra: eSpeak NG is not installed.
    """

    def __init__(self, *, workers: int = 2, most: int | None = None) -> None:
        self._pool: Final = Pool(workers, workers if most is None else most)
        self._open: bool = False

    async def __aenter__(self) -> Self:
        """Start the child processes.

        Raises:
            EngineCrashed: The operating system did not start them.
        """
        try:
            await self._pool.start()
        except BaseException:
            await self._pool.close()
            raise
        self._open = True
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """End the child processes; who is still listening gets `EngineCrashed`."""
        self._open = False
        await self._pool.close()

    @property
    def pids(self) -> tuple[int, ...]:
        """Process numbers of the children that run now."""
        return self._pool.pids

    @asynccontextmanager
    async def speak(self, utterance: Utterance) -> AsyncGenerator[AsyncIterator[SpeechPiece]]:
        """Speak an utterance; entering waits until a child is free, leaving stops the synthesis at once.

        The pieces come in order, as they are made: a word's time before the samples that end it. A
        listener who takes his time holds the synthesis up, at about a second of speech.

        Raises:
            InvalidArgument: On entering: a tag is not understood, or the engine does not speak the language.
            EngineCrashed: While listening: the engine died on this text. Other utterances are not concerned.
            LocalProtocolError: The engine is not open.
        """
        if not self._open:
            raise LocalProtocolError("The engine is closed; use it inside `async with Engine() as engine:`.")
        plan = steps(utterance)
        async with self._pool.lease() as child, aclosing(_pieces(plan, child)) as pieces:
            yield pieces


async def _pieces(plan: Iterator[Step], child: ChildProcess) -> AsyncGenerator[SpeechPiece]:
    origin = 0
    for step in plan:
        if isinstance(step, Silence):
            for samples in _silence(step.samples):
                yield Samples(samples)
            origin += step.samples
            continue
        async with aclosing(_speech(step, child, origin)) as pieces:
            async for piece in pieces:
                origin += len(piece.pcm) if isinstance(piece, Samples) else 0
                yield piece


async def _speech(step: Speech, child: ChildProcess, origin: int) -> AsyncGenerator[SpeechPiece]:
    timeline = Timeline(step.job.text, step.tokens, origin)
    held: deque[tuple[int, Samples]] = deque()
    spoken = 0
    await child.begin(step.job)
    while (frame := await child.next()) is not None:
        if isinstance(frame, Counts):
            timeline.count(frame.counts)
            continue
        for time in timeline.feed(frame.events):
            yield time
        samples = _samples(frame, step)
        spoken += len(samples)
        if len(samples):
            held.append((spoken, Samples(samples)))
        # The end of a word is known a little later: its sound waits (for a millisecond: speech is made that fast).
        while held and held[0][0] <= timeline.settled:
            yield held.popleft()[1]
    for time in timeline.finish(spoken):
        yield time
    for _, last in held:
        yield last


def _silence(samples: int) -> Iterator[Float32Array]:
    for start in range(0, samples, BLOCK_SAMPLES):
        yield np.zeros(min(BLOCK_SAMPLES, samples - start), dtype=np.float32)


def _samples(block: Block, step: Speech) -> Float32Array:
    pcm: Float32Array = np.frombuffer(block.pcm, dtype="<i2").astype(np.float32)
    pcm *= np.float32(step.gain / 32768)
    if step.gain > 1.0:
        _limit(pcm)
    return pcm


def _limit(pcm: Float32Array) -> None:
    """Bend what is above the knee so that it stays below 1: no clipping, no jump, nothing below it is changed."""
    loud = np.abs(pcm) > _KNEE
    peaks: Float32Array = pcm[loud]
    over = (np.abs(peaks) - _KNEE) / (1.0 - _KNEE)
    pcm[loud] = np.sign(peaks) * (_KNEE + (1.0 - _KNEE) * np.tanh(over))
