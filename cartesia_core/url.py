"""URLs of the API: base URLs, targets and origins, as text."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import quote, urlencode, urlsplit

from attrs import frozen

from cartesia_core.errors import InvalidArgument
from cartesia_core.failure import mask_keys
from cartesia_core.http import Pairs
from cartesia_core.parameters import check_encodable

_USER: Final = re.compile(r"//[^/?#]*@")
_PORTS: Final = {"http": 80, "https": 443, "ws": 80, "wss": 443}
_HTTP: Final = {"http": "http", "https": "https", "ws": "http", "wss": "https"}


@frozen
class Origin:
    """Scheme, host and port: where a key may be sent."""

    scheme: str
    host: str
    port: int


def origin_of(url: str) -> Origin:
    """Give the origin of a URL; `ws` counts as `http`, `wss` as `https`.

    Raises:
        InvalidArgument: It is not an absolute http, https, ws or wss URL.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise InvalidArgument(f"{_shown(url)} is not a URL: {error}") from None
    if parts.scheme not in _HTTP or not parts.hostname:
        raise InvalidArgument(f"{_shown(url)} is not an absolute http or https URL")
    return Origin(_HTTP[parts.scheme], parts.hostname.lower(), port if port is not None else _PORTS[parts.scheme])


def _shown(url: str) -> str:
    """Show a URL without what may be a credential in it, or a key that was given in its place."""
    return repr(mask_keys(_USER.sub("//...@", url)))


def same_origin(one: str, other: str) -> bool:
    """Whether two URLs lead to the same scheme, host and port."""
    try:
        return origin_of(one) == origin_of(other)
    except InvalidArgument:
        return False


def check_base_url(base_url: str) -> str:
    """Return a base URL without its trailing slash, as http or https.

    Raises:
        InvalidArgument: It is not absolute, or has a user name, query or fragment.
    """
    origin = origin_of(base_url)
    parts = urlsplit(base_url)
    if parts.username or parts.password or parts.query or parts.fragment:
        raise InvalidArgument("base_url must be scheme, host, port and path only; keys belong into api_key")
    return f"{origin.scheme}://{parts.netloc}{parts.path.rstrip('/')}"


def target_url(base_url: str, path: str, query: Pairs = ()) -> str:
    """Join base URL, path and query parameters. A space in a value goes out as %20, which every server reads."""
    return f"{base_url}{path}?{urlencode(query, quote_via=quote)}" if query else f"{base_url}{path}"


def quote_id(value: str) -> str:
    """Quote an id for use as one path segment.

    Raises:
        InvalidArgument: It is empty, `.` or `..`: the path would lead elsewhere; or half of a surrogate pair is in it.
    """
    if value in ("", ".", ".."):
        raise InvalidArgument(f"{value!r} is not an id")
    check_encodable("the id", value)
    return quote(value, safe="")
