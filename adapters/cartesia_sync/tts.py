"""The TTS socket and its contexts, for plain threads."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from threading import Lock
from types import TracebackType
from typing import Final, TypeAlias

from typing_extensions import Self, Unpack

from cartesia_core.errors import CartesiaError, ContextCancelled, LocalProtocolError
from cartesia_core.http import Head
from cartesia_core.tts.commands import Cancel, ContextKeywords, ContextOptions, Finish, Flush, Push, TtsCommand
from cartesia_core.tts.context import ENDED, ContextState
from cartesia_core.tts.dialogue import (
    ConnectionFault,
    ContextDone,
    ContextFailed,
    ContextWasCancelled,
    TtsDialogue,
    TtsEvent,
)
from cartesia_core.tts.draft import Draft
from cartesia_core.tts.events import AudioChunk
from cartesia_core.tts.handle import ContextEvent
from cartesia_core.ws.events import Closed, Opened, Rejected, State
from cartesia_sync.connection import Connection
from cartesia_sync.speaking import Speech

TtsConnection: TypeAlias = Connection[TtsCommand, TtsEvent]


class TtsSocket:
    """The TTS socket. Several threads may use it, with a context each.

    It opens when entered, or at its first use. When the server closed it while nothing was in flight, the next
    context gets a new connection unnoticed.

    Args:
        connect: Opens a connection. Raises `ApiError` or `TransportError`.
        version: The API version spoken on it.
    """

    def __init__(self, connect: Callable[[], TtsConnection], version: str) -> None:
        self._connect: Final = connect
        self._version: Final = version
        # Opening may take seconds; whoever closes must not wait for that, so it has a lock of its own.
        self._opening: Final = Lock()
        self._lock: Final = Lock()
        self._connection: TtsConnection | None = None
        self._is_closed: bool = False
        self.connections: int = 0
        """How many connections were opened for it so far."""

    @property
    def head(self) -> Head:
        """Status and header fields of the answer to the latest upgrade, the request id among them.

        Raises:
            LocalProtocolError: It was not opened yet.
        """
        head = self._connection.head if self._connection is not None else None
        if head is None:
            raise LocalProtocolError("the socket was not opened yet; enter it first")
        return head

    def context(self, **options: Unpack[ContextKeywords]) -> TtsContext:
        """Make a context; its options stay the same for its whole life.

        Raises:
            InvalidArgument: An option can be seen to be wrong, or the socket's API version has none such.
        """
        draft = Draft(str(uuid.uuid4()), ContextOptions(**options), self._version)
        return TtsContext(self.connection, draft)

    def speak(self, text: str | Iterable[str], /, **options: Unpack[ContextKeywords]) -> Speech:
        """Speak a text, or pieces of text as they come, and give the events at the same time.

        The pieces are taken and sent in a thread of their own. An error in them cancels the context and is raised
        here; leaving the iteration early cancels it too.

        Raises:
            InvalidArgument: An option can be seen to be wrong.
        """
        return Speech(self.context(**options), (text,) if isinstance(text, str) else text)

    def connection(self) -> TtsConnection:
        """Give the connection to open a context on: the one there is, or a new one if that has died.

        Raises:
            ApiError: The server refused the socket.
            TransportError: The server is out of reach.
            LocalProtocolError: This socket was closed here.
        """
        with self._opening:
            current = self._connection
            if current is not None and not self._is_closed:
                current.refresh()
                if current.session.state is State.OPEN:
                    return current
                current.close()
            return self._replace()

    def _replace(self) -> TtsConnection:
        self._check_open()
        fresh = self._connect()
        with self._lock:
            if not self._is_closed:
                self._connection = fresh
                self.connections += 1
                return fresh
        fresh.close()
        raise self._refusal()

    def _check_open(self) -> None:
        if self._is_closed:
            raise self._refusal()

    @staticmethod
    def _refusal() -> LocalProtocolError:
        return LocalProtocolError("this socket was closed here; open another one")

    def close(self) -> None:
        """End the socket; contexts still open fail. Takes at most a second. May be called again."""
        with self._lock:
            self._is_closed = True
            current = self._connection
        if current is not None:
            current.close()

    def __enter__(self) -> Self:
        """Open the socket. Raises what opening raises."""
        self.connection()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None, /
    ) -> None:
        """Close the socket."""
        self.close()


class TtsContext:
    """One context on the TTS socket: push text, then iterate over what comes. Leaving it early cancels it.

    One thread may push while another iterates; any may cancel.

    Args:
        connection: Gives the connection to open the context on, when there is something to speak.
        draft: The context before its first word.
    """

    def __init__(self, connection: Callable[[], TtsConnection], draft: Draft) -> None:
        self._find: Final = connection
        self._draft: Final = draft
        # Opening may take seconds; whoever cancels must not wait for that, so it has a lock of its own.
        self._opening: Final = Lock()
        self._lock: Final = Lock()
        self._connection: TtsConnection | None = None
        self._local_state: ContextState = ContextState.OPEN
        self._failure: CartesiaError | None = None
        self._readers: int = 0
        self._is_left: bool = False
        self.audio_nbytes: int = 0
        """Bytes of audio, counted when the context is done."""

    @property
    def context_id(self) -> str:
        """Its id on the wire."""
        return self._draft.context_id

    @property
    def state(self) -> ContextState:
        """Where it stands."""
        if self._local_state in ENDED or self._connection is None:
            return self._local_state
        return self._dialogue(self._connection).state(self.context_id) or ContextState.DONE

    def push(self, text: str, /) -> None:
        """Add text; blank text is held back until something to speak follows.

        Raises:
            ContextClosed: The context is finishing or over. Nothing was sent.
            ContextInterrupted: The socket died before.
            CartesiaError: Opening the socket failed.
        """
        if self._connection is None:
            with self._opening:
                if self._connection is None:
                    self._begin(text)
                    return
        self._send(self._started("push"), Push(self.context_id, text))

    def _begin(self, text: str) -> None:
        """Open the context with its first text, on a connection that is alive."""
        self._check_open("push")
        if commands := self._draft.add(text):
            connection = self._opened(commands[0])
            for command in commands[1:]:
                self._send(connection, command)

    def _opened(self, command: TtsCommand) -> TtsConnection:
        while True:
            connection = self._find()
            with self._lock:
                self._check_open("push")  # it may have been cancelled meanwhile
                try:
                    connection.send(command, patient=False)
                except LocalProtocolError:
                    if connection.session.state is State.OPEN:
                        raise
                    continue  # it died while idle, just now: nothing was sent, so another one will do
                self._connection = connection
                return connection

    def flush(self) -> None:
        """Have everything pushed so far spoken now; a `FlushDone` event tells when it was.

        Raises:
            LocalProtocolError: There is no text yet, or the context is over.
            ContextInterrupted: The socket died before.
        """
        self._send(self._started("flush"), Flush(self.context_id))

    def finish(self) -> None:
        """Announce that no text follows. May be called again."""
        with self._lock:
            if self._connection is None:
                if self._local_state is ContextState.OPEN:
                    self._local_state = ContextState.DONE
                return
        if self.state not in (ContextState.CANCELLED, ContextState.FAILED, ContextState.DONE):
            self._send(self._connection, Finish(self.context_id))

    def cancel(self) -> None:
        """Stop it: nothing of it is delivered any more, and whoever iterates gets `ContextCancelled`."""
        with self._lock:
            if self._connection is None:
                if self._local_state is ContextState.OPEN:
                    self._local_state = ContextState.CANCELLED
                return
        if self.state not in ENDED:
            # A socket that is closing or dead has nothing to cancel: its end is told to whoever iterates.
            with suppress(LocalProtocolError):
                self._connection.send(Cancel(self.context_id), patient=False)

    def _send(self, connection: TtsConnection, command: TtsCommand) -> None:
        try:
            connection.send(command)
        except LocalProtocolError:
            lost = self._dialogue(connection).loss(self.context_id)
            if lost is None:
                raise
            raise lost from None  # the socket died: that is no mistake of the caller

    def __iter__(self) -> Iterator[ContextEvent]:
        """Iterate over the events."""
        return self

    def __next__(self) -> ContextEvent:
        """Wait for the next event; ends after the server's `done`. Raises what went wrong, again and again."""
        if self._failure is not None:
            raise self._failure
        if self._local_state in (ContextState.DONE, ContextState.EXPIRED):
            raise StopIteration
        with self._lock:
            if self._is_left or self._local_state is ContextState.CANCELLED:
                raise self._fail(ContextCancelled("the context was cancelled here", context_id=self.context_id))
            connection = self._started("wait for")
            self._readers += 1
        try:
            return self._take(connection.receive(self.context_id))
        finally:
            with self._lock:
                self._readers -= 1
            self._forget()

    def _take(self, event: TtsEvent | Opened | Rejected | Closed) -> ContextEvent:
        if isinstance(event, AudioChunk):  # nearly every one
            return event
        if isinstance(event, ContextDone):
            self._local_state = ContextState.EXPIRED if event.expired else ContextState.DONE
            self.audio_nbytes = event.audio_nbytes
            raise StopIteration
        if isinstance(event, ContextFailed):
            raise self._fail(event.error)
        if isinstance(event, ContextWasCancelled):
            raise self._fail(ContextCancelled("the context was cancelled here", context_id=self.context_id))
        if isinstance(event, Closed):
            raise self._fail(LocalProtocolError("the context is over and its events were taken"))
        if isinstance(event, (Opened, Rejected, ConnectionFault)):
            raise LocalProtocolError(f"{type(event).__name__} concerns no context")
        return event

    def _fail(self, error: CartesiaError) -> CartesiaError:
        self._failure = error
        return error

    def __enter__(self) -> Self:
        """Give the context itself. Nothing is sent before the first text."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None, /
    ) -> None:
        """Cancel it unless it has ended."""
        self.cancel()
        with self._lock:
            self._is_left = True
        self._forget()

    def _forget(self) -> None:
        """Drop what nobody will ask for any more. A thread that still waits gets the end of the context first."""
        with self._lock:
            is_over = self._is_left and not self._readers
        if is_over and self._connection is not None:
            self._connection.forget(self.context_id)

    def _started(self, what: str) -> TtsConnection:
        if self._connection is None:
            raise self._draft.refuse(what)
        return self._connection

    def _check_open(self, what: str) -> None:
        if self._local_state is not ContextState.OPEN:
            raise LocalProtocolError(f"the context is {self._local_state.value}: no {what}", context_id=self.context_id)

    @staticmethod
    def _dialogue(connection: TtsConnection) -> TtsDialogue:
        dialogue = connection.session.dialogue
        assert isinstance(dialogue, TtsDialogue)
        return dialogue
