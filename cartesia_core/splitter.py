"""Long text in pieces: at paragraphs, else sentences, else clauses, else words, else anywhere but inside a tag.

The pieces joined are the text, verbatim, because the server joins inputs verbatim too. Which marks end a sentence
is a matter of the writing systems of the languages served; the rules here are few and need no data.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final

from cartesia_core.errors import InvalidArgument

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["TextSplitter", "split_text"]

_CLOSERS: Final = "\"'\u2019\u201d\u00bb)\\]\u300d\u300f\uff09\u300b"
_PARAGRAPH: Final = re.compile(r"(?P<mark>\n[^\S\n]*\n)\s*")
# Western, Arabic, Urdu and Indic marks end a sentence before white space only; the full-width ones always.
_SENTENCE: Final = re.compile(
    rf"(?P<mark>[.!?\u2026\u061f\u06d4\u0964\u0965]+[{_CLOSERS}]*(?=\s)"
    rf"|[\u3002\uff01\uff1f\uff0e]+[{_CLOSERS}]*(?![\u3002\uff01\uff1f\uff0e{_CLOSERS}]))\s*"
)
_CLAUSE: Final = re.compile(r"(?P<mark>[,;:\u060c\u061b](?=\s)|\s[-\u2013](?=\s)|[\u2014\uff0c\u3001\uff1b\uff1a])\s*")
_WORD: Final = re.compile(r"(?P<mark>)\s+")
_LEVELS: Final = (_PARAGRAPH, _SENTENCE, _CLAUSE, _WORD)

_LAST_WORD: Final = re.compile(r"[^\s(\[\"'\u201c\u2018]*\Z")
_ABBREVIATIONS: Final = re.compile(
    r"(?:mr|mrs|ms|dr|prof|st|jr|sr|vs|etc|e\.g|i\.e|cf|vol|fig|approx|inc|ltd|gen|col|capt"
    r"|z\.b|d\.h|usw|bzw|nr|hr|fr|mme|mlle|sra|srta|p\.ej|ecc|sig|dott|[^\W\d_])\.",
    re.IGNORECASE,
)
_SPELL: Final = re.compile(r"<(/?)spell\s*>", re.IGNORECASE)
_TAG: Final = re.compile(
    r"<spell\s*>(?:(?!<spell\s*>).)*?</spell\s*>|<<[^\s<>]+>>|\[laughter\]|<(?:break|speed|volume|emotion)\s[^<>]*/>",
    re.IGNORECASE | re.DOTALL,
)
_NAMES: Final = ("break", "spell", "/spell", "speed", "volume", "emotion")


def _beginnings(words: Iterable[str]) -> str:
    return "|".join(sorted({re.escape(word[:length]) for word in words for length in range(1, len(word) + 1)}))


# A tag that is not complete at the end of the text; it may become one with more text.
_HALF_TAG: Final = re.compile(
    rf"(?:<(?:{'|'.join(_NAMES)})(?![\w-])[^<>]*|<(?:{_beginnings(_NAMES)})?|<<[^\s<>]*>?|\[(?:{_beginnings(['laughter'])})?)\Z",
    re.IGNORECASE,
)


def split_text(text: str, max_characters: int) -> list[str]:
    """Cut text into pieces of at most that many characters; joined they are the text.

    Each piece ends at the last paragraph that fits, else the last sentence, clause or word, else in mid-word. White
    space stays with what is before it. A tag (and what is between spell tags) is never cut; one that is longer than
    allowed makes a longer piece. Empty text gives no piece.

    Raises:
        InvalidArgument: `max_characters` is below 1.
    """
    _check_limit(max_characters)
    pieces: list[str] = []
    start = 0
    while len(text) - start > max_characters:
        end = _best_cut(text, start, start + max_characters, len(text))
        pieces.append(text[start:end])
        start = end
    return [*pieces, text[start:]] if start < len(text) else pieces


class TextSplitter:
    """Cuts a stream of text, e.g. from a language model, into sentences as they become complete.

    For contexts that are opened without server-side buffering, which want whole sentences. The pieces joined are the
    stream, and they do not depend on how the stream was sliced. A sentence is given once the next one has begun.

    Args:
        max_characters: A sentence longer than this is cut at a clause, word or anywhere, as `split_text` does.
        min_characters: Keep sentences together until they have at least that many characters.

    Raises:
        InvalidArgument: `max_characters` is below 1, or below `min_characters`.
    """

    def __init__(self, max_characters: int = 1000, *, min_characters: int = 1) -> None:
        _check_limit(max_characters)
        if min_characters > max_characters:
            raise InvalidArgument(f"min_characters is {min_characters}, above max_characters, {max_characters}.")
        self._max_characters = max_characters
        self._min_characters = min_characters
        # How long an unfinished tag may become before it is taken for text.
        self._patience = max(4 * max_characters, 1000)
        self._text = ""

    def feed(self, text: str) -> list[str]:
        """Take the next piece of the stream; give the sentences that are complete by now."""
        self._text += text
        return list(self._complete())

    def finish(self) -> list[str]:
        """End the stream: give what is left."""
        rest = split_text(self._text, self._max_characters)
        self._text = ""
        return rest

    def _complete(self) -> Iterable[str]:
        start = 0
        while end := self._cut(start):
            yield self._text[start:end]
            start = end
        self._text = self._text[start:]

    def _cut(self, start: int) -> int:
        """Give where the next piece ends, or 0 if more text is needed to know.

        Every decision rests on the text before it and the one character behind, never on how much more is there;
        so the pieces do not depend on slicing.
        """
        limit = start + self._max_characters
        for end in _ends(_SENTENCE, self._text, start, limit):
            if start + self._min_characters <= end < len(self._text) and _open_at(self._text, start, end) is None:
                return end
        if len(self._text) <= limit:
            return 0
        horizon = start + self._patience
        if _open_at(self._text, start, limit) == start and _TAG.match(self._text, start, horizon) is None:
            return 0 if len(self._text) < horizon else _best_cut(self._text, start, limit, horizon)
        return _best_cut(self._text, start, limit, horizon)


def _check_limit(max_characters: int) -> None:
    if max_characters < 1:
        raise InvalidArgument(f"max_characters is {max_characters}; at least 1 is needed.")


def _best_cut(text: str, start: int, limit: int, horizon: int) -> int:
    """Give the best end of a piece; it is behind `limit` only for a tag that is too long but ends before `horizon`."""
    for level in _LEVELS:
        for end in reversed(list(_ends(level, text, start, limit))):
            if _open_at(text, start, end) is None:
                return end
    opened = _open_at(text, start, limit)
    if opened == start:
        if tag := _TAG.match(text, start, horizon):
            return tag.end()
        # What seemed to begin here is text, or lacks its partner; a tag may begin behind it.
        opened = _open_at(text, start + 1, limit)
    if opened is not None:
        return opened
    alone = _SPELL.match(text, start)
    return max(_between_characters(text, start, limit), alone.end() if alone else 0)


def _ends(level: re.Pattern[str], text: str, start: int, limit: int) -> Iterable[int]:
    """Give the ends of what this level separates, as far as they fit."""
    for match in level.finditer(text, start, limit + 1):
        mark_end = match.end("mark")
        end = min(match.end(), limit)
        if mark_end <= limit and end > start and not (level is _SENTENCE and _abbreviates(text, start, mark_end)):
            yield end


def _abbreviates(text: str, start: int, mark_end: int) -> bool:
    match = _LAST_WORD.search(text, max(start, mark_end - 12), mark_end)
    return match is not None and _ABBREVIATIONS.fullmatch(match[0]) is not None


def _open_at(text: str, start: int, end: int) -> int | None:
    """Give where the tag, or the spelled text, begins that is not closed yet at `end`."""
    spell: int | None = None
    for match in _SPELL.finditer(text, start, end):
        if match[1]:
            spell = None
        elif spell is None:
            spell = match.start()
    if spell is not None:
        return spell
    half = _HALF_TAG.search(text, start, end)
    return None if half is None else half.start()


def _between_characters(text: str, start: int, limit: int) -> int:
    """Cut at the limit, or a little before it where that would part a character from its accents."""
    end = limit
    while end > start + 1 and _joins(text, end):
        end -= 1
    return limit if _joins(text, end) or _open_at(text, start, end) is not None else end


def _joins(text: str, end: int) -> bool:
    return unicodedata.category(text[end]).startswith("M") or "\u200d" in text[end - 1 : end + 1]
