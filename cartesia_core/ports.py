"""What the facade needs of an adapter, as small protocols: who wants to bring a transport implements these.

A flavour pairs a sender (HTTP) with a connector (sockets). The facade is written once against the ports.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from types import TracebackType
from typing import Protocol, TypeVar

from attrs import frozen
from typing_extensions import Self, Unpack

from cartesia_core.http import Head, Raw, Request, StreamRequest
from cartesia_core.stt.ports import SyncSttSocket, SyncTurnsSocket
from cartesia_core.stt.socket import ManualSocketRequest, TurnsSocketRequest
from cartesia_core.tts.commands import ContextKeywords
from cartesia_core.tts.context import ContextState
from cartesia_core.tts.handle import ContextEvent
from cartesia_core.tts.pool import PoolStatistics
from cartesia_core.tts.socket import TtsSocketRequest
from cartesia_core.ws.dialogue import Message
from cartesia_core.ws.opening import SocketRequest

T = TypeVar("T")
E = TypeVar("E")
E_co = TypeVar("E_co", covariant=True)


class SyncStream(Protocol[E_co]):
    """An answer that is read while it arrives: enter it, then iterate. Leaving early closes the connection."""

    @property
    def head(self) -> Head:
        """Status and header fields. Known once entered."""
        ...

    @property
    def request_id(self) -> str | None:
        """The id to quote to support, where the server gave one."""
        ...

    def __enter__(self) -> Self:
        """Send the request. Raises what `send` raises."""
        ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None, /
    ) -> None:
        """Close the answer, whether or not it was read to its end."""
        ...

    def __iter__(self) -> Iterator[E_co]:
        """Give the events as they arrive. Raises the server's errors, and `IncompleteStream` for a cut answer."""
        ...


class SyncSender(Protocol):
    """HTTP for plain threads: the whole contract is `send` and `stream`."""

    def send(self, request: Request[T], /) -> T:
        """Send a request and decode its answer. Raises `CartesiaError`."""
        ...

    def send_raw(self, request: Request[T], /) -> Raw[T]:
        """Send a request; give the value beside status, header fields and request id. Raises `CartesiaError`."""
        ...

    def stream(self, request: StreamRequest[E], /) -> SyncStream[E]:
        """Describe reading an answer while it arrives; it is sent when entered."""
        ...


class SyncTtsContext(Protocol):
    """One context on the TTS socket: push text, then iterate over what comes. Leaving it early cancels it."""

    @property
    def context_id(self) -> str:
        """Its id on the wire."""
        ...

    @property
    def state(self) -> ContextState:
        """Where it stands."""
        ...

    def push(self, text: str, /) -> None:
        """Add text; it is joined to what came before as it is, so spaces are yours to give.

        Blank text is held back until something to speak follows: alone it would open no context.

        Raises:
            ContextClosed: The context is finishing or over. Nothing was sent.
            ConnectionLost: The socket died; `ContextInterrupted` tells how far it came.
        """
        ...

    def flush(self) -> None:
        """Have everything pushed so far spoken now; a `FlushDone` event tells when it was.

        Raises:
            LocalProtocolError: There is no text yet, or the context is over.
        """
        ...

    def finish(self) -> None:
        """Announce that no text follows. May be called again."""
        ...

    def cancel(self) -> None:
        """Stop it: nothing of it is delivered any more, and whoever iterates gets `ContextCancelled`.

        May be called again, from any thread.
        """
        ...

    def __iter__(self) -> Iterator[ContextEvent]:
        """Iterate over the events."""
        ...

    def __next__(self) -> ContextEvent:
        """Wait for the next event; ends after the server's `done`.

        Raises:
            ApiError: The server reported an error for this context, or for the whole socket.
            ContextInterrupted: The socket died; says how much audio had come.
            ContextCancelled: It was cancelled here.
            FirstAudioTimeout, StallTimeout: The server fell silent.
            RemoteProtocolError: The server broke the protocol.
        """
        ...

    def __enter__(self) -> Self:
        """Give the context itself. Nothing is sent before the first text."""
        ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None, /
    ) -> None:
        """Cancel it unless it has ended."""
        ...


class SyncSpeech(Protocol):
    """Text being spoken: iterate over its events. Leaving early cancels it, at the latest when nobody holds it."""

    def __iter__(self) -> Iterator[ContextEvent]:
        """Give the events while the text is sent."""
        ...

    def __next__(self) -> ContextEvent:
        """Wait for the next event. Raises what a context raises, and the text's own errors."""
        ...

    def close(self) -> None:
        """Cancel it unless it has ended. May be called again."""
        ...

    def __enter__(self) -> Self:
        """Give the speech itself."""
        ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None, /
    ) -> None:
        """Cancel it unless it has ended."""
        ...


class SyncTtsSocket(Protocol):
    """The TTS socket. Several threads may use it, with a context each."""

    @property
    def head(self) -> Head:
        """Status and header fields of the answer to the latest upgrade, the request id among them.

        Raises:
            LocalProtocolError: It was not opened yet.
        """
        ...

    def warm(self, count: int = 1, /) -> None:
        """Open connections ahead, so that so many are open.

        Raises:
            InvalidArgument: The pool may not hold so many.
            CartesiaError: What opening raises.
        """
        ...

    def statistics(self) -> PoolStatistics:
        """Count connections, contexts, and what was dropped."""
        ...

    def context(self, **options: Unpack[ContextKeywords]) -> SyncTtsContext:
        """Make a context; its options stay the same for its whole life.

        Raises:
            InvalidArgument: An option can be seen to be wrong, or the socket's API version has none such.
        """
        ...

    def speak(self, text: str | Iterable[str], /, **options: Unpack[ContextKeywords]) -> SyncSpeech:
        """Speak a text, or pieces of text as they come (from an LLM), and give the events at the same time.

        The pieces are taken and sent in a thread of their own. An error in them cancels the context and is raised
        here; leaving early cancels it too.

        Raises:
            InvalidArgument: An option can be seen to be wrong.
        """
        ...

    def close(self) -> None:
        """End the socket; contexts still open fail. Takes at most a second. May be called again."""
        ...

    def __enter__(self) -> Self:
        """Open the socket. Raises `ApiError` if the server refuses it, `ConnectFailed` if it is out of reach."""
        ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None, /
    ) -> None:
        """Close the socket."""
        ...


class SyncMessages(Protocol):
    """A socket whose messages are neither read nor written by this library."""

    @property
    def head(self) -> Head:
        """Status and header fields of the answer to the upgrade. Known once entered."""
        ...

    def send(self, message: Message, /) -> None:
        """Send a message as it is. Raises `ConnectionLost` if the socket has died."""
        ...

    def __iter__(self) -> Iterator[Message]:
        """Give the server's messages until it closes the socket.

        Raises:
            ConnectionLost: The socket broke instead of being closed.
        """
        ...

    def __enter__(self) -> Self:
        """Open the socket. Raises what opening raises."""
        ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None, /
    ) -> None:
        """Close the socket."""
        ...


class SyncConnector(Protocol):
    """Sockets for plain threads."""

    def messages(self, request: SocketRequest, /) -> SyncMessages:
        """Describe a socket of bare messages; it opens when entered."""
        ...

    def tts_socket(self, request: TtsSocketRequest, /) -> SyncTtsSocket:
        """Describe a TTS socket; it opens when entered, or at its first use."""
        ...

    def stt_socket(self, request: ManualSocketRequest, /) -> SyncSttSocket:
        """Describe a speech-to-text socket; it opens when entered."""
        ...

    def turns_socket(self, request: TurnsSocketRequest, /) -> SyncTurnsSocket:
        """Describe a speech-to-text socket of turns; it opens when entered."""
        ...


@frozen
class SyncPorts:
    """A sender and a connector for plain threads.

    Attributes:
        http: Sends requests.
        sockets: Opens sockets.
    """

    http: SyncSender
    sockets: SyncConnector
