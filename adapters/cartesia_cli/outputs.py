"""Where the audio and the captions go."""

from __future__ import annotations

import io
import os
import shutil
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from cartesia_core import RawFormat, wav
from cartesia_core.captions import CaptionStyle, to_srt, to_vtt
from cartesia_core.errors import InvalidArgument, MissingExtra, SinkError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from cartesia_cli.formats import AudioPlan
    from cartesia_core.audio import OutputFormat
    from cartesia_core.sinks import AudioSink
    from cartesia_core.words import Word

__all__ = ["STDOUT", "CaptionFile", "StdoutSink", "TextFile", "print_line", "sink_of"]

STDOUT: Final = "-"
_ANY_FORMAT: Final = RawFormat("pcm_s16le", 16000)
"""What a file that takes bytes as they are is opened with."""
_WRITERS: Final = {".srt": to_srt, ".vtt": to_vtt}


def sink_of(output: str | None, plan: AudioPlan) -> AudioSink:
    """Give the sink for `-o`: a file, standard output, or whatever can play.

    Raises:
        InvalidArgument: The audio does not fit the file, or standard output is a terminal.
        MissingExtra: The kind of file needs a library that is not installed.
        SinkError: Nothing can play.
    """
    from cartesia_audio import RawFileSink, WavFileSink, sink_for

    if output is None:
        return _player(plan.wire)
    if output == STDOUT:
        return StdoutSink(has_header=plan.container == "wav")
    if plan.container == "by extension":
        return sink_for(output, plan.wire)
    return WavFileSink(output) if plan.container == "wav" else RawFileSink(output)


def _player(audio_format: RawFormat) -> AudioSink:
    """Give a program that plays, else the sound device; the device is opened to see whether there is one."""
    from cartesia_audio import PLAYERS, DeviceSink, PlayerSink

    if any(shutil.which(name) for name in PLAYERS):
        return PlayerSink()
    probe = DeviceSink()
    try:
        probe.open(audio_format)
    except (MissingExtra, SinkError) as error:
        raise SinkError(
            f"nothing here can play audio; write it to a file with -o hello.wav, or install one of {', '.join(PLAYERS)}",
            may_have_been_billed=False,
        ) from error
    probe.abort()
    return DeviceSink()


class StdoutSink:
    """Writes samples to standard output at once, behind the header of a WAV without a known end if wanted.

    Args:
        has_header: Whether it is WAV.
    """

    def __init__(self, *, has_header: bool) -> None:
        self._has_header: Final = has_header
        self._write: Callable[[memoryview], int | None] = _stdout_writer()

    def open(self, audio_format: OutputFormat, /) -> None:
        """Write the header."""
        if self._has_header and audio_format.container != "mp3":
            self.write(wav.header(audio_format))

    def write(self, data: bytes, /) -> None:
        """Write samples. Raises `SinkError` when the reader is gone or the disk is full."""
        view = memoryview(data)
        try:
            while view:
                view = view[self._write(view) or 0 :]
        except BrokenPipeError as error:
            raise SinkError("whoever read the audio from standard output stopped reading") from error
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise SinkError(f"the audio could not be written to standard output: {reason}") from error

    def close(self) -> None:
        """All is written already."""

    def abort(self) -> None:
        """What is written cannot be taken back."""


def _stdout_writer() -> Callable[[memoryview], int | None]:
    if sys.stdout.isatty():
        raise InvalidArgument("-o - writes bytes, which a terminal cannot show; redirect it to a file or program")
    try:
        fd = sys.stdout.fileno()
    except (io.UnsupportedOperation, ValueError):
        return sys.stdout.buffer.write
    # Past Python's buffer: the audio should be heard while it is made.
    return lambda view: os.write(fd, view)


def print_line(line: str) -> None:
    """Print on standard output.

    Raises:
        SinkError: Whoever read it is gone.
    """
    try:
        click.echo(line)
    except BrokenPipeError as error:
        with Path(os.devnull).open("wb") as nowhere:  # where the rest goes that Python writes at its end
            os.dup2(nowhere.fileno(), sys.stdout.fileno())
        raise SinkError("whoever read the standard output stopped reading") from error


class TextFile:
    """A file of text that is there whole or not at all.

    It is begun at once, so that a folder which cannot be written to is noticed before anything is sent.

    Args:
        path: Where it goes.

    Raises:
        SinkError: The file cannot be written.
    """

    def __init__(self, path: str) -> None:
        from cartesia_audio import VerbatimFileSink

        self._file: Final = VerbatimFileSink(path)
        self._file.open(_ANY_FORMAT)

    def close(self, text: str) -> None:
        """Write it. Raises `SinkError`."""
        self._file.write(text.encode())
        self._file.close()

    def abort(self) -> None:
        """Leave nothing behind, unless it was closed."""
        with suppress(SinkError):
            self._file.abort()


class CaptionFile:
    """Collects the words and writes them as captions in the end.

    Args:
        path: Ends with `.srt` or `.vtt`.
        language: Decides how words are joined.

    Raises:
        InvalidArgument: The path ends otherwise.
        SinkError: The file cannot be written.
    """

    def __init__(self, path: str, language: str | None) -> None:
        writer = _WRITERS.get(Path(path).suffix.lower())
        if writer is None:
            raise InvalidArgument(f"captions go into a file named .srt or .vtt, not {path!r}")
        self._writer: Final = writer
        self._style: Final = CaptionStyle(language=language)
        self._words: Final[list[Word]] = []
        self._file: Final = TextFile(path)

    def add(self, words: Iterable[Word]) -> None:
        """Take words."""
        self._words.extend(words)

    def close(self, total_seconds: float) -> None:
        """Write the file, with the words that begin within the audio. Raises `SinkError`."""
        words = [word for word in self._words if word.start_seconds < total_seconds]
        self._file.close(self._writer(words, self._style, total_seconds=total_seconds))

    def abort(self) -> None:
        """Leave nothing behind, unless it was closed."""
        self._file.abort()
