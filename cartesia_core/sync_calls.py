"""Members of a client for plain threads: what the descriptors of `cartesia_core.bind` give for `SyncPorts`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import update_wrapper
from typing import Final, Generic, ParamSpec, TypeVar

from cartesia_core.decoders import Identified
from cartesia_core.http import Page, Raw, Request, StreamRequest
from cartesia_core.ports import SyncConnector, SyncMessages, SyncPorts, SyncStream
from cartesia_core.undecoded import undecoded
from cartesia_core.ws.opening import SocketRequest

P = ParamSpec("P")
T = TypeVar("T")
E = TypeVar("E")
R = TypeVar("R", bound=SocketRequest)
S = TypeVar("S")
I = TypeVar("I", bound=Identified)  # noqa: E741 - an item


class SyncCall(Generic[P, T]):
    """An endpoint of a client for plain threads."""

    def __init__(self, build: Callable[P, Request[T]], ports: SyncPorts) -> None:
        self._build: Final = build
        self._http: Final = ports.http
        update_wrapper(self, build)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> T:
        """Send the call and give the value. Raises `InvalidArgument` before sending, `CartesiaError` after."""
        return self._http.send(self._build(*args, **kwargs))

    def raw(self, *args: P.args, **kwargs: P.kwargs) -> Raw[T]:
        """Send the call; give the value beside status, header fields and request id."""
        return self._http.send_raw(self._build(*args, **kwargs))

    def request(self, *args: P.args, **kwargs: P.kwargs) -> Request[T]:
        """Describe the call without sending it."""
        return self._build(*args, **kwargs)


class SyncStreamCall(Generic[P, E]):
    """A streaming endpoint of a client for plain threads."""

    def __init__(self, build: Callable[P, StreamRequest[E]], ports: SyncPorts) -> None:
        self._build: Final = build
        self._http: Final = ports.http
        update_wrapper(self, build)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> SyncStream[E]:
        """Give the answer as a context manager to iterate over; the call is sent when it is entered."""
        return self._http.stream(self._build(*args, **kwargs))

    def raw(self, *args: P.args, **kwargs: P.kwargs) -> SyncStream[bytes]:
        """Give the body of the answer undecoded, as it arrives."""
        return self._http.stream(undecoded(self._build(*args, **kwargs)))

    def request(self, *args: P.args, **kwargs: P.kwargs) -> StreamRequest[E]:
        """Describe the call without sending it."""
        return self._build(*args, **kwargs)


class SyncPages(Generic[I]):
    """A list on the server, walked as it is iterated over: nothing is fetched before, nor after leaving early."""

    def __init__(self, first: Request[Page[I]], ports: SyncPorts) -> None:
        self._first: Final = first
        self._http: Final = ports.http

    def __iter__(self) -> Iterator[I]:
        """Give every item of every page."""
        for page in self.pages():
            yield from page.data

    def pages(self) -> Iterator[Page[I]]:
        """Give page after page."""
        request: Request[Page[I]] | None = self._first
        while request is not None:
            page = self._http.send(request)
            yield page
            request = page.next


class SyncListCall(Generic[P, I]):
    """A listing endpoint of a client for plain threads."""

    def __init__(self, build: Callable[P, Request[Page[I]]], ports: SyncPorts) -> None:
        self._build: Final = build
        self._ports: Final = ports
        update_wrapper(self, build)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> SyncPages[I]:
        """Give the list to iterate over, across all its pages."""
        return SyncPages(self._build(*args, **kwargs), self._ports)

    def raw(self, *args: P.args, **kwargs: P.kwargs) -> Raw[Page[I]]:
        """Fetch one page; give it beside status, header fields and request id."""
        return self._ports.http.send_raw(self._build(*args, **kwargs))

    def request(self, *args: P.args, **kwargs: P.kwargs) -> Request[Page[I]]:
        """Describe fetching one page without doing it."""
        return self._build(*args, **kwargs)


class SyncSocketCall(Generic[P, R, S]):
    """A socket of a client for plain threads."""

    def __init__(self, build: Callable[P, R], connect: Callable[[SyncConnector, R], S], ports: SyncPorts) -> None:
        self._build: Final = build
        self._connect: Final = connect
        self._sockets: Final = ports.sockets
        update_wrapper(self, build)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> S:
        """Give the socket as a context manager; it opens when entered."""
        return self._connect(self._sockets, self._build(*args, **kwargs))

    def raw(self, *args: P.args, **kwargs: P.kwargs) -> SyncMessages:
        """Give the socket with its messages as they are: nothing read or written for you."""
        return self._sockets.messages(self._build(*args, **kwargs))

    def request(self, *args: P.args, **kwargs: P.kwargs) -> R:
        """Describe the socket without opening it."""
        return self._build(*args, **kwargs)
