"""Stories written once, as coroutines, and lived with every client: on event loops, and in a plain thread."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from types import TracebackType
from typing import Any, Final, TypeAlias

import pytest
from attrs import field, frozen
from typing_extensions import Self, Unpack

import cartesia_sync
from cartesia_core import NO_RETRIES
from cartesia_core.async_ports import AsyncTtsContext
from cartesia_core.tts.commands import ContextKeywords
from cartesia_core.tts.context import ContextState
from cartesia_core.tts.handle import ContextEvent
from cartesia_core.tts.pool import PoolLimits, PoolStatistics
from cartesia_core.tts.record import TtsLimits
from cartesia_core.ws.notices import SocketNotice
from cartesia_core.ws.reconnect import ReconnectPolicy
from cartesia_core.ws.session import SessionLimits
from tests.adapters.flavours import FLAVOURS, LIMITS, AnySocket, Flavour
from tests.adapters.secrecy import KEY


class ThreadContext:
    """A context of the client for threads, whose waits block."""

    def __init__(self, context: cartesia_sync.TtsContext) -> None:
        self._context: Final = context

    @property
    def context_id(self) -> str:
        """Its id."""
        return self._context.context_id

    @property
    def state(self) -> ContextState:
        """Where it stands."""
        return self._context.state

    async def push(self, text: str, /) -> None:
        """Add text."""
        self._context.push(text)

    async def flush(self) -> None:
        """Have it spoken."""
        self._context.flush()

    async def finish(self) -> None:
        """End it."""
        self._context.finish()

    async def cancel(self) -> None:
        """Stop it."""
        self._context.cancel()

    def __aiter__(self) -> AsyncIterator[ContextEvent]:
        """Iterate."""
        return self

    async def __anext__(self) -> ContextEvent:
        """Wait for the next event."""
        try:
            return next(self._context)
        except StopIteration:
            raise StopAsyncIteration from None

    async def __aenter__(self) -> Self:
        """Give itself."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None, /
    ) -> None:
        """Leave it."""
        self._context.__exit__(kind, error, traceback)


class ThreadSocket:
    """The socket of the client for threads."""

    def __init__(self, socket: cartesia_sync.TtsSocket) -> None:
        self.socket: Final = socket

    @property
    def connections(self) -> int:
        """How many were opened."""
        return self.socket.connections

    def statistics(self) -> PoolStatistics:
        """Count."""
        return self.socket.statistics()

    def context(self, **options: Unpack[ContextKeywords]) -> AsyncTtsContext:
        """Make a context."""
        return ThreadContext(self.socket.context(**options))

    async def warm(self, count: int = 1, /) -> None:
        """Open connections ahead."""
        self.socket.warm(count)


Socket: TypeAlias = AnySocket | ThreadSocket
Story: TypeAlias = Callable[[Socket], Coroutine[object, object, None]]


@frozen(kw_only=True)
class Setting:
    """What a socket is opened with."""

    pool: PoolLimits = field(factory=PoolLimits)
    reconnect: ReconnectPolicy = field(factory=lambda: ReconnectPolicy(first_delay=0.01))
    tts: TtsLimits = field(factory=TtsLimits)
    limits: SessionLimits = LIMITS

    @property
    def keywords(self) -> dict[str, Any]:
        """For `websocket`."""
        return {"pool": self.pool, "reconnect": self.reconnect, "limits": self.tts}


Live: TypeAlias = Callable[[str, Story, Setting], list[SocketNotice]]
"""Lives a story on a socket of a server; gives what the observer was told."""


def in_a_thread(url: str, story: Story, setting: Setting) -> list[SocketNotice]:
    """Live it with the client for threads."""
    told: list[SocketNotice] = []
    with (
        cartesia_sync.Client(
            api_key=KEY, base_url=url, retry=NO_RETRIES, timeout=5, limits=setting.limits, observe=told.append
        ) as client,
        client.tts.websocket(**setting.keywords) as ws,
    ):
        assert isinstance(ws, cartesia_sync.TtsSocket)
        with pytest.raises(StopIteration):  # nothing of it ever waits for a loop
            story(ThreadSocket(ws)).send(None)
    return told


def on_a_loop(flavour: Flavour) -> Live:
    """Live it with the client for an event loop."""

    def live(url: str, story: Story, setting: Setting) -> list[SocketNotice]:
        told: list[SocketNotice] = []

        async def main() -> None:
            client = flavour.make(
                api_key=KEY, base_url=url, retry=NO_RETRIES, timeout=5, limits=setting.limits, observe=told.append
            )
            async with client, client.tts.websocket(**setting.keywords) as ws:
                assert isinstance(ws, AnySocket)
                await story(ws)

        flavour.run(main)
        return told

    return live


LIVES: Final[dict[str, Live]] = {"sync": in_a_thread, **{flavour.name: on_a_loop(flavour) for flavour in FLAVOURS}}
everywhere = pytest.mark.parametrize("live", LIVES.values(), ids=LIVES)


async def nothing(_: Socket) -> None:
    """Do nothing with it."""


Act: TypeAlias = Callable[[], Awaitable[object]]
