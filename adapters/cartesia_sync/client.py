"""The client for plain threads."""

from __future__ import annotations

import os
from collections.abc import Mapping
from types import TracebackType
from typing import Final, TypeVar

import httpx
from typing_extensions import Self

from cartesia_core.api import Api
from cartesia_core.auth import DEFAULT_BASE_URL, ApiKey
from cartesia_core.credentials import TokenProvider, split_key
from cartesia_core.http import Raw, Request, StreamRequest
from cartesia_core.ports import SyncPorts
from cartesia_core.retry import RetryPolicy
from cartesia_core.settings import Timeouts, settings_from, settings_of
from cartesia_core.ws.notices import Observer
from cartesia_core.ws.session import SessionLimits
from cartesia_httpx import HttpxSender, HttpxStream
from cartesia_sync.connector import Connector

T = TypeVar("T")
E = TypeVar("E")


class Client(Api[SyncPorts]):
    """The Cartesia API for plain threads. Several threads may share one client.

    Args:
        api_key: API key or access token, which never shows itself in logs, errors or pickles; or a function that gives
            one and is asked before every try.
        base_url: Where the API is; `http://127.0.0.1:...` for a local server.
        version: The `Cartesia-Version` of all calls that do not pin one; the newest by default.
        timeout: Seconds without progress before a call fails, or `Timeouts` for single steps.
        retry: How often and how fast to repeat calls; `NO_RETRIES` switches it off.
        headers: Header fields for every call; they win over the client's own.
        http_client: Your own `httpx.Client`, with proxy, certificates or limits of your choice. It serves HTTP and
            sockets, and is yours to close.
        limits: Deadlines and sizes of sockets.
        observe: Is called with a `SocketNotice` when a socket is opened, lost, replaced or paused for; for metrics and
            logs. It must be quick and must not raise.

    Raises:
        InvalidArgument: A value can be seen to be wrong.
    """

    def __init__(
        self,
        *,
        api_key: str | ApiKey | TokenProvider,
        base_url: str = DEFAULT_BASE_URL,
        version: str | None = None,
        timeout: float | Timeouts | None = None,
        retry: RetryPolicy | None = None,
        headers: dict[str, str] | None = None,
        http_client: httpx.Client | None = None,
        limits: SessionLimits | None = None,
        observe: Observer | None = None,
    ) -> None:
        key, tokens = split_key(api_key)
        settings = settings_of(
            api_key=key, base_url=base_url, version=version, timeout=timeout, retry=retry, headers=headers
        )
        self._is_own: Final = http_client is None
        self._http: Final = HttpxSender(http_client or httpx.Client(), settings, tokens=tokens)
        self._limits: Final = limits or SessionLimits()
        self._observe: Final = observe
        super().__init__(SyncPorts(self._http, Connector(self._http, self._limits, observe)))

    @classmethod
    def from_env(cls, *, http_client: httpx.Client | None = None) -> Self:
        """Make a client from `CARTESIA_API_KEY` and, where set, `CARTESIA_BASE_URL` and `CARTESIA_CUSTOM_HEADERS`.

        Raises:
            InvalidArgument: There is no key in the environment.
        """
        found = settings_from(os.environ)
        return cls(api_key=found.api_key, base_url=found.base_url, headers=found.headers, http_client=http_client)

    def with_options(
        self,
        *,
        timeout: float | Timeouts | None = None,
        retry: RetryPolicy | None = None,
        headers: Mapping[str, str] | None = None,
        version: str | None = None,
    ) -> Client:
        """Give a client over the same connections with other options; None leaves one as it is.

        It need not be closed, and is of use until this one is.

        Args:
            timeout: Seconds without progress before a call fails, or `Timeouts` for single steps.
            retry: How often and how fast to repeat calls.
            headers: Further header fields for every call; those of the same name are replaced.
            version: The `Cartesia-Version` of all calls that do not pin one.

        Raises:
            InvalidArgument: A value can be seen to be wrong.
        """
        settings = self._http.settings.with_options(timeout=timeout, retry=retry, headers=headers, version=version)
        return Client(
            api_key=self._http.credential,
            base_url=settings.base_url,
            version=settings.identity.version,
            timeout=settings.timeouts,
            retry=settings.retry,
            headers=dict(settings.identity.headers),
            http_client=self._http.client,
            limits=self._limits,
            observe=self._observe,
        )

    def send(self, request: Request[T], /) -> T:
        """Send a request and decode its answer. Raises `CartesiaError`."""
        return self._http.send(request)

    def send_raw(self, request: Request[T], /) -> Raw[T]:
        """Send a request; give the value beside status, header fields and request id. Raises `CartesiaError`."""
        return self._http.send_raw(request)

    def stream(self, request: StreamRequest[E], /) -> HttpxStream[E]:
        """Give an answer to enter and read while it arrives. Raises `CartesiaError` when entered and when read."""
        return self._http.stream(request)

    def close(self) -> None:
        """Close idle connections, unless `http_client` was given. Open sockets end themselves."""
        if self._is_own:
            self._http.client.close()

    def __enter__(self) -> Self:
        """Give the client itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None, /
    ) -> None:
        """Close it."""
        self.close()
