"""Text on its way from a file, an argument or a slow pipe to the server, cut into sentences.

A thread reads, so that a pipe which gives nothing for minutes holds nobody up. What was read and is not wanted yet is
bounded: a pipe that never ends fills no memory.
"""

from __future__ import annotations

import re
from collections import deque
from threading import Condition, Thread
from typing import TYPE_CHECKING, Final

from cartesia_core.splitter import TextSplitter

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["Feed"]

MAX_CHARACTERS: Final = 1000
"""Longest piece: a longer sentence is cut at a clause or a word."""
MAX_WAITING: Final = 16
"""Pieces that may wait before reading goes on."""
PAUSE_SECONDS: Final = 0.25
"""Without more text for so long, a text that ends like a sentence is taken for one."""

_ENDS_SENTENCE: Final = re.compile(r"(?:[.!?\u2026\u3002\uff01\uff1f]['\")\]\u00bb\u201d\u2019\u300d]*\s*|\n\s*)\Z")
_OPEN_TAG: Final = re.compile(r"<[^>]*\Z|<spell\s*>(?:(?!</spell\s*>).)*\Z", re.IGNORECASE | re.DOTALL)


class Feed:
    """Gives a text as pieces that each are worth speaking; joined, they are the text without blanks at its end.

    Args:
        blocks: The text; taking the next block may take for ever. An error in it is raised by `take`.
    """

    def __init__(self, blocks: Iterable[str]) -> None:
        self._blocks: Final = blocks
        self._splitter: Final = TextSplitter(MAX_CHARACTERS)
        self._changed: Final = Condition()
        self._pieces: Final[deque[str]] = deque()
        self._held = ""
        """What the splitter holds."""
        self._blank = ""
        """Blank text that goes with the next piece: alone there is nothing to speak in it."""
        self._is_over = False
        self._error: BaseException | None = None

    def start(self) -> None:
        """Begin to read."""
        # A daemon: a pipe that gives nothing more must not keep the process alive.
        Thread(target=self._read, name="cartesia-feed", daemon=True).start()

    def wait(self) -> bool:
        """Wait until there is something to speak; False when the text is over.

        Raises:
            BaseException: What reading raised, once all text before it was taken.
        """
        with self._changed:
            while not self._pieces:
                if self._is_over:
                    return self._end()
                if not self._changed.wait(PAUSE_SECONDS):
                    self._release_sentence()
            return True

    def take(self, seconds: float) -> str | None:
        """Give the next piece, waiting for it at most so long; None if there is none yet, or no more."""
        with self._changed:
            if not self._pieces and not self._is_over and not self._changed.wait(seconds):
                self._release_sentence()
            if not self._pieces:
                return None
            self._changed.notify_all()
            return self._pieces.popleft()

    def put_back(self, pieces: Iterable[str]) -> None:
        """Take pieces back that were not spoken; they come first."""
        with self._changed:
            self._pieces.extendleft(reversed(list(pieces)))
            self._changed.notify_all()

    @property
    def is_over(self) -> bool:
        """Whether all was read and taken."""
        with self._changed:
            return self._is_over and not self._pieces

    def _end(self) -> bool:
        if self._error is not None:
            raise self._error
        return False

    def _read(self) -> None:
        try:
            for block in self._blocks:
                self._add(block)
        except BaseException as error:
            self._error = error
        with self._changed:
            self._give(self._splitter.finish())
            self._is_over = True
            self._changed.notify_all()

    def _add(self, block: str) -> None:
        with self._changed:
            self._held += block
            self._give(self._splitter.feed(block))
            while len(self._pieces) > MAX_WAITING:
                self._changed.wait()

    def _give(self, pieces: Sequence[str]) -> None:
        self._held = self._held[sum(map(len, pieces)) :]
        for piece in pieces:
            if piece.strip():
                self._pieces.append(self._blank + piece)
                self._blank = ""
            else:
                self._blank += piece
        self._changed.notify_all()

    def _release_sentence(self) -> None:
        """Give what the splitter holds if it ends like a sentence; it would wait for the next one to begin."""
        if self._held.strip() and _ENDS_SENTENCE.search(self._held) and not _OPEN_TAG.search(self._held):
            self._give(self._splitter.finish())
