"""Audio kept until it is known to be transcribed, in bounded memory."""

from __future__ import annotations

from collections import deque
from typing import Final


class AudioTape:
    """What was sent and is not known to be transcribed. When there is too much of it, the oldest goes first.

    Positions are bytes from the beginning of all audio. What is dropped is a whole number of samples.

    Args:
        limit_nbytes: What may be kept.
        bytes_per_sample: To cut between samples.

    Attributes:
        end: Position behind the newest audio.
        accepted: Position up to which the audio is known to be transcribed.
    """

    def __init__(self, limit_nbytes: int, bytes_per_sample: int) -> None:
        self._limit: Final = limit_nbytes
        self._size: Final = bytes_per_sample
        self._pieces: Final[deque[bytes]] = deque()
        self._start: int = 0
        self.end: int = 0
        self.accepted: int = 0

    @property
    def start(self) -> int:
        """Position of the oldest audio that is kept."""
        return self._start

    @property
    def dropped_nbytes(self) -> int:
        """Bytes that are neither known to be transcribed nor kept any more."""
        return max(0, self._start - self.accepted)

    def add(self, data: bytes) -> None:
        """Keep audio."""
        self.end += len(data)
        if not self._limit:
            self._start = self.end
            return
        self._pieces.append(data)
        self._cut(self._aligned_up(self.end - self._limit))

    def accept(self, position: int) -> None:
        """Take notice that the audio up to a position is transcribed; going back is ignored."""
        position = min(position, self.end)
        if position > self.accepted:
            self.accepted = position
            self._cut(position // self._size * self._size)

    def rest(self) -> list[bytes]:
        """Give what is kept, in order."""
        return list(self._pieces)

    def restart(self) -> None:
        """Take notice that a new session begins with what is kept: what was dropped before is lost for good."""
        self.accepted = max(self.accepted, self._start)

    def _aligned_up(self, position: int) -> int:
        return -(-position // self._size) * self._size

    def _cut(self, position: int) -> None:
        """Forget what lies before a position."""
        while self._pieces and self._start + len(self._pieces[0]) <= position:
            self._start += len(self._pieces.popleft())
        if self._pieces and position > self._start:
            self._pieces[0] = self._pieces[0][position - self._start :]
            self._start = position
