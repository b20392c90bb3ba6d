"""The only door to `av` (PyAV, FFmpeg), for what libsndfile does not know: MP4, WebM, AAC."""

from __future__ import annotations

import importlib
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from cartesia_core.errors import MissingExtra, SourceError

if TYPE_CHECKING:
    from collections.abc import Generator
    from typing import BinaryIO

    from cartesia_audio._pcm import Numbers

__all__ = ["MediaReader"]

_MICROSECONDS: Final = 1_000_000


class MediaReader:
    """Decodes the first audio track, frame by frame, mixed down to one channel.

    Args:
        file: Open at its beginning, and left open.

    Raises:
        SourceError: There is no audio in it, or none that can be decoded.
        MissingExtra: `av` is not installed.
    """

    def __init__(self, file: BinaryIO) -> None:
        av = _load()
        self._error: Final = av.FFmpegError
        try:
            self._container: Final[Any] = av.open(file)
            tracks = self._container.streams.audio
            if not tracks:
                raise SourceError("it has no audio track")
            self.sample_rate: Final[int] = tracks[0].rate
        except self._error as error:
            raise SourceError(_reason(error)) from error
        self._mix: Final[Any] = av.AudioResampler(format="flt", layout="mono", rate=self.sample_rate)
        self._blocks: Final = self._decoded(tracks[0])

    @property
    def seconds(self) -> float | None:
        """How long the audio is; None where the header does not say it."""
        duration: int | None = self._container.duration
        return None if duration is None else duration / _MICROSECONDS

    def read(self) -> Numbers:
        """Give the next block; nothing at the end.

        Raises:
            SourceError: The rest cannot be decoded.
        """
        try:
            return next((block for block in self._blocks if len(block)), np.zeros(0, np.float32))
        except self._error as error:
            raise SourceError(_reason(error)) from error

    def close(self) -> None:
        """Let go of the decoder."""
        self._blocks.close()
        self._container.close()

    def _decoded(self, track: Any) -> Generator[Numbers, None, None]:
        for frame in chain(self._container.decode(track), (None,)):
            for mixed in self._mix.resample(frame):
                yield mixed.to_ndarray().reshape(-1)


def _reason(error: Exception) -> str:
    return str(getattr(error, "strerror", None) or error).rstrip(".").lower()


def _load() -> Any:
    try:
        return importlib.import_module("av")
    except ImportError as error:
        raise MissingExtra('MP4, M4A, AAC and WebM need PyAV: pip install "cartesia-core[media]".') from error
