"""Files on their way to the server: what arrives, what is refused before, and what happens when it goes wrong."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread
from typing import Final

import pytest

from cartesia_core import NO_RETRIES, RetryPolicy
from cartesia_core.errors import (
    ApiError,
    AuthenticationError,
    ConnectionLost,
    InvalidArgument,
    RateLimitedError,
    RedirectRefused,
    TransportError,
    UploadError,
    WriteTimeout,
)
from cartesia_core.files import FileLike, FileUpload
from tests.adapters.calls import Maker, every_maker, failing
from tests.adapters.flavours import ASYNCIO
from tests.adapters.forms import ACCEPTED, Part, ReadNothing, ReadSome, RefuseEarly, file_of, parts_of, transcribe
from tests.adapters.scripted import ScriptedServer
from tests.adapters.secrecy import KEY
from tests.adapters.steps import JSON, Answer, HangUp, Reset, Step

SOUND: Final = b"RIFF" + bytes(range(256)) * 4096
"""A megabyte: several pieces."""
SOON: Final = RetryPolicy(first_delay=0.0)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Make a file."""
    path = tmp_path / "take 1.wav"
    path.write_bytes(SOUND)
    return path


FILES: Final[dict[str, tuple[Callable[[Path], FileLike], str, str]]] = {
    "bytes": (lambda _: SOUND, "upload", "application/octet-stream"),
    "text path": (str, "take 1.wav", "audio/wav"),
    "path": (lambda path: path, "take 1.wav", "audio/wav"),
    "open file": (lambda path: path.open("rb"), "take 1.wav", "audio/wav"),
    "unbuffered": (lambda path: path.open("rb", buffering=0), "take 1.wav", "audio/wav"),
    "memory": (lambda _: io.BytesIO(SOUND), "upload", "application/octet-stream"),
    "tuple of bytes": (lambda _: ("a.mp3", SOUND), "a.mp3", "audio/mpeg"),
    "tuple of path": (lambda path: ("Grüße.wav", path, "audio/x-mine"), "Grüße.wav", "audio/x-mine"),
    "description": (lambda path: FileUpload(str(path), "b.ogg", "audio/ogg"), "b.ogg", "audio/ogg"),
}


@every_maker
@pytest.mark.parametrize("kind", FILES)
def test_files_of_every_kind_arrive(make: Maker, kind: str, path: Path) -> None:
    """Whole, named and typed, and with their length told ahead."""
    open_it, filename, media_type = FILES[kind]
    file = open_it(path)
    with ScriptedServer((ACCEPTED,)) as server, make(server.url) as client:
        assert transcribe(client, file) == "Hello."
        (seen,) = server.requests
    if isinstance(file, io.IOBase):
        assert not file.closed
        file.close()
    assert parts_of(seen) == [Part("model", b"ink-whisper"), Part("file", SOUND, filename, media_type)]
    assert int(seen.headers["content-length"]) == len(seen.body)
    assert "transfer-encoding" not in seen.headers
    assert (seen.method, seen.target) == ("POST", "/stt")
    assert seen.headers["authorization"] == f"Bearer {KEY}"


@every_maker
def test_an_open_file_is_sent_from_where_it_stands(make: Maker, path: Path) -> None:
    """And left at its end, as reading leaves it."""
    with path.open("rb") as file, ScriptedServer((ACCEPTED,)) as server, make(server.url) as client:
        file.seek(1000)
        transcribe(client, file)
        assert file_of(server.requests[0]).content == SOUND[1000:]
        assert file.tell() == len(SOUND)


@pytest.fixture
def pipe() -> Iterator[io.BufferedReader]:
    """Give the reading end of a pipe into which somebody writes."""
    reading, writing = os.pipe()

    def write() -> None:
        with os.fdopen(writing, "wb") as end:
            end.write(SOUND)

    writer = Thread(target=write)
    writer.start()
    with os.fdopen(reading, "rb") as end:
        yield end
        end.read()
    writer.join()


@every_maker
def test_what_has_no_length_is_sent_in_chunks(make: Maker, pipe: io.BufferedReader) -> None:
    """A pipe can be uploaded while it is written; nothing is held in memory to count it."""
    told: list[tuple[int, int | None]] = []
    with ScriptedServer((ACCEPTED,)) as server, make(server.url) as client:
        assert transcribe(client, pipe, lambda *so_far: told.append(so_far)) == "Hello."
        (seen,) = server.requests
    assert file_of(seen) == Part("file", SOUND, "upload", "application/octet-stream")
    assert seen.headers["transfer-encoding"] == "chunked"
    assert "content-length" not in seen.headers
    assert {total for _, total in told} == {None}
    assert told[-1][0] == len(seen.body)


def _closed(path: Path) -> io.BufferedReader:
    file = path.open("rb")
    file.close()
    return file


REFUSED: Final[dict[str, tuple[Callable[[Path], FileLike], str]]] = {
    "missing": (lambda path: path.with_name("other.wav"), "other.wav.* cannot be read: No such file or directory"),
    "folder": (lambda path: path.parent, "cannot be read: Is a directory"),
    "zero byte": (lambda _: "a\0b.wav", "cannot be read: embedded null byte"),
    "closed": (_closed, "cannot be read: .*closed file"),
    "text": (lambda _: io.StringIO("RIFF"), "opened as text; open it with 'rb'"),  # type: ignore[dict-item,return-value]
    "at its end": (lambda _: io.BytesIO(), "is empty"),
}


@every_maker
@pytest.mark.parametrize("kind", REFUSED)
def test_what_cannot_be_read_is_refused_before_anything_is_sent(make: Maker, kind: str, path: Path) -> None:
    """The server does not even see a connection."""
    open_it, words = REFUSED[kind]
    file = open_it(path)
    with ScriptedServer() as server, make(server.url) as client:
        error = failing(lambda client: transcribe(client, file), client)
        assert server.records == []
    assert type(error) is InvalidArgument
    assert error.message.endswith("; nothing was sent")
    with pytest.raises(InvalidArgument, match=words):
        raise error


@every_maker
def test_an_empty_file_is_refused_before_anything_is_sent(make: Maker, tmp_path: Path) -> None:
    """By its path it is known to be empty only when it is opened."""
    (tmp_path / "empty.wav").touch()
    with ScriptedServer() as server, make(server.url) as client:
        error = failing(lambda client: transcribe(client, tmp_path / "empty.wav"), client)
        assert server.records == []
    assert type(error) is InvalidArgument
    assert "is empty; nothing was sent" in error.message


@every_maker
def test_progress_is_told_to_the_last_byte(make: Maker, path: Path) -> None:
    """In steps, never backwards, and to what was announced."""
    told: list[tuple[int, int | None]] = []
    with ScriptedServer((ACCEPTED,)) as server, make(server.url) as client:
        transcribe(client, path, lambda *so_far: told.append(so_far))
        total = int(server.requests[0].headers["content-length"])
    assert told == sorted(told)
    assert len(told) > 4
    assert {announced for _, announced in told} == {total}
    assert told[-1][0] == total


class Enough(Exception):
    """What a listener may raise."""


@every_maker
def test_a_listener_can_end_the_call(make: Maker, path: Path) -> None:
    """What it raises comes out as it is, and the half-sent request is dropped with its connection."""

    def stop(sent: int, _: int | None) -> None:
        if sent > 300_000:
            raise Enough

    with ScriptedServer((ACCEPTED,)) as server, make(server.url) as client:
        with pytest.raises(Enough):
            transcribe(client, path, stop)
        server.until(lambda: [record.has_ended for record in server.records] == [True], "the end of the connection")
        assert server.requests == []


@every_maker
@pytest.mark.parametrize("change", ["shorter", "longer"])
def test_a_file_that_changes_while_it_is_sent_is_told(make: Maker, change: str, path: Path) -> None:
    """Neither hangs: the server never gets a whole request."""

    def alter(sent: int, _: int | None) -> None:
        if sent > 200_000:
            os.truncate(path, 500_000 if change == "shorter" else 5_000_000)

    with ScriptedServer((ACCEPTED,)) as server, make(server.url, retry=SOON) as client:
        error = failing(lambda client: transcribe(client, path, alter), client)
        server.until(lambda: [record.has_ended for record in server.records] == [True], "the end of the connection")
        assert len(server.records) == 1
        assert server.requests == []
    assert type(error) is UploadError
    assert f"had {len(SOUND)} bytes, but {'only 500000' if change == 'shorter' else 'more'}" in error.message
    assert not error.retryable
    assert not error.may_have_been_billed


class Broken(io.BytesIO):
    """A file that cannot be read to its end."""

    def __init__(self, fault: object) -> None:
        super().__init__(SOUND)
        self.fault = fault

    def read(self, size: int | None = -1, /) -> bytes:
        """Read, but not for long."""
        if self.tell() < 600_000:
            return super().read(size)
        if isinstance(self.fault, Exception):
            raise self.fault
        return self.fault  # type: ignore[return-value]


@every_maker
@pytest.mark.parametrize(
    ("fault", "words"), [(OSError(5, "Input/output error"), "Input/output error"), ("text", "gave a str")]
)
def test_a_file_that_breaks_while_it_is_sent_is_told(make: Maker, fault: object, words: str) -> None:
    """The disk's own words are in the error."""
    with ScriptedServer((ACCEPTED,)) as server, make(server.url) as client:
        error = failing(lambda client: transcribe(client, Broken(fault)), client)
    assert type(error) is UploadError
    assert words in error.message


BUSY: Final = Answer(status=429, kind=JSON, body=b'{"title": "Busy", "message": "Later."}')


@every_maker
@pytest.mark.parametrize("kind", FILES)
def test_a_repeated_upload_starts_from_the_beginning(make: Maker, kind: str, path: Path) -> None:
    """The second try sends the same bytes as the first, and progress counts anew."""
    file = FILES[kind][0](path)
    told: list[int] = []
    with ScriptedServer((BUSY, ACCEPTED)) as server, make(server.url, retry=SOON) as client:
        assert transcribe(client, file, lambda sent, _: told.append(sent)) == "Hello."
        first, second = server.requests
    if isinstance(file, io.IOBase):
        file.close()
    assert first.body == second.body
    assert told.count(max(told)) == 2


@every_maker
def test_what_cannot_be_read_again_is_not_repeated(make: Maker, pipe: io.BufferedReader) -> None:
    """The server's refusal is raised, and says why it was the only try."""
    with ScriptedServer((BUSY,)) as server, make(server.url, retry=SOON) as client:
        error = failing(lambda client: transcribe(client, pipe), client)
        assert len(server.requests) == 1
    assert type(error) is RateLimitedError
    assert "Later." in error.message
    assert "give a path, bytes or a seekable file" in error.message


@every_maker
def test_what_was_not_begun_can_be_repeated(make: Maker, pipe: io.BufferedReader) -> None:
    """A connection that cannot be made has taken nothing from a pipe."""
    with ScriptedServer() as server:
        url = server.url
    with make(url, retry=SOON) as client:
        error = failing(lambda client: transcribe(client, pipe), client)
    assert isinstance(error, TransportError)
    assert "it was not repeated" not in error.message
    assert pipe.read(4) == SOUND[:4]


EARLY: Final = (
    b"HTTP/1.1 %d No\r\nContent-Type: application/json\r\nContent-Length: 34\r\nConnection: close\r\n\r\n"
    b'{"title":"No","message":"No way."}'
)


@every_maker
@pytest.mark.parametrize("status", [401, 413])
def test_an_answer_before_the_body_was_read_is_the_answer(make: Maker, status: int, tmp_path: Path) -> None:
    """A server that refuses and closes at once is understood, although writing to it fails."""
    path = tmp_path / "large.wav"
    path.touch()
    os.truncate(path, 32 * 1024 * 1024)
    with ScriptedServer((RefuseEarly(EARLY % status),)) as server, make(server.url, retry=SOON) as client:
        error = failing(lambda client: transcribe(client, path), client)
        assert len(server.records) == 1
    if make.flavour is ASYNCIO:  # its transport drops what came when it cannot write on
        assert type(error) is ConnectionLost
        assert "it has probably refused it" in error.message
        return
    assert type(error) is (AuthenticationError if status == 401 else ApiError)
    assert error.status == status
    assert "No way." in error.message


@every_maker
@pytest.mark.parametrize("fault", [HangUp(), Reset()])
def test_a_connection_that_dies_is_told(make: Maker, fault: Step, tmp_path: Path) -> None:
    """It is not repeated: a transcription may have been done."""
    path = tmp_path / "large.wav"
    path.touch()
    os.truncate(path, 32 * 1024 * 1024)
    with ScriptedServer((ReadSome(), fault)) as server, make(server.url, retry=SOON) as client:
        error = failing(lambda client: transcribe(client, path), client)
        assert len(server.records) == 1
    assert type(error) is ConnectionLost
    assert error.may_have_been_billed


@every_maker
def test_a_server_that_takes_nothing_more_is_given_up(make: Maker, tmp_path: Path) -> None:
    """After the time-out of a single step."""
    path = tmp_path / "large.wav"
    path.touch()
    os.truncate(path, 64 * 1024 * 1024)
    with ScriptedServer((ReadSome(), ReadNothing())) as server, make(server.url, timeout=0.3) as client:
        assert type(failing(lambda client: transcribe(client, path), client)) is WriteTimeout


@every_maker
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_file_is_not_sent_to_another_origin(make: Maker, status: int, path: Path) -> None:
    """F31, F53: neither is the key; nobody even connects."""
    with ScriptedServer() as elsewhere:
        redirect = Answer(status=status, headers=(("Location", f"{elsewhere.url}/stt"),))
        with ScriptedServer((redirect,)) as server, make(server.url, retry=SOON) as client:
            error = failing(lambda client: transcribe(client, path), client)
        assert elsewhere.records == []
    assert type(error) is RedirectRefused


@every_maker
def test_a_redirect_within_the_origin_gets_the_file_again(make: Maker, path: Path) -> None:
    """From its beginning; a pipe is told to be none that can."""
    redirect = Answer(status=307, headers=(("Location", "/elsewhere"),))
    with ScriptedServer((redirect, ACCEPTED)) as server, make(server.url) as client:
        assert transcribe(client, path) == "Hello."
        first, second = server.requests
    assert (second.target, second.body) == ("/elsewhere", first.body)


@every_maker
def test_a_redirect_of_a_pipe_is_refused(make: Maker, pipe: io.BufferedReader) -> None:
    """What was read of it is gone."""
    redirect = Answer(status=307, headers=(("Location", "/elsewhere"),))
    with ScriptedServer((redirect,)) as server, make(server.url, retry=NO_RETRIES) as client:
        error = failing(lambda client: transcribe(client, pipe), client)
    assert type(error) is RedirectRefused
    assert "cannot be read from its beginning again" in error.message


@every_maker
def test_every_form_has_a_boundary_of_its_own(make: Maker) -> None:
    """Random, so that no file can hold it on purpose."""
    with ScriptedServer((ACCEPTED, ACCEPTED), default=(ACCEPTED,)) as server, make(server.url) as client:
        for _ in range(2):
            transcribe(client, b"x")
        first, second = (seen.headers["content-type"] for seen in server.requests)
    assert first.startswith("multipart/form-data; boundary=")
    assert first != second
    assert len(first.partition("=")[2]) == 32
