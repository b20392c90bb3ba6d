"""Structured races without exception groups, so that the same code serves every supported Python."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import trio

from cartesia_core.errors import ConnectionLost

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

T = TypeVar("T")


class ClientGone(ConnectionLost):
    """The client closed or lost its connection; what was being made for it has stopped."""


async def until_gone(work: Callable[[], Awaitable[T]], *watchers: Callable[[], Awaitable[None]]) -> T:
    """Run `work` beside its watchers.

    The watchers end with the work. A watcher that returns ends the work: the client is gone.

    Raises:
        ClientGone: A watcher returned first.
        Exception: Whatever `work` raised, as it is.
    """
    done: list[T] = []
    failure: Exception | None = None

    async def watch(watcher: Callable[[], Awaitable[None]]) -> None:
        await watcher()
        nursery.cancel_scope.cancel()

    async with trio.open_nursery() as nursery:
        for watcher in watchers:
            nursery.start_soon(watch, watcher)
        try:
            done.append(await work())
        except Exception as error:
            failure = error
        nursery.cancel_scope.cancel()
    if failure is not None:
        raise failure
    if not done:
        raise ClientGone("The client closed its connection.")
    return done[0]
