"""The event loops that the asynchronous clients are tested on, each run so that nothing it leaves behind stays unseen."""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import Awaitable, Callable
from importlib.util import find_spec
from typing import Any, Final, TypeAlias, TypeVar

import anyio
import httpx
import trio
from attrs import frozen

import cartesia_asyncio
import cartesia_trio
from cartesia_core import NO_RETRIES, RetryPolicy, Timeouts
from cartesia_core.tts.commands import TtsCommand
from cartesia_core.tts.dialogue import TtsEvent, TtsLimits
from cartesia_core.ws.notices import Observer
from cartesia_core.ws.session import Session, SessionLimits
from tests.adapters.peer import PATIENCE
from tests.adapters.secrecy import KEY

T = TypeVar("T")
AsyncClient: TypeAlias = cartesia_trio.Client | cartesia_asyncio.Client
AnySocket: TypeAlias = cartesia_trio.TtsSocket | cartesia_asyncio.TtsSocket
Main: TypeAlias = Callable[[], Awaitable[T]]
LIMITS: Final = SessionLimits(ping_after_seconds=0.2, pong_seconds=0.2, close_seconds=0.5)
"""Short enough for tests, long enough for a busy machine; `Session` is tested with a clock of its own."""


@frozen
class Flavour:
    """An event loop, and the client for it."""

    name: str
    make: type[cartesia_trio.Client | cartesia_asyncio.Client]
    new_loop: Callable[[], asyncio.AbstractEventLoop] | None = None

    def run(self, main: Main[T]) -> T:
        """Run to the end; fail if a task is left, or an error that nobody looked at."""
        gc.freeze()  # so that looking for leftovers does not look at all there is
        try:
            return _run_trio(main) if self.new_loop is None else _run_asyncio(main, self.new_loop)
        finally:
            gc.unfreeze()

    def client(
        self,
        url: str,
        *,
        retry: RetryPolicy | None = NO_RETRIES,
        limits: SessionLimits = LIMITS,
        timeout: float | Timeouts | None = 5,
        http_client: httpx.AsyncClient | None = None,
        observe: Observer | None = None,
    ) -> AsyncClient:
        """Make a client for a server."""
        return self.make(
            api_key=KEY,
            base_url=url,
            retry=retry,
            timeout=timeout,
            limits=limits,
            http_client=http_client,
            observe=observe,
        )

    @staticmethod
    def socket(client: AsyncClient, limits: TtsLimits | None = None) -> AnySocket:
        """Describe a socket."""
        ws = client.tts.websocket() if limits is None else client.tts.websocket(limits=limits)
        assert isinstance(ws, (cartesia_trio.TtsSocket, cartesia_asyncio.TtsSocket))
        return ws


def session_of(ws: AnySocket) -> Session[TtsCommand, TtsEvent]:
    """Give the session of a socket that is open."""
    connection = ws._pool.newest
    assert connection is not None
    return connection.session


def _run_trio(main: Main[T]) -> T:
    async def whole() -> T:
        before = trio.lowlevel.current_statistics().tasks_living
        result = await main()
        assert trio.lowlevel.current_statistics().tasks_living == before, "a task is left over"
        return result

    result = trio.run(whole)
    gc.collect()
    return result


def _run_asyncio(main: Main[T], new_loop: Callable[[], asyncio.AbstractEventLoop]) -> T:
    complaints: list[dict[str, Any]] = []
    loop = new_loop()
    loop.set_debug(True)
    loop.set_exception_handler(lambda _, complaint: complaints.append(complaint))

    async def whole() -> T:
        result = await main()
        left = asyncio.all_tasks() - {asyncio.current_task()}
        assert not left, f"tasks are left over: {left}"
        return result

    try:
        result = loop.run_until_complete(whole())
        loop.run_until_complete(loop.shutdown_asyncgens())
    finally:
        loop.close()
    gc.collect()
    assert not complaints, f"the loop complains: {complaints}"
    return result


def _uvloops() -> tuple[Flavour, ...]:
    if find_spec("uvloop") is None:
        return ()
    import uvloop

    return (Flavour("uvloop", cartesia_asyncio.Client, uvloop.new_event_loop),)


TRIO: Final = Flavour("trio", cartesia_trio.Client)
ASYNCIO: Final = Flavour("asyncio", cartesia_asyncio.Client, asyncio.SelectorEventLoop)
FLAVOURS: Final = (TRIO, ASYNCIO, *_uvloops())
ASYNCIO_FLAVOURS: Final = FLAVOURS[1:]


async def until(condition: Callable[[], bool], what: str = "it", patience: float = PATIENCE) -> None:
    """Wait until something is so that another thread or task does, and keep the loop running."""
    gives_up = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < gives_up, f"{what} did not happen"
        await anyio.sleep(0.002)
