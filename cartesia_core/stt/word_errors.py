"""How far a transcript is from what was said: the word error rate, for tests and comparisons."""

from __future__ import annotations

import re
from typing import Final

from attrs import frozen

_NOT_A_WORD: Final = re.compile(r"[^\w']+")


@frozen
class WordErrors:
    """The fewest changes that turn a transcript into what was said.

    Attributes:
        substitutions: Words in place of others.
        deletions: Words that are missing.
        insertions: Words too many.
        reference_words: Words that were said.
    """

    substitutions: int
    deletions: int
    insertions: int
    reference_words: int

    @property
    def total(self) -> int:
        """All errors."""
        return self.substitutions + self.deletions + self.insertions

    @property
    def rate(self) -> float:
        """Errors for each word that was said; 0 where nothing was, and nothing was understood."""
        if not self.reference_words:
            return float(self.insertions > 0)
        return self.total / self.reference_words


def word_errors(reference: str, transcript: str) -> WordErrors:
    """Compare a transcript with what was said. Capitals and punctuation do not count.

    Args:
        reference: What was said.
        transcript: What was understood.
    """
    said, understood = _words(reference), _words(transcript)
    # One row of the table of edit distances: errors by kind for the words of `said` so far and a prefix of the other.
    row = [(number, 0, 0, number) for number in range(len(understood) + 1)]
    for word in said:
        row = _next_row(row, word, understood)
    _, substitutions, deletions, insertions = row[-1]
    return WordErrors(substitutions, deletions, insertions, len(said))


_Errors = tuple[int, int, int, int]


def _next_row(row: list[_Errors], word: str, understood: list[str]) -> list[_Errors]:
    total, substitutions, deletions, insertions = row[0]
    following = [(total + 1, substitutions, deletions + 1, insertions)]
    for index, other in enumerate(understood):
        total, substitutions, deletions, insertions = row[index]
        wrong = int(word != other)
        replaced = (total + wrong, substitutions + wrong, deletions, insertions)
        total, substitutions, deletions, insertions = row[index + 1]
        missing = (total + 1, substitutions, deletions + 1, insertions)
        total, substitutions, deletions, insertions = following[-1]
        added = (total + 1, substitutions, deletions, insertions + 1)
        following.append(min(replaced, missing, added))
    return following


def _words(text: str) -> list[str]:
    return [word for word in _NOT_A_WORD.split(text.casefold()) if word.strip("'")]
