"""Forms on their way out: read in pieces while they are sent, so that memory stays flat however large a file is."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Iterator
from threading import Lock
from typing import Final, Protocol, TypeVar

import httpx
from typing_extensions import Self

from cartesia_core.errors import CartesiaError, ConnectionLost, InvalidArgument, UploadError
from cartesia_core.files import FileUpload
from cartesia_core.http import Call, FormBody, Pairs
from cartesia_core.multipart import FormContent
from cartesia_httpx.source import PIECE_NBYTES, Source

T = TypeVar("T")


class InThread(Protocol):
    """Runs a function that may block in a thread, as `trio.to_thread.run_sync` and `asyncio.to_thread` do."""

    def __call__(self, function: Callable[[], T], /) -> Awaitable[T]:
        """Run it, and give its result when awaited."""
        ...


def boundary_for(call: Call) -> str:
    """Make a boundary for a call that sends a form."""
    return secrets.token_hex(16) if isinstance(call.body, FormBody) else ""


class Upload:
    """The body of a form over the tries of its call.

    One thread at a time reads; `close` may come from another one in the middle of a read, when a task was cancelled
    that waits for it, and does not wait itself.

    Args:
        content: The encoded form.
    """

    def __init__(self, content: FormContent) -> None:
        self._progress: Final = content.progress
        self._pieces: Final = tuple(piece if isinstance(piece, bytes) else _opener(piece) for piece in content.pieces)
        self._lock: Final = Lock()
        self._is_closed: bool = False
        self._number: int = 0
        self._offset: int = 0
        self._sent_nbytes: int = 0
        self.total_nbytes: int | None = None

    @property
    def is_repeatable(self) -> bool:
        """Whether it can be sent (again) from its beginning."""
        return all(source.is_repeatable for source in self._sources)

    @property
    def reads_files(self) -> bool:
        """Whether opening and reading may block."""
        return any(True for _ in self._sources)

    @property
    def _sources(self) -> Iterator[Source]:
        return (piece for piece in self._pieces if isinstance(piece, Source))

    def open(self) -> None:
        """Begin from the beginning.

        Raises:
            InvalidArgument: A file cannot be read.
        """
        self._number = self._offset = self._sent_nbytes = 0
        self._guarded(self._measure)

    def _measure(self) -> None:
        sizes = [len(piece) if isinstance(piece, bytes) else piece.open() for piece in self._pieces]
        known = [size for size in sizes if size is not None]
        self.total_nbytes = sum(known) if len(known) == len(sizes) else None

    def explained(self, error: CartesiaError) -> CartesiaError:
        """Say what a connection that died means when the server did not want to read to the end.

        Its answer is read nevertheless where it can be; asyncio drops it together with the connection.
        """
        if isinstance(error, ConnectionLost) and self._number < len(self._pieces):
            error.message += "; the server had not read the whole upload, so it has probably refused it"
        return error

    def headers(self) -> Pairs:
        """Give the header field that says how long the body is, or that it is chunked."""
        if self.total_nbytes is None:
            return (("Transfer-Encoding", "chunked"),)
        return (("Content-Length", str(self.total_nbytes)),)

    def read(self) -> bytes:
        """Give the next bytes to send; nothing at the end.

        Raises:
            UploadError: A file cannot be read on, or has changed.
        """
        return self._guarded(self._next)

    def _next(self) -> bytes:
        while self._number < len(self._pieces):
            piece = self._pieces[self._number]
            if data := piece[self._offset : self._offset + PIECE_NBYTES] if isinstance(piece, bytes) else piece.read():
                self._offset += len(data)
                return data
            self._number, self._offset = self._number + 1, 0
        return b""

    def tell(self, nbytes: int) -> None:
        """Tell whoever wants to know that so many bytes more were sent."""
        self._sent_nbytes += nbytes
        if self._progress is not None and nbytes:
            self._progress(self._sent_nbytes, self.total_nbytes)

    def _guarded(self, action: Callable[[], T]) -> T:
        try:
            with self._lock:
                if self._is_closed:
                    raise UploadError("the call was given up")
                return action()
        finally:
            if self._is_closed:
                self.close()

    def close(self) -> None:
        """Close the files that were opened here, now or when the read in progress is over. May be called again."""
        self._is_closed = True
        if self._lock.acquire(blocking=False):
            try:
                for source in self._sources:
                    source.close()
            finally:
                self._lock.release()


def _opener(file: FileUpload) -> bytes | Source:
    return file.content if isinstance(file.content, bytes) else Source(file.content, file.filename)


class UploadStream(httpx.SyncByteStream):
    """The body for `httpx.Client`."""

    def __init__(self, upload: Upload) -> None:
        self._upload: Final = upload

    def __iter__(self) -> Iterator[bytes]:
        """Give the pieces, and tell when they were sent."""
        while data := self._upload.read():
            yield data
            self._upload.tell(len(data))


class AsyncUploadStream(httpx.AsyncByteStream):
    """The body for `httpx.AsyncClient`. Not a generator, so there is nothing to close when sending ends early."""

    def __init__(self, upload: Upload, in_thread: InThread | None) -> None:
        self._upload: Final = upload
        self._in_thread: Final = in_thread
        self._nbytes: int = 0

    def __aiter__(self) -> Self:
        """Give itself."""
        return self

    async def __anext__(self) -> bytes:
        """Give the next piece, and tell that the last one was sent."""
        self._upload.tell(self._nbytes)
        data = await off_loop(self._upload, self._upload.read, self._in_thread)
        self._nbytes = len(data)
        if not data:
            raise StopAsyncIteration
        return data


async def off_loop(upload: Upload, action: Callable[[], T], in_thread: InThread | None) -> T:
    """Do what may block in a thread, and what cannot at once.

    Raises:
        InvalidArgument: There are files to read, but nothing to read them in.
    """
    if not upload.reads_files:
        return action()
    if in_thread is None:
        raise InvalidArgument("this sender was made without in_thread=, so it cannot read files; give their bytes")
    return await in_thread(action)
