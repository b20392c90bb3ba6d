"""Requests sent with `httpx.AsyncClient`, on trio and asyncio alike: httpx finds out, and sleeping is injected."""

from __future__ import annotations

import random
import time
from collections.abc import Awaitable, Callable
from contextlib import closing, suppress
from functools import partial
from inspect import isawaitable
from typing import Final, TypeAlias, TypeVar

import httpx
from attrs import evolve

from cartesia_core.credentials import AsyncTokenProvider, as_token, token_failure
from cartesia_core.errors import CartesiaError, LocalProtocolError
from cartesia_core.exchange import Exchange
from cartesia_core.http import Call, Pairs, Raw, Request, Response, StreamRequest
from cartesia_core.retry import Accepted, Failed, Retry
from cartesia_core.settings import Settings
from cartesia_httpx._convert import NETWORK_ERRORS, head_of, response_of, to_httpx, typed_errors
from cartesia_httpx.async_stream import AsyncHttpxStream, read_whole
from cartesia_httpx.sender import ERROR_BODY_LIMIT, SWITCHING_PROTOCOLS, credential_of, head_only, tell_refused
from cartesia_httpx.uploads import AsyncUploadStream, InThread, Upload, boundary_for, off_loop

T = TypeVar("T")
E = TypeVar("E")
R = TypeVar("R", httpx.Response, Response)
Attempt: TypeAlias = "Callable[[Exchange, Upload | None], Awaitable[tuple[R | None, Response | CartesiaError]]]"


class Home:
    """The event loop that the kept connections of a client belong to.

    In another one, asyncio would write on them, so that the server gets the request, and then fail.

    Args:
        here: Gives the running loop; None where connections belong to none, as in trio.
    """

    def __init__(self, here: Callable[[], object] = lambda: None) -> None:
        self._here: Final = here
        self._loop: object = None

    def check(self) -> None:
        """See that what is kept can be used here.

        Raises:
            LocalProtocolError: It belongs to another loop.
        """
        if self._loop is not None and self._loop is not self._here():
            raise LocalProtocolError(
                "this client was used in another event loop, which its connections belong to; "
                "make a client in each loop: async with Client(...)"
            )

    def settle(self) -> None:
        """Note that connections may be kept here from now on."""
        self._loop = self._here()


class AsyncHttpxSender:
    """Sends requests with an `httpx.AsyncClient`. Cancelling closes the connection of the call.

    Args:
        client: Carries proxy, certificates and connection pool. Its own redirects and time-outs are not used.
        settings: What the requests say.
        sleep: Waits between tries: `trio.sleep` or `asyncio.sleep`.
        in_thread: Reads files without blocking the loop: `trio.to_thread.run_sync` or `asyncio.to_thread`. Without it
            only bytes can be uploaded.
        tokens: Gives the token for each try, if the settings have no key.
        home: Which loop the client's connections belong to, where they belong to one.

    Raises:
        InvalidArgument: There is neither key nor provider of tokens.
    """

    def __init__(
        self,
        client: httpx.AsyncClient,
        settings: Settings,
        *,
        sleep: Callable[[float], Awaitable[None]],
        in_thread: InThread | None = None,
        tokens: AsyncTokenProvider | None = None,
        home: Home | None = None,
    ) -> None:
        self.client: Final = client
        self.settings: Final = settings
        self.sleep: Final = sleep
        self.in_thread: Final = in_thread
        self.tokens: Final = tokens
        self.credential: Final = credential_of(settings, tokens)
        self.home: Home = home or Home()

    def with_settings(self, settings: Settings) -> AsyncHttpxSender:
        """Give a sender over the same connections whose requests say something else."""
        return AsyncHttpxSender(
            self.client, settings, sleep=self.sleep, in_thread=self.in_thread, tokens=self.tokens, home=self.home
        )

    async def send(self, request: Request[T], /) -> T:
        """Send a request and decode its answer.

        Raises:
            CartesiaError: `ApiError` when the server refuses, `TransportError` when the network fails,
                `RemoteProtocolError` when the answer is not what was asked for.
        """
        return request.decode(await self._settle(request, self._try_whole))

    async def send_raw(self, request: Request[T], /) -> Raw[T]:
        """Send a request; give the value beside status, header fields and request id."""
        response = await self._settle(request, self._try_whole)
        return Raw(request.decode(response), response)

    def stream(self, request: StreamRequest[E], /) -> AsyncHttpxStream[E]:
        """Describe reading an answer while it arrives; it is sent when entered."""
        return AsyncHttpxStream(
            partial(self.open, request), request.decoder, request.version or self.settings.identity.version
        )

    async def open(self, call: Call, *, fresh: Callable[[], Pairs] = tuple) -> httpx.Response:
        """Send a call until its answer is a success, whose body is then yours to read and close.

        Args:
            call: What to send.
            fresh: Makes further header fields, anew for every try.

        Raises:
            CartesiaError: What the last try came to.
        """
        return await self._settle(call, lambda exchange, upload: self._try(exchange, upload, fresh()))

    async def _settle(self, call: Call, attempt: Attempt[R]) -> R:
        if self.client.is_closed:
            raise LocalProtocolError("this client was closed; make another one")
        self.home.check()
        exchange = Exchange(call, self.settings, now=time.monotonic(), boundary=boundary_for(call))
        form = exchange.outgoing.form
        if form is None:
            return await self._repeat(exchange, None, attempt)
        with closing(Upload(form)) as upload:
            return await self._repeat(exchange, upload, attempt)

    async def _repeat(self, exchange: Exchange, upload: Upload | None, attempt: Attempt[R]) -> R:
        """Try until the verdict is to accept or to give up."""
        while True:
            await self._authorize(exchange)
            result, outcome = await attempt(exchange, upload)
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
                await self.sleep(verdict.after)
            elif isinstance(verdict, Failed):
                raise verdict.error

    async def _authorize(self, exchange: Exchange) -> None:
        if self.tokens is None:
            return
        tell_refused(self.tokens, exchange)
        try:
            given = self.tokens()
            token = as_token(await given if isawaitable(given) else given)
        except Exception as error:
            raise token_failure(error) from error
        exchange.authorize(token)

    async def _try_whole(
        self, exchange: Exchange, upload: Upload | None
    ) -> tuple[Response | None, Response | CartesiaError]:
        """Send once and read the whole answer: for a read, a body that is cut is a passing fault like any other."""
        opened, head = await self._try(exchange, upload, ())
        if opened is None or isinstance(head, CartesiaError):
            return None, head
        try:
            response = evolve(head, content=await read_whole(opened, head))
        except CartesiaError as error:
            return None, error
        finally:
            await opened.aclose()
        return response, response

    async def _try(
        self, exchange: Exchange, upload: Upload | None, headers: Pairs
    ) -> tuple[httpx.Response | None, Response | CartesiaError]:
        version = exchange.outgoing.version
        try:
            with typed_errors():
                request = await self._request(exchange, upload, headers)
                response = await self.client.send(request, stream=True, follow_redirects=False)
                if response.status_code != SWITCHING_PROTOCOLS:
                    self.home.settle()
                if response.is_success or response.status_code == SWITCHING_PROTOCOLS:
                    return response, head_only(head_of(response, version))
                try:
                    return None, response_of(response, version, await _bounded(response))
                finally:
                    await response.aclose()
        except CartesiaError as error:
            return None, error if upload is None else upload.explained(error)

    async def _request(self, exchange: Exchange, upload: Upload | None, headers: Pairs) -> httpx.Request:
        if upload is None:
            return to_httpx(self.client, exchange.outgoing, exchange.url, exchange.timeouts, headers)
        await off_loop(upload, upload.open, self.in_thread)
        fields = (*headers, *upload.headers())
        request = to_httpx(self.client, exchange.outgoing, exchange.url, exchange.timeouts, fields)
        request.stream = AsyncUploadStream(upload, self.in_thread)
        return request


async def _bounded(response: httpx.Response) -> bytes:
    """Read an error body, but never more than an error can need; of one that is cut, what came: the status counts."""
    parts: list[bytes] = []
    nbytes = 0
    with suppress(*NETWORK_ERRORS):
        async for part in response.aiter_bytes():
            parts.append(part)
            nbytes += len(part)
            if nbytes > ERROR_BODY_LIMIT:
                break
    return b"".join(parts)
