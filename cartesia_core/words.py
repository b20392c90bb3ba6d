"""Words with their times: joined per language, and found again in the transcript they were spoken from.

Source of what servers report: protocol notes, section 9: entries may be single characters (zh, ja), may carry
transcript tags, and may be what was spoken rather than what was written ("twenty" for "20").
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Protocol

from attrs import frozen

from cartesia_core.errors import RemoteProtocolError
from cartesia_core.transcript import Text, strip_tags, tokenize

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["Word", "WordTimes", "find_words", "join_words", "needs_space", "words_of"]


@frozen
class Word:
    """One spoken entry and when it sounds, from the beginning of the audio it belongs to."""

    text: str
    start_seconds: float
    end_seconds: float


class WordTimes(Protocol):
    """What carries word times: three arrays of one length, as the wire has them."""

    @property
    def words(self) -> Sequence[str]:
        """The entries, as reported."""
        ...

    @property
    def start(self) -> Sequence[float]:
        """When each begins, in seconds."""
        ...

    @property
    def end(self) -> Sequence[float]:
        """When each ends, in seconds."""
        ...


def words_of(times: WordTimes) -> list[Word]:
    """Pair the arrays; one word for each reported entry, nothing merged.

    Raises:
        RemoteProtocolError: The arrays differ in length.
    """
    if not len(times.words) == len(times.start) == len(times.end):
        raise RemoteProtocolError(
            f"The server sent {len(times.words)} words with {len(times.start)} starts and {len(times.end)} ends."
        )
    return [Word(*entry) for entry in zip(times.words, times.start, times.end, strict=True)]


_UNSPACED_LANGUAGES: Final = frozenset({"zh", "ja", "th", "lo", "km", "my"})
# Han, kana and their punctuation and full-width forms; Thai, Lao, Burmese, Khmer. Not Hangul, which has spaces.
_UNSPACED: Final = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3000-\u312f\u31a0-\u31bf\u31f0-\u31ff\u3400-\u9fff\uf900-\ufaff"
    "\uff00-\uff9f\U00020000-\U0003ffff]"
)
_CLINGS_LEFT: Final = re.compile(r"[,.;:!?%\u2026\u060c\u061b\u061f\u06d4\u0964)\]}\u00bb\u2019\u201d]+")
_CLINGS_RIGHT: Final = re.compile(r"[(\[{\u00ab\u2018\u201c\u00bf\u00a1]+")


def join_words(words: Iterable[str], language: str | None = None) -> str:
    """Join reported entries as the language writes them.

    Chinese, Japanese, Thai, Lao, Khmer and Burmese go without spaces, except between two whole words of another
    script; everything else, Korean too, has spaces. Entries that are only punctuation cling to their neighbour.

    Args:
        words: The entries; one that brings its own space gets no other.
        language: Code such as `ja` or `zh-CN`. Without it the characters decide.
    """
    text = ""
    last = ""
    for word in words:
        text += f" {word}" if needs_space(last, word, language) else word
        last = word or last
    return text


def needs_space(left: str, right: str, language: str | None = None) -> bool:
    """Tell whether a space belongs between two neighbouring entries; see `join_words`."""
    if not left or not right or left[-1].isspace() or right[0].isspace():
        return False
    if _CLINGS_LEFT.fullmatch(right) or _CLINGS_RIGHT.fullmatch(left):
        return False
    if _UNSPACED.match(left[-1]) or _UNSPACED.match(right[0]):
        return False
    # In such a language single characters are pieces of a number or a name, two words are two words.
    unspaced = language is not None and re.split(r"[-_]", language.lower())[0] in _UNSPACED_LANGUAGES
    return not unspaced or (len(left) > 1 and len(right) > 1)


def find_words(transcript: str, words: Iterable[str]) -> list[tuple[int, int] | None]:
    """Find each word's place in the transcript, as (start, end) of its characters, tags left out.

    Entries that do not occur as written, such as a number spoken in words, share the stretch between their
    neighbours; `None` where there is no such stretch. Places never go backwards, and a stretch may contain a tag.
    """
    plain = [strip_tags(word).strip() for word in words]
    places = iter(_Finder(transcript).find([word for word in plain if word]))
    return [next(places) if word else None for word in plain]


class _Finder:
    # How much text may be passed over to find the next word, for each entry that was not found in between.
    REACH: Final = 32

    def __init__(self, transcript: str) -> None:
        spoken: list[str] = []
        self._places: list[int] = []
        for token in tokenize(transcript):
            if isinstance(token.piece, Text):
                spoken.append(token.piece.text)
                self._places.extend(range(token.start, token.end))
        # Not `casefold`, which changes lengths and with them the places.
        self._spoken = "".join(character.lower()[0] for character in "".join(spoken))

    def find(self, words: Sequence[str]) -> list[tuple[int, int] | None]:
        places: list[tuple[int, int] | None] = []
        at, missed = 0, 0
        for word in words:
            start = self._next(word, at, self.REACH * (missed + 1))
            if start < 0:
                missed += 1
                continue
            places += [self._place(at, start)] * missed
            places.append(self._place(start, start + len(word)))
            at, missed = start + len(word), 0
        return places + [self._place(at, len(self._spoken))] * missed

    def _next(self, word: str, at: int, reach: int) -> int:
        wanted = "".join(character.lower()[0] for character in word)
        start = self._spoken.find(wanted, at, at + reach + len(wanted))
        while start >= 0 and self._is_inside_word(start, wanted):
            start = self._spoken.find(wanted, start + 1, at + reach + len(wanted))
        return start

    def _is_inside_word(self, start: int, wanted: str) -> bool:
        end = start + len(wanted)
        before, after = self._spoken[max(start - 1, 0) : start], self._spoken[end : end + 1]
        return _continues(before, wanted[0]) or _continues(wanted[-1], after)

    def _place(self, start: int, end: int) -> tuple[int, int] | None:
        stretch = self._spoken[start:end]
        start += len(stretch) - len(stretch.lstrip())
        end -= len(stretch) - len(stretch.rstrip())
        return (self._places[start], self._places[end - 1] + 1) if start < end else None


def _continues(before: str, after: str) -> bool:
    """Tell whether a word goes on across two characters, in a script with spaces."""
    both = before + after
    return len(both) == 2 and both.isalnum() and not _UNSPACED.search(both)
