"""The skin over requests: one line per endpoint gives `client.tts.generate(...)`, with its types.

Each descriptor wraps a function that describes a call. Through a namespace bound to ports it sends what the function
describes; `.request` gives the description, `.raw` the answer beside the value. There is no behaviour here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import update_wrapper
from typing import Final, Generic, ParamSpec, TypeVar, overload

from cartesia_core.decoders import Identified
from cartesia_core.http import Page, Raw, Request, StreamRequest
from cartesia_core.ports import SyncMessages, SyncPorts, SyncStream, SyncTtsSocket
from cartesia_core.tts.socket import TtsSocketRequest
from cartesia_core.undecoded import undecoded

P = ParamSpec("P")
T = TypeVar("T")
E = TypeVar("E")
S_co = TypeVar("S_co", covariant=True)
I = TypeVar("I", bound=Identified)  # noqa: E741 - an item


class Namespace(Generic[S_co]):
    """A group of endpoints, bound to ports.

    Args:
        ports: What sends.
    """

    def __init__(self, ports: S_co) -> None:
        self._ports: Final = ports

    @property
    def ports(self) -> S_co:
        """What sends."""
        return self._ports


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


class SyncTtsSocketCall(Generic[P]):
    """The TTS socket of a client for plain threads."""

    def __init__(self, build: Callable[P, TtsSocketRequest], ports: SyncPorts) -> None:
        self._build: Final = build
        self._ports: Final = ports
        update_wrapper(self, build)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> SyncTtsSocket:
        """Give the socket as a context manager; it opens when entered."""
        return self._ports.sockets.tts_socket(self._build(*args, **kwargs))

    def raw(self, *args: P.args, **kwargs: P.kwargs) -> SyncMessages:
        """Give the socket with its messages as they are: no contexts, nothing read or written for you."""
        return self._ports.sockets.messages(self._build(*args, **kwargs))

    def request(self, *args: P.args, **kwargs: P.kwargs) -> TtsSocketRequest:
        """Describe the socket without opening it."""
        return self._build(*args, **kwargs)


class Endpoint(Generic[P, T]):
    """A call whose answer is read whole."""

    def __init__(self, build: Callable[P, Request[T]]) -> None:
        self.build: Final = build

    @overload
    def __get__(self, namespace: None, owner: type[object]) -> Endpoint[P, T]: ...
    @overload
    def __get__(self, namespace: Namespace[SyncPorts], owner: type[object]) -> SyncCall[P, T]: ...
    def __get__(self, namespace: Namespace[SyncPorts] | None, owner: type[object]) -> Endpoint[P, T] | SyncCall[P, T]:
        """Bind to the ports of a namespace."""
        return self if namespace is None else SyncCall(self.build, namespace.ports)


class Stream(Generic[P, E]):
    """A call whose answer is read while it arrives."""

    def __init__(self, build: Callable[P, StreamRequest[E]]) -> None:
        self.build: Final = build

    @overload
    def __get__(self, namespace: None, owner: type[object]) -> Stream[P, E]: ...
    @overload
    def __get__(self, namespace: Namespace[SyncPorts], owner: type[object]) -> SyncStreamCall[P, E]: ...
    def __get__(
        self, namespace: Namespace[SyncPorts] | None, owner: type[object]
    ) -> Stream[P, E] | SyncStreamCall[P, E]:
        """Bind to the ports of a namespace."""
        return self if namespace is None else SyncStreamCall(self.build, namespace.ports)


class Listing(Generic[P, I]):
    """A call that answers with pages."""

    def __init__(self, build: Callable[P, Request[Page[I]]]) -> None:
        self.build: Final = build

    @overload
    def __get__(self, namespace: None, owner: type[object]) -> Listing[P, I]: ...
    @overload
    def __get__(self, namespace: Namespace[SyncPorts], owner: type[object]) -> SyncListCall[P, I]: ...
    def __get__(
        self, namespace: Namespace[SyncPorts] | None, owner: type[object]
    ) -> Listing[P, I] | SyncListCall[P, I]:
        """Bind to the ports of a namespace."""
        return self if namespace is None else SyncListCall(self.build, namespace.ports)


class TtsSocket(Generic[P]):
    """The TTS socket."""

    def __init__(self, build: Callable[P, TtsSocketRequest]) -> None:
        self.build: Final = build

    @overload
    def __get__(self, namespace: None, owner: type[object]) -> TtsSocket[P]: ...
    @overload
    def __get__(self, namespace: Namespace[SyncPorts], owner: type[object]) -> SyncTtsSocketCall[P]: ...
    def __get__(
        self, namespace: Namespace[SyncPorts] | None, owner: type[object]
    ) -> TtsSocket[P] | SyncTtsSocketCall[P]:
        """Bind to the ports of a namespace."""
        return self if namespace is None else SyncTtsSocketCall(self.build, namespace.ports)
