"""Tokens that are fetched when they are needed and kept while they last: ready-made providers for `api_key=`."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from threading import Lock
from typing import Final

from cartesia_core.auth import ApiKey
from cartesia_core.credentials import MAX_LIFETIME_SECONDS, Forgetting, TokenCache


class CachedToken(Forgetting):
    """Asks for a token when there is none, when it is about to end, and when the server has refused it.

    Several threads may use it at once: one asks, the others wait for what it gets.

    Args:
        fetch: Gets a token, e.g. from your own backend, which mints it with the key that it alone holds.
        lifetime_seconds: What it was minted with as `expires_in`.
        margin_seconds: How long before its end it is renewed.
        clock: Seconds that run evenly.

    Raises:
        InvalidArgument: A number can be seen to be wrong.
    """

    def __init__(
        self,
        fetch: Callable[[], str | ApiKey],
        *,
        lifetime_seconds: float = MAX_LIFETIME_SECONDS,
        margin_seconds: float = 60.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._fetch: Final = fetch
        self._clock: Final = clock
        self._cache: Final = TokenCache(lifetime_seconds=lifetime_seconds, margin_seconds=margin_seconds)
        self._lock: Final = Lock()

    def __call__(self) -> ApiKey:
        """Give the token for the next call. Raises what fetching raises."""
        with self._lock:
            now = self._clock()
            return self._cache.fresh(now) or self._cache.keep(self._fetch(), asked_at=now)

    def forget(self, token: ApiKey, /) -> None:
        """Ask for another token next time, unless that has happened already."""
        with self._lock:
            self._cache.forget(token)


class AsyncCachedToken(Forgetting):
    """The same for event loops. Tasks that find no token at the same moment each fetch one.

    Args:
        fetch: Gets a token, when awaited.
        lifetime_seconds: What it was minted with as `expires_in`.
        margin_seconds: How long before its end it is renewed.
        clock: Seconds that run evenly.

    Raises:
        InvalidArgument: A number can be seen to be wrong.
    """

    def __init__(
        self,
        fetch: Callable[[], Awaitable[str | ApiKey]],
        *,
        lifetime_seconds: float = MAX_LIFETIME_SECONDS,
        margin_seconds: float = 60.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._fetch: Final = fetch
        self._clock: Final = clock
        self._cache: Final = TokenCache(lifetime_seconds=lifetime_seconds, margin_seconds=margin_seconds)

    async def __call__(self) -> ApiKey:
        """Give the token for the next call. Raises what fetching raises."""
        now = self._clock()
        return self._cache.fresh(now) or self._cache.keep(await self._fetch(), asked_at=now)

    def forget(self, token: ApiKey, /) -> None:
        """Ask for another token next time, unless that has happened already."""
        self._cache.forget(token)
