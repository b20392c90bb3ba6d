"""Requests sent with `httpx.Client`."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from contextlib import closing, suppress
from functools import partial
from typing import Final, TypeAlias, TypeVar

import httpx
from attrs import evolve

from cartesia_core.auth import ApiKey
from cartesia_core.credentials import AsyncTokenProvider, Forgetting, TokenProvider, as_token, token_failure
from cartesia_core.errors import CartesiaError, InvalidArgument, LocalProtocolError
from cartesia_core.exchange import Exchange
from cartesia_core.http import Call, Head, Pairs, Raw, Request, Response, StreamRequest
from cartesia_core.retry import Accepted, Failed, Retry
from cartesia_core.settings import Settings
from cartesia_httpx._convert import NETWORK_ERRORS, head_of, response_of, to_httpx, typed_errors
from cartesia_httpx.stream import HttpxStream, read_whole
from cartesia_httpx.uploads import Upload, UploadStream, boundary_for

T = TypeVar("T")
E = TypeVar("E")
P = TypeVar("P", TokenProvider, AsyncTokenProvider)
R = TypeVar("R", httpx.Response, Response)

Attempt: TypeAlias = "Callable[[Exchange, Upload | None], tuple[R | None, Response | CartesiaError]]"

SWITCHING_PROTOCOLS: Final = 101
ERROR_BODY_LIMIT: Final = 1024 * 1024


class HttpxSender:
    """Sends requests with an `httpx.Client`, for plain threads. Several threads may use it at once.

    Args:
        client: Carries proxy, certificates and connection pool. Its own redirects and time-outs are not used.
        settings: What the requests say.
        sleep: Waits between tries.
        tokens: Gives the token for each try, if the settings have no key.

    Raises:
        InvalidArgument: There is neither key nor provider of tokens.
    """

    def __init__(
        self,
        client: httpx.Client,
        settings: Settings,
        *,
        sleep: Callable[[float], None] = time.sleep,
        tokens: TokenProvider | None = None,
    ) -> None:
        self.client: Final = client
        self.settings: Final = settings
        self.sleep: Final = sleep
        self.tokens: Final = tokens
        self.credential: Final = credential_of(settings, tokens)

    def with_settings(self, settings: Settings) -> HttpxSender:
        """Give a sender over the same connections whose requests say something else."""
        return HttpxSender(self.client, settings, sleep=self.sleep, tokens=self.tokens)

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
        return self._settle(call, lambda exchange, upload: self._try(exchange, upload, fresh()))

    def _settle(self, call: Call, attempt: Attempt[R]) -> R:
        if self.client.is_closed:
            raise LocalProtocolError("this client was closed; make another one")
        exchange = Exchange(call, self.settings, now=time.monotonic(), boundary=boundary_for(call))
        form = exchange.outgoing.form
        if form is None:
            return self._repeat(exchange, None, attempt)
        with closing(Upload(form)) as upload:
            return self._repeat(exchange, upload, attempt)

    def _repeat(self, exchange: Exchange, upload: Upload | None, attempt: Attempt[R]) -> R:
        """Try until the verdict is to accept or to give up."""
        while True:
            self._authorize(exchange)
            result, outcome = attempt(exchange, upload)
            verdict = exchange.settle(
                outcome,
                now=time.monotonic(),
                epoch=time.time(),
                jitter=random.random(),
                is_repeatable=upload is None or upload.is_repeatable,
            )
            if isinstance(verdict, Accepted) and result is not None:
                return result
            if isinstance(verdict, Retry):
                self.sleep(verdict.after)
            elif isinstance(verdict, Failed):
                raise verdict.error

    def _authorize(self, exchange: Exchange) -> None:
        if self.tokens is None:
            return
        tell_refused(self.tokens, exchange)
        try:
            token = as_token(self.tokens())
        except Exception as error:
            raise token_failure(error) from error
        exchange.authorize(token)

    def _try_whole(self, exchange: Exchange, upload: Upload | None) -> tuple[Response | None, Response | CartesiaError]:
        """Send once and read the whole answer: for a read, a body that is cut is a passing fault like any other."""
        opened, head = self._try(exchange, upload)
        if opened is None or isinstance(head, CartesiaError):
            return None, head
        try:
            response = evolve(head, content=read_whole(opened, head))
        except CartesiaError as error:
            return None, error
        finally:
            opened.close()
        return response, response

    def _try(
        self, exchange: Exchange, upload: Upload | None, headers: Pairs = ()
    ) -> tuple[httpx.Response | None, Response | CartesiaError]:
        version = exchange.outgoing.version
        try:
            with typed_errors():
                request = self._request(exchange, upload, headers)
                response = self.client.send(request, stream=True, follow_redirects=False)
                if response.is_success or response.status_code == SWITCHING_PROTOCOLS:
                    return response, head_only(head_of(response, version))
                try:
                    return None, response_of(response, version, _bounded(response))
                finally:
                    response.close()
        except CartesiaError as error:
            return None, error if upload is None else upload.explained(error)

    def _request(self, exchange: Exchange, upload: Upload | None, headers: Pairs) -> httpx.Request:
        if upload is None:
            return to_httpx(self.client, exchange.outgoing, exchange.url, exchange.timeouts, headers)
        upload.open()
        fields = (*headers, *upload.headers())
        request = to_httpx(self.client, exchange.outgoing, exchange.url, exchange.timeouts, fields)
        request.stream = UploadStream(upload)
        return request


def credential_of(settings: Settings, tokens: P | None) -> ApiKey | P:
    """Give the provider of tokens, else the key.

    Raises:
        InvalidArgument: There is neither.
    """
    if tokens is not None:
        return tokens
    if settings.identity.key is None:
        raise InvalidArgument("the settings have no key, and there is no provider of tokens")
    return settings.identity.key


def tell_refused(tokens: object, exchange: Exchange) -> None:
    """Tell a provider that wants to know which of its tokens was refused."""
    if exchange.refused is not None and isinstance(tokens, Forgetting):
        tokens.forget(exchange.refused)


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
