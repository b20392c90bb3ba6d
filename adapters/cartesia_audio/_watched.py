"""A file that a library written in C reads, through which no exception can pass."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from typing import BinaryIO

__all__ = ["WatchedFile"]


class WatchedFile:
    """Passes on what libsndfile asks for. A failure looks like the end of the file to it; `check` tells them apart.

    Args:
        file: Open for reading, and left open.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file: Final = file
        self._failure: OSError | ValueError | None = None

    def check(self) -> None:
        """Raise what a read or seek raised since the file was opened."""
        if self._failure is not None:
            raise self._failure

    def read(self, nbytes: int) -> bytes:
        """Read; nothing after a failure."""
        try:
            return self._file.read(nbytes) if self._failure is None else b""
        except (OSError, ValueError) as error:  # ValueError: somebody has closed it
            self._failure = error
            return b""

    def seek(self, offset: int, whence: int = 0) -> int:
        """Seek; stays where it is after a failure."""
        try:
            return self._file.seek(offset, whence)
        except (OSError, ValueError) as error:
            self._failure = error
            return 0

    def tell(self) -> int:
        """Tell where it stands."""
        try:
            return self._file.tell()
        except (OSError, ValueError) as error:
            self._failure = error
            return 0
