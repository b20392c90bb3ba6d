"""One stream of speech on a speech-to-text socket, for every event loop: `SttHandle` knows what to say, this awaits it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import AsyncIterable, AsyncIterator, Iterator
from functools import partial
from typing import Final, Generic, Protocol, TypeVar

from cartesia_core.async_runtime import AsyncRuntime
from cartesia_core.errors import CartesiaError, LocalProtocolError
from cartesia_core.http import Head
from cartesia_core.stt.commands import SttCommand
from cartesia_core.stt.dialogue import SttDialogue
from cartesia_core.stt.events import Reconnected, StreamEvent
from cartesia_core.stt.handle import Step, StreamState, SttHandle
from cartesia_core.stt.pacing import Pacer, pieces
from cartesia_core.stt.sources import AnyAudio, AudioSource, check_source, next_piece, pieces_of
from cartesia_core.ws.events import Closed, Opened, Rejected
from cartesia_core.ws.notices import Observer, tell
from cartesia_core.ws.session import Session

E = TypeVar("E")


class AsyncSttConnection(Protocol[E]):
    """A session over bytes, with tasks that read and write it."""

    @property
    def session(self) -> Session[SttCommand, E | StreamEvent]:
        """What it carries."""
        ...

    @property
    def head(self) -> Head | None:
        """Status and header fields of the answer to the upgrade."""
        ...

    def post(self, *commands: SttCommand) -> None:
        """Queue commands. Raises `LocalProtocolError` if one does not fit."""
        ...

    async def drain(self) -> None:
        """Wait until what is queued is written."""
        ...

    async def receive(self, only: str | None = None) -> E | StreamEvent | Opened | Rejected | Closed:
        """Wait for the next event."""
        ...

    async def aclose(self) -> None:
        """End it politely."""
        ...

    async def cut(self) -> None:
        """End it at once."""
        ...


class AsyncSttStream(ABC, Generic[E]):
    """One stream of speech: send audio, iterate over what is understood. One task may do each at the same time.

    It has to be entered: its reader lives in the block.

    Args:
        handle: What to send, and what events mean.
        runtime: The event loop.
        observe: Is told what becomes of the sockets.
    """

    _connection: AsyncSttConnection[E] | None = None

    def __init__(self, handle: SttHandle[E], runtime: AsyncRuntime, observe: Observer | None = None) -> None:
        self._handle: Final = handle
        self._runtime: Final = runtime
        self._observe: Final = observe
        self._replacing: Final = runtime.lock()

    @abstractmethod
    async def _open(self) -> tuple[AsyncSttConnection[E], SttDialogue[E]]:
        """Open a connection whose tasks do not run yet."""

    @abstractmethod
    def _start(self) -> None:
        """Start the tasks of the connection that was opened last."""

    @property
    def head(self) -> Head:
        """Status and header fields of the answer to the latest upgrade, the request id among them.

        Raises:
            LocalProtocolError: It was not entered.
        """
        return self._entered().head or Head(101)

    @property
    def state(self) -> StreamState:
        """Where it stands."""
        return self._handle.state

    @property
    def connections(self) -> int:
        """How many sockets were opened for it so far."""
        return self._handle.connections

    @property
    def sent_nbytes(self) -> int:
        """Bytes of audio given to the stream so far."""
        return self._handle.sent_nbytes

    @property
    def accepted_nbytes(self) -> int:
        """How many of them, from the beginning, what came of final transcripts is known to cover."""
        return self._handle.accepted_nbytes

    async def send(self, audio: bytes | bytearray | memoryview, /) -> None:
        """Send samples, mono and without a header. Returns when they are written, so what is in flight is bounded.

        Cancelling abandons the waiting; what was queued is sent all the same.

        Raises:
            InvalidArgument: It is no bytes.
            LocalProtocolError: The stream was finished or closed. Nothing was sent.
            TranscriptionInterrupted: The socket died; says how much audio was accepted.
        """
        self._entered()
        await self._say(self._handle.audio(audio))

    async def stream(self, source: AnyAudio, /, *, realtime: bool = True) -> None:
        """Send all that a source gives, by default at the pace at which it was spoken. Does not finish the stream.

        An `AudioSource`, such as a file or a microphone, is read in a thread, for it may block. Cancelled, a piece that
        was being read is lost; anything else is iterated over here.

        Raises:
            InvalidArgument: It is an `AudioSource` of another format.
            CartesiaError: What `send` raises.
        """
        check_source(source, self._handle.request.format)
        pacer = Pacer(self._handle.request.format) if realtime else None
        if isinstance(source, AsyncIterable):
            async for data in source:
                await self._send_paced(data, pacer)
        elif isinstance(source, AudioSource):
            async for data in _in_thread(self._runtime, iter(source)):
                await self._send_paced(data, pacer)
        else:
            for data in pieces_of(source):
                await self._send_paced(data, pacer)

    async def _send_paced(self, data: bytes, pacer: Pacer | None) -> None:
        for piece in pieces(data, self._handle.request.format):
            if pacer is not None and (pause := pacer.pause_seconds(len(piece), now=self._runtime.clock())):
                await self._runtime.sleep(pause)
            await self.send(piece)

    async def finish(self) -> None:
        """Announce that no audio follows; the rest is still transcribed. May be called again."""
        self._entered()
        await self._say(self._handle.finish())

    async def _say(self, commands: tuple[SttCommand, ...]) -> None:
        connection = self._entered()
        try:
            connection.post(*commands)
        except LocalProtocolError as error:
            self._handle.refused(error, *commands)
        await connection.drain()

    def __aiter__(self) -> AsyncIterator[E | Reconnected]:
        """Iterate over the events."""
        return self

    async def __anext__(self) -> E | Reconnected:
        """Wait for the next event; ends when all is told after `finish`. Raises what went wrong. Cancelling loses none."""
        while True:
            if not self._handle.check():
                raise StopAsyncIteration
            if self._handle.needs_socket:
                taken: E | Reconnected | Step | None = await self._replace()
            else:
                taken = self._take(await self._entered().receive())
            if taken is Step.END:
                raise StopAsyncIteration
            if taken is not None and not isinstance(taken, Step):
                return taken

    def _take(self, event: E | StreamEvent | Opened | Rejected | Closed) -> E | Step:
        try:
            return self._handle.take(event, now=self._runtime.clock(), jitter=self._runtime.jitter())
        finally:
            self._tell()

    def _tell(self) -> None:
        """Tell the observer what has become of the sockets."""
        if self._handle.has_notices:
            tell(self._observe, self._handle.notices(), self._runtime.report)

    # --- sockets

    def _left(self) -> None:
        """Take notice that the stream is left."""
        self._handle.close(now=self._runtime.clock())
        self._tell()

    def _entered(self) -> AsyncSttConnection[E]:
        if self._connection is None:
            raise LocalProtocolError("enter the stream first: async with client.stt.websocket(...) as stt")
        return self._connection

    async def _begin(self) -> None:
        """Open the first connection."""
        self._connection, dialogue = await self._try()
        self._opened(self._connection, dialogue)
        self._start()

    async def _try(self) -> tuple[AsyncSttConnection[E], SttDialogue[E]]:
        """Open a connection; tell if that fails."""
        self._handle.opening(now=self._runtime.clock())
        self._tell()
        try:
            return await self._open()
        except CartesiaError as error:
            self._handle.not_opened(error, now=self._runtime.clock(), jitter=self._runtime.jitter())
            self._tell()
            raise

    def _opened(self, connection: AsyncSttConnection[E], dialogue: SttDialogue[E]) -> tuple[SttCommand, ...]:
        request_id = connection.head.request_id if connection.head is not None else None
        commands = self._handle.opened(dialogue, now=self._runtime.clock(), request_id=request_id)
        self._tell()
        return commands

    async def _replace(self) -> Reconnected | None:
        """Open another connection for one that was lost; None if another task has done it."""
        async with self._replacing:
            if not self._handle.needs_socket:
                return None
            await self._entered().cut()
            while True:
                pause = self._handle.pause_seconds(self._runtime.clock())
                self._tell()
                await self._runtime.sleep(pause)
                self._handle.check()  # it may have been closed meanwhile
                try:
                    connection, dialogue = await self._try()
                except CartesiaError:
                    continue  # asking for the pause tells whether to go on
                return await self._resume(connection, dialogue)

    async def _resume(self, connection: AsyncSttConnection[E], dialogue: SttDialogue[E]) -> Reconnected:
        """Go on with a new connection, unless the stream was closed while it was opened."""
        try:
            self._handle.check()
        except CartesiaError:
            await connection.cut()
            raise
        told = self._handle.reconnected()
        self._connection = connection
        commands = self._opened(connection, dialogue)
        self._start()
        connection.post(*commands)
        return told


async def _in_thread(runtime: AsyncRuntime, pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    while (piece := await runtime.in_thread(partial(next_piece, pieces))) is not None:
        yield piece
