"""Where the text to speak comes from: arguments, a file, or standard input as it comes."""

from __future__ import annotations

import codecs
import io
import os
import stat
import sys
from typing import TYPE_CHECKING, Final

import click
from attrs import frozen

from cartesia_core.errors import InvalidArgument
from cartesia_core.transcript import check_transcript

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

__all__ = ["SourceText", "open_text"]

_NBYTES: Final = 65536
STDIN: Final = "-"


@frozen
class SourceText:
    """A text, and its length where that is known before it was read."""

    blocks: Iterable[str]
    characters: int | None = None


def open_text(words: Sequence[str], file: str | None) -> SourceText:
    """Give the text. Arguments and ordinary files are checked whole; a pipe is read as it comes.

    Raises:
        UsageError: There is no text, or two.
        InvalidArgument: The text is blank or not UTF-8, has a broken tag, or the file cannot be read.
    """
    if file is not None and words:
        raise click.UsageError("give TEXT or --file, not both")
    if file is None and not words:
        raise click.UsageError("there is no TEXT; give one, or - for standard input, or --file")
    if list(words) == [STDIN] or file == STDIN:
        return SourceText(_decoded(_stdin_reader(), "standard input"))
    if file is not None:
        return _from_file(file)
    return _checked(" ".join(words))


def _checked(text: str) -> SourceText:
    check_transcript(text)
    return SourceText((text,), len(text))


def _from_file(path: str) -> SourceText:
    try:
        fd = os.open(path, os.O_RDONLY)
        is_ordinary = stat.S_ISREG(os.fstat(fd).st_mode)
        blocks = _decoded(lambda: os.read(fd, _NBYTES), repr(path))
        if not is_ordinary:
            return SourceText(blocks)
        with os.fdopen(fd, "rb"):
            return _checked("".join(blocks))
    except OSError as error:
        raise _unreadable(repr(path), error) from error


def _unreadable(name: str, error: OSError) -> InvalidArgument:
    return InvalidArgument(f"{name} cannot be read: {(error.strerror or str(error)).lower()}")


def _decoded(read: Callable[[], bytes], name: str) -> Iterator[str]:
    """Decode UTF-8 as it comes; a byte-order mark is left out."""
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    try:
        while data := read():
            yield decoder.decode(data)
        yield decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        raise InvalidArgument(f"{name} is not UTF-8 text ({error.reason}); convert it, e.g. with iconv") from error
    except OSError as error:
        raise _unreadable(name, error) from error


def _stdin_reader() -> Callable[[], bytes]:
    # Not sys.stdin.buffer: its lock would be held by a thread that waits for ever, and ending the process would fail.
    try:
        fd = sys.stdin.fileno()
    except (io.UnsupportedOperation, ValueError):
        return lambda: sys.stdin.buffer.read(_NBYTES)
    return lambda: os.read(fd, _NBYTES)
