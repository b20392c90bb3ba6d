"""Plays the commands of a scenario with each flavour of the client and tells what came of them."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, ExitStack
from functools import partial
from typing import Final, Protocol

from attrs import define, field

from cartesia_core import NO_RETRIES, CartesiaError, RetryPolicy
from cartesia_core.async_ports import AsyncTtsContext, AsyncTtsSocket
from cartesia_core.ports import SyncTtsContext, SyncTtsSocket
from cartesia_core.tts.dialogue import TtsLimits
from cartesia_core.ws.session import SessionLimits
from cartesia_sync import Client
from tests.adapters.flavours import FLAVOURS, LIMITS, Flavour, until
from tests.adapters.scripted import ScriptedServer
from tests.adapters.secrecy import KEY, assert_silent
from tests.adapters.story import (
    OPTIONS,
    AwaitFault,
    Cancel,
    Command,
    Ended,
    Failed,
    Finish,
    Flush,
    Leave,
    Open,
    Outcome,
    Push,
    Raise,
    Read,
    Take,
    anonymous,
    failure_of,
)

TTS_LIMITS: Final = TtsLimits(first_audio_seconds=1.0, stall_seconds=1.0, idle_seconds=2.0)
"""Short enough for tests, long enough for a busy machine; `Session` is tested with a clock of its own."""


class Driven(Protocol):
    """What came of a scenario."""

    outcomes: list[Outcome]
    told: list[float]
    """When each failure was told, on the monotonic clock."""


class Drive(Protocol):
    """Plays commands with one flavour of the client."""

    def __call__(self, server: ScriptedServer, commands: Sequence[Command], /) -> Driven:
        """Play them."""
        ...


def sync_client(server: ScriptedServer, *, retry: RetryPolicy = NO_RETRIES, limits: SessionLimits = LIMITS) -> Client:
    """Make a client for a scripted server."""
    return Client(api_key=KEY, base_url=server.url, retry=retry, timeout=5, limits=limits)


@define
class SyncDrive:
    """Plays commands in one thread."""

    server: ScriptedServer
    socket: SyncTtsSocket
    stack: ExitStack
    contexts: list[SyncTtsContext] = field(factory=list)
    outcomes: list[Outcome] = field(factory=list)
    told: list[float] = field(factory=list)

    def play(self, command: Command) -> None:
        """Play one command."""
        if isinstance(command, Open):
            self.contexts.append(self.stack.enter_context(self.socket.context(**OPTIONS)))
        elif isinstance(command, Raise):
            self.server.flag(command.flag).set()
        elif isinstance(command, AwaitFault):
            self.server.until(lambda: self.server.records[0].has_faulted, "the fault")
        elif isinstance(command, Read):
            while self._take(command.context):
                pass
        elif isinstance(command, Take):
            self._take(command.context)
        else:
            self._guarded(command.context, lambda: self._act(command))

    def _act(self, command: Push | Flush | Finish | Cancel | Leave) -> None:
        context = self.contexts[command.context]
        if isinstance(command, Push):
            context.push(command.text)
        elif isinstance(command, Flush):
            context.flush()
        elif isinstance(command, Finish):
            context.finish()
        elif isinstance(command, Cancel):
            context.cancel()
        else:
            context.__exit__(None, None, None)

    def _guarded(self, context: int, act: Callable[[], None]) -> bool:
        try:
            act()
        except CartesiaError as error:
            self.told.append(time.monotonic())
            self.outcomes.append(failed(context, error, self.contexts[context].context_id))
            return False
        return True

    def _take(self, number: int) -> bool:
        context = self.contexts[number]

        def take() -> None:
            self.outcomes.append(anonymous(number, next(iter(context))))

        try:
            return self._guarded(number, take)
        except StopIteration:
            self.outcomes.append(Ended(number, getattr(context, "audio_nbytes", 0), context.state))
            return False


@define
class AsyncDrive:
    """Plays commands in one task."""

    server: ScriptedServer
    socket: AsyncTtsSocket
    stack: AsyncExitStack
    contexts: list[AsyncTtsContext] = field(factory=list)
    outcomes: list[Outcome] = field(factory=list)
    told: list[float] = field(factory=list)

    async def play(self, command: Command) -> None:
        """Play one command."""
        if isinstance(command, Open):
            self.contexts.append(await self.stack.enter_async_context(self.socket.context(**OPTIONS)))
        elif isinstance(command, Raise):
            self.server.flag(command.flag).set()
        elif isinstance(command, AwaitFault):
            await until(lambda: self.server.records[0].has_faulted, "the fault")
        elif isinstance(command, Read):
            while await self._take(command.context):
                pass
        elif isinstance(command, Take):
            await self._take(command.context)
        else:
            await self._guarded(command.context, lambda: self._act(command))

    async def _act(self, command: Push | Flush | Finish | Cancel | Leave) -> None:
        context = self.contexts[command.context]
        if isinstance(command, Push):
            await context.push(command.text)
        elif isinstance(command, Flush):
            await context.flush()
        elif isinstance(command, Finish):
            await context.finish()
        elif isinstance(command, Cancel):
            await context.cancel()
        else:
            await context.__aexit__(None, None, None)

    async def _guarded(self, context: int, act: Callable[[], Awaitable[None]]) -> bool:
        try:
            await act()
        except CartesiaError as error:
            self.told.append(time.monotonic())
            self.outcomes.append(failed(context, error, self.contexts[context].context_id))
            return False
        return True

    async def _take(self, number: int) -> bool:
        context = self.contexts[number]

        async def take() -> None:
            self.outcomes.append(anonymous(number, await context.__anext__()))

        try:
            return await self._guarded(number, take)
        except StopAsyncIteration:
            self.outcomes.append(Ended(number, getattr(context, "audio_nbytes", 0), context.state))
            return False


def failed(number: int, error: CartesiaError, context_id: str) -> Failed:
    """Give an error as an outcome; it tells its context and does not show the key."""
    assert_silent(error)
    assert error.context_id == context_id
    return Failed(number, failure_of(error))


def drive_sync(server: ScriptedServer, commands: Sequence[Command], /) -> Driven:
    """Play the commands with the client for plain threads."""
    with sync_client(server) as client, ExitStack() as stack:
        socket = stack.enter_context(client.tts.websocket(limits=TTS_LIMITS))
        drive = SyncDrive(server, socket, stack)
        for command in commands:
            drive.play(command)
    return drive


def drive_async(flavour: Flavour, server: ScriptedServer, commands: Sequence[Command], /) -> Driven:
    """Play the commands with the client for an event loop."""

    async def main() -> Driven:
        async with flavour.client(server.url) as client, AsyncExitStack() as stack:
            socket = await stack.enter_async_context(client.tts.websocket(limits=TTS_LIMITS))
            drive = AsyncDrive(server, socket, stack)
            for command in commands:
                await drive.play(command)
        return drive

    return flavour.run(main)


DRIVES: Final[dict[str, Drive]] = {
    "sync": drive_sync,
    **{flavour.name: partial(drive_async, flavour) for flavour in FLAVOURS},
}
