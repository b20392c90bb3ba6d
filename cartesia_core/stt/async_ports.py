"""What the facade needs of an adapter for speech to text on an event loop, as small protocols.

Cancelling any of these leaves the connection usable or closed, never half-written.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from types import TracebackType
from typing import Protocol, TypeVar

from typing_extensions import Self, Unpack

from cartesia_core.http import Head
from cartesia_core.stt.commands import TurnKeywords
from cartesia_core.stt.events import ManualEvent, TurnEvent
from cartesia_core.stt.handle import StreamState
from cartesia_core.stt.sources import AnyAudio

E_co = TypeVar("E_co", covariant=True)


class AsyncSttStream(Protocol[E_co]):
    """One stream of speech: send audio, iterate over what is understood. One task may do each at the same time.

    It has to be entered: its reader lives in the block.
    """

    @property
    def head(self) -> Head:
        """Status and header fields of the answer to the latest upgrade. Known once entered."""
        ...

    @property
    def sent_nbytes(self) -> int:
        """Bytes of audio given to the stream so far."""
        ...

    @property
    def accepted_nbytes(self) -> int:
        """How many of them, from the beginning, what came of final transcripts is known to cover."""
        ...

    @property
    def state(self) -> StreamState:
        """Where it stands."""
        ...

    @property
    def connections(self) -> int:
        """How many sockets were opened for it so far."""
        ...

    async def send(self, audio: bytes | bytearray | memoryview, /) -> None:
        """Send samples, mono and without a header; about 100 milliseconds at a time, no faster than they are spoken.

        Returns when the network has taken them, so what is in flight is bounded. With `reconnect` it also returns while
        the socket is being replaced: the audio is kept until then, in bounded memory.

        Raises:
            InvalidArgument: It is no bytes.
            LocalProtocolError: The stream was finished or closed. Nothing was sent.
            TranscriptionInterrupted: The socket died; says how much audio was accepted.
        """
        ...

    async def stream(self, source: AnyAudio, /, *, realtime: bool = True) -> None:
        """Send all that a source gives, by default at the pace at which it was spoken. Does not finish the stream.

        An `AudioSource`, such as a file or a microphone, is read in a thread, for it may block. Cancelled, a piece that
        was being read is lost; anything else is iterated over here.

        Raises:
            InvalidArgument: It is an `AudioSource` of another format.
            CartesiaError: What `send` raises.
        """
        ...

    async def finish(self) -> None:
        """Announce that no audio follows; the rest is still transcribed. May be called again."""
        ...

    async def aclose(self) -> None:
        """End the socket without waiting for the rest. Takes at most a second. May be called again."""
        ...

    def __aiter__(self) -> AsyncIterator[E_co]:
        """Iterate over the events."""
        ...

    async def __anext__(self) -> E_co:
        """Wait for the next event; ends when all is told after `finish`.

        Raises:
            ApiError: The server reported an error. Below status 500 the iteration may be continued.
            TranscriptionInterrupted: The socket ended too early; says how much audio was accepted.
            StallTimeout: The server owed something and fell silent.
            RemoteProtocolError: The server broke the protocol.
            ReconnectStopped: The socket was lost, and no other could be opened.
        """
        ...

    async def __aenter__(self) -> Self:
        """Open the socket. Raises `ApiError` if the server refuses it, `ConnectFailed` if it is out of reach."""
        ...

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None, /
    ) -> None:
        """Close the socket; no task is left."""
        ...


class AsyncSttSocket(AsyncSttStream[ManualEvent], Protocol):
    """`/stt/websocket`: the program says when to finalize."""

    async def finalize(self) -> None:
        """Have everything sent so far transcribed now; a `FlushDone` event tells that it was. Go on reading after it.

        Raises:
            LocalProtocolError: The stream was finished or closed.
            TranscriptionInterrupted: The socket died.
        """
        ...


class AsyncTurnsSocket(AsyncSttStream[TurnEvent], Protocol):
    """`/stt/turns/websocket`: the server finds out when somebody begins and ends to speak."""

    async def configure(self, **settings: Unpack[TurnKeywords]) -> None:
        """Change when turns begin and end, from here on. Those not named stay.

        Raises:
            InvalidArgument: A number is outside of its limits, the thresholds are in the wrong order, or none is given.
            LocalProtocolError: The stream was finished or closed.
            TranscriptionInterrupted: The socket died.
        """
        ...
