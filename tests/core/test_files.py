"""Files to be sent, as values."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from cartesia_core.errors import InvalidArgument
from cartesia_core.files import FileLike, FileUpload, as_upload, guess_type


class Named(io.BytesIO):
    """A file in memory with a name, as open files have one."""

    def __init__(self, name: object) -> None:
        super().__init__(b"abc")
        self.name = name


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        (b"abc", FileUpload(b"abc")),
        (bytearray(b"abc"), FileUpload(b"abc")),
        (memoryview(b"abc"), FileUpload(b"abc")),
        ("a/b.wav", FileUpload("a/b.wav", "b.wav", "audio/wav")),
        ("C:\\a\\b.MP3", FileUpload("C:\\a\\b.MP3", "b.MP3", "audio/mpeg")),
        (Path("a/b.flac"), FileUpload("a/b.flac", "b.flac", "audio/flac")),
        ("a/b/", FileUpload("a/b/")),
        (("c.ogg", b"abc"), FileUpload(b"abc", "c.ogg", "audio/ogg")),
        ((None, "b.wav"), FileUpload("b.wav", "b.wav", "audio/wav")),
        (("c", bytearray(b"abc"), "audio/x-own; rate=8000"), FileUpload(b"abc", "c", "audio/x-own; rate=8000")),
        (FileUpload(b"x", "n", "a/b"), FileUpload(b"x", "n", "a/b")),
    ],
)
def test_what_callers_write_becomes_a_description(file: FileLike, expected: FileUpload) -> None:
    """Base names become file names, endings become types; what is said outright wins."""
    assert as_upload("file", file) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [("x/take 1.wav", "take 1.wav"), (7, "upload"), (b"x", "upload"), ("", "upload"), ("\udcff.wav", "?.wav")],
)
def test_open_files_are_called_as_they_are_named(name: object, expected: str) -> None:
    """A number for a name is none, and bytes of a name that are no UTF-8 do not travel."""
    file = Named(name)
    upload = as_upload("file", file)
    assert upload.filename == expected
    assert upload.content is file
    assert as_upload("file", io.BytesIO(b"abc")).filename == "upload"


def test_later_changes_of_a_buffer_do_not_reach_the_call() -> None:
    """A description is a value."""
    buffer = bytearray(b"abc")
    upload = as_upload("file", buffer)
    buffer[:] = b"xyz"
    assert upload.content == b"abc"


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (b"", "clip is empty"),
        ("", "clip is empty"),
        (("a.wav", b""), "clip is empty"),
        (5, "clip is a int; give bytes, a path or a file opened with 'rb'"),
        (None, "clip is a NoneType"),
        (("a.wav",), "clip is a tuple of 1"),
        (("a.wav", b"x", "audio/wav", {}), "clip is a tuple of 4"),
        (("a.wav", b"x", "wav"), "'wav' is not a media type"),
        (("a.wav", b"x", "audio/wav\r\nX: y"), "is not a media type"),
    ],
)
def test_what_is_no_file_is_refused(file: object, words: str) -> None:
    """By the name of the parameter, and before anything is sent."""
    with pytest.raises(InvalidArgument, match=words):
        as_upload("clip", file)  # type: ignore[arg-type]


def test_descriptions_made_by_hand_are_checked_too() -> None:
    """An empty file and an empty name are nothing to send."""
    for content, name in ((b"", "a"), ("", "a"), (b"x", "")):
        with pytest.raises(InvalidArgument, match="empty"):
            FileUpload(content, name)


def test_contents_do_not_show() -> None:
    """Only how long they are, or where."""
    assert "secret" not in repr(FileUpload(b"secret"))
    assert "<6 bytes>" in repr(FileUpload(b"secret"))
    assert "'a.wav'" in repr(FileUpload("a.wav"))
    assert "<an open file>" in repr(FileUpload(io.BytesIO(b"secret")))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a.wav", "audio/wav"),
        ("a.b.OPUS", "audio/ogg"),
        ("wav", "application/octet-stream"),
        ("a.txt", "application/octet-stream"),
    ],
)
def test_types_follow_from_endings(name: str, expected: str) -> None:
    """Alike on every machine."""
    assert guess_type(name) == expected
