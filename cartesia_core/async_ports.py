"""What the facade needs of an adapter for trio, asyncio or another event loop: the ports, awaitable.

Cancelling any of these leaves the connection usable or closed, never half-written.
"""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Iterable
from types import TracebackType
from typing import Protocol, TypeVar

from attrs import frozen
from typing_extensions import Self, Unpack

from cartesia_core.http import Head, Raw, Request, StreamRequest
from cartesia_core.stt.async_ports import AsyncSttSocket, AsyncTurnsSocket
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


class AsyncStream(Protocol[E_co]):
    """An answer that is read while it arrives: enter it, then iterate. Leaving early closes the connection."""

    @property
    def head(self) -> Head:
        """Status and header fields. Known once entered."""
        ...

    @property
    def request_id(self) -> str | None:
        """The id to quote to support, where the server gave one."""
        ...

    async def __aenter__(self) -> Self:
        """Send the request. Raises what `send` raises."""
        ...

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None, /
    ) -> None:
        """Close the answer, whether or not it was read to its end."""
        ...

    def __aiter__(self) -> AsyncIterator[E_co]:
        """Give the events as they arrive. Raises the server's errors, and `IncompleteStream` for a cut answer."""
        ...


class AsyncSender(Protocol):
    """HTTP for event loops: the whole contract is `send` and `stream`."""

    async def send(self, request: Request[T], /) -> T:
        """Send a request and decode its answer. Raises `CartesiaError`."""
        ...

    async def send_raw(self, request: Request[T], /) -> Raw[T]:
        """Send a request; give the value beside status, header fields and request id. Raises `CartesiaError`."""
        ...

    def stream(self, request: StreamRequest[E], /) -> AsyncStream[E]:
        """Describe reading an answer while it arrives; it is sent when entered."""
        ...


class AsyncTtsContext(Protocol):
    """One context on the TTS socket: push text, then iterate over what comes. Leaving it early cancels it."""

    @property
    def context_id(self) -> str:
        """Its id on the wire."""
        ...

    @property
    def state(self) -> ContextState:
        """Where it stands."""
        ...

    async def push(self, text: str, /) -> None:
        """Add text; it is joined to what came before as it is, so spaces are yours to give.

        Blank text is held back until something to speak follows: alone it would open no context.

        Raises:
            ContextClosed: The context is finishing or over. Nothing was sent.
            ContextInterrupted: The socket died before.
        """
        ...

    async def flush(self) -> None:
        """Have everything pushed so far spoken now; a `FlushDone` event tells when it was.

        Raises:
            LocalProtocolError: There is no text yet, or the context is over.
        """
        ...

    async def finish(self) -> None:
        """Announce that no text follows. May be called again."""
        ...

    async def cancel(self) -> None:
        """Stop it: nothing of it is delivered any more, and whoever iterates gets `ContextCancelled`."""
        ...

    def __aiter__(self) -> AsyncIterator[ContextEvent]:
        """Iterate over the events."""
        ...

    async def __anext__(self) -> ContextEvent:
        """Wait for the next event; ends after the server's `done`.

        Raises:
            ApiError: The server reported an error for this context, or for the whole socket.
            ContextInterrupted: The socket died; says how much audio had come.
            ContextCancelled: It was cancelled here.
            FirstAudioTimeout, StallTimeout: The server fell silent.
            RemoteProtocolError: The server broke the protocol.
        """
        ...

    async def __aenter__(self) -> Self:
        """Give the context itself. Nothing is sent before the first text."""
        ...

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None, /
    ) -> None:
        """Cancel it unless it has ended."""
        ...


class AsyncSpeech(Protocol):
    """Text being spoken: enter it, then iterate, or iterate at once."""

    async def __aenter__(self) -> Self:
        """Give the speech itself."""
        ...

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None, /
    ) -> None:
        """Cancel it unless it has ended."""
        ...

    def __aiter__(self) -> AsyncIterator[ContextEvent]:
        """Give the events while the text is sent. Raises what a context raises, and the text's own errors."""
        ...


class AsyncTtsSocket(Protocol):
    """The TTS socket. Many tasks may use it, with a context each. It has to be entered: its reader lives in the block."""

    @property
    def head(self) -> Head:
        """Status and header fields of the answer to the latest upgrade, the request id among them.

        Raises:
            LocalProtocolError: It was not opened yet.
        """
        ...

    async def warm(self, count: int = 1, /) -> None:
        """Open connections ahead, so that so many are open.

        Raises:
            InvalidArgument: The pool may not hold so many.
            CartesiaError: What opening raises.
        """
        ...

    def statistics(self) -> PoolStatistics:
        """Count connections, contexts, and what was dropped."""
        ...

    def context(self, **options: Unpack[ContextKeywords]) -> AsyncTtsContext:
        """Make a context; its options stay the same for its whole life.

        Raises:
            InvalidArgument: An option can be seen to be wrong, or the socket's API version has none such.
        """
        ...

    def speak(
        self, text: str | Iterable[str] | AsyncIterable[str], /, **options: Unpack[ContextKeywords]
    ) -> AsyncSpeech:
        """Speak a text, or pieces of text as they come (from an LLM), and give the events at the same time.

        Enter what this gives, or iterate over it at once; entered, leaving it early cancels the context. The pieces
        are taken and sent in a task of the socket's own. An error in them cancels the context and is raised here.

        Raises:
            InvalidArgument: An option can be seen to be wrong.
        """
        ...

    async def aclose(self) -> None:
        """End the socket; contexts still open fail. Takes at most a second. May be called again."""
        ...

    async def __aenter__(self) -> Self:
        """Open the socket. Raises `ApiError` if the server refuses it, `ConnectFailed` if it is out of reach."""
        ...

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None, /
    ) -> None:
        """Close the socket; no task is left."""
        ...


class AsyncMessages(Protocol):
    """A socket whose messages are neither read nor written by this library."""

    @property
    def head(self) -> Head:
        """Status and header fields of the answer to the upgrade. Known once entered."""
        ...

    async def send(self, message: Message, /) -> None:
        """Send a message as it is. Raises `ConnectionLost` if the socket has died."""
        ...

    def __aiter__(self) -> AsyncIterator[Message]:
        """Give the server's messages until it closes the socket.

        Raises:
            ConnectionLost: The socket broke instead of being closed.
        """
        ...

    async def __aenter__(self) -> Self:
        """Open the socket. Raises what opening raises."""
        ...

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None, /
    ) -> None:
        """Close the socket."""
        ...


class AsyncConnector(Protocol):
    """Sockets for event loops."""

    def messages(self, request: SocketRequest, /) -> AsyncMessages:
        """Describe a socket of bare messages; it opens when entered."""
        ...

    def tts_socket(self, request: TtsSocketRequest, /) -> AsyncTtsSocket:
        """Describe a TTS socket; it opens when entered."""
        ...

    def stt_socket(self, request: ManualSocketRequest, /) -> AsyncSttSocket:
        """Describe a speech-to-text socket; it opens when entered."""
        ...

    def turns_socket(self, request: TurnsSocketRequest, /) -> AsyncTurnsSocket:
        """Describe a speech-to-text socket of turns; it opens when entered."""
        ...


@frozen
class AsyncPorts:
    """A sender and a connector for an event loop.

    Attributes:
        http: Sends requests.
        sockets: Opens sockets.
    """

    http: AsyncSender
    sockets: AsyncConnector
