"""A WebSocket that meets its faults."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Final

import trio
from wsproto.connection import ConnectionState
from wsproto.events import CloseConnection, Event, TextMessage
from wsproto.utilities import LocalProtocolError

from cartesia_core._fast import dumps, loads
from cartesia_core._json import is_object
from cartesia_local.faults.answers import Trickle
from cartesia_local.faults.ends import CloseSocket, HalfOpen, HangUp, IgnoreClose, Reset, Stall
from cartesia_local.faults.events import PingFlood, SendBinary, SendBytes
from cartesia_local.faults.fault import ENDS
from cartesia_local.faults.frames import BINARY, PING, TEXT, close_frame, fragments, frame
from cartesia_local.faults.pace import send
from cartesia_local.faults.wording import text_of
from cartesia_local.tasks import ClientGone
from cartesia_local.ws.socket import Message, Socket

if TYPE_CHECKING:
    from wsproto import WSConnection

    from cartesia_core._json import JsonValue
    from cartesia_local.faults.fault import Act, Addition
    from cartesia_local.faults.script import Script
    from cartesia_local.wire import Wire

LAST_SECONDS: Final = 1.0
"""How long the client's answer to an end is waited for."""


class FaultySocket(Socket):
    """Messages in both directions, and what is to go wrong with them.

    Faults happen under one lock, so that they are exactly where their moments say: behind an event before the next one
    goes out, and behind a message of the client before anything is answered to it.
    """

    def __init__(self, wire: Wire, ws: WSConnection, max_message_nbytes: int, script: Script) -> None:
        super().__init__(wire, ws, max_message_nbytes)
        self._script: Final = script
        self._trickle: Final = script.find(Trickle)
        self._ignored_close: Final = script.find(IgnoreClose)
        self._tasks: trio.Nursery | None = None
        self._lock: Final = trio.Lock()
        self._wake = trio.Event()
        self._flows = trio.Event()
        self._flows.set()
        self._held: Final[deque[str]] = deque()
        self._reading = trio.CancelScope()
        self._is_over = False
        self._is_mute = False
        self._is_deaf = False

    async def send_json(self, value: JsonValue) -> None:
        """Send a text message, once no stall is on."""
        await self._flows.wait()
        await super().send_json(value)

    async def receive(self) -> Message | None:
        """Give the next message, as a socket without faults does."""
        message = await super().receive()
        if message is not None:
            self._script.received(message)
            self._wake.set()
        return message

    async def go_away(self) -> None:
        """Tell the client that the server stops, unless it is to hear nothing any more."""
        if not self._is_over:
            await super().go_away()

    async def write(self) -> None:
        """Write what senders hand over and what faults add, until the client is gone."""
        with self._from_senders:
            async with trio.open_nursery() as self._tasks:
                self._tasks.start_soon(self._until_gone, self._pump)
                self._tasks.start_soon(self._until_gone, self._watch)

    # --- what comes in

    async def _read(self) -> bytes:
        if not self._is_deaf:
            with trio.CancelScope() as self._reading:
                return await super()._read()
        await trio.Event().wait()
        return b""

    async def _control(self, event: Event) -> bool:
        if not isinstance(event, CloseConnection) or not (self._is_mute or self._ignored_close):
            return await super()._control(event)
        if self._ignored_close is not None:
            self._script.note(self._ignored_close)
        while await self._read():
            pass
        return False

    # --- the writer's tasks

    async def _until_gone(self, work: Callable[[], Awaitable[None]]) -> None:
        with suppress(ClientGone):
            await work()
        self._stop()

    async def _pump(self) -> None:
        async for event, written in self._from_senders:
            async with self._lock:
                await self._act()
                await self._take(event)
            written.set()

    async def _watch(self) -> None:
        while True:
            self._wake = trio.Event()
            async with self._lock:
                await self._act()
            await self._wake.wait()

    async def _resume(self, seconds: float) -> None:
        await trio.sleep(seconds)
        async with self._lock:
            self._flows.set()
            while self._held and self._flows.is_set():
                await self._deliver(self._held.popleft())
            await self._act()
        await trio.sleep_forever()  # Its end would count as the client's.

    def _stop(self) -> None:
        if self._tasks is not None:
            self._tasks.cancel_scope.cancel()

    def _start(self, work: Callable[[], Awaitable[None]]) -> None:
        if self._tasks is not None:
            self._tasks.start_soon(self._until_gone, work)

    # --- what goes out

    async def _take(self, event: Event) -> None:
        if not isinstance(event, TextMessage):
            with suppress(LocalProtocolError):  # A close went out before it.
                await self._write(self._ws.send(event))
        elif self._flows.is_set():
            await self._deliver(event.data)
        else:
            self._held.append(event.data)

    async def _deliver(self, text: str) -> None:
        event = loads(text)
        if not is_object(event):
            raise TypeError("An event is no JSON object.")
        changed = self._script.change(event)
        for each in changed:
            await self._put(self._framed(text.encode() if each is event else dumps(each)))
        if changed:
            self._script.sent(event)
        await self._act()

    def _framed(self, payload: bytes) -> bytes:
        nbytes = self._script.fragment_nbytes()
        return frame(TEXT, payload) if nbytes is None else fragments(payload, nbytes)

    async def _put(self, data: bytes) -> None:
        if not self._is(ConnectionState.OPEN) and self._ignored_close is None:
            return  # Nothing follows a close.
        await self._write(data)

    async def _write(self, data: bytes) -> None:
        self._is_writing = True
        while data and not self._is_over:
            count = self._script.cut(len(data))
            await send(self._wire, data[:count], self._trickle)
            self._script.put(count)
            data = data[count:]
            if data and (act := self._script.next_cut()) is not None:
                await self._perform(act, is_within=True)
        self._is_writing = False

    # --- faults

    async def _act(self) -> None:
        while self._flows.is_set() and not self._is_over and (act := self._script.next_act()) is not None:
            await self._perform(act)

    async def _perform(self, act: Act, *, is_within: bool = False) -> None:
        if isinstance(act, Stall):
            self._script.note(act)
            await self._stall(act, is_within=is_within)
            return
        with self._script.committing(act):
            if isinstance(act, ENDS):
                await self._end(act)
            else:
                await self._put(self._added(act))

    def _added(self, act: Addition) -> bytes:
        if isinstance(act, SendBytes):
            return act.data
        if isinstance(act, SendBinary):
            return frame(BINARY, act.data)
        if isinstance(act, PingFlood):
            return frame(PING, act.payload) * act.count
        return self._framed(text_of(act, self._script))

    async def _stall(self, act: Stall, *, is_within: bool) -> None:
        if is_within:
            await trio.sleep(math.inf if act.seconds is None else act.seconds)
            return
        self._flows = trio.Event()
        if (seconds := act.seconds) is not None:
            self._start(lambda: self._resume(seconds))

    async def _end(self, act: CloseSocket | Reset | HangUp | HalfOpen) -> None:
        if isinstance(act, CloseSocket):
            await self._close(act)
        self._is_over = True
        if isinstance(act, Reset):
            await self._wire.reset()
            self._stop()
        elif isinstance(act, HalfOpen):
            self._is_mute, self._is_deaf = True, not act.reads
            if self._is_deaf:
                self._reading.cancel()
        else:
            if isinstance(act, HangUp):
                await self._wire.hang_up()
            self._start(_wait_for_client)

    async def _close(self, act: CloseSocket) -> None:
        if self._is(ConnectionState.OPEN):
            await self._write(close_frame(act.code, act.reason))
            self._ws.send(CloseConnection(code=1000))  # Its bytes are not used: it refuses to write some codes.


async def _wait_for_client() -> None:
    await trio.sleep(LAST_SECONDS)
