"""How words are to be said: what a pronunciation dictionary does to a transcript."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final, TypeAlias

from attrs import frozen

from cartesia_core import transcript

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["AS_WRITTEN", "Entry", "Lexicon", "Said"]


@frozen
class Entry:
    """One word, or several in a row.

    Args:
        text: What stands in the transcript.
        said: What is said for it: other text, phonemes in `<<...|...>>`, or both.
        case_sensitive: Whether capitals matter.
    """

    text: str
    said: str
    case_sensitive: bool = False


@frozen
class Said:
    """Words of the transcript that are said otherwise than they are written."""

    written: str
    pieces: tuple[transcript.Piece, ...]


Piece: TypeAlias = transcript.Piece | Said


@frozen
class Lexicon:
    """Some entries. Of several that fit at one place the longest counts; of equal ones the first."""

    entries: tuple[Entry, ...] = ()

    def applied(self, pieces: Sequence[transcript.Piece]) -> Iterator[Piece]:
        """Give a transcript's pieces with the words replaced; what is spelled stays as it is."""
        is_spelling = False
        for piece in pieces:
            if isinstance(piece, (transcript.SpellBegin, transcript.SpellEnd)):
                is_spelling = isinstance(piece, transcript.SpellBegin)
            if isinstance(piece, transcript.Text) and self.entries and not is_spelling:
                yield from self._replaced(piece.text)
            else:
                yield piece

    def _replaced(self, text: str) -> Iterator[Piece]:
        place = 0
        ordered, pattern = _compiled(self.entries)
        for match in pattern.finditer(text):
            entry = ordered[(match.lastindex or 1) - 1]
            if match.start() > place:
                yield transcript.Text(text[place : match.start()])
            yield Said(match[0], tuple(token.piece for token in transcript.tokenize(entry.said)))
            place = match.end()
        if place < len(text):
            yield transcript.Text(text[place:])


AS_WRITTEN: Final = Lexicon()
"""Changes nothing."""


@lru_cache(maxsize=32)
def _compiled(entries: tuple[Entry, ...]) -> tuple[tuple[Entry, ...], re.Pattern[str]]:
    ordered = tuple(sorted(entries, key=lambda entry: -len(entry.text)))
    return ordered, re.compile("|".join(f"({_bounded(entry)})" for entry in ordered))


def _bounded(entry: Entry) -> str:
    """Match whole words; where the text begins or ends with a sign, nothing is asked of what stands beside it."""
    before = r"(?<!\w)" if re.match(r"\w", entry.text) else ""
    after = r"(?!\w)" if re.search(r"\w\Z", entry.text) else ""
    escaped = re.escape(entry.text)
    return before + (escaped if entry.case_sensitive else f"(?i:{escaped})") + after
