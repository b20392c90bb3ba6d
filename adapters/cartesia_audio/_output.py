"""A file that appears under its name only when it is complete: written beside its place, then renamed."""

from __future__ import annotations

import os
import secrets
import stat
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from cartesia_core.errors import SinkError

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["OutputFile"]

_T = TypeVar("_T")

# Windows translates line ends without it; elsewhere it does not exist.
_BINARY: Final[int] = getattr(os, "O_BINARY", 0)


class OutputFile:
    """Bytes on their way to `path`.

    The bytes go to a new file in the same folder, so that the rename cannot cross file systems; a file that was there
    before stays as it is until then. A device or pipe, which must not be replaced, is written to directly.

    Args:
        path: The final place. A symbolic link is followed.

    Raises:
        SinkError: The folder is missing or cannot be written to, or the path is a folder.
    """

    def __init__(self, path: Path) -> None:
        self.path: Final = path
        self._target = Path(os.path.realpath(path))
        self._temporary: Path | None = None
        self.fd: Final = self._guarded(self._open)
        self._is_open = True

    @property
    def is_patchable(self) -> bool:
        """Whether earlier bytes can be written again."""
        return self._temporary is not None

    def write(self, data: bytes) -> None:
        """Write all of it, at the end.

        Raises:
            SinkError: It could not be written.
        """
        self._guarded(lambda: _write_all(self.fd, data))

    def write_at(self, offset: int, data: bytes) -> None:
        """Write over what is there. Only if `is_patchable`, and nothing may be written at the end afterwards.

        Raises:
            SinkError: It could not be written.
        """

        def patch() -> None:
            os.lseek(self.fd, offset, os.SEEK_SET)
            _write_all(self.fd, data)

        self._guarded(patch)

    def commit(self) -> None:
        """Put the file in its place, after everything has reached the disk.

        Raises:
            SinkError: It could not be done. Nothing remains, and what was there before is still there.
        """
        try:
            self._guarded(self._finish)
        except SinkError:
            self.discard()
            raise

    def discard(self) -> None:
        """Leave nothing behind. Does nothing after `commit`; raises nothing."""
        self._close()
        if self._temporary is not None:
            # Gone already, or the folder is: nothing is left to be done about it either way.
            _quietly(self._temporary.unlink)
            self._temporary = None

    def failure(self, reason: str) -> SinkError:
        """Give the error that says which file and why."""
        return SinkError(f"{str(self.path)!r} could not be written: {reason}.")

    def diagnosed(self, reason: str) -> SinkError:
        """Give the error for a library that wrote to `fd` and only knows a vague reason: ask the system for a better.

        The file is lost by then, so a byte is written to it as a test.
        """
        try:
            os.write(self.fd, b"\0")
        except OSError as error:
            reason = _reason(error, self._target)
        return self.failure(reason)

    def _open(self) -> int:
        mode = _mode(self._target)
        if mode is not None and stat.S_ISDIR(mode):
            raise IsADirectoryError(0, "it is a folder")
        if mode is not None and not stat.S_ISREG(mode):
            return os.open(self._target, os.O_WRONLY | _BINARY)
        temporary = self._target.with_name(f".{self._target.name}.{secrets.token_hex(4)}.part")
        fd = os.open(temporary, os.O_RDWR | os.O_CREAT | os.O_EXCL | _BINARY, 0o666)
        self._temporary = temporary
        if mode is not None:
            _quietly(lambda: temporary.chmod(stat.S_IMODE(mode)))
        return fd

    def _finish(self) -> None:
        if self._temporary is not None:
            os.fsync(self.fd)
        self._is_open = False
        os.close(self.fd)
        if self._temporary is None:
            return
        self._temporary.replace(self._target)
        self._temporary = None
        _quietly(lambda: _sync_folder(self._target.parent))

    def _close(self) -> None:
        if self._is_open:
            self._is_open = False
            _quietly(lambda: os.close(self.fd))

    def _guarded(self, action: Callable[[], _T]) -> _T:
        try:
            return action()
        except OSError as error:
            raise self.failure(_reason(error, self._target)) from error


def _reason(error: OSError, target: Path) -> str:
    if isinstance(error, FileNotFoundError):
        return f"there is no folder {str(target.parent)!r}"
    return (error.strerror or type(error).__name__).lower()


def _mode(path: Path) -> int | None:
    try:
        return path.stat().st_mode
    except FileNotFoundError:
        return None


def _write_all(fd: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(fd, view) :]


def _sync_folder(folder: Path) -> None:
    fd = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def _quietly(action: Callable[[], object]) -> None:
    """Do what makes no difference to the audio if it fails, e.g. syncing a folder, which Windows cannot."""
    with suppress(OSError):
        action()
