"""What a client is set up with, and what a call looks like when it goes out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from attrs import evolve, field, frozen

from cartesia_core._fast import dumps
from cartesia_core.auth import DEFAULT_BASE_URL, ApiKey, Identity
from cartesia_core.errors import InvalidArgument
from cartesia_core.http import Call, Pairs
from cartesia_core.parameters import above_zero
from cartesia_core.retry import RetryPolicy
from cartesia_core.url import check_base_url, target_url


@frozen(kw_only=True)
class Timeouts:
    """Seconds that single steps may take.

    Attributes:
        connect: For name, TCP, proxy and TLS together, and for the answer to a WebSocket handshake.
        read: From one piece of an answer to the next.
        write: For one piece of a request.
        pool: For a connection to become free.
    """

    connect: float = field(default=5.0, validator=above_zero)
    read: float = field(default=60.0, validator=above_zero)
    write: float = field(default=60.0, validator=above_zero)
    pool: float = field(default=60.0, validator=above_zero)


def as_timeouts(value: float | Timeouts | None) -> Timeouts:
    """Give the timeouts for what a caller writes: a number stands for read, write and pool.

    Raises:
        InvalidArgument: A number that is not above 0.
    """
    if value is None:
        return Timeouts()
    if isinstance(value, Timeouts):
        return value
    if not value > 0:
        raise InvalidArgument(f"timeout is {value!r}, but must be a number of seconds above 0")
    return Timeouts(connect=min(value, 5.0), read=value, write=value, pool=value)


@frozen(kw_only=True)
class Settings:
    """Everything about a client but its connections.

    Attributes:
        identity: Credential, API version and header fields.
        base_url: Where the API is.
        timeouts: For single steps.
        retry: For repeating.
    """

    identity: Identity
    base_url: str = field(default=DEFAULT_BASE_URL, converter=check_base_url)
    timeouts: Timeouts = field(factory=Timeouts)
    retry: RetryPolicy = field(factory=RetryPolicy)

    def with_version(self, version: str) -> Settings:
        """Give the same with another API version."""
        return evolve(self, identity=evolve(self.identity, version=version))


@frozen
class Outgoing:
    """A call as it goes over the wire.

    Attributes:
        method: HTTP method.
        url: Absolute URL.
        headers: Header fields, each name once.
        content: The body.
        version: The API version it speaks.
    """

    method: str
    url: str
    headers: Pairs = field(repr=False)
    content: bytes = field(repr=False)
    version: str


_JSON: Final = ("Content-Type", "application/json")


def outgoing(call: Call, settings: Settings) -> Outgoing:
    """Render a call for a client's settings.

    Raises:
        InvalidArgument: The API version has no form for one of its parameters.
    """
    version = call.version or settings.identity.version
    content = dumps(call.body.render(version)) if call.body is not None else b""
    fields = [*settings.identity.fields(version), ("Accept", call.accept)]
    if call.body is not None:
        fields.append(_JSON)
    return Outgoing(
        call.method,
        target_url(settings.base_url, call.path, call.query),
        merge_headers(fields, settings.identity.headers, call.headers),
        content,
        version,
    )


def merge_headers(*layers: list[tuple[str, str]] | Pairs) -> Pairs:
    """Merge header fields: later layers win, names compare without case."""
    merged: dict[str, tuple[str, str]] = {}
    for layer in layers:
        for name, value in layer:
            merged[name.lower()] = (name, value)
    return tuple(merged.values())


def settings_of(
    *,
    api_key: str | ApiKey,
    base_url: str = DEFAULT_BASE_URL,
    version: str | None = None,
    timeout: float | Timeouts | None = None,
    retry: RetryPolicy | None = None,
    headers: dict[str, str] | None = None,
) -> Settings:
    """Give the settings for what callers write when they make a client.

    Raises:
        InvalidArgument: A value can be seen to be wrong.
    """
    identity = Identity(api_key, headers=tuple((headers or {}).items()))
    settings = Settings(
        identity=identity, base_url=base_url, timeouts=as_timeouts(timeout), retry=retry or RetryPolicy()
    )
    return settings.with_version(version) if version is not None else settings


@frozen
class Found:
    """What the environment says about a client.

    Attributes:
        api_key: From `CARTESIA_API_KEY`.
        base_url: From `CARTESIA_BASE_URL`.
        headers: From `CARTESIA_CUSTOM_HEADERS`, one `Name: value` a line.
    """

    api_key: ApiKey
    base_url: str
    headers: dict[str, str] = field(repr=False)


def settings_from(variables: Mapping[str, str]) -> Found:
    """Read what an environment says.

    Raises:
        InvalidArgument: There is no key in it, or a line of the header fields is none.
    """
    key = variables.get("CARTESIA_API_KEY", "")
    if not key:
        raise InvalidArgument("CARTESIA_API_KEY is not set; set it, or pass api_key=... to Client")
    headers = _fields(variables.get("CARTESIA_CUSTOM_HEADERS", ""))
    return Found(ApiKey(key), variables.get("CARTESIA_BASE_URL") or DEFAULT_BASE_URL, headers)


def _fields(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        name, colon, value = line.partition(":")
        if line.strip() and not colon:  # its text is not repeated: it may be a secret
            raise InvalidArgument(f"line {number} of CARTESIA_CUSTOM_HEADERS is no `Name: value`")
        if colon:
            found[name.strip()] = value.strip()
    return found
