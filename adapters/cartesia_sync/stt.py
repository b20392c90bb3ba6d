"""The speech-to-text sockets, for plain threads: `SttHandle` knows what to say, this waits for it."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from threading import Event, Lock
from types import TracebackType
from typing import Final, Generic, TypeAlias, TypeVar

from typing_extensions import Self, Unpack

from cartesia_core.errors import CartesiaError, LocalProtocolError
from cartesia_core.http import Head
from cartesia_core.stt.commands import SttCommand, TurnKeywords, TurnSettings
from cartesia_core.stt.dialogue import SttDialogue
from cartesia_core.stt.events import ManualEvent, Reconnected, StreamEvent, TurnEvent
from cartesia_core.stt.handle import Step, StreamState, SttHandle
from cartesia_core.stt.pacing import Pacer, pieces
from cartesia_core.stt.socket import SttSocketRequest
from cartesia_core.stt.sources import Audio, check_source, pieces_of
from cartesia_core.ws.events import Closed, Opened, Rejected
from cartesia_core.ws.notices import Observer, tell
from cartesia_sync.connection import Connection
from cartesia_sync.observing import report

E = TypeVar("E")
SttConnection: TypeAlias = Connection[SttCommand, E | StreamEvent]


class SttStream(Generic[E]):
    """One stream of speech: send audio, iterate over what is understood. One thread may do each at the same time.

    Whoever iterates also answers pings, sends silence if that was asked for, and replaces a lost socket.

    Args:
        connect: Opens a connection with a dialogue. Raises `ApiError` or `TransportError`.
        request: What to open, and the limits.
        observe: Is told what becomes of the sockets.
    """

    def __init__(
        self,
        connect: Callable[[], tuple[SttConnection[E], SttDialogue[E]]],
        request: SttSocketRequest[E],
        observe: Observer | None = None,
    ) -> None:
        self._connect: Final = connect
        self._observe: Final = observe
        self._handle: Final = SttHandle(request)
        self._connection: SttConnection[E] | None = None
        self._lock: Final = Lock()
        """Held while something is queued, so that audio keeps its order; never while waiting."""
        self._replacing: Final = Lock()
        self._is_closed: Final = Event()

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
        with self._lock:
            return self._handle.accepted_nbytes

    def send(self, audio: bytes | bytearray | memoryview, /) -> None:
        """Send samples, mono and without a header. Returns when they are written, so what is in flight is bounded.

        Raises:
            InvalidArgument: It is no bytes.
            LocalProtocolError: The stream was finished or closed. Nothing was sent.
            TranscriptionInterrupted: The socket died; says how much audio was accepted.
        """
        self._say(lambda: self._handle.audio(audio))

    def stream(self, source: Audio, /, *, realtime: bool = True) -> None:
        """Send all that a source gives, by default at the pace at which it was spoken. Does not finish the stream.

        Raises:
            InvalidArgument: It is an `AudioSource` of another format.
            CartesiaError: What `send` raises.
        """
        pacer = Pacer(self._handle.request.format) if realtime else None
        check_source(source, self._handle.request.format)
        for data in pieces_of(source):
            for piece in pieces(data, self._handle.request.format):
                if pacer is not None and (pause := pacer.pause_seconds(len(piece), now=time.monotonic())):
                    self._is_closed.wait(pause)
                self.send(piece)

    def finish(self) -> None:
        """Announce that no audio follows; the rest is still transcribed. May be called again."""
        self._say(self._handle.finish)

    def close(self) -> None:
        """End the socket without waiting for the rest. Takes at most a second. May be called again."""
        with self._lock:
            self._handle.close(now=time.monotonic())
            connection = self._connection
        self._is_closed.set()
        self._tell()
        if connection is not None:
            connection.close()

    def _say(self, decide: Callable[[], tuple[SttCommand, ...]]) -> None:
        with self._lock:
            connection = self._entered()
            commands = decide()
            try:
                connection.post(*commands)
            except LocalProtocolError as error:
                self._handle.refused(error, *commands)
        connection.flush()

    def __iter__(self) -> Iterator[E | Reconnected]:
        """Iterate over the events."""
        return self

    def __next__(self) -> E | Reconnected:
        """Wait for the next event; ends when all is told after `finish`. Raises what went wrong."""
        while True:
            with self._lock:
                connection = self._entered()
                if not self._handle.check():
                    raise StopIteration
            if self._handle.needs_socket:
                taken: E | Reconnected | Step | None = self._replace()
            else:
                taken = self._take(connection.receive())
            if taken is Step.END:
                raise StopIteration
            if taken is not None and not isinstance(taken, Step):
                return taken

    def _take(self, event: E | StreamEvent | Opened | Rejected | Closed) -> E | Step:
        try:
            with self._lock:
                return self._handle.take(event, now=time.monotonic(), jitter=random.random())
        finally:
            self._tell()

    def __enter__(self) -> Self:
        """Open the socket. Raises what opening raises."""
        if self._connection is not None:
            raise LocalProtocolError("this stream was entered already; make another one")
        self._connection, dialogue = self._try()
        self._opened(self._connection, dialogue)
        self._tell()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None, /
    ) -> None:
        """Close the socket."""
        self.close()

    # --- sockets

    def _entered(self) -> SttConnection[E]:
        if self._connection is None:
            raise LocalProtocolError("enter the stream first: with client.stt.websocket(...) as stt")
        return self._connection

    def _replace(self) -> Reconnected | None:
        """Open another connection for one that was lost; None if another thread has done it."""
        with self._replacing:
            if not self._handle.needs_socket:
                return None
            self._entered().drop()
            while True:
                self._pause()
                try:
                    connection, dialogue = self._try()
                except CartesiaError:
                    continue  # asking for the pause tells whether to go on
                told = self._resume(connection, dialogue)
                self._tell()
                connection.flush()
                return told

    def _pause(self) -> None:
        """Wait until another socket may be opened. Raises if none may, or if the stream was closed."""
        with self._lock:
            pause = self._handle.pause_seconds(time.monotonic())
        self._tell()
        self._is_closed.wait(pause)
        self._handle.check()

    def _resume(self, connection: SttConnection[E], dialogue: SttDialogue[E]) -> Reconnected:
        """Go on with a new connection, unless the stream was closed while it was opened."""
        with self._lock:
            try:
                self._handle.check()
            except CartesiaError:
                connection.drop()
                raise
            told = self._handle.reconnected()
            self._connection = connection
            connection.post(*self._opened(connection, dialogue))
            return told

    def _try(self) -> tuple[SttConnection[E], SttDialogue[E]]:
        """Open a connection; tell if that fails."""
        with self._lock:
            self._handle.opening(now=time.monotonic())
        self._tell()
        try:
            return self._connect()
        except CartesiaError as error:
            with self._lock:
                self._handle.not_opened(error, now=time.monotonic(), jitter=random.random())
            self._tell()
            raise

    def _opened(self, connection: SttConnection[E], dialogue: SttDialogue[E]) -> tuple[SttCommand, ...]:
        request_id = connection.head.request_id if connection.head is not None else None
        return self._handle.opened(dialogue, now=time.monotonic(), request_id=request_id)

    def _tell(self) -> None:
        """Tell the observer what has become of the sockets. Called without any lock held."""
        if not self._handle.has_notices:
            return
        with self._lock:
            notices = self._handle.notices()
        tell(self._observe, notices, report)


class SttSocket(SttStream[ManualEvent]):
    """`/stt/websocket`: the program says when to finalize."""

    def finalize(self) -> None:
        """Have everything sent so far transcribed now; a `FlushDone` event tells that it was. Go on reading after it.

        Raises:
            LocalProtocolError: The stream was finished or closed.
            TranscriptionInterrupted: The socket died.
        """
        self._say(self._handle.finalize)


class TurnsSocket(SttStream[TurnEvent]):
    """`/stt/turns/websocket`: the server finds out when somebody begins and ends to speak."""

    def configure(self, **settings: Unpack[TurnKeywords]) -> None:
        """Change when turns begin and end, from here on. Those not named stay.

        Raises:
            InvalidArgument: A number is outside of its limits, the thresholds are in the wrong order, or none is given.
            LocalProtocolError: The stream was finished or closed.
            TranscriptionInterrupted: The socket died.
        """
        wanted = TurnSettings(**settings)
        self._say(lambda: self._handle.configure(wanted))
