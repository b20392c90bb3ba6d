"""Bodies of answers, read whole or while they arrive, on trio and asyncio alike."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from types import TracebackType
from typing import Final, Generic, TypeVar

import httpx
from typing_extensions import Self

from cartesia_core.errors import CartesiaError, IncompleteBody, LocalProtocolError, RemoteProtocolError, TransportError
from cartesia_core.http import Head, StreamDecoder
from cartesia_httpx._convert import NETWORK_ERRORS, convert, head_of
from cartesia_httpx.stream import accepted, check_ratio

E = TypeVar("E")


class AsyncHttpxStream(Generic[E]):
    """An answer that is read while it arrives: enter it, then iterate. For one task.

    Args:
        open_answer: Sends the request, when this is entered.
        decoder: Makes the decoder for the answer's head.
        version: The API version asked for.
    """

    def __init__(
        self,
        open_answer: Callable[[], Awaitable[httpx.Response]],
        decoder: Callable[[Head], StreamDecoder[E]],
        version: str,
    ) -> None:
        self._open: Final = open_answer
        self._make_decoder: Final = decoder
        self._version: Final = version
        self._response: httpx.Response | None = None
        self._events: _Events[E] | None = None
        self._is_left: bool = False

    @property
    def head(self) -> Head:
        """Status and header fields.

        Raises:
            LocalProtocolError: It was not entered yet.
        """
        return self._entered().head

    @property
    def request_id(self) -> str | None:
        """The id to quote to support, where the server gave one."""
        return self.head.request_id

    async def __aenter__(self) -> Self:
        """Send the request. Raises what `send` raises."""
        self._response = await self._open()
        try:
            head = head_of(self._response, self._version)
            self._events = _Events(self._response, self._make_decoder(head), head)
        except BaseException:
            await self._response.aclose()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None, /
    ) -> None:
        """Close the answer, whether or not it was read to its end."""
        self._is_left = True
        if self._response is not None:
            await self._response.aclose()

    def __aiter__(self) -> AsyncIterator[E]:
        """Give the events as they arrive."""
        self._entered()
        return self

    async def __anext__(self) -> E:
        """Wait for the next event. Raises the server's errors, and what a cut body is.

        Raises:
            LocalProtocolError: The block was left before the end: what comes no more is not the end.
        """
        events = self._entered()
        if self._is_left and not events.is_over:
            raise LocalProtocolError("the stream was left before its end, so there is no more to read")
        return await events.next()

    def _entered(self) -> _Events[E]:
        if self._events is None:
            raise LocalProtocolError("enter the stream first: async with client.tts.stream(...) as pieces")
        return self._events


class _Events(Generic[E]):
    """The events of one body."""

    def __init__(self, response: httpx.Response, decoder: StreamDecoder[E], head: Head) -> None:
        self.head: Final = head
        self.is_over: bool = False
        self._error: CartesiaError | None = None
        self._body: Final = Body(response, head)
        self._decoder: Final = decoder
        self._ready: Iterator[E] = iter(())

    async def next(self) -> E:
        """Wait for the next event. Raises what went wrong, after the events before it, again and again."""
        if self._error is not None:
            raise self._error
        try:
            return await self._next()
        except CartesiaError as error:
            self._error = error
            raise

    async def _next(self) -> E:
        while True:
            for event in self._ready:
                return event
            if self.is_over:
                raise StopAsyncIteration
            await self._read()

    async def _read(self) -> None:
        """Read a piece. After the answer's own end mark, what goes wrong harms nobody."""
        try:
            data = await self._body.__anext__()
        except StopAsyncIteration:
            self._end()
        except (TransportError, IncompleteBody):
            if not self._decoder.is_done:
                raise
            self._end()
        else:
            self._ready = iter(self._decoder.feed(data))

    def _end(self) -> None:
        self.is_over = True
        self._ready = iter(self._decoder.finish())


class Body:
    """The pieces of a body, decompressed. Not a generator, so there is nothing to close when it is left early."""

    def __init__(self, response: httpx.Response, head: Head) -> None:
        self._response: Final = response
        self._head: Final = head
        self._pieces: Final = response.aiter_bytes()
        self._nbytes: int = 0

    def __aiter__(self) -> Self:
        """Give itself."""
        return self

    async def __anext__(self) -> bytes:
        """Wait for the next piece.

        Raises:
            CartesiaError: The body was cut or the connection died. The server had accepted the call by then.
        """
        try:
            data = await self._pieces.__anext__()
        except NETWORK_ERRORS as error:
            raise accepted(convert(error, self._nbytes), self._head) from error
        self._nbytes += len(data)
        try:
            check_ratio(self._nbytes, self._response.num_bytes_downloaded)
        except RemoteProtocolError as error:
            raise accepted(error, self._head) from None
        return data


async def read_whole(response: httpx.Response, head: Head) -> bytes:
    """Give the whole body."""
    return b"".join([part async for part in Body(response, head)])
