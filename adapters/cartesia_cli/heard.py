"""What a transcription leaves behind: text, words, captions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import click

from cartesia_cli.outputs import CaptionFile, TextFile
from cartesia_cli.word_times import WordPrinter
from cartesia_core.stt.accumulation import caption_words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cartesia_cli.hearing import Hearing
    from cartesia_core.stt.models import TranscribedWord

__all__ = ["Heard", "count", "pace"]


class Heard:
    """The files are begun at once, so that what cannot be written is noticed before anything is sent.

    Args:
        given: The options.

    Attributes:
        words: How many were said.

    Raises:
        InvalidArgument: Captions have no known ending.
        SinkError: Something cannot be written.
    """

    def __init__(self, given: Hearing) -> None:
        self._paths: Final = [path for path in (given["output"], given["captions"]) if path is not None]
        self._text: Final = TextFile(given["output"]) if given["output"] is not None else None
        self._parts: Final[list[str]] = []
        self._printer: Final = (
            WordPrinter(is_json=False, on_stderr=False) if given["words"] and not given["is_json"] else None
        )
        self.prints_text: Final = self._text is None and not (given["words"] or given["is_json"])
        """Whether the text goes to standard output."""
        self.words: int = 0
        try:
            self._captions: Final = (
                CaptionFile(given["captions"], given["language"]) if given["captions"] is not None else None
            )
        except BaseException:
            self.abort()
            raise

    def add(self, text: str, words: Iterable[TranscribedWord] | None) -> None:
        """Take what is final."""
        self._parts.append(text)
        self.words += len(text.split())
        timed = caption_words(words or ())
        if self._printer is not None:
            self._printer.add(timed)
        if self._captions is not None:
            self._captions.add(timed)

    @property
    def text(self) -> str:
        """All of it."""
        return "".join(self._parts).strip()

    def close(self, seconds: float) -> None:
        """Complete the files. Raises `SinkError`."""
        if self._text is not None:
            self._text.close(f"{self.text}\n")
        if self._captions is not None:
            self._captions.close(seconds)

    def abort(self) -> None:
        """Leave nothing behind that was not closed."""
        if self._text is not None:
            self._text.abort()
        captions: CaptionFile | None = getattr(self, "_captions", None)
        if captions is not None:
            captions.abort()

    def __str__(self) -> str:
        """Say how much it was, and where it went."""
        wrote = f"; wrote {' and '.join(self._paths)}" if self._paths else ""
        return f"{count(self.words, 'word')}{wrote}"


def count(number: int, noun: str) -> str:
    """Give a number with its noun."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def pace(audio_seconds: float, seconds: float) -> str:
    """Say how much audio took how long."""
    times = "" if seconds <= 0 else f", {audio_seconds / seconds:.1f} times as fast as it was spoken"
    return f"{audio_seconds:.1f} s of audio in {seconds:.1f} s{times}"


def say(line: str, *, quiet: bool) -> None:
    """Tell something on standard error."""
    if not quiet:
        click.echo(line, err=True)
