"""One file of a form: opened for every try of its call, measured, and read in pieces."""

from __future__ import annotations

import io
import os
import stat
from typing import Final, Protocol, runtime_checkable

from cartesia_core.errors import InvalidArgument, UploadError
from cartesia_core.files import BinaryFile

PIECE_NBYTES: Final = 256 * 1024


@runtime_checkable
class Seekable(Protocol):
    """A file that can be read again."""

    def seekable(self) -> bool:
        """Whether it really can."""
        ...

    def seek(self, offset: int, whence: int = ..., /) -> int:
        """Go to a position."""
        ...

    def tell(self) -> int:
        """Give the position."""
        ...


class Source:
    """A file over the tries of a call. Everything here may block.

    Args:
        content: The file, by its path or open.
        filename: What to call it in errors if it is open.

    Attributes:
        is_repeatable: Whether it can be read from its beginning (again).
    """

    def __init__(self, content: str | BinaryFile, filename: str) -> None:
        self._content: Final = content
        self._name: Final = f"the file {content if isinstance(content, str) else filename!r}"
        self._file: BinaryFile | None = None
        self._own: io.FileIO | None = None
        self._start: int | None = None
        self._nbytes: int | None = None
        self._sent: int = 0
        self.is_repeatable: bool = True

    def open(self) -> int | None:
        """Begin; give the bytes to come, or None if that cannot be known.

        Raises:
            InvalidArgument: The file is not there, cannot be read, or is empty.
        """
        self.close()
        self._sent = 0
        try:
            self._nbytes = self._open()
        except OSError as error:
            raise self._unusable(f"cannot be read: {error.strerror or error}") from error
        except ValueError as error:  # it was closed, or the path has a zero byte
            raise self._unusable(f"cannot be read: {error}") from error
        if self._nbytes == 0:
            raise self._unusable("is empty")
        return self._nbytes

    def _open(self) -> int | None:
        content = self._content
        if isinstance(content, str):
            self._file = self._own = io.FileIO(content)
            about = os.fstat(self._own.fileno())
            return about.st_size if stat.S_ISREG(about.st_mode) else None
        if _is_text(content):
            raise self._unusable("was opened as text; open it with 'rb'")
        self._file = content
        return self._measured(content)

    def _measured(self, file: BinaryFile) -> int | None:
        if not isinstance(file, Seekable) or not file.seekable():
            return None
        if self._start is None:
            self._start = file.tell()
        end = file.seek(0, os.SEEK_END)
        file.seek(self._start)
        return max(end - self._start, 0)

    def read(self) -> bytes:
        """Give the next piece; nothing at the end.

        Raises:
            UploadError: The file cannot be read on, or is no longer as long as it was.
        """
        nbytes = self._nbytes
        if nbytes is None:
            self.is_repeatable = False
            return self._read(PIECE_NBYTES)
        if self._sent == nbytes:
            return b""
        data = self._read(min(PIECE_NBYTES, nbytes - self._sent))
        self._sent += len(data)
        if not data or (self._sent == nbytes and self._read(1)):
            have = f"only {self._sent}" if not data else "more"
            raise UploadError(f"{self._name} had {nbytes} bytes, but {have} when it was sent; it changed meanwhile")
        return data

    def _read(self, nbytes: int) -> bytes:
        try:
            data = self._file.read(nbytes) if self._file is not None else b""
        except (OSError, ValueError) as error:
            raise UploadError(f"{self._name} could not be read on while it was sent: {error}") from error
        return self._checked(data)

    def _checked(self, data: object) -> bytes:
        if not isinstance(data, bytes):
            raise UploadError(f"reading {self._name} gave a {type(data).__name__} instead of bytes")
        return data

    def close(self) -> None:
        """Close what was opened here. May be called again."""
        if self._own is not None:
            self._own.close()
        self._file = self._own = None

    def _unusable(self, how: str) -> InvalidArgument:
        return InvalidArgument(f"{self._name} {how}; nothing was sent")


def _is_text(file: object) -> bool:
    return isinstance(file, io.TextIOBase)
