"""Members of a client for trio or asyncio: what the descriptors of `cartesia_core.bind` give for `AsyncPorts`."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterator
from functools import update_wrapper
from typing import Final, Generic, ParamSpec, TypeVar

from typing_extensions import Self

from cartesia_core.async_ports import AsyncConnector, AsyncMessages, AsyncPorts, AsyncStream
from cartesia_core.decoders import Identified
from cartesia_core.http import Page, Raw, Request, StreamRequest
from cartesia_core.undecoded import undecoded
from cartesia_core.ws.opening import SocketRequest

P = ParamSpec("P")
T = TypeVar("T")
E = TypeVar("E")
R = TypeVar("R", bound=SocketRequest)
S = TypeVar("S")
I = TypeVar("I", bound=Identified)  # noqa: E741 - an item


class AsyncCall(Generic[P, T]):
    """An endpoint of a client for trio or asyncio."""

    def __init__(self, build: Callable[P, Request[T]], ports: AsyncPorts) -> None:
        self._build: Final = build
        self._http: Final = ports.http
        update_wrapper(self, build)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> Coroutine[object, None, T]:
        """Send the call and give the value, when awaited.

        Raises `InvalidArgument` at once, `CartesiaError` when awaited. Cancelling closes the connection of the call;
        the server may have accepted it by then.
        """
        return self._http.send(self._build(*args, **kwargs))

    def raw(self, *args: P.args, **kwargs: P.kwargs) -> Coroutine[object, None, Raw[T]]:
        """Send the call; give the value beside status, header fields and request id."""
        return self._http.send_raw(self._build(*args, **kwargs))

    def request(self, *args: P.args, **kwargs: P.kwargs) -> Request[T]:
        """Describe the call without sending it."""
        return self._build(*args, **kwargs)


class AsyncStreamCall(Generic[P, E]):
    """A streaming endpoint of a client for trio or asyncio."""

    def __init__(self, build: Callable[P, StreamRequest[E]], ports: AsyncPorts) -> None:
        self._build: Final = build
        self._http: Final = ports.http
        update_wrapper(self, build)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> AsyncStream[E]:
        """Give the answer as a context manager to iterate over; the call is sent when it is entered."""
        return self._http.stream(self._build(*args, **kwargs))

    def raw(self, *args: P.args, **kwargs: P.kwargs) -> AsyncStream[bytes]:
        """Give the body of the answer undecoded, as it arrives."""
        return self._http.stream(undecoded(self._build(*args, **kwargs)))

    def request(self, *args: P.args, **kwargs: P.kwargs) -> StreamRequest[E]:
        """Describe the call without sending it."""
        return self._build(*args, **kwargs)


class AsyncPageIterator(Generic[I]):
    """Page after page of a list. Not a generator, so there is nothing to close when it is left early."""

    def __init__(self, first: Request[Page[I]], ports: AsyncPorts) -> None:
        self._next: Request[Page[I]] | None = first
        self._http: Final = ports.http

    def __aiter__(self) -> Self:
        """Give itself."""
        return self

    async def __anext__(self) -> Page[I]:
        """Fetch the next page."""
        if self._next is None:
            raise StopAsyncIteration
        page = await self._http.send(self._next)
        self._next = page.next
        return page


class AsyncItemIterator(Generic[I]):
    """Item after item of a list, across its pages."""

    def __init__(self, pages: AsyncPageIterator[I]) -> None:
        self._pages: Final = pages
        self._items: Iterator[I] = iter(())

    def __aiter__(self) -> Self:
        """Give itself."""
        return self

    async def __anext__(self) -> I:
        """Give the next item; fetches a page when the last one is used up."""
        while True:
            for item in self._items:
                return item
            self._items = iter((await self._pages.__anext__()).data)


class AsyncPages(Generic[I]):
    """A list on the server, walked as it is iterated over: nothing is fetched before, nor after leaving early."""

    def __init__(self, first: Request[Page[I]], ports: AsyncPorts) -> None:
        self._first: Final = first
        self._ports: Final = ports

    def __aiter__(self) -> AsyncItemIterator[I]:
        """Give every item of every page."""
        return AsyncItemIterator(self.pages())

    def pages(self) -> AsyncPageIterator[I]:
        """Give page after page."""
        return AsyncPageIterator(self._first, self._ports)


class AsyncListCall(Generic[P, I]):
    """A listing endpoint of a client for trio or asyncio."""

    def __init__(self, build: Callable[P, Request[Page[I]]], ports: AsyncPorts) -> None:
        self._build: Final = build
        self._ports: Final = ports
        update_wrapper(self, build)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> AsyncPages[I]:
        """Give the list to iterate over, across all its pages."""
        return AsyncPages(self._build(*args, **kwargs), self._ports)

    def raw(self, *args: P.args, **kwargs: P.kwargs) -> Coroutine[object, None, Raw[Page[I]]]:
        """Fetch one page; give it beside status, header fields and request id."""
        return self._ports.http.send_raw(self._build(*args, **kwargs))

    def request(self, *args: P.args, **kwargs: P.kwargs) -> Request[Page[I]]:
        """Describe fetching one page without doing it."""
        return self._build(*args, **kwargs)


class AsyncSocketCall(Generic[P, R, S]):
    """A socket of a client for trio or asyncio."""

    def __init__(self, build: Callable[P, R], connect: Callable[[AsyncConnector, R], S], ports: AsyncPorts) -> None:
        self._build: Final = build
        self._connect: Final = connect
        self._sockets: Final = ports.sockets
        update_wrapper(self, build)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> S:
        """Give the socket as a context manager; it opens when entered."""
        return self._connect(self._sockets, self._build(*args, **kwargs))

    def raw(self, *args: P.args, **kwargs: P.kwargs) -> AsyncMessages:
        """Give the socket with its messages as they are: nothing read or written for you."""
        return self._sockets.messages(self._build(*args, **kwargs))

    def request(self, *args: P.args, **kwargs: P.kwargs) -> R:
        """Describe the socket without opening it."""
        return self._build(*args, **kwargs)
