"""A closed vocabulary: phrases that are heard, and nothing else, with their own spelling."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile
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
        self._places: Final[dict[str, list[tuple[int, int]]]] = {}
        for number, words in enumerate(self.words):
            for place, word in enumerate(words):
                self._places.setdefault(word, []).append((number, place))

    def spell(self, heard: Sequence[HeardWord]) -> list[HeardWord]:
        """Give words as the phrases spell them, each run of words as the phrase in which the longest run is found."""
        found: list[HeardWord] = []
        while len(found) < len(heard):
            rest = heard[len(found) :]
            places = self._places.get(rest[0].word, ())
            spelled = max((self._run(phrase, place, rest) for phrase, place in places), key=len, default=[rest[0].word])
            found += [evolve(word, word=text) for word, text in zip(rest, spelled, strict=False)]
        return found

    def _run(self, phrase: int, place: int, heard: Sequence[HeardWord]) -> list[str]:
        """Give the words of a phrase from a place on, as far as they were heard."""
        pairs = zip(self.words[phrase][place:], heard, self._spelled[phrase][place:], strict=False)
        return [spelled for _, _, spelled in takewhile(lambda each: each[0] == each[1].word, pairs)]


def _plain(word: str) -> str:
    return _NO_LETTER.sub("", word.lower().replace("\u2019", "'")).strip("'")
