"""From the engine's events to the times of words and phonemes.

The engine's word events do not match the words of a text: "of the" gives one, "3.14%" four, a dash none. So a word is
what stands between spaces; it begins at the first event that lies inside it. Words that share an event share its
phonemes in proportion to what each has when spoken alone. (Measured on 298 words: all right but a dash, which is not
spoken; beginnings 7 ms, ends 6 ms from a forced alignment, in the median.)
"""

from __future__ import annotations

import math
from itertools import accumulate
from typing import TYPE_CHECKING, Final, TypeAlias

from attrs import frozen

from cartesia_local.speech.protocol import CLAUSE_END, PHONEME, SAMPLE_RATE, WORD, Event

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["PhonemeTime", "Time", "Timeline", "Token", "WordTime"]


@frozen
class WordTime:
    """A word of the transcript, as written there, without tags.

    A word that is not spoken, such as a dash, lasts no time at all. Seconds count from the utterance's beginning.
    """

    word: str
    start_seconds: float
    end_seconds: float


@frozen
class PhonemeTime:
    """A phoneme in IPA, with its stress mark where it has one. Seconds count from the utterance's beginning."""

    phoneme: str
    start_seconds: float
    end_seconds: float


Time: TypeAlias = WordTime | PhonemeTime


@frozen
class Token:
    """A word as it is written, and where it stands in the text that the engine gets (code points, end exclusive)."""

    word: str
    start: int
    end: int


@frozen
class _Sound:
    start: int
    end: int


class Timeline:
    """Takes the events of one job in order and gives times in order.

    Args:
        text: What the engine gets.
        tokens: Its words; `None` where the engine's own events say what a word is.
        origin: Samples of the utterance before this job.
    """

    def __init__(self, text: str, tokens: Sequence[Token] | None, origin: int) -> None:
        self._text: Final = text
        self._tokens: Final = None if tokens is None else tuple(tokens)
        self._origin: Final = origin
        self._counts: tuple[int, ...] = ()
        self._phoneme: tuple[str, int] | None = None
        self._sounds: list[_Sound] = []
        self._group: tuple[int, int] | None = None  # place in the text, or token; first sample
        self._next = 0  # first place or token not yet given
        self._now = 0

    @property
    def settled(self) -> float:
        """Samples up to which all ends of words have been given; infinite between words.

        Sound up to here may be handed on without running ahead of the times.
        """
        return math.inf if self._group is None else self._group[1]

    def count(self, counts: tuple[int, ...]) -> None:
        """Take the number of phonemes that each token has when spoken alone."""
        self._counts = counts

    def feed(self, events: Iterable[Event]) -> list[Time]:
        """Take events; give what is certain by now."""
        found: list[Time] = []
        for event in events:
            self._now = max(self._now, event.sample)
            if event.kind == PHONEME:
                found += self._start_phoneme(event.label)
            elif event.kind == WORD:
                found += self._start_word(event.position - 1)
            elif event.kind == CLAUSE_END:
                found += self._end_clause(event.position)
        return found

    def finish(self, samples: int) -> list[Time]:
        """Give what is left, when the job is over.

        Args:
            samples: Length of the job.
        """
        self._now = samples
        last = len(self._text) if self._tokens is None else len(self._tokens)
        return [*self._end_phoneme(), *self._end_group(last)]

    def _start_phoneme(self, label: str) -> list[Time]:
        found = self._end_phoneme()
        # "" is a pause, "(en)" a change to another language's pronunciation: neither is a sound.
        if label and not label.startswith("("):
            self._phoneme = label, self._now
        return found

    def _end_phoneme(self) -> list[Time]:
        if self._phoneme is None:
            return []
        label, start = self._phoneme
        self._phoneme = None
        self._sounds.append(_Sound(start, self._now))
        return [PhonemeTime(label, self._seconds(start), self._seconds(self._now))]

    def _start_word(self, place: int) -> list[Time]:
        index = place if self._tokens is None else self._token_at(place)
        if self._group is not None and index <= self._group[0]:
            return []
        found = [*self._end_phoneme(), *self._end_group(index)]
        if index >= self._next and (self._tokens is None or index < len(self._tokens)):
            self._group = index, self._now
        return found

    def _end_clause(self, read: int) -> list[Time]:
        found = self._end_phoneme()
        if self._tokens is None:
            return found + self._end_group(read)
        index = self._next
        while index < len(self._tokens) and self._tokens[index].start < read:
            index += 1
        # A word that goes on behind the clause ("wait...what") is not over.
        if index > self._next and self._tokens[index - 1].end > read:
            return found
        return found + self._end_group(index)

    def _token_at(self, place: int) -> int:
        assert self._tokens is not None
        index = self._next if self._group is None else self._group[0]
        while index + 1 < len(self._tokens) and self._tokens[index + 1].start <= place:
            index += 1
        return index

    def _end_group(self, end: int) -> list[Time]:
        """Give the words before `end` that have not been given."""
        if end <= self._next:
            return []
        first, start = self._group or self._group_without_event(end)
        found = self._words(start, first, end)
        self._next, self._group = end, None
        self._sounds.clear()
        return found

    def _group_without_event(self, end: int) -> tuple[int, int]:
        return (self._next, self._sounds[0].start) if self._sounds else (end, self._now)

    def _words(self, start: int, first: int, end: int) -> list[Time]:
        stop = max(start, self._sounds[-1].end) if self._sounds else start
        if self._tokens is None:
            word = self._text[self._next : end].strip()
            return [WordTime(word, self._seconds(start), self._seconds(stop))] if word else []
        silent = [0] * (first - self._next)  # skipped before the group began
        counts = self._counts[first:end] if any(self._counts[first:end]) else (1,) * (end - first)
        edges = [start, *self._edges(start, stop, counts)]
        edges = [*(start for _ in silent), *edges]
        tokens = self._tokens[self._next : end]
        return [
            WordTime(token.word, self._seconds(edges[index]), self._seconds(edges[index + 1]))
            for index, token in enumerate(tokens)
        ]

    def _edges(self, start: int, stop: int, counts: Sequence[int]) -> list[int]:
        """Give where each word of a group ends, when it has so many of the group's sounds."""
        total = sum(counts)
        edges = [self._sample_of(share * len(self._sounds) / total, start) for share in accumulate(counts)]
        return [*edges[:-1], stop] if edges else []

    def _sample_of(self, sounds: float, start: int) -> int:
        """Give the sample after so many sounds, which need not be a whole number."""
        whole = int(sounds)
        if whole >= len(self._sounds):
            return self._sounds[-1].end if self._sounds else start
        sound = self._sounds[whole]
        begin = sound.start if whole else start
        return round(begin + (sounds - whole) * (sound.end - begin))

    def _seconds(self, sample: int) -> float:
        return (self._origin + sample) / SAMPLE_RATE
