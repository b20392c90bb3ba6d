"""One context on the TTS socket, for plain threads: `ContextHandle` knows what to say, this waits for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from threading import Lock
from types import TracebackType
from typing import Final, TypeAlias

from typing_extensions import Self

from cartesia_core.errors import LocalProtocolError
from cartesia_core.tts.commands import Cancel, TtsCommand
from cartesia_core.tts.context import ContextState
from cartesia_core.tts.dialogue import TtsEvent
from cartesia_core.tts.handle import ContextEvent, ContextHandle
from cartesia_core.tts.pool import Lease
from cartesia_core.ws.events import State
from cartesia_sync.connection import Connection

TtsConnection: TypeAlias = Connection[TtsCommand, TtsEvent]


class TtsContext:
    """One context on the TTS socket: push text, then iterate over what comes. Leaving it early cancels it.

    One thread may push while another iterates; any may cancel.

    Args:
        acquire: Gives the connection to open the context on, when there is something to speak.
        handle: What to send, and what events mean.
    """

    _connection: TtsConnection | None = None

    def __init__(self, acquire: Callable[[], Lease[TtsConnection]], handle: ContextHandle) -> None:
        self._acquire: Final = acquire
        self._handle: Final = handle
        # Opening may take seconds; whoever cancels must not wait for that, so it has a lock of its own.
        self._opening: Final = Lock()
        self._lock: Final = Lock()
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

    def push(self, text: str, /) -> None:
        """Add text; blank text is held back until something to speak follows.

        Raises:
            ContextClosed: The context is finishing or over. Nothing was sent.
            ContextInterrupted: The socket died before.
            SocketTimeout: No socket had room in time. Nothing was sent.
            CartesiaError: Opening a socket failed. Nothing was sent.
        """
        if self._connection is None:
            with self._opening:
                if self._connection is None:
                    self._begin(self._handle.push(text))
                    return
        self._send(self._handle.push(text))

    def _begin(self, commands: tuple[TtsCommand, ...]) -> None:
        """Open the context with its first text, on a connection that is alive."""
        while commands and self._connection is None:
            lease = self._acquire()
            try:
                self._open_on(lease, commands)
            finally:
                lease.release()
            lease.connection.flush()

    def _open_on(self, lease: Lease[TtsConnection], commands: tuple[TtsCommand, ...]) -> None:
        with self._lock:
            self._handle.push("")  # raises if it was cancelled or finished meanwhile
            try:
                lease.connection.post(*commands)
            except LocalProtocolError:
                if lease.connection.session.state is State.OPEN:
                    raise
                return  # it died while idle, just now: nothing was sent, so another one will do
            self._handle.begun(lease.dialogue)
            self._connection = lease.connection

    def flush(self) -> None:
        """Have everything pushed so far spoken now; a `FlushDone` event tells when it was.

        Raises:
            LocalProtocolError: There is no text yet, or the context is over.
            ContextInterrupted: The socket died before.
        """
        self._send(self._handle.flush())

    def finish(self) -> None:
        """Announce that no text follows. May be called again."""
        with self._lock:
            commands = self._handle.finish()
        self._send(commands)

    def cancel(self) -> None:
        """Stop it: nothing of it is delivered any more, and whoever iterates gets `ContextCancelled`."""
        with self._lock:
            commands = self._handle.cancel()
        if self._connection is not None:
            with suppress(LocalProtocolError):  # a dead socket has nothing to cancel: iterating tells its end
                self._connection.send(*commands, patient=False)

    def _send(self, commands: tuple[TtsCommand, ...]) -> None:
        if self._connection is None or not commands:
            return
        try:
            self._connection.send(*commands)
        except LocalProtocolError:
            lost = self._handle.lost()
            if lost is None:
                raise
            raise lost from None  # the socket died: that is no mistake of the caller

    def __iter__(self) -> Iterator[ContextEvent]:
        """Iterate over the events."""
        return self

    def __next__(self) -> ContextEvent:
        """Wait for the next event; ends after the server's `done`. Raises what went wrong, again and again."""
        with self._lock:
            if self._handle.is_over() or self._connection is None:
                raise StopIteration
            self._readers += 1
        try:
            event = self._handle.take(self._connection.receive(self.context_id))
        finally:
            with self._lock:
                self._readers -= 1
                is_unwanted = self._handle.is_left and not self._readers
            if is_unwanted:
                self._connection.forget(self.context_id)
        if event is None:
            raise StopIteration
        return event

    def __enter__(self) -> Self:
        """Give the context itself. Nothing is sent before the first text."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None, /
    ) -> None:
        """Cancel it unless it has ended."""
        self.cancel()
        with self._lock:
            self._handle.leave()
            is_unwanted = not self._readers  # else a thread that still waits gets the end of the context first
        if is_unwanted and self._connection is not None:
            self._connection.forget(self.context_id)

    def __del__(self) -> None:
        """Leave word that nobody holds it any more: the next thread that uses its connection cancels it."""
        if self._connection is not None and not (self._handle.is_left or self._handle.is_settled):
            self._connection.abandon(self.context_id, Cancel(self.context_id))
