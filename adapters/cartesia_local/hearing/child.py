"""The child process: recognises what comes on its standard input, says on its standard output what was heard.

It is run as a file and imports the recogniser only: that holds the interpreter's lock while it works, and takes 90 MB.

Commands are a letter, a length (32 bits, little endian) and a payload:

- `G`, JSON: phrases, each a list of words; nothing else is heard from then on.
- `A`, samples (16 bit, little endian, mono, 16 kHz): more of an utterance, the first of which begins it.
- `R`, samples: a whole recording; answered like an end.
- `P`: asks what was heard so far.
- `E`: ends the utterance, and asks what was heard in it.

Answers are a line of JSON each: the words with their times in seconds from the utterance's beginning, or the words of
the phrases that the dictionary lacks, before the process ends.
"""

from __future__ import annotations

import importlib
import json
import re
import struct
import sys
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

RATE: Final = 16000
HEADER: Final = struct.Struct("<cI")
FRAMES_PER_SECOND: Final = 100
USUAL_CMN: Final = "57.15,-0.52,-0.52,9.75,-8.65,-1.09,-6.26,-8.75,-2.72,-4.70,4.40,-3.92,-1.58"
"""Where the running mean of the cepstrum begins in every utterance: that of speech of the usual loudness. With the
recogniser's own start twice as many words are wrong (measured on 20 sentences)."""
FIRST_OPINION: Final = "--first-opinion"
"""Argument of a process that is asked for nothing else, so that it leaves out what is done after an utterance."""
UNLIKELY: Final = 1e-4
"""Probability of entering or leaving a phrase elsewhere than at its ends, which an utterance does that was cut."""
_NO_WORD: Final = re.compile(r"<.*>|\[.*\]|\+\+.*\+\+|\(NULL\)")
_VARIANT: Final = re.compile(r"\(\d+\)\Z")

Word = tuple[str, float, float]
Transition = tuple[int, int, float] | tuple[int, int, float, str]


class _Segment(Protocol):
    word: str
    start_frame: int
    end_frame: int


class _Decoder(Protocol):
    def start_utt(self) -> None: ...
    def process_raw(self, pcm: bytes, *, full_utt: bool) -> object: ...
    def end_utt(self) -> None: ...
    def seg(self) -> Iterable[_Segment] | None: ...
    def set_cmn(self, cmn: str) -> None: ...
    def reinit_feat(self) -> None: ...
    def lookup_word(self, word: str) -> str | None: ...
    def create_fsg(self, name: str, start_state: int, final_state: int, transitions: list[Transition]) -> object: ...
    def add_fsg(self, name: str, fsg: object) -> None: ...
    def activate_search(self, name: str) -> None: ...


class _Make(Protocol):
    def __call__(self, *, samprate: int, loglevel: str, fwdflat: bool, bestpath: bool) -> _Decoder: ...


class Hearing:
    """A recogniser and the utterance it hears."""

    def __init__(self, *, is_thorough: bool) -> None:
        make: _Make = importlib.import_module("pocketsphinx").Decoder
        self._decoder: Final = make(samprate=RATE, loglevel="FATAL", fwdflat=is_thorough, bestpath=is_thorough)
        self._is_open = False

    def restrict(self, phrases: Sequence[Sequence[str]]) -> list[str]:
        """Hear nothing but these phrases. Gives the words that the dictionary lacks; then nothing has changed."""
        words = {word for phrase in phrases for word in phrase}
        missing = sorted(word for word in words if self._decoder.lookup_word(word) is None)
        if not missing:
            self._decoder.add_fsg("phrases", self._decoder.create_fsg("phrases", 0, 1, transitions(phrases)))
            self._decoder.activate_search("phrases")
        return missing

    def hear(self, pcm: bytes) -> None:
        """Take more of an utterance."""
        if not self._is_open:
            self._decoder.set_cmn(USUAL_CMN)
            self._decoder.start_utt()
            self._is_open = True
        self._decoder.process_raw(pcm, full_utt=False)

    def words(self) -> list[Word]:
        """Give what was heard so far."""
        return self._words() if self._is_open else []

    def end(self) -> list[Word]:
        """End the utterance; give what was heard in it."""
        if not self._is_open:
            return []
        before = self._words()
        self._decoder.end_utt()
        self._is_open = False
        # Of an utterance that ends within a phrase nothing may be left.
        return self._words() or before

    def recognise(self, pcm: bytes) -> list[Word]:
        """Give what was heard in a recording."""
        # What it has learnt of the noise and the mean of the cepstrum would change what it hears next.
        self._decoder.reinit_feat()
        self._decoder.start_utt()
        self._decoder.process_raw(pcm, full_utt=True)
        self._is_open = True
        return self.end()

    def _words(self) -> list[Word]:
        return [_word(segment) for segment in self._decoder.seg() or () if not _NO_WORD.fullmatch(segment.word)]


def transitions(phrases: Sequence[Sequence[str]]) -> list[Transition]:
    """Give a grammar of phrases in any order, from state 0 to state 1; each may be entered and left at any word."""
    found: list[Transition] = [(1, 0, 0.5)]
    state = 1
    for phrase in phrases:
        before = 0
        for place, word in enumerate(phrase):
            state += 1
            is_last = place == len(phrase) - 1
            found += [(before, state, 0.9, word), (state, 1, 1.0 if is_last else UNLIKELY)]
            if place:
                found.append((0, before, UNLIKELY))
            before = state
    return found


def _word(segment: _Segment) -> Word:
    start, end = segment.start_frame / FRAMES_PER_SECOND, (segment.end_frame + 1) / FRAMES_PER_SECOND
    return _VARIANT.sub("", segment.word), start, end


def _answer(words: list[Word]) -> None:
    _write([{"word": word, "start": start, "end": end} for word, start, end in words])


def _write(value: object) -> None:
    sys.stdout.write(json.dumps(value) + "\n")
    sys.stdout.flush()


def main() -> None:
    """Work until the standard input ends."""
    hearing = Hearing(is_thorough=FIRST_OPINION not in sys.argv)
    while len(header := sys.stdin.buffer.read(HEADER.size)) == HEADER.size:
        kind, nbytes = HEADER.unpack(header)
        payload = sys.stdin.buffer.read(nbytes)
        if kind == b"A":
            hearing.hear(payload)
        elif kind == b"P":
            _answer(hearing.words())
        elif kind == b"E":
            _answer(hearing.end())
        elif kind == b"R":
            _answer(hearing.recognise(payload))
        elif missing := hearing.restrict(json.loads(payload)):
            _write({"missing": missing})
            return


if __name__ == "__main__":
    main()
