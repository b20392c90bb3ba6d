"""Where audio comes from, as a small protocol; this package has no source that does I/O.

`cartesia_audio` has files, microphones and what is in memory.
"""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Iterable, Iterator
from typing import Protocol, TypeAlias, runtime_checkable

from cartesia_core.errors import InvalidArgument
from cartesia_core.stt.samples import SttFormat


@runtime_checkable
class AudioSource(Protocol):
    """Audio that knows what it is: iterate over it. Pieces may have any length.

    Giving the next piece may block, so on event loops a thread waits for it.
    """

    @property
    def format(self) -> SttFormat:
        """The samples it gives."""
        ...

    def __iter__(self) -> Iterator[bytes]:
        """Give the audio, piece by piece."""
        ...


@runtime_checkable
class AsyncAudioSource(Protocol):
    """Audio that has to be awaited and knows what it is."""

    @property
    def format(self) -> SttFormat:
        """The samples it gives."""
        ...

    def __aiter__(self) -> AsyncIterator[bytes]:
        """Give the audio, piece by piece."""
        ...


Audio: TypeAlias = bytes | Iterable[bytes]
AnyAudio: TypeAlias = Audio | AsyncIterable[bytes]


def check_source(source: AnyAudio, format: SttFormat) -> None:  # noqa: A002 -- the users' word
    """Refuse a source of other samples than those that were announced: they would be heard as noise.

    Raises:
        InvalidArgument: Its format is another one.
    """
    if isinstance(source, (AudioSource, AsyncAudioSource)) and source.format != format:
        raise InvalidArgument(f"the source gives {source.format}, but the stream was opened for {format}")


def next_piece(pieces: Iterator[bytes]) -> bytes | None:
    """Give the next piece; None at the end. For threads, through which `StopIteration` cannot pass."""
    return next(pieces, None)


def pieces_of(source: Audio) -> Iterable[bytes]:
    """Give the pieces of a source; bytes are one piece."""
    return (source,) if isinstance(source, bytes) else source
