"""Our clients of every flavour, told what to do by the names of their members: one story serves all of them."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Coroutine, Iterator
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from typing import Any, Final, TypeAlias

import pytest

import cartesia_sync
from cartesia_core import NO_RETRIES
from cartesia_core.async_calls import AsyncPages
from cartesia_core.bind import Namespace
from cartesia_core.http import StreamRequest
from cartesia_core.sync_calls import SyncPages
from tests.adapters.flavours import ASYNCIO, TRIO, Flavour
from tests.judges.endpoints.running import member_of


class Doer:
    """Does what it is told with one client.

    Args:
        client: Of any flavour.
    """

    def __init__(self, client: Any) -> None:
        self._client: Final = client

    async def __call__(self, member: str, *args: object, **kwargs: object) -> Any:
        """Make a call; read lists and streams to their ends."""
        return await settled(member_of(self._client, member)(*args, **kwargs))

    async def raw(self, member: str, *args: object, **kwargs: object) -> Any:
        """Make a call; give the answer beside the value, and of streams the body."""
        return await settled(member_of(self._client, member).raw(*args, **kwargs))

    async def sent(self, member: str, *args: object, **kwargs: object) -> Any:
        """Describe a call first, then send it."""
        request = member_of(self._client, member).request(*args, **kwargs)
        send = self._client.stream if isinstance(request, StreamRequest) else self._client.send
        return await settled(send(request))

    async def pages(self, member: str, *args: object, **kwargs: object) -> list[list[str]]:
        """Walk a list; give the ids of each page."""
        pages = member_of(self._client, member)(*args, **kwargs).pages()
        found = [page async for page in pages] if hasattr(pages, "__aiter__") else list(pages)
        return [[item.id for item in page.data] for page in found]

    async def first(self, count: int, member: str, *args: object, **kwargs: object) -> list[str]:
        """Give the ids of the first items of a list, and leave it."""
        items = member_of(self._client, member)(*args, **kwargs)
        found: list[str] = []
        if isinstance(items, SyncPages):
            for item in items:
                found.append(item.id)
                if len(found) == count:
                    break
            return found
        async for item in items:
            found.append(item.id)
            if len(found) == count:
                break
        return found


async def settled(value: Any) -> Any:
    """Await what has to be awaited, and read streams and lists to their ends."""
    if isinstance(value, AbstractContextManager):
        with value as pieces:
            return list(pieces)
    if isinstance(value, AbstractAsyncContextManager):
        async with value as pieces:
            return [piece async for piece in pieces]
    if isinstance(value, AsyncPages):
        return [item async for item in value]
    if isinstance(value, SyncPages):
        return list(value)
    return await value if inspect.isawaitable(value) else value


Story: TypeAlias = Callable[[Doer], Coroutine[object, object, None]]
Live: TypeAlias = Callable[[str, str, Story], None]
"""Lives a story with a client of a server, by its URL and key."""


def in_a_thread(url: str, key: str, story: Story) -> None:
    """Live it with the client for threads."""
    with (
        cartesia_sync.Client(api_key=key, base_url=url, retry=NO_RETRIES) as client,
        pytest.raises(StopIteration),  # nothing of it ever waits for a loop
    ):
        story(Doer(client)).send(None)


def on_a_loop(flavour: Flavour) -> Live:
    """Live it with the client for an event loop."""

    def live(url: str, key: str, story: Story) -> None:
        async def main() -> None:
            async with flavour.make(api_key=key, base_url=url, retry=NO_RETRIES) as client:
                await story(Doer(client))

        flavour.run(main)

    return live


LIVES: Final[dict[str, Live]] = {"sync": in_a_thread, "trio": on_a_loop(TRIO), "asyncio": on_a_loop(ASYNCIO)}
in_every_flavour: Final = pytest.mark.parametrize("live", LIVES.values(), ids=LIVES)


def members_of(namespace: Any, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Give the names of all members of a facade, and their descriptors."""
    for name in dir(type(namespace)):
        descriptor = getattr(type(namespace), name)
        if not name.startswith("_") and hasattr(descriptor, "build"):
            yield f"{prefix}{name}", descriptor
    for name, inner in vars(namespace).items():
        if isinstance(inner, Namespace):
            yield from members_of(inner, f"{prefix}{name}.")
