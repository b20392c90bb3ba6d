"""How the bytes of a session move: by callbacks of a socket, or by two tasks over any byte stream."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Final, Generic, Protocol, TypeVar

from cartesia_asyncio.socket_stream import SocketStream
from cartesia_asyncio.stream import ByteStream
from cartesia_asyncio.tasks import ended
from cartesia_core.errors import ConnectionLost
from cartesia_core.ws.events import State
from cartesia_core.ws.outbox import WRITE_NBYTES
from cartesia_core.ws.session import Session

C = TypeVar("C")
E = TypeVar("E")
_TURNS: Final = 2
"""Turns of the loop until bytes in the kernel's buffer have gone through a transport."""
_TURN_EVERY: Final = 32
"""Writes between turns of the loop: a turn costs more than a write."""
_TASK_TURNS: Final = 5
"""Turns until they have gone through transport, stream and reading task."""


class Pump(Protocol):
    """Moves bytes between a session and a connection.

    Attributes:
        is_paused: Whether reading was stopped by a full inbox.
    """

    is_paused: bool

    def start(self) -> None:
        """Begin."""
        ...

    def turn(self) -> None:
        """Take notice of a change: bytes to write, room to read on, the end."""
        ...

    def make_room(self) -> None:
        """Read on, if reading was stopped by a full inbox that is full no more."""
        ...

    async def drain(self) -> None:
        """Wait until what is queued by now is written, or the socket is over."""
        ...

    async def refresh(self) -> None:
        """Have read what has arrived by now."""
        ...

    async def finish(self, seconds: float) -> None:
        """Wait until everything is read and written, but no longer than that."""
        ...

    async def stop(self) -> None:
        """End at once, and wait for that, however often it is cancelled meanwhile."""
        ...


class SocketPump(Generic[C, E]):
    """Feeds the session from the transport's callback, and writes straight to the transport.

    What cannot be written stays in the session, so that a peer who takes nothing holds up one write at most.

    Args:
        session: The conversation.
        stream: The socket.
        write_timeout: Seconds for one write.
        tell: Called when the session has changed.
    """

    def __init__(
        self, session: Session[C, E], stream: SocketStream, write_timeout: float, tell: Callable[[], None]
    ) -> None:
        self._session: Final = session
        self._stream: Final = stream
        self._write_timeout: Final = write_timeout
        self._tell: Final = tell
        self._loop: Final = asyncio.get_running_loop()
        self._flushed: asyncio.Event = asyncio.Event()
        self._over: Final = asyncio.Event()
        self._drained: int = 0
        self._timer: asyncio.TimerHandle | None = None
        self.is_paused: bool = False

    def start(self) -> None:
        """Begin."""
        self._stream.attach(self)
        self.turn()

    def turn(self) -> None:
        """Write what there is to write, and read or stop reading."""
        is_closed = self._session.state is State.CLOSED
        if self._stream.is_flushed:
            self._write()
            if is_closed and self._stream.is_flushed:
                self._over.set()
        if is_closed:
            self.is_paused = False
            self._flushed.set()
            self._stream.pause()
        elif self._session.is_full():
            if not self.is_paused:
                self.is_paused = True
                self._stream.pause()
        elif self.is_paused:
            self.make_room()

    def make_room(self) -> None:
        """Read on, if reading was stopped by a full inbox that is full no more."""
        if self.is_paused and not self._session.is_full():
            self.is_paused = False
            self._session.resumed(self._loop.time())
            self._stream.resume()
            self._tell()

    async def drain(self) -> None:
        """Wait until what is queued by now is written, or the socket is over.

        It gives way to other tasks now and then in any case: one who sends without end must let others read.
        """
        if not (self._stream.is_flushed or self._session.state is State.CLOSED):
            await self._flushed.wait()
            return
        self._drained += 1
        if not self._drained % _TURN_EVERY or self._session.state is State.CLOSED:
            await asyncio.sleep(0)

    async def refresh(self) -> None:
        """Have read what has arrived by now."""
        for _ in range(_TURNS):
            if self._session.state is not State.OPEN or self._stream.is_quiet():
                return
            await asyncio.sleep(0)

    async def finish(self, seconds: float) -> None:
        """Wait until everything is read and written, but no longer than that."""
        try:
            await asyncio.wait_for(self._over.wait(), seconds)
        except asyncio.TimeoutError:
            return

    async def stop(self) -> None:
        """Close the socket."""
        self._stop_timer()
        await self._stream.aclose()

    # --- what the socket tells

    def on_data(self, data: bytes, /) -> None:
        """Feed the session."""
        self._session.receive_data(data, now=self._loop.time())
        self._tell()

    def on_lost(self, error: Exception | None, /) -> None:
        """Tell the session, unless it has ended before."""
        self._broken(error or ConnectionResetError("the connection was closed"))
        self._over.set()

    def on_flushed(self) -> None:
        """Let those go on who wait for their writes, and write what has been queued meanwhile."""
        self._stop_timer()
        self.turn()
        if self._stream.is_flushed:
            self._flushed.set()
            self._flushed = asyncio.Event()

    def _write(self) -> None:
        while self._stream.is_flushed and (data := self._session.data_to_send(WRITE_NBYTES)):
            self._stream.write(data)
        if not self._stream.is_flushed:
            self._timer = self._loop.call_later(
                self._write_timeout, self._broken, TimeoutError("a write took too long")
            )

    def _broken(self, error: Exception) -> None:
        self._stop_timer()
        if self._session.state is not State.CLOSED:
            self._session.abort(ConnectionLost(f"the connection broke: {str(error) or type(error).__name__}"))
            self._tell()

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


class TaskPump(Generic[C, E]):
    """Reads in one task and writes in another, so that nobody who is cancelled leaves half a frame behind.

    Args:
        session: The conversation.
        stream: The connection.
        write_timeout: Seconds for one write.
        tell: Called when the session has changed.
    """

    def __init__(
        self, session: Session[C, E], stream: ByteStream, write_timeout: float, tell: Callable[[], None]
    ) -> None:
        self._session: Final = session
        self._stream: Final = stream
        self._write_timeout: Final = write_timeout
        self._tell: Final = tell
        self._wanted: Final = asyncio.Event()
        self._writing: asyncio.Event = asyncio.Event()
        self._written: asyncio.Event = asyncio.Event()
        self._room: Final = asyncio.Event()
        self.is_paused: bool = False
        self._reader: asyncio.Task[None] | None = None
        self._writer: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin."""
        self._reader = _task(self._read_all())
        self._writer = _task(self._write_all())

    def turn(self) -> None:
        """Wake the tasks, and at the end all who wait."""
        self.make_room()
        if self._session.state is State.CLOSED:
            for event in (self._room, self._writing, self._written):
                event.set()
            if self._reader is not None and self._reader is not asyncio.current_task():
                self._reader.cancel()
            self._wanted.set()
        elif self._session.has_data_to_send():
            self._wanted.set()

    def make_room(self) -> None:
        """Read on, if reading was stopped by a full inbox that is full no more."""
        if self.is_paused and not self._session.is_full():
            self.is_paused = False
            self._room.set()

    async def drain(self) -> None:
        """Wait until what is queued by now is written, or the socket is over."""
        if self._session.state is not State.CLOSED:
            await self._written.wait()

    async def refresh(self) -> None:
        """Have read what has arrived by now."""
        for _ in range(_TASK_TURNS):
            if self._session.state is not State.OPEN:
                return
            await asyncio.sleep(0)

    async def finish(self, seconds: float) -> None:
        """Wait until everything is read and written, but no longer than that."""
        if self._reader is not None and self._writer is not None:
            await asyncio.wait({self._reader, self._writer}, timeout=seconds)

    async def stop(self) -> None:
        """Cancel the tasks, wait for them, and close the connection."""
        tasks = [task for task in (self._reader, self._writer) if task is not None]
        for task in tasks:
            task.cancel()
        try:
            await ended(tasks)
        finally:
            await self._stream.aclose()

    async def _read_all(self) -> None:
        while self._session.state is not State.CLOSED:
            if self._session.is_full():
                self.is_paused = True
                self._room.clear()
                await self._room.wait()
                self._session.resumed(_now())
                self._tell()
                continue
            try:
                data = await self._stream.receive()
            except OSError as error:
                self._broken(error)
            else:
                self._session.receive_data(data, now=_now())
                self._tell()

    async def _write_all(self) -> None:
        while True:
            self._writing, self._written = self._written, asyncio.Event()
            has_written = False
            while data := self._session.data_to_send(WRITE_NBYTES):
                has_written = True
                await self._write(data)
            self._writing.set()
            if not has_written:  # else there may be others by now who wait for what was written
                if self._session.state is State.CLOSED:
                    return
                self._wanted.clear()
                await self._wanted.wait()

    async def _write(self, data: bytes) -> None:
        try:
            await asyncio.wait_for(self._stream.send(data), self._write_timeout)
        except (OSError, asyncio.TimeoutError) as error:
            self._broken(error)

    def _broken(self, error: Exception) -> None:
        self._session.abort(ConnectionLost(f"the connection broke: {str(error) or type(error).__name__}"))
        self._tell()


def _now() -> float:
    return asyncio.get_running_loop().time()


def _task(work: Coroutine[object, None, None]) -> asyncio.Task[None]:
    return asyncio.get_running_loop().create_task(_quietly(work))


async def _quietly(work: Coroutine[object, None, None]) -> None:
    """Run a connection's task; being cancelled is its ordinary end."""
    try:
        await work
    except asyncio.CancelledError:
        return
