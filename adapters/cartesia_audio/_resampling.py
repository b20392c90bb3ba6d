"""The only door to `soxr`, which has no types: any rate to any other, as a stream."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from cartesia_core.errors import MissingExtra

if TYPE_CHECKING:
    from cartesia_audio._pcm import Numbers

__all__ = ["Resampler"]


class Resampler:
    """Changes the sample rate of mono audio that comes in pieces.

    Args:
        from_rate: Of what comes, in Hz.
        to_rate: Of what is given, in Hz. The same rate costs nothing.

    Raises:
        MissingExtra: `soxr` is needed and not installed.
    """

    def __init__(self, from_rate: int, to_rate: int) -> None:
        self._stream: Final[Any] = (
            None if from_rate == to_rate else _load().ResampleStream(from_rate, to_rate, 1, dtype="float32")
        )

    def feed(self, samples: Numbers) -> Numbers:
        """Take a piece; give what is ready."""
        return samples if self._stream is None else self._stream.resample_chunk(samples)

    def finish(self) -> Numbers:
        """Give the rest."""
        nothing = np.zeros(0, np.float32)
        return nothing if self._stream is None else self._stream.resample_chunk(nothing, last=True)


def _load() -> Any:
    try:
        return importlib.import_module("soxr")
    except ImportError as error:
        raise MissingExtra('Changing a sample rate needs soxr: pip install "cartesia-core[audio]".') from error
