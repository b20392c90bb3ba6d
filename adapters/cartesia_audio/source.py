"""What all sources of audio have in common: pieces of samples, a format, an end."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from contextlib import suppress
from threading import Lock
from typing import TYPE_CHECKING, Final

from typing_extensions import Self, override

from cartesia_core.errors import LocalProtocolError

if TYPE_CHECKING:
    from types import TracebackType

    from cartesia_core.stt.samples import SttFormat

__all__ = ["BytesSource", "IterableSource", "PieceSource"]


class PieceSource(ABC):
    """Samples without a header, mono, piece by piece. Iterating goes on where the last iteration stopped.

    Threads may take turns. `close` may come from another thread in the middle of a read; it does not wait for that.

    Args:
        format: What the samples are.
    """

    def __init__(self, format: SttFormat) -> None:  # noqa: A002 -- the users' word
        self._format: Final = format
        self._reading: Final = Lock()
        self._is_closed: bool = False

    @property
    def format(self) -> SttFormat:
        """What the samples are."""
        return self._format

    @abstractmethod
    def _read(self) -> bytes:
        """Give the next piece; nothing at the end."""

    @abstractmethod
    def _release(self) -> None:
        """Let go of what is held. Nobody reads."""

    def __iter__(self) -> Iterator[bytes]:
        """Iterate over the pieces. Raises `LocalProtocolError` if it was closed."""
        if self._is_closed:
            raise LocalProtocolError("the source was closed, so it gives no more audio")
        return self

    def __next__(self) -> bytes:
        """Give the next piece; ends at the end of the audio, or when the source is closed meanwhile.

        Raises:
            SourceError: It cannot be read or decoded any further.
        """
        try:
            with self._reading:
                piece = b"" if self._is_closed else self._read()
        finally:
            if self._is_closed:
                self.close()
        if not piece:
            raise StopIteration
        return piece

    def close(self) -> None:
        """Let go of the file or device, now or when the read in progress is over. May be called again."""
        self._is_closed = True
        if self._reading.acquire(blocking=False):
            try:
                self._release()
            finally:
                self._reading.release()

    def __enter__(self) -> Self:
        """Give the source."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None, /
    ) -> None:
        """Close it."""
        self.close()


class IterableSource(PieceSource):
    """Samples that something else gives.

    Args:
        pieces: The samples, in pieces of any length. One with a `close`, as generators have, is closed with the source.
        format: What they are.
    """

    def __init__(self, pieces: Iterable[bytes], format: SttFormat) -> None:  # noqa: A002 -- the users' word
        super().__init__(format)
        self._pieces: Final = iter(pieces)

    @override
    def _read(self) -> bytes:
        return next((piece for piece in self._pieces if piece), b"")

    @override
    def _release(self) -> None:
        with suppress(AttributeError):
            getattr(self._pieces, "close")()  # noqa: B009 -- only some iterators have it


class BytesSource(IterableSource):
    """Samples in memory.

    Args:
        data: The samples.
        format: What they are.
    """

    def __init__(self, data: bytes | bytearray | memoryview, format: SttFormat) -> None:  # noqa: A002
        whole = bytes(data)
        step = max(format.nbytes(1), format.bytes_per_sample)
        super().__init__((whole[at : at + step] for at in range(0, len(whole), step)), format)
        self.seconds: Final = format.seconds(len(whole))
        """How long they are."""
