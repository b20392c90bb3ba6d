"""One context on the TTS socket, for every event loop: `ContextHandle` knows what to say, this awaits it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from functools import partial
from types import TracebackType
from typing import Final, Protocol

from typing_extensions import Self

from cartesia_core.async_runtime import AsyncRuntime, Soon
from cartesia_core.errors import LocalProtocolError
from cartesia_core.http import Head
from cartesia_core.tts.commands import TtsCommand
from cartesia_core.tts.context import ContextState
from cartesia_core.tts.dialogue import TtsEvent
from cartesia_core.tts.handle import ContextEvent, ContextHandle
from cartesia_core.tts.pool import Lease
from cartesia_core.ws.events import Closed, Opened, Rejected, State
from cartesia_core.ws.session import Session


class AsyncTtsConnection(Protocol):
    """A session over bytes, with tasks that read and write it."""

    @property
    def session(self) -> Session[TtsCommand, TtsEvent]:
        """What it carries."""
        ...

    @property
    def head(self) -> Head | None:
        """Status and header fields of the answer to the upgrade."""
        ...

    def post(self, *commands: TtsCommand) -> None:
        """Queue commands. Raises `LocalProtocolError` if one does not fit."""
        ...

    async def send(self, *commands: TtsCommand) -> None:
        """Queue commands and wait until they are written."""
        ...

    async def drain(self) -> None:
        """Wait until what is queued is written."""
        ...

    async def receive(self, only: str | None = None) -> TtsEvent | Opened | Rejected | Closed:
        """Wait for the next event of a context."""
        ...

    async def refresh(self) -> None:
        """Have what has arrived read."""
        ...

    def forget(self, context_id: str) -> None:
        """Drop what is queued for a context."""
        ...

    async def aclose(self) -> None:
        """End it politely."""
        ...

    async def cut(self) -> None:
        """End it at once."""
        ...


class AsyncContext:
    """One context on the TTS socket: push text, then iterate over what comes. Leaving it early cancels it.

    One task may push while another iterates; any may cancel.

    Args:
        acquire: Gives the connection to open the context on, when there is something to speak.
        handle: What to send, and what events mean.
        runtime: The event loop.
    """

    _soon: Soon | None = None

    def __init__(
        self, acquire: Callable[[], Awaitable[Lease[AsyncTtsConnection]]], handle: ContextHandle, runtime: AsyncRuntime
    ) -> None:
        self._acquire: Final = acquire
        self._handle: Final = handle
        self._runtime: Final = runtime
        self._opening: Final = runtime.lock()
        self._connection: AsyncTtsConnection | None = None
        self._readers: int = 0

    @property
    def context_id(self) -> str:
        """Its id on the wire."""
        return self._handle.context_id

    @property
    def state(self) -> ContextState:
        """Where it stands."""
        return self._handle.state

    @property
    def audio_nbytes(self) -> int:
        """Bytes of audio taken so far."""
        return self._handle.audio_nbytes

    async def push(self, text: str, /) -> None:
        """Add text; blank text is held back until something to speak follows.

        Raises:
            ContextClosed: The context is finishing or over. Nothing was sent.
            InvalidArgument: The text has half of a surrogate pair. Nothing was sent.
            ContextInterrupted: The socket died before.
            SocketTimeout: No socket had room in time. Nothing was sent.
            CartesiaError: Opening a socket failed. Nothing was sent.
        """
        if self._connection is None:
            async with self._opening:
                if self._connection is None:
                    await self._begin(self._handle.push(text))
                    return
        await self._send(self._handle.push(text))

    async def _begin(self, commands: tuple[TtsCommand, ...]) -> None:
        """Open the context with its first text, on a connection that is alive."""
        while commands and self._connection is None:
            lease = await self._acquire()
            try:
                self._handle.push("")  # raises if it was cancelled or finished meanwhile
                if lease.connection.session.state is not State.OPEN:
                    continue  # it died while idle, just now: nothing was sent, so another one will do
                lease.connection.post(*commands)
            finally:
                lease.release()
            self._handle.begun(lease.dialogue)
            self._connection = lease.connection
            self._soon = self._runtime.soon()
            await lease.connection.drain()

    async def flush(self) -> None:
        """Have everything pushed so far spoken now; a `FlushDone` event tells when it was.

        Raises:
            LocalProtocolError: There is no text yet, or the context is over.
            ContextInterrupted: The socket died before.
        """
        await self._send(self._handle.flush())

    async def finish(self) -> None:
        """Announce that no text follows. May be called again."""
        await self._send(self._handle.finish())

    async def cancel(self) -> None:
        """Stop it: nothing of it is delivered any more, and whoever iterates gets `ContextCancelled`."""
        self._stop()
        await self._runtime.sleep(0)

    def _stop(self) -> None:
        _cancel(self._handle, self._connection)

    async def _send(self, commands: tuple[TtsCommand, ...]) -> None:
        if self._connection is None or not commands:
            await self._runtime.sleep(0)
            return
        try:
            await self._connection.send(*commands)
        except LocalProtocolError:
            lost = self._handle.lost()
            if lost is None:
                raise
            raise lost from None  # the socket died: that is no mistake of the caller

    def __aiter__(self) -> AsyncIterator[ContextEvent]:
        """Iterate over the events."""
        return self

    async def __anext__(self) -> ContextEvent:
        """Wait for the next event; ends after the server's `done`. Raises what went wrong, again and again."""
        if self._handle.is_over() or self._connection is None:
            raise StopAsyncIteration
        self._readers += 1
        try:
            event = self._handle.take(await self._connection.receive(self.context_id))
        finally:
            self._readers -= 1
            self._forget()
        if event is None:
            raise StopAsyncIteration
        return event

    async def __aenter__(self) -> Self:
        """Give the context itself. Nothing is sent before the first text."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None, /
    ) -> None:
        """Cancel it unless it has ended."""
        self.leave()

    def leave(self) -> None:
        """Cancel it unless it has ended, and drop what nobody will ask for. Waits for nothing."""
        self._stop()
        self._handle.leave()
        self._forget()

    def _forget(self) -> None:
        """Drop what nobody will ask for any more. A task that still waits gets the end of the context first."""
        if self._handle.is_left and not self._readers and self._connection is not None:
            self._connection.forget(self.context_id)

    def __del__(self) -> None:
        """Have the loop cancel what was dropped without being left. Nothing is done here: this may be any thread."""
        if self._soon is not None and not (self._handle.is_left or self._handle.is_settled):
            self._soon(partial(_abandon, self._handle, self._connection))


def _cancel(handle: ContextHandle, connection: AsyncTtsConnection | None) -> None:
    commands = handle.cancel()
    if connection is not None:
        with suppress(LocalProtocolError):  # a dead socket has nothing to cancel: iterating tells its end
            connection.post(*commands)


def _abandon(handle: ContextHandle, connection: AsyncTtsConnection | None) -> None:
    _cancel(handle, connection)
    if connection is not None:
        connection.forget(handle.context_id)
