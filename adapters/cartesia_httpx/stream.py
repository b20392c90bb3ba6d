"""Bodies of answers, read whole or while they arrive."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Final, Generic, TypeVar

import httpx
from typing_extensions import Self

from cartesia_core.errors import CartesiaError, LocalProtocolError
from cartesia_core.http import Head, StreamDecoder
from cartesia_httpx._convert import convert, head_of

E = TypeVar("E")


class HttpxStream(Generic[E]):
    """An answer that is read while it arrives: enter it, then iterate. Not for several threads at once.

    Args:
        open_answer: Sends the request, when this is entered.
        decoder: Makes the decoder for the answer's head.
        version: The API version asked for.
    """

    def __init__(
        self,
        open_answer: Callable[[], httpx.Response],
        decoder: Callable[[Head], StreamDecoder[E]],
        version: str,
    ) -> None:
        self._open: Final = open_answer
        self._make_decoder: Final = decoder
        self._version: Final = version
        self._response: httpx.Response | None = None
        self._head: Head | None = None
        self._events: Iterator[E] = iter(())

    @property
    def head(self) -> Head:
        """Status and header fields.

        Raises:
            LocalProtocolError: It was not entered yet.
        """
        if self._head is None:
            raise LocalProtocolError("enter the stream first: with client.tts.stream(...) as pieces")
        return self._head

    @property
    def request_id(self) -> str | None:
        """The id to quote to support, where the server gave one."""
        return self.head.request_id

    def __enter__(self) -> Self:
        """Send the request. Raises what `send` raises."""
        self._response = self._open()
        try:
            self._head = head_of(self._response, self._version)
            self._events = decode(self._response, self._make_decoder(self._head), self._head)
        except BaseException:
            self._response.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None, /
    ) -> None:
        """Close the answer, whether or not it was read to its end."""
        if self._response is not None:
            self._response.close()

    def __iter__(self) -> Iterator[E]:
        """Give the events as they arrive. Raises the server's errors, and what a cut body is."""
        if self._head is None:
            raise LocalProtocolError("enter the stream first: with client.tts.stream(...) as pieces")
        return self._events


def decode(response: httpx.Response, decoder: StreamDecoder[E], head: Head) -> Iterator[E]:
    """Give the events of a body as it arrives."""
    for data in body(response, head):
        yield from decoder.feed(data)
    yield from decoder.finish()


def read_whole(response: httpx.Response) -> bytes:
    """Give the whole body."""
    return b"".join(body(response, head_of(response, "")))


def body(response: httpx.Response, head: Head) -> Iterator[bytes]:
    """Give the pieces of a body, decompressed.

    Raises:
        CartesiaError: The body was cut or the connection died. The server had accepted the call by then.
    """
    nbytes = 0
    try:
        for data in response.iter_bytes():
            nbytes += len(data)
            yield data
    except httpx.HTTPError as error:
        raise _accepted(convert(error, nbytes), head) from error


def _accepted(error: CartesiaError, head: Head) -> CartesiaError:
    error.may_have_been_billed = True
    error.request_id = head.request_id
    error.api_version = head.version or None
    return error
