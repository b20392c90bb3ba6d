"""Where the audio and the captions go."""

from __future__ import annotations

import io
import os
import shutil
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from cartesia_core import wav
from cartesia_core.captions import CaptionStyle, to_srt, to_vtt
from cartesia_core.errors import InvalidArgument, MissingExtra, SinkError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from cartesia_cli.formats import AudioPlan
    from cartesia_core.audio import OutputFormat, RawFormat
    from cartesia_core.sinks import AudioSink
    from cartesia_core.words import Word

__all__ = ["STDOUT", "CaptionFile", "StdoutSink", "sink_of"]

STDOUT: Final = "-"
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


class CaptionFile:
    """Collects the words and writes them as captions in the end.

    The file is begun at once, so that a folder which cannot be written to is noticed before anything is spoken.

    Args:
        path: Ends with `.srt` or `.vtt`.
        audio_format: Of the audio.
        language: Decides how words are joined.

    Raises:
        InvalidArgument: The path ends otherwise.
        SinkError: The file cannot be written.
    """

    def __init__(self, path: str, audio_format: RawFormat, language: str | None) -> None:
        from cartesia_audio import VerbatimFileSink

        writer = _WRITERS.get(Path(path).suffix.lower())
        if writer is None:
            raise InvalidArgument(f"captions go into a file named .srt or .vtt, not {path!r}")
        self._writer: Final = writer
        self._style: Final = CaptionStyle(language=language)
        self._words: Final[list[Word]] = []
        self._file: Final = VerbatimFileSink(path)
        self._file.open(audio_format)

    def add(self, words: Iterable[Word]) -> None:
        """Take words."""
        self._words.extend(words)

    def close(self, total_seconds: float) -> None:
        """Write the file, with the words that begin within the audio. Raises `SinkError`."""
        words = [word for word in self._words if word.start_seconds < total_seconds]
        self._file.write(self._writer(words, self._style, total_seconds=total_seconds).encode())
        self._file.close()

    def abort(self) -> None:
        """Leave nothing behind, unless it was closed."""
        with suppress(SinkError):
            self._file.abort()
