"""Bodies of answers, read whole or while they arrive."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Final, Generic, TypeVar

import httpx
from typing_extensions import Self

from cartesia_core.errors import (
    CartesiaError,
    IncompleteBody,
    LocalProtocolError,
    RemoteProtocolError,
    TransportError,
)
from cartesia_core.http import Head, StreamDecoder
from cartesia_httpx._convert import NETWORK_ERRORS, convert, head_of

E = TypeVar("E")
_UNCHECKED_NBYTES: Final = 64 * 1024 * 1024
_MAX_RATIO: Final = 100
"""Silence shrinks a thousandfold, but 64 MiB of it is half an hour of the largest format; speech hardly shrinks."""


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
        self._is_over: bool = False
        self._is_left: bool = False

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
        self._is_left = True
        if self._response is not None:
            self._response.close()

    def __iter__(self) -> Iterator[E]:
        """Give the events as they arrive. Raises the server's errors, and what a cut body is."""
        if self._head is None:
            raise LocalProtocolError("enter the stream first: with client.tts.stream(...) as pieces")
        return self

    def __next__(self) -> E:
        """Wait for the next event.

        Raises:
            LocalProtocolError: The block was left before the end: what comes no more is not the end.
        """
        if self._is_left and not self._is_over:
            raise LocalProtocolError("the stream was left before its end, so there is no more to read")
        try:
            return next(self._events)
        except StopIteration:
            self._is_over = True
            raise


def decode(response: httpx.Response, decoder: StreamDecoder[E], head: Head) -> Iterator[E]:
    """Give the events of a body as it arrives.

    After the answer's own end mark the body is still read to its end, so that the connection can be used again; what
    goes wrong there harms nobody.
    """
    try:
        for data in body(response, head):
            yield from decoder.feed(data)
    except (TransportError, IncompleteBody):
        if not decoder.is_done:
            raise
    yield from decoder.finish()


def read_whole(response: httpx.Response, head: Head) -> bytes:
    """Give the whole body."""
    return b"".join(body(response, head))


def body(response: httpx.Response, head: Head) -> Iterator[bytes]:
    """Give the pieces of a body, decompressed.

    Raises:
        CartesiaError: The body was cut or the connection died. The server had accepted the call by then.
    """
    nbytes = 0
    try:
        for data in response.iter_bytes():
            nbytes += len(data)
            check_ratio(nbytes, response.num_bytes_downloaded)
            yield data
    except NETWORK_ERRORS as error:
        raise accepted(convert(error, nbytes), head) from error
    except RemoteProtocolError as error:
        raise accepted(error, head) from None


def check_ratio(nbytes: int, downloaded: int) -> None:
    """Refuse a body that grows as only a compression bomb does.

    Raises:
        RemoteProtocolError: It does.
    """
    if nbytes > _UNCHECKED_NBYTES and nbytes > downloaded * _MAX_RATIO:
        raise RemoteProtocolError(
            f"the compressed body grew from {downloaded} to more than {nbytes} bytes; no audio or JSON does that"
        )


def accepted(error: CartesiaError, head: Head) -> CartesiaError:
    """Put on an error what is known once the head of the answer has come."""
    error.may_have_been_billed = True
    error.request_id = head.request_id
    error.api_version = head.version or None
    return error
