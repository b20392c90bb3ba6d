"""Requests sent with `httpx.Client`."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Final, TypeVar

import httpx
from attrs import evolve

from cartesia_core.errors import CartesiaError, LocalProtocolError
from cartesia_core.exchange import Exchange
from cartesia_core.http import Call, Head, Pairs, Raw, Request, Response, StreamRequest
from cartesia_core.retry import Accepted, Failed, Retry
from cartesia_core.settings import Settings
from cartesia_httpx._convert import NETWORK_ERRORS, head_of, response_of, to_httpx, typed_errors
from cartesia_httpx.stream import HttpxStream, read_whole

T = TypeVar("T")
E = TypeVar("E")
R = TypeVar("R", httpx.Response, Response)

SWITCHING_PROTOCOLS: Final = 101
ERROR_BODY_LIMIT: Final = 1024 * 1024


class HttpxSender:
    """Sends requests with an `httpx.Client`, for plain threads. Several threads may use it at once.

    Args:
        client: Carries proxy, certificates and connection pool. Its own redirects and time-outs are not used.
        settings: What the requests say.
        sleep: Waits between tries.
    """

    def __init__(
        self, client: httpx.Client, settings: Settings, *, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self.client: Final = client
        self.settings: Final = settings
        self.sleep: Final = sleep

    def send(self, request: Request[T], /) -> T:
        """Send a request and decode its answer.

        Raises:
            CartesiaError: `ApiError` when the server refuses, `TransportError` when the network fails,
                `RemoteProtocolError` when the answer is not what was asked for.
        """
        return request.decode(self._fetch(request))

    def send_raw(self, request: Request[T], /) -> Raw[T]:
        """Send a request; give the value beside status, header fields and request id."""
        response = self._fetch(request)
        return Raw(request.decode(response), response)

    def stream(self, request: StreamRequest[E], /) -> HttpxStream[E]:
        """Describe reading an answer while it arrives; it is sent when entered."""
        return HttpxStream(
            partial(self.open, request), request.decoder, request.version or self.settings.identity.version
        )

    def _fetch(self, request: Request[T]) -> Response:
        return self._settle(request, self._try_whole)

    def open(self, call: Call, *, fresh: Callable[[], Pairs] = tuple) -> httpx.Response:
        """Send a call until its answer is a success, whose body is then yours to read and close.

        Args:
            call: What to send.
            fresh: Makes further header fields, anew for every try.

        Raises:
            CartesiaError: What the last try came to.
        """
        return self._settle(call, lambda exchange: self._try(exchange, fresh()))

    def _settle(self, call: Call, attempt: Callable[[Exchange], tuple[R | None, Response | CartesiaError]]) -> R:
        """Try until the verdict is to accept or to give up."""
        if self.client.is_closed:
            raise LocalProtocolError("this client was closed; make another one")
        exchange = Exchange(call, self.settings, now=time.monotonic())
        while True:
            result, outcome = attempt(exchange)
            verdict = exchange.settle(outcome, now=time.monotonic(), epoch=time.time(), jitter=random.random())
            if isinstance(verdict, Accepted) and result is not None:
                return result
            if isinstance(verdict, Retry):
                self.sleep(verdict.after)
            elif isinstance(verdict, Failed):
                raise verdict.error

    def _try_whole(self, exchange: Exchange) -> tuple[Response | None, Response | CartesiaError]:
        """Send once and read the whole answer: for a read, a body that is cut is a passing fault like any other."""
        opened, head = self._try(exchange)
        if opened is None or isinstance(head, CartesiaError):
            return None, head
        try:
            response = evolve(head, content=read_whole(opened, head))
        except CartesiaError as error:
            return None, error
        finally:
            opened.close()
        return response, response

    def _try(self, exchange: Exchange, headers: Pairs = ()) -> tuple[httpx.Response | None, Response | CartesiaError]:
        version = exchange.outgoing.version
        try:
            with typed_errors():
                request = to_httpx(self.client, exchange.outgoing, exchange.url, self.settings.timeouts, headers)
                response = self.client.send(request, stream=True, follow_redirects=False)
                if response.is_success or response.status_code == SWITCHING_PROTOCOLS:
                    return response, head_only(head_of(response, version))
                try:
                    return None, response_of(response, version, _bounded(response))
                finally:
                    response.close()
        except CartesiaError as error:
            return None, error


def head_only(head: Head) -> Response:
    """Give the head of a success to be judged."""
    # To the retry rules an upgrade that went through is a success like any other.
    status = 200 if head.status == SWITCHING_PROTOCOLS else head.status
    return Response(status, head.headers, head.version)


def _bounded(response: httpx.Response) -> bytes:
    """Read an error body, but never more than an error can need; of one that is cut, what came: the status counts."""
    parts: list[bytes] = []
    nbytes = 0
    with suppress(*NETWORK_ERRORS):
        for part in response.iter_bytes():
            parts.append(part)
            nbytes += len(part)
            if nbytes > ERROR_BODY_LIMIT:
                break
    return b"".join(parts)
