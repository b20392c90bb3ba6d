"""The child process: recognises what comes on its standard input, says on its standard output what was heard.

It is run as a file and imports the recogniser only: that holds the interpreter's lock while it works, and takes 90 MB.
The input is samples (16 bit, little endian, mono, 16 kHz), the output is JSON.
"""

from __future__ import annotations

import importlib
import json
import re
import sys
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable

RATE: Final = 16000
FRAMES_PER_SECOND: Final = 100
_NO_WORD: Final = re.compile(r"<.*>|\[.*\]|\+\+.*\+\+")
_VARIANT: Final = re.compile(r"\(\d+\)\Z")


class _Segment(Protocol):
    word: str
    start_frame: int
    end_frame: int


class _Decoder(Protocol):
    def start_utt(self) -> None: ...
    def process_raw(self, pcm: bytes, *, full_utt: bool) -> object: ...
    def end_utt(self) -> None: ...
    def seg(self) -> Iterable[_Segment] | None: ...


class _Make(Protocol):
    def __call__(self, *, samprate: int, loglevel: str) -> _Decoder: ...


def main() -> None:
    """Do the one job of this process."""
    words = recognise(sys.stdin.buffer.read())
    sys.stdout.write(json.dumps([{"word": word, "start": start, "end": end} for word, start, end in words]))


def recognise(pcm: bytes) -> list[tuple[str, float, float]]:
    """Give the words with their beginnings and ends in seconds."""
    make: _Make = importlib.import_module("pocketsphinx").Decoder
    decoder = make(samprate=RATE, loglevel="FATAL")
    decoder.start_utt()
    decoder.process_raw(pcm, full_utt=True)
    decoder.end_utt()
    return [_word(segment) for segment in decoder.seg() or () if not _NO_WORD.fullmatch(segment.word)]


def _word(segment: _Segment) -> tuple[str, float, float]:
    start, end = segment.start_frame / FRAMES_PER_SECOND, (segment.end_frame + 1) / FRAMES_PER_SECOND
    return _VARIANT.sub("", segment.word), start, end


if __name__ == "__main__":
    main()
