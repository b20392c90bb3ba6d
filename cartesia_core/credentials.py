"""Tokens from a provider in place of a key: asked for with every call, kept while they last.

Source: protocol notes, section 1: access tokens live for at most an hour.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from typing import Final, TypeAlias, TypeVar

from attrs import define, field

from cartesia_core.auth import ApiKey, as_key
from cartesia_core.errors import CartesiaError, InvalidArgument, TokenUnavailable
from cartesia_core.parameters import above_zero, zero_or_above

__all__ = [
    "MAX_LIFETIME_SECONDS",
    "AsyncTokenProvider",
    "Forgetting",
    "TokenCache",
    "TokenProvider",
    "as_token",
    "split_key",
    "token_failure",
]

MAX_LIFETIME_SECONDS: Final = 3600.0
"""What the service allows an access token at most."""

TokenProvider: TypeAlias = Callable[[], "str | ApiKey"]
"""Gives the key or token for the next call. It is asked before every try, so one that fetches tokens should cache."""
AsyncTokenProvider: TypeAlias = Callable[[], "str | ApiKey | Awaitable[str | ApiKey]"]
"""The same for event loops, where it may be awaitable."""

P = TypeVar("P", TokenProvider, AsyncTokenProvider)


class Forgetting(ABC):
    """A provider that wants to know when the server refuses its token, so that it fetches another one."""

    __slots__ = ()

    @abstractmethod
    def forget(self, token: ApiKey, /) -> None:
        """Take notice that a token was refused with status 401. It may be an older one than the latest."""


@define
class TokenCache:
    """A token while it may be used. Without a clock: `now` is any clock that runs evenly, in seconds.

    Attributes:
        lifetime_seconds: How long a token is good for.
        margin_seconds: How long before that it is renewed, for calls that are still on their way.
    """

    lifetime_seconds: float = field(default=MAX_LIFETIME_SECONDS, validator=above_zero)
    margin_seconds: float = field(default=60.0, validator=zero_or_above)
    _token: ApiKey | None = field(default=None, init=False)
    _until: float = field(default=0.0, init=False)

    def __attrs_post_init__(self) -> None:
        if self.margin_seconds >= self.lifetime_seconds:
            raise InvalidArgument("margin_seconds must be below lifetime_seconds, or no token is ever good")

    def fresh(self, now: float) -> ApiKey | None:
        """Give the token if it may still be used."""
        return self._token if now < self._until else None

    def keep(self, token: str | ApiKey, *, asked_at: float) -> ApiKey:
        """Keep a new token, and give it.

        Args:
            token: The token.
            asked_at: When it was asked for: its life began after that at the earliest.

        Raises:
            InvalidArgument: It is empty, or has characters that no token has.
        """
        self._token = as_key(token)
        self._until = asked_at + self.lifetime_seconds - self.margin_seconds
        return self._token

    def forget(self, token: ApiKey, /) -> None:
        """Give a token no longer; another one that has come since stays."""
        if token == self._token:
            self._token, self._until = None, 0.0


def split_key(api_key: str | ApiKey | P) -> tuple[ApiKey | None, P | None]:
    """Tell a key from a provider of tokens.

    Raises:
        InvalidArgument: It is a key that cannot be one.
    """
    if isinstance(api_key, (str, ApiKey)):
        return as_key(api_key), None
    return None, api_key


def as_token(given: object) -> ApiKey:
    """Give what a provider gave as a key.

    Raises:
        InvalidArgument: It is no key, or cannot be one.
    """
    if isinstance(given, (str, ApiKey)):
        return as_key(given)
    raise InvalidArgument(f"it gave a {type(given).__name__} instead of a token")


def token_failure(error: Exception) -> TokenUnavailable:
    """Give the typed error for what a provider raised. Its text is left to the cause: it may hold secrets."""
    if isinstance(error, CartesiaError):
        said, retryable = error.message, error.retryable
    else:
        said, retryable = type(error).__name__, False
    return TokenUnavailable(f"the provider of tokens given as api_key failed: {said}", retryable=retryable)
