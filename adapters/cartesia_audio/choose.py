"""The right file sink for a path, by its extension."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from cartesia_audio.encoded import ENCODED_SUFFIXES, EncodedFileSink
from cartesia_audio.files import FileSink, RawFileSink, VerbatimFileSink, WavFileSink
from cartesia_core.audio import Mp3Format
from cartesia_core.errors import InvalidArgument
from cartesia_core.sinks import opened

if TYPE_CHECKING:
    import os
    from contextlib import AbstractContextManager

    from cartesia_core.audio import OutputFormat
    from cartesia_core.sinks import Keep

__all__ = ["FILE_SUFFIXES", "open_sink", "sink_for"]

_RAW: Final = (".raw", ".pcm")
_WAV: Final = (".wav", ".wave")

FILE_SUFFIXES: Final[tuple[str, ...]] = (*_WAV, *_RAW, *ENCODED_SUFFIXES)
"""The extensions that `sink_for` knows."""


def sink_for(path: str | os.PathLike[str], format: OutputFormat) -> FileSink:  # noqa: A002 -- the users' word
    """Give the sink that writes such audio to that path; nothing is opened yet.

    Raw and WAV audio goes into every kind of file; MP3 only into `.mp3`, as it comes.

    Args:
        path: Where the audio goes; the extension decides the kind of file.
        format: What will arrive.

    Raises:
        InvalidArgument: The extension is unknown, or such audio cannot go into such a file.
        MissingExtra: The kind of file needs `soundfile`, which is not installed.
    """
    suffix = Path(path).suffix.lower()
    if suffix not in FILE_SUFFIXES:
        raise InvalidArgument(f"{str(path)!r} has none of the extensions {', '.join(FILE_SUFFIXES)}.")
    if isinstance(format, Mp3Format):
        if suffix != ".mp3":
            raise InvalidArgument(f"mp3 audio goes into .mp3 files only, not {suffix}; ask for RawFormat or WavFormat.")
        return VerbatimFileSink(path)
    sink = WavFileSink(path) if suffix in _WAV else RawFileSink(path) if suffix in _RAW else EncodedFileSink(path)
    sink.check(format)
    return sink


def open_sink(
    path: str | os.PathLike[str],
    format: OutputFormat,  # noqa: A002 -- the users' word
    *,
    keep: Keep = "interrupted",
) -> AbstractContextManager[FileSink]:
    """Open that sink for a `with` block; at its end the file is there, complete.

    Args:
        path: Where the audio goes; the extension decides the kind of file.
        format: What will arrive.
        keep: What to do with a part of the audio when the block ends by an exception.

    Raises:
        InvalidArgument: See `sink_for`.
        MissingExtra: See `sink_for`.
        SinkError: The folder is missing, the disk is full, ...; the message says which file and why.
    """
    return opened(sink_for(path, format), format, keep=keep)
