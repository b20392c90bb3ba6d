"""The skin over requests: one line per endpoint gives `client.tts.generate(...)`, with its types.

Each descriptor wraps a function that describes a call. Through a namespace bound to ports it sends what the function
describes; `.request` gives the description, `.raw` the answer beside the value. The ports give it its colour: plain
calls for `SyncPorts`, awaitable ones for `AsyncPorts`. There is no behaviour here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Generic, ParamSpec, TypeVar, overload

from cartesia_core.async_calls import AsyncCall, AsyncListCall, AsyncSocketCall, AsyncStreamCall
from cartesia_core.async_ports import AsyncConnector, AsyncPorts
from cartesia_core.decoders import Identified
from cartesia_core.http import Page, Request, StreamRequest
from cartesia_core.ports import SyncConnector, SyncPorts
from cartesia_core.sync_calls import SyncCall, SyncListCall, SyncSocketCall, SyncStreamCall
from cartesia_core.ws.opening import SocketRequest

P = ParamSpec("P")
T = TypeVar("T")
E = TypeVar("E")
R = TypeVar("R", bound=SocketRequest)
S = TypeVar("S")
A = TypeVar("A")
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


class Endpoint(Generic[P, T]):
    """A call whose answer is read whole."""

    def __init__(self, build: Callable[P, Request[T]]) -> None:
        self.build: Final = build

    @overload
    def __get__(self, namespace: None, owner: type[object]) -> Endpoint[P, T]: ...
    @overload
    def __get__(self, namespace: Namespace[SyncPorts], owner: type[object]) -> SyncCall[P, T]: ...
    @overload
    def __get__(self, namespace: Namespace[AsyncPorts], owner: type[object]) -> AsyncCall[P, T]: ...
    def __get__(
        self, namespace: Namespace[SyncPorts] | Namespace[AsyncPorts] | None, owner: type[object]
    ) -> Endpoint[P, T] | SyncCall[P, T] | AsyncCall[P, T]:
        """Bind to the ports of a namespace."""
        if namespace is None:
            return self
        ports = namespace.ports
        return SyncCall(self.build, ports) if isinstance(ports, SyncPorts) else AsyncCall(self.build, ports)


class Stream(Generic[P, E]):
    """A call whose answer is read while it arrives."""

    def __init__(self, build: Callable[P, StreamRequest[E]]) -> None:
        self.build: Final = build

    @overload
    def __get__(self, namespace: None, owner: type[object]) -> Stream[P, E]: ...
    @overload
    def __get__(self, namespace: Namespace[SyncPorts], owner: type[object]) -> SyncStreamCall[P, E]: ...
    @overload
    def __get__(self, namespace: Namespace[AsyncPorts], owner: type[object]) -> AsyncStreamCall[P, E]: ...
    def __get__(
        self, namespace: Namespace[SyncPorts] | Namespace[AsyncPorts] | None, owner: type[object]
    ) -> Stream[P, E] | SyncStreamCall[P, E] | AsyncStreamCall[P, E]:
        """Bind to the ports of a namespace."""
        if namespace is None:
            return self
        ports = namespace.ports
        return SyncStreamCall(self.build, ports) if isinstance(ports, SyncPorts) else AsyncStreamCall(self.build, ports)


class Listing(Generic[P, I]):
    """A call that answers with pages."""

    def __init__(self, build: Callable[P, Request[Page[I]]]) -> None:
        self.build: Final = build

    @overload
    def __get__(self, namespace: None, owner: type[object]) -> Listing[P, I]: ...
    @overload
    def __get__(self, namespace: Namespace[SyncPorts], owner: type[object]) -> SyncListCall[P, I]: ...
    @overload
    def __get__(self, namespace: Namespace[AsyncPorts], owner: type[object]) -> AsyncListCall[P, I]: ...
    def __get__(
        self, namespace: Namespace[SyncPorts] | Namespace[AsyncPorts] | None, owner: type[object]
    ) -> Listing[P, I] | SyncListCall[P, I] | AsyncListCall[P, I]:
        """Bind to the ports of a namespace."""
        if namespace is None:
            return self
        ports = namespace.ports
        return SyncListCall(self.build, ports) if isinstance(ports, SyncPorts) else AsyncListCall(self.build, ports)


class Socket(Generic[P, R, S, A]):
    """A socket.

    Args:
        build: Describes opening it.
        sync: Asks a connector for plain threads for it.
        awaitable: Asks a connector for event loops for it.
    """

    def __init__(
        self,
        build: Callable[P, R],
        sync: Callable[[SyncConnector, R], S],
        awaitable: Callable[[AsyncConnector, R], A],
    ) -> None:
        self.build: Final = build
        self.sync: Final = sync
        self.awaitable: Final = awaitable

    @overload
    def __get__(self, namespace: None, owner: type[object]) -> Socket[P, R, S, A]: ...
    @overload
    def __get__(self, namespace: Namespace[SyncPorts], owner: type[object]) -> SyncSocketCall[P, R, S]: ...
    @overload
    def __get__(self, namespace: Namespace[AsyncPorts], owner: type[object]) -> AsyncSocketCall[P, R, A]: ...
    def __get__(
        self, namespace: Namespace[SyncPorts] | Namespace[AsyncPorts] | None, owner: type[object]
    ) -> Socket[P, R, S, A] | SyncSocketCall[P, R, S] | AsyncSocketCall[P, R, A]:
        """Bind to the ports of a namespace."""
        if namespace is None:
            return self
        ports = namespace.ports
        if isinstance(ports, SyncPorts):
            return SyncSocketCall(self.build, self.sync, ports)
        return AsyncSocketCall(self.build, self.awaitable, ports)
