"""HTTP without I/O: requests as values that carry their decoders, and answers as values.

A `Request[T]` says everything about one call except who sends it: an adapter's `send(request) -> T` is the whole
contract. A `StreamRequest[E]` does the same for answers that are read while they arrive.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import Enum
from typing import Generic, Protocol, TypeAlias, TypeVar

from attrs import evolve, field, frozen
from typing_extensions import Self

from cartesia_core.bodies import Body, BodyValue, FormBody, FormValue, JsonBody, Versioned, check_new, extended
from cartesia_core.errors import InvalidArgument
from cartesia_core.parameters import query_of
from cartesia_core.policy import RetryPolicy, Timeouts, as_timeouts
from cartesia_core.versions import check_version

__all__ = [
    "REQUEST_ID_HEADERS",
    "Body",
    "BodyValue",
    "Call",
    "FormBody",
    "FormValue",
    "Head",
    "Headers",
    "JsonBody",
    "Page",
    "Pairs",
    "Raw",
    "Request",
    "Response",
    "RetryKind",
    "StreamDecoder",
    "StreamRequest",
    "Versioned",
    "check_header",
    "merge_headers",
]

T = TypeVar("T")
E = TypeVar("E")
T_co = TypeVar("T_co", covariant=True)
E_co = TypeVar("E_co", covariant=True)

Pairs: TypeAlias = tuple[tuple[str, str], ...]

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+\Z")

REQUEST_ID_HEADERS = ("x-request-id", "request-id", "cartesia-request-id")
"""Where a request id is looked for. None is documented (protocol notes, section 1), so all usual names are read."""


class Headers(Mapping[str, str]):
    """Header fields of an answer: names compare without case, repeated fields are joined with a comma."""

    __slots__ = ("_joined", "pairs")

    def __init__(self, pairs: Iterable[tuple[str, str]] = ()) -> None:
        self.pairs: Pairs = tuple(pairs)
        self._joined: dict[str, str] = {}
        for name, value in self.pairs:
            key = name.lower()
            self._joined[key] = f"{self._joined[key]}, {value}" if key in self._joined else value

    def __getitem__(self, name: str) -> str:
        return self._joined[name.lower()]

    def __iter__(self) -> Iterator[str]:
        return iter(self._joined)

    def __len__(self) -> int:
        return len(self._joined)

    def __repr__(self) -> str:
        """Show the field names only: values such as cookies do not belong in logs."""
        return f"Headers({', '.join(self._joined)})"

    def __reduce__(self) -> tuple[object, ...]:
        return Headers, (self.pairs,)

    @property
    def request_id(self) -> str | None:
        """The id to quote to support, where the server gave one."""
        return next((self[name] for name in REQUEST_ID_HEADERS if name in self), None)


@frozen
class Head:
    """Status line and header fields of an answer, before its body.

    Attributes:
        status: HTTP status.
        headers: Header fields.
        version: The `Cartesia-Version` that was asked for; answers differ in shape between versions.
    """

    status: int
    headers: Headers = field(factory=Headers)
    version: str = ""

    @property
    def request_id(self) -> str | None:
        """The id to quote to support, where the server gave one."""
        return self.headers.request_id

    @property
    def is_success(self) -> bool:
        """Whether the status is one of 200 to 299."""
        return 200 <= self.status < 300

    @property
    def content_type(self) -> str:
        """The media type in lower case, without parameters; empty if the server named none."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


@frozen
class Response(Head):
    """A whole answer.

    Attributes:
        content: The body, decompressed.
    """

    content: bytes = field(default=b"", repr=False)


@frozen
class Raw(Generic[T_co]):
    """A decoded value with the answer it came in: what `.raw` of every facade member gives.

    Attributes:
        value: The decoded value.
        response: Status, headers and body of the answer.
    """

    value: T_co
    response: Response

    @property
    def status(self) -> int:
        """HTTP status."""
        return self.response.status

    @property
    def headers(self) -> Headers:
        """Header fields of the answer."""
        return self.response.headers

    @property
    def request_id(self) -> str | None:
        """The id to quote to support, where the server gave one."""
        return self.response.request_id


class RetryKind(Enum):
    """How a request may be repeated; `cartesia_core.retry` decides by it."""

    READ = "read"
    """Repeating is harmless: after any passing fault."""
    UPDATE = "update"
    """Sets what it sets, however often it is sent: as reads, but a conflict (409) is an answer, not a passing fault."""
    WORK = "work"
    """The server does paid or lasting work: only when it cannot have accepted the request."""


def _check_headers(_: object, __: object, pairs: Pairs) -> None:
    for name, value in pairs:
        check_header(name, value)


def check_header(name: str, value: str) -> None:
    """Refuse header fields that would break the request apart, or that no transport can send.

    Raises:
        InvalidArgument: The name is no token (RFC 9110, 5.6.2); a line break, NUL or non-ASCII character in the value.
    """
    if not _TOKEN.match(name):
        raise InvalidArgument(f"header name {name!r} is not a token")
    if any(c in value for c in "\r\n\0"):
        raise InvalidArgument(f"the value of header {name!r} contains a line break")
    if not value.isascii():
        raise InvalidArgument(f"the value of header {name!r} has characters beyond ASCII, which cannot be sent")


@frozen(kw_only=True)
class Call:
    """What `Request` and `StreamRequest` share: one HTTP call, described and not sent.

    Attributes:
        method: HTTP method.
        path: Path below the base URL, ids already quoted.
        query: Query parameters in order; names may repeat.
        headers: Further header fields of this call.
        body: What is sent.
        accept: Value of the `Accept` header.
        version: The API version this form of the call needs; None takes the client's.
        retry: How the call may be repeated.
        timeouts: How long its steps may take; None takes the client's.
        policy: How often and how fast it is repeated; None takes the client's.
    """

    method: str
    path: str
    query: Pairs = ()
    headers: Pairs = field(default=(), validator=_check_headers, repr=False)
    body: Body = None
    accept: str = "application/json"
    version: str | None = None
    retry: RetryKind = RetryKind.WORK
    timeouts: Timeouts | None = None
    policy: RetryPolicy | None = None

    def at_version(self, version: str) -> Self:
        """Give the same request pinned to an API version."""
        return self.with_options(version=version)

    def with_options(
        self,
        *,
        timeout: float | Timeouts | None = None,
        retry: RetryPolicy | None = None,
        headers: Mapping[str, str] | None = None,
        version: str | None = None,
    ) -> Self:
        """Give the same request with options of its own, which win over the client's; None leaves one as it is.

        Args:
            timeout: Seconds without progress before it fails, or `Timeouts` for single steps.
            retry: How often and how fast it is repeated; `NO_RETRIES` switches that off.
            headers: Further header fields; those of the same name are replaced.
            version: The `Cartesia-Version` to pin it to.

        Raises:
            InvalidArgument: A value can be seen to be wrong.
        """
        return evolve(
            self,
            timeouts=self.timeouts if timeout is None else as_timeouts(timeout),
            policy=retry or self.policy,
            headers=merge_headers(self.headers, (headers or {}).items()),
            version=self.version if version is None else check_version(version),
        ).carried()

    def with_extra(
        self,
        *,
        body: Mapping[str, FormValue] | None = None,
        query: Mapping[str, str | bool | float | Iterable[str]] | None = None,
    ) -> Self:
        """Give the same request with fields that the API knows and this library does not.

        Args:
            body: Further fields of the JSON object or form, by their names on the wire.
            query: Further query parameters.

        Raises:
            InvalidArgument: A name is there already (nothing is overwritten: use the parameter), there is no body, or
                a file is given for a JSON object.
        """
        pairs = query_of(query or {})
        check_new("query parameter", (name for name, _ in pairs), {name for name, _ in self.query})
        return evolve(self, query=(*self.query, *pairs), body=extended(self.body, body or {})).carried()

    def carried(self) -> Self:
        """Give the same request with what was changed in it handed on to the requests that will follow it."""
        return self


def merge_headers(*layers: Iterable[tuple[str, str]]) -> Pairs:
    """Merge header fields: later layers win, names compare without case."""
    merged: dict[str, tuple[str, str]] = {}
    for layer in layers:
        for name, value in layer:
            merged[name.lower()] = (name, value)
    return tuple(merged.values())


@frozen(kw_only=True)
class Request(Call, Generic[T_co]):
    """One HTTP call whose answer is read whole and decoded to a `T`.

    Attributes:
        decode: Turns a successful answer into the value. Raises `DecodeError` or `UnexpectedContentType`.
        follow: Where the value holds the request for what comes next, as pages do: makes `decode` anew for a request
            that was changed, so that the next one is changed alike.
    """

    decode: Callable[[Response], T_co] = field(repr=False)
    follow: Callable[[Call], Callable[[Response], T_co]] | None = field(default=None, repr=False, eq=False)

    def carried(self) -> Self:
        """Give the same request with what was changed in it handed on to the requests that will follow it."""
        return evolve(self, decode=self.follow(self)) if self.follow is not None else self


class StreamDecoder(Protocol[E_co]):
    """Turns the pieces of a body into events, however they are cut."""

    @property
    def is_done(self) -> bool:
        """Whether the body's own end mark has come: then nothing is missing, whatever becomes of the connection."""
        ...

    def feed(self, data: bytes) -> Iterable[E_co]:
        """Take the next piece of the body and give the events it completes."""
        ...

    def finish(self) -> Iterable[E_co]:
        """Take notice of the end of the body and give what was left.

        Raises:
            IncompleteStream: The body ended before its own end mark.
        """
        ...


@frozen(kw_only=True)
class StreamRequest(Call, Generic[E_co]):
    """One HTTP call whose answer is decoded to events while it arrives.

    Attributes:
        decoder: Makes the decoder for an answer whose head is known. Raises `UnexpectedContentType`.
    """

    decoder: Callable[[Head], StreamDecoder[E_co]] = field(repr=False)


@frozen
class Page(Generic[T_co]):
    """One page of a list.

    Attributes:
        data: The items.
        has_more: Whether there is another page in the direction asked for.
        next: The request for the page after this one; None at the end. Sending it costs one call.
    """

    data: tuple[T_co, ...]
    has_more: bool = False
    next: Request[Page[T_co]] | None = field(default=None, repr=False)
