"""From the engine's pieces to what goes over the wire: encoded chunks of a sensible size, and times."""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Final, TypeAlias

import trio
from attrs import field, frozen

from cartesia_local.speech.encoder import encoder_for
from cartesia_local.speech.engine import Engine, Float32Array, PhonemeTime, Samples, WordTime

if TYPE_CHECKING:
    from cartesia_core.audio import OutputFormat
    from cartesia_local.tts.generation import Generation

ENGINE_RATE: Final = 22050
CHUNK_NBYTES: Final = 8 * 1024
CHUNK_SECONDS: Final = 0.1


@frozen
class Audio:
    """A chunk in the wanted format.

    Attributes:
        data: The bytes; never empty.
        step_ms: Milliseconds that it took to make, measured.
    """

    data: bytes = field(repr=False)
    step_ms: float


@frozen
class Words:
    """Words with their times in seconds from the beginning of the context."""

    words: tuple[str, ...]
    start: tuple[float, ...]
    end: tuple[float, ...]


@frozen
class Phonemes:
    """Phonemes with their times in seconds from the beginning of the context."""

    phonemes: tuple[str, ...]
    start: tuple[float, ...]
    end: tuple[float, ...]


Output: TypeAlias = Audio | Words | Phonemes
Emit: TypeAlias = Callable[[Output], Awaitable[None]]
Timed: TypeAlias = tuple[str, float, float]


class Chunker:
    """Collects encoded audio into chunks: the first at once, later ones of 8 KiB or 100 ms, whichever is less."""

    def __init__(self) -> None:
        self._held = bytearray()
        self._seconds = 0.0
        self._is_first = True

    def add(self, data: bytes, seconds: float) -> bytes:
        """Take audio; give a chunk, or nothing when it is to wait for more."""
        self._held += data
        self._seconds += seconds
        if self._is_first or len(self._held) >= CHUNK_NBYTES or self._seconds >= CHUNK_SECONDS:
            return self.take()
        return b""

    def take(self) -> bytes:
        """Give what is held."""
        data = bytes(self._held)
        self._held.clear()
        self._seconds = 0.0
        self._is_first = self._is_first and not data
        return data

    def restart(self) -> None:
        """Let the next chunk be a first one."""
        self._is_first = True


class Playback:
    """Encodes samples, and emits them in chunks: one continuous stream.

    Args:
        format: What the audio is to be.
        emit: Takes what is made.
        pace: Audio is emitted at most so many times faster than it plays; None does not hold it back.
    """

    def __init__(
        self,
        format: OutputFormat,  # noqa: A002 -- the API's word
        emit: Emit,
        *,
        pace: float | None = None,
    ) -> None:
        self._format: Final = format
        self._encoder = encoder_for(format)
        self._emit: Final = emit
        self._pace: Final = pace
        self._chunker: Final = Chunker()
        self._waiting_seconds = 0.0
        self._not_before = -math.inf
        self._step_began = trio.current_time()

    async def play(self, pcm: Float32Array) -> None:
        """Take samples at the engine's rate; emit what makes a chunk."""
        await self._out(self._encoder.encode(pcm), len(pcm))

    async def finish(self) -> None:
        """Emit what the encoder still holds, and end the audio."""
        await self._out(self._encoder.finish(), 0)
        await self._emit_audio(self._chunker.take())

    async def _out(self, data: bytes, nsamples: int) -> None:
        self._waiting_seconds += nsamples / ENGINE_RATE
        await self._emit_audio(self._chunker.add(data, nsamples / ENGINE_RATE))

    async def _emit_audio(self, data: bytes) -> None:
        if data:
            step_ms = (trio.current_time() - self._step_began) * 1000
            await self._hold_back()
            await self._emit(Audio(data, round(step_ms, 3)))
            self._step_began = trio.current_time()

    async def _hold_back(self) -> None:
        if self._pace is None:
            return
        await trio.sleep_until(self._not_before)
        self._not_before = max(self._not_before, trio.current_time()) + self._waiting_seconds / self._pace
        self._waiting_seconds = 0.0


class Narrator(Playback):
    """Speaks texts one after the other as one continuous stream; one per context or request.

    Args:
        engine: Who speaks.
        format: What the audio is to be.
        emit: Takes what is made; while it waits, the engine waits.
        pace: Audio is emitted at most so many times faster than it plays; None does not hold it back.
    """

    def __init__(
        self,
        engine: Engine,
        format: OutputFormat,  # noqa: A002 -- the API's word
        emit: Emit,
        *,
        pace: float | None = None,
    ) -> None:
        super().__init__(format, emit, pace=pace)
        self._engine: Final = engine
        self._words: list[Timed] = []
        self._phonemes: list[Timed] = []
        self._nsamples = 0

    async def speak(self, text: str, generation: Generation) -> None:
        """Speak a text and emit all of it.

        Raises:
            EngineCrashed: The engine died at this text. What was emitted stays valid.
        """
        self._chunker.restart()
        self._step_began = trio.current_time()
        first = self._nsamples
        left = generation.cap_seconds * ENGINE_RATE
        async with self._engine.speak(generation.utterance(text)) as pieces:
            async for piece in pieces:
                if not isinstance(piece, Samples):
                    self._note(piece, first / ENGINE_RATE, generation)
                    continue
                pcm = piece.pcm if len(piece.pcm) <= left else piece.pcm[: int(left)]
                left -= len(pcm)
                self._nsamples += len(pcm)
                await self.play(pcm)
                if left < 1:
                    break
        await self._emit_audio(self._chunker.take())

    async def end_span(self) -> None:
        """Emit what the encoder still holds; headerless audio may go on after it."""
        await self.finish()
        self._encoder = encoder_for(self._format)

    def _note(self, piece: WordTime | PhonemeTime, offset: float, generation: Generation) -> None:
        end = min(piece.end_seconds, generation.cap_seconds)
        if piece.start_seconds >= end:
            return
        if isinstance(piece, WordTime):
            times = self._words if generation.has_words else None
            label = piece.word
        else:
            times = self._phonemes if generation.has_phonemes else None
            label = piece.phoneme
        if times is not None:
            times.append((label, round(offset + piece.start_seconds, 4), round(offset + end, 4)))

    async def _emit_audio(self, data: bytes) -> None:
        await super()._emit_audio(data)
        await self._emit_times()

    async def _emit_times(self) -> None:
        """Emit times after the chunk that they came with."""
        if self._words:
            labels, start, end = zip(*self._words, strict=True)
            self._words.clear()
            await self._emit(Words(labels, start, end))
        if self._phonemes:
            labels, start, end = zip(*self._phonemes, strict=True)
            self._phonemes.clear()
            await self._emit(Phonemes(labels, start, end))
