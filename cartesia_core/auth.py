"""The credential and the header fields every request carries."""

from __future__ import annotations

from typing import Final, NoReturn, SupportsIndex

from attrs import field, frozen

from cartesia_core._version import __version__
from cartesia_core.errors import InvalidArgument
from cartesia_core.http import Pairs, check_header
from cartesia_core.versions import NEWEST, V2025_04_16, check_version

DEFAULT_BASE_URL: Final = "https://api.cartesia.ai"
USER_AGENT: Final = f"cartesia-core/{__version__}"


class ApiKey:
    """An API key or access token that never shows itself: not in repr, str, logs, pickles or exceptions.

    Args:
        value: The key as the vendor gave it.

    Raises:
        InvalidArgument: It is empty, or has characters that cannot be in a header.
    """

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        value = value.strip()
        if not value:
            raise InvalidArgument("the API key is empty; pass api_key=... or set CARTESIA_API_KEY")
        if not (value.isascii() and value.isprintable()) or " " in value:
            raise InvalidArgument("the API key has characters that no key has (space, line break or non-ASCII)")
        self._value = value

    def reveal(self) -> str:
        """Give the key itself. For writing it on the wire, nothing else."""
        return self._value

    def __repr__(self) -> str:
        return "ApiKey(...)"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ApiKey) and other._value == self._value

    def __hash__(self) -> int:
        return hash((ApiKey, self._value))

    def __copy__(self) -> ApiKey:
        """Give itself: it never changes."""
        return self

    def __deepcopy__(self, _: object) -> ApiKey:
        """Give itself: it never changes."""
        return self

    def __reduce_ex__(self, protocol: SupportsIndex, /) -> NoReturn:
        """Refuse: a pickle is a place where a key shows."""
        raise InvalidArgument("an API key is never pickled; pass it to the other process by other means")


def as_key(value: str | ApiKey) -> ApiKey:
    """Wrap a key, so that it does not show itself.

    Raises:
        InvalidArgument: It is empty, or has characters that cannot be in a header.
    """
    return value if isinstance(value, ApiKey) else ApiKey(value)


def _as_key(value: str | ApiKey | None) -> ApiKey | None:
    return None if value is None else as_key(value)


def _as_version(value: str) -> str:
    return check_version(value)


def _check_pairs(_: object, __: object, pairs: Pairs) -> None:
    for name, value in pairs:
        check_header(name, value)


@frozen
class Identity:
    """Who asks, in which API version, and what else every request says.

    Attributes:
        key: The credential; None if each call is given one, by a provider of tokens.
        version: The `Cartesia-Version` of requests that do not pin one.
        headers: Header fields for every request; they win over ours of the same name.
    """

    key: ApiKey | None = field(converter=_as_key)
    version: str = field(default=NEWEST, converter=_as_version)
    headers: Pairs = field(default=(), validator=_check_pairs, repr=False)

    def fields(self, version: str) -> list[tuple[str, str]]:
        """Give the header fields that go with every request of an API version.

        Up to 2024-11-13 the key travels as `X-API-Key`, later as a bearer token (protocol notes, section 1).
        """
        fields = [("Cartesia-Version", version), ("User-Agent", USER_AGENT)]
        if self.key is None:
            return fields
        key = self.key.reveal()
        return [("Authorization", f"Bearer {key}") if version >= V2025_04_16 else ("X-API-Key", key), *fields]
