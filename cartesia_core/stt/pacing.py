"""Sending audio no faster than it was spoken: what the sockets ask for (protocol notes, section 10)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from cartesia_core.stt.samples import SttFormat

PIECE_SECONDS: Final = 0.1
"""Length of one message, as the vendor recommends."""
_LARGEST_LAG_SECONDS: Final = 1.0


def pieces(data: bytes, format: SttFormat) -> Iterator[bytes]:  # noqa: A002 -- the users' word
    """Cut audio into messages of 100 milliseconds; the last one may be shorter."""
    step = max(format.nbytes(PIECE_SECONDS), format.bytes_per_sample)
    for start in range(0, len(data), step):
        yield data[start : start + step]


class Pacer:
    """Says when the next piece of audio is due, counted from the first one, so that no error adds up.

    Who falls behind by up to a second may catch up; beyond that the lost time is let go.

    Args:
        format: What the audio is.
    """

    def __init__(self, format: SttFormat) -> None:  # noqa: A002 -- the users' word
        self._format: Final = format
        self._nbytes: int = 0
        self._start: float | None = None

    def pause_seconds(self, nbytes: int, *, now: float) -> float:
        """Tell how long to wait before sending so many bytes, which then count as sent.

        Args:
            nbytes: Size of the piece.
            now: Seconds on the caller's clock.
        """
        if self._start is None:
            self._start = now
        due = self._start + self._nbytes / self._format.bytes_per_second
        self._nbytes += nbytes
        lag = now - due
        if lag > _LARGEST_LAG_SECONDS:
            self._start += lag - _LARGEST_LAG_SECONDS
        return max(0.0, -lag)
