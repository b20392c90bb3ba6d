"""Where the caller's audio lies in what the server heard, which is interspersed with silence sent to keep it awake."""

from __future__ import annotations

from typing import Final


class Timeline:
    """Bytes sent on one connection: the caller's, and silence of ours between them.

    Attributes:
        heard: Bytes sent in all: what the server counts its times by.
        said: The caller's own among them.
    """

    def __init__(self) -> None:
        self.heard: int = 0
        self.said: int = 0
        self._silences: Final[list[tuple[int, int]]] = []

    def add_audio(self, nbytes: int) -> None:
        """Take notice of audio of the caller's."""
        self.heard += nbytes
        self.said += nbytes

    def add_silence(self, nbytes: int) -> None:
        """Take notice of silence of ours."""
        if self._silences and sum(self._silences[-1]) == self.heard:
            start, before = self._silences.pop()
            self._silences.append((start, before + nbytes))
        else:
            self._silences.append((self.heard, nbytes))
        self.heard += nbytes

    def said_by(self, heard: int) -> int:
        """Tell how much of the caller's audio lies before a position that the server speaks of."""
        heard = min(heard, self.heard)
        silent = sum(min(nbytes, heard - start) for start, nbytes in self._silences if start < heard)
        return heard - silent
