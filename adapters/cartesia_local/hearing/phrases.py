"""A closed vocabulary: phrases that are heard, and nothing else, with their own spelling."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from attrs import evolve

from cartesia_core.errors import InvalidArgument
from cartesia_local.hearing.words import HeardWord

_NO_LETTER: Final = re.compile(r"[^a-z']+")
MAX_WORDS: Final = 10_000
"""Of all phrases together."""


class Phrases:
    """Phrases, as they are written and as a dictionary has their words.

    Args:
        phrases: Each of words in English, with any capitals and punctuation.

    Raises:
        InvalidArgument: One has no word, or they are too long.
    """

    def __init__(self, phrases: Sequence[str]) -> None:
        self._spelled: Final = [[word for word in phrase.split() if _plain(word)] for phrase in phrases]
        self.words: Final[list[list[str]]] = [[_plain(word) for word in phrase] for phrase in self._spelled]
        """The words of each, as in a dictionary."""
        if isinstance(phrases, str) or not self.words or not all(self.words):
            raise InvalidArgument("stt_phrases must be a list of phrases, each of one word or more.")
        if sum(map(len, self.words)) > MAX_WORDS:
            raise InvalidArgument(f"stt_phrases has more than {MAX_WORDS} words.")

    def spell(self, heard: Sequence[HeardWord]) -> list[HeardWord]:
        """Give words as the phrases spell them. One that begins no phrase stays as it is."""
        found: list[HeardWord] = []
        while len(found) < len(heard):
            rest = heard[len(found) :]
            best = max(range(len(self.words)), key=lambda index: self._fit(index, rest), default=None)
            spelled = [] if best is None else self._spelled[best][: self._fit(best, rest)]
            found += [evolve(word, word=text) for word, text in zip(rest, spelled or [rest[0].word], strict=False)]
        return found

    def _fit(self, index: int, heard: Sequence[HeardWord]) -> int:
        """Count the words from a phrase's beginning on that were heard."""
        count = 0
        for word, each in zip(self.words[index], heard, strict=False):
            if word != each.word:
                break
            count += 1
        return count


def _plain(word: str) -> str:
    return _NO_LETTER.sub("", word.lower().replace("\u2019", "'")).strip("'")
