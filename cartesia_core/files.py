"""Files to be sent: described here, opened and read by the adapters.

What a caller writes (bytes, a path, an open file, a tuple with a name and a type) becomes a `FileUpload`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, Protocol, TypeAlias, runtime_checkable

from attrs import field, frozen

from cartesia_core.errors import InvalidArgument

__all__ = ["BinaryFile", "FileContent", "FileLike", "FileUpload", "Path", "Progress", "as_upload", "guess_type"]

NAMELESS: Final = "upload"
"""Name of what has none; httpx, and so the official SDK, uses the same."""
ANY_TYPE: Final = "application/octet-stream"

_SEPARATOR: Final = re.compile(r"[/\\]")
_MEDIA_TYPE: Final = re.compile(r"[!-.0-~]+/[!-~]+(; ?[ -~]+)?\Z")
# A table of our own: the one of the standard library reads files of the machine and differs between machines.
_TYPES: Final[dict[str, str]] = {
    "aac": "audio/aac",
    "ac3": "audio/ac3",
    "flac": "audio/flac",
    "m4a": "audio/mp4",
    "mp3": "audio/mpeg",
    "mp4": "video/mp4",
    "mpeg": "video/mpeg",
    "mpga": "audio/mpeg",
    "oga": "audio/ogg",
    "ogg": "audio/ogg",
    "ogx": "application/ogg",
    "opus": "audio/ogg",
    "wav": "audio/wav",
    "webm": "video/webm",
    "wma": "audio/x-ms-wma",
}


@runtime_checkable
class Path(Protocol):
    """A path of the file system, such as `pathlib.Path`."""

    def __fspath__(self) -> str:
        """Give the path as text."""
        ...


@runtime_checkable
class BinaryFile(Protocol):
    """A file open for reading bytes; with `seek` and `tell` it can be sent again."""

    def read(self, size: int = ..., /) -> bytes:
        """Read up to that many bytes; nothing at the end."""
        ...


Progress: TypeAlias = Callable[[int, "int | None"], object]
"""Called after every piece with the bytes sent and the bytes in all, None where that is not known.

When the call is repeated, it counts from the beginning again. What it raises ends the call.
"""
FileContent: TypeAlias = bytes | bytearray | memoryview | str | Path | BinaryFile
"""Bytes, a path, or an open binary file."""


def _shown(content: bytes | str | BinaryFile) -> str:
    if isinstance(content, bytes):
        return f"<{len(content)} bytes>"
    return repr(content) if isinstance(content, str) else "<an open file>"


@frozen
class FileUpload:
    """A file to be sent. Nothing of it is touched before it is.

    Attributes:
        content: Bytes; a path, which is opened anew for every try; or an open file, which is read from where it stands
            and is yours to close.
        filename: What the server is told it is called.
        content_type: Its media type.

    Raises:
        InvalidArgument: It is empty, or name or type cannot be sent.
    """

    content: bytes | str | BinaryFile = field(repr=_shown)
    filename: str = NAMELESS
    content_type: str = ANY_TYPE

    def __attrs_post_init__(self) -> None:
        if isinstance(self.content, (bytes, str)) and not self.content:
            raise InvalidArgument(f"the file {self.filename!r} is empty")
        if not self.filename:
            raise InvalidArgument("the name of the file is empty")
        if not _MEDIA_TYPE.match(self.content_type):
            raise InvalidArgument(f"{self.content_type!r} is not a media type such as audio/wav")


FileLike: TypeAlias = "FileContent | tuple[str | None, FileContent] | tuple[str | None, FileContent, str] | FileUpload"
"""What parameters for files take: bytes, a path, an open binary file; or a tuple of name, one of these, and type."""


def as_upload(name: str, file: FileLike) -> FileUpload:
    """Give the description of a file for what a caller writes.

    Args:
        name: Name of the parameter, for errors.
        file: What was given for it.

    Raises:
        InvalidArgument: It is none of what can be sent, or is empty.
    """
    if isinstance(file, FileUpload):
        return file
    if not isinstance(file, tuple):
        return _described(name, _frozen(file), None, None)
    if len(file) not in (2, 3):
        raise InvalidArgument(f"{name} is a tuple of {len(file)}; write (name, content) or (name, content, type)")
    return _described(name, _frozen(file[1]), file[0], file[2] if len(file) == 3 else None)


def _frozen(content: FileContent) -> object:
    return bytes(content) if isinstance(content, (bytearray, memoryview)) else content


def _described(name: str, content: object, filename: str | None, kind: str | None) -> FileUpload:
    if isinstance(content, (bytes, str, BinaryFile)):
        source: bytes | str | BinaryFile = content
    elif isinstance(content, Path):
        source = content.__fspath__()
    else:
        raise InvalidArgument(f"{name} is a {type(content).__name__}; give bytes, a path or a file opened with 'rb'")
    if isinstance(source, (bytes, str)) and not source:
        raise InvalidArgument(f"{name} is empty")
    filename = filename or _base_name(source)
    return FileUpload(source, filename, kind or guess_type(filename))


def _base_name(content: bytes | str | BinaryFile) -> str:
    path: object = content if isinstance(content, str) else getattr(content, "name", None)
    if not isinstance(path, str):  # a file opened by its number has that for a name
        return NAMELESS
    base = _SEPARATOR.split(path)[-1]
    # Names on disk may hold bytes that are no UTF-8; the server has no use for them.
    return base.encode("utf-8", "replace").decode() or NAMELESS


def guess_type(filename: str) -> str:
    """Give the media type for a file name by its ending; `application/octet-stream` for unknown ones."""
    _, dot, ending = filename.rpartition(".")
    return _TYPES.get(ending.lower(), ANY_TYPE) if dot else ANY_TYPE
