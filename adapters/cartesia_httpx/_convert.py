"""httpx's exceptions turned into ours, and requests and answers carried across."""

from __future__ import annotations

import re
import ssl
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import Final

import httpx

from cartesia_core.errors import (
    CartesiaError,
    ConnectFailed,
    ConnectionLost,
    ConnectTimeout,
    IncompleteBody,
    InvalidArgument,
    ReadTimeout,
    RemoteProtocolError,
    WriteTimeout,
)
from cartesia_core.http import Head, Headers, Pairs, Response
from cartesia_core.settings import Outgoing, Timeouts

NETWORK_ERRORS: Final = (httpx.HTTPError, ssl.SSLError)
"""On asyncio, httpx lets errors of TLS that come after its handshake through as they are."""
# h11's own words; there is nothing else to tell a cut body by.
_LENGTHS: Final = re.compile(r"received (\d+) bytes, expected (\d+)")
# OpenSSL's names for alerts of a server; with TLS 1.3 they come after the handshake, in place of the answer.
_REFUSAL: Final = re.compile("ALERT_(.*CERTIFICATE|UNKNOWN_CA|HANDSHAKE_FAILURE)")


def to_httpx(
    client: httpx.Client | httpx.AsyncClient, message: Outgoing, url: str, timeouts: Timeouts, headers: Pairs = ()
) -> httpx.Request:
    """Give the request for httpx to send, with further header fields. The stream of a form is the caller's to put in."""
    return client.build_request(
        message.method,
        url,
        headers=[*message.headers, *headers],
        content=message.content or None,
        timeout=httpx.Timeout(connect=timeouts.connect, read=timeouts.read, write=timeouts.write, pool=timeouts.pool),
    )


def head_of(response: httpx.Response, version: str) -> Head:
    """Give status and header fields of an answer."""
    return Head(response.status_code, Headers(response.headers.multi_items()), version)


def response_of(response: httpx.Response, version: str, content: bytes) -> Response:
    """Give a whole answer."""
    return Response(response.status_code, Headers(response.headers.multi_items()), version, content=content)


@contextmanager
def typed_errors(*, received_nbytes: int = 0) -> Generator[None]:
    """Raise httpx's exceptions as `CartesiaError`."""
    try:
        yield
    except NETWORK_ERRORS as error:
        raise convert(error, received_nbytes) from error
    except httpx.InvalidURL as error:
        raise InvalidArgument(f"not a URL: {error}") from error


def convert(error: httpx.HTTPError | ssl.SSLError, received_nbytes: int = 0) -> CartesiaError:
    """Give the typed error for one of httpx's."""
    text = str(error) or type(error).__name__
    if any(_REFUSAL.search(each.reason or "") for each in _tls_errors(error)):
        return ConnectFailed(
            "no connection: the server demands another certificate of its clients, or one at all; "
            "pass http_client=httpx.Client(verify=ssl_context), the context with load_cert_chain()"
        )
    if isinstance(error, httpx.ConnectTimeout):
        return ConnectTimeout("no connection in time; is base_url right, and the network up?")
    if isinstance(error, httpx.PoolTimeout):
        return ConnectTimeout("no connection became free in time; too many calls at once for this client's pool")
    if isinstance(error, httpx.WriteTimeout):
        return WriteTimeout("the server took nothing more of the request; raise timeout= if it needs longer")
    if isinstance(error, httpx.TimeoutException):
        return ReadTimeout("the server fell silent in the middle of the call; raise timeout= if it needs longer")
    if isinstance(error, (httpx.ConnectError, httpx.ProxyError, httpx.UnsupportedProtocol)):
        return ConnectFailed(f"no connection: {text}{_tls_hint(error)}")
    if isinstance(error, httpx.DecodingError):
        return RemoteProtocolError(f"the body's compression is broken: {text}")
    if isinstance(error, httpx.RemoteProtocolError):
        return _protocol_error(text, received_nbytes)
    return ConnectionLost(f"the connection died in the middle of the call: {text}")


def _protocol_error(text: str, received_nbytes: int) -> CartesiaError:
    if lengths := _LENGTHS.search(text):
        received, expected = int(lengths[1]), int(lengths[2])
        return IncompleteBody(
            f"the body was cut: {received} of {expected} bytes came", received_nbytes=received, expected_nbytes=expected
        )
    if "incomplete chunked read" in text:
        return IncompleteBody(f"the body was cut after {received_nbytes} bytes", received_nbytes=received_nbytes)
    if "without sending a response" in text:
        return ConnectionLost("the server closed the connection without an answer")
    return RemoteProtocolError(f"the server broke HTTP: {text}")


def _tls_hint(error: BaseException) -> str:
    if any(isinstance(each, ssl.SSLCertVerificationError) for each in _tls_errors(error)):
        return "; behind a company proxy, pass http_client=httpx.Client(verify=ssl_context) with its certificate"
    return ""


def _tls_errors(error: BaseException) -> Iterator[ssl.SSLError]:
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, ssl.SSLError):
            yield seen
        seen = seen.__cause__ or seen.__context__
