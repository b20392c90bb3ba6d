"""The TTS socket and its contexts, for trio."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Iterable
from contextlib import AbstractAsyncContextManager, suppress
from types import TracebackType
from typing import Final, TypeAlias

import trio
from typing_extensions import Self, Unpack

from cartesia_core.errors import LocalProtocolError
from cartesia_core.http import Head
from cartesia_core.tts.commands import ContextKeywords, ContextOptions, TtsCommand
from cartesia_core.tts.context import ContextState
from cartesia_core.tts.dialogue import TtsDialogue, TtsEvent
from cartesia_core.tts.handle import ContextEvent, ContextHandle
from cartesia_core.ws.events import State
from cartesia_trio.connection import Connection
from cartesia_trio.speaking import Speech

TtsConnection: TypeAlias = Connection[TtsCommand, TtsEvent]


class TtsSocket:
    """The TTS socket. Many tasks may use it, with a context each.

    It has to be entered: its connections live in a nursery of the block. When the server closed it while nothing was
    in flight, the next context gets a new connection unnoticed.

    Args:
        connect: Opens a connection with a dialogue. Raises `ApiError` or `TransportError`.
        version: The API version spoken on it.
    """

    def __init__(self, connect: Callable[[], Awaitable[tuple[TtsConnection, TtsDialogue]]], version: str) -> None:
        self._connect: Final = connect
        self._version: Final = version
        self._opening: Final = trio.Lock()
        self._current: tuple[TtsConnection, TtsDialogue] | None = None
        self._own: AbstractAsyncContextManager[trio.Nursery] | None = None
        self._nursery: trio.Nursery | None = None
        self._is_closed: bool = False
        self.connections: int = 0
        """How many connections were opened for it so far."""

    @property
    def head(self) -> Head:
        """Status and header fields of the answer to the latest upgrade, the request id among them.

        Raises:
            LocalProtocolError: It was not opened yet.
        """
        head = self._current[0].head if self._current is not None else None
        if head is None:
            raise LocalProtocolError("the socket was not opened yet; enter it first")
        return head

    def context(self, **options: Unpack[ContextKeywords]) -> TtsContext:
        """Make a context; its options stay the same for its whole life.

        Raises:
            InvalidArgument: An option can be seen to be wrong, or the socket's API version has none such.
        """
        handle = ContextHandle(str(uuid.uuid4()), ContextOptions(**options), self._version)
        return TtsContext(self.connection, handle)

    def speak(self, text: str | Iterable[str] | AsyncIterable[str], /, **options: Unpack[ContextKeywords]) -> Speech:
        """Speak a text, or pieces of text as they come, and give the events at the same time.

        Enter what this gives, or iterate over it at once; entered, leaving it early cancels the context.

        Raises:
            InvalidArgument: An option can be seen to be wrong.
        """
        nursery = self._check_open()
        return Speech(self.context(**options), text, nursery)

    async def connection(self) -> tuple[TtsConnection, TtsDialogue]:
        """Give the connection to open a context on: the one there is, or a new one if that has died.

        Raises:
            ApiError: The server refused the socket.
            TransportError: The server is out of reach.
            LocalProtocolError: This socket is not entered, or was closed.
        """
        async with self._opening:
            self._check_open()
            if self._current is not None and self._current[1].is_idle():
                await self._current[0].refresh()
            if self._current is None or self._current[0].session.state is not State.OPEN:
                if self._current is not None:
                    await self._current[0].aclose()
                self._current = await self._replacement()
                self.connections += 1
            return self._current

    async def _replacement(self) -> tuple[TtsConnection, TtsDialogue]:
        opened = await self._connect()
        try:
            nursery = self._check_open()  # it may have been closed meanwhile
        except BaseException:
            await opened[0].cut()
            raise
        opened[0].start(nursery)
        return opened

    def _check_open(self) -> trio.Nursery:
        if self._is_closed:
            raise LocalProtocolError("this socket was closed here; open another one")
        if self._nursery is None:
            raise LocalProtocolError("enter the socket first: async with client.tts.websocket() as ws")
        return self._nursery

    async def aclose(self) -> None:
        """End the socket; contexts still open fail. Takes at most a second. May be called again."""
        self._is_closed = True
        if self._current is not None:
            await self._current[0].aclose()

    async def __aenter__(self) -> Self:
        """Open the socket. Raises what opening raises."""
        if self._own is not None:
            raise LocalProtocolError("this socket was entered already")
        self._own = trio.open_nursery()
        self._nursery = await self._own.__aenter__()
        try:
            await self.connection()
        except BaseException:
            await self._end()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None, /
    ) -> None:
        """Close the socket; no task is left. When cancelled, it is cut."""
        self._is_closed = True
        try:
            if not isinstance(error, trio.Cancelled):
                await self.aclose()
        finally:
            await self._end()

    async def _end(self) -> None:
        if self._nursery is not None and self._own is not None:
            self._nursery.cancel_scope.cancel()
            self._nursery = None
            if self._current is not None:
                await self._current[0].cut()
            await self._own.__aexit__(None, None, None)


class TtsContext:
    """One context on the TTS socket: push text, then iterate over what comes. Leaving it early cancels it.

    One task may push while another iterates; any may cancel.

    Args:
        connection: Gives the connection to open the context on, when there is something to speak.
        handle: What to send, and what events mean.
    """

    def __init__(
        self, connection: Callable[[], Awaitable[tuple[TtsConnection, TtsDialogue]]], handle: ContextHandle
    ) -> None:
        self._find: Final = connection
        self._handle: Final = handle
        self._opening: Final = trio.Lock()
        self._connection: TtsConnection | None = None
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
            ContextInterrupted: The socket died before.
            CartesiaError: Opening the socket failed.
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
            connection, dialogue = await self._find()
            self._handle.push("")  # raises if it was cancelled or finished meanwhile
            try:
                connection.post(*commands)
            except LocalProtocolError:
                if connection.session.state is State.OPEN:
                    raise
                continue  # it died while idle, just now: nothing was sent, so another one will do
            self._handle.begun(dialogue)
            self._connection = connection
            await connection.drain()

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
        await trio.lowlevel.checkpoint()

    def _stop(self) -> None:
        commands = self._handle.cancel()
        if self._connection is not None:
            with suppress(LocalProtocolError):  # a dead socket has nothing to cancel: iterating tells its end
                self._connection.post(*commands)

    async def _send(self, commands: tuple[TtsCommand, ...]) -> None:
        if self._connection is None or not commands:
            await trio.lowlevel.checkpoint()
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
        self._stop()
        self._handle.leave()
        self._forget()

    def _forget(self) -> None:
        """Drop what nobody will ask for any more. A task that still waits gets the end of the context first."""
        if self._handle.is_left and not self._readers and self._connection is not None:
            self._connection.forget(self.context_id)
