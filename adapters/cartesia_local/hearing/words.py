"""What is heard: words with their times, and text that grows without being revised."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile
from typing import Final

from attrs import frozen

SETTLING_SECONDS: Final = 1.5
"""So long after its end a word may be told. What is told early is not revised, and a recogniser's first opinion has two
and a half times as many wrong words as its last (measured on 20 sentences): so little of it is."""
SURE_SECONDS: Final = 0.3
"""The same with a closed vocabulary, where the first opinion is as good."""
SETTLING_TIMES: Final = 3
"""So often in a row it must have been heard."""


@frozen
class HeardWord:
    """A word with its times in seconds."""

    word: str
    start: float
    end: float


def text_of(words: Sequence[HeardWord]) -> str:
    """Give the words as text."""
    return " ".join(word.word for word in words)


class SettledText:
    """The text of a turn of which nothing is revised that was told once.

    A recogniser changes its mind about the last words. A word counts when it was heard three times in the same place
    and some time has passed since it ended.

    Args:
        settling_seconds: How much.
    """

    def __init__(self, settling_seconds: float) -> None:
        self._settling_seconds: Final = settling_seconds
        self._settled: list[HeardWord] = []
        self._last: list[Sequence[HeardWord]] = []

    @property
    def text(self) -> str:
        """What may be told."""
        return text_of(self._settled)

    def hear(self, words: Sequence[HeardWord], now: float) -> Sequence[HeardWord]:
        """Take what the recogniser believes at a time of the audio; give what may be settled of it."""
        self._last = [*self._last, self._fresh(words)][-SETTLING_TIMES:]
        if len(self._last) < SETTLING_TIMES:
            return ()
        agreed = takewhile(lambda same: len({word.word for word in same}) == 1, zip(*self._last, strict=False))
        return [same[-1] for same in takewhile(lambda same: same[-1].end + self._settling_seconds <= now, agreed)]

    def settle(self, words: Sequence[HeardWord]) -> bool:
        """Let words stay that `hear` gave; tell whether there are any."""
        self._settled += words
        self._last = [fresh[len(words) :] for fresh in self._last]
        return bool(words)

    def agreed(self, words: Sequence[HeardWord], others: Sequence[HeardWord]) -> Sequence[HeardWord]:
        """Give as many of the words that `hear` gave as somebody else heard too."""
        pairs = zip(words, self._fresh(others), strict=False)
        return [word for word, _ in takewhile(lambda pair: pair[0].word == pair[1].word, pairs)]

    def end(self, words: Sequence[HeardWord]) -> None:
        """Take what is believed at the end of an utterance; it stays."""
        self._settled += self._fresh(words)
        self._last = []

    def _fresh(self, words: Sequence[HeardWord]) -> list[HeardWord]:
        settled = self._settled[-1].end if self._settled else 0.0
        return [word for word in words if (word.start + word.end) / 2 > settled]
