"""The awaitable ports of the facade without a network or an event loop, and what drives them: one `send(None)`."""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Coroutine, Iterable
from types import TracebackType
from typing import Final, Generic, TypeVar

from typing_extensions import Self, Unpack

from cartesia_core.async_ports import (
    AsyncMessages,
    AsyncPorts,
    AsyncSpeech,
    AsyncStream,
    AsyncTtsContext,
    AsyncTtsSocket,
)
from cartesia_core.http import Head, Raw, Request, Response, StreamRequest
from cartesia_core.stt.async_ports import AsyncSttSocket, AsyncTurnsSocket
from cartesia_core.stt.socket import ManualSocketRequest, TurnsSocketRequest
from cartesia_core.tts.commands import ContextKeywords
from cartesia_core.tts.pool import PoolStatistics
from cartesia_core.tts.socket import TtsSocketRequest
from cartesia_core.ws.dialogue import Message
from cartesia_core.ws.opening import SocketRequest
from tests.core.memory_ports import MemorySender, NowhereError

T = TypeVar("T")
E = TypeVar("E")


def run(work: Coroutine[object, None, T]) -> T:
    """Run what never has to wait; waiting would be an error."""
    try:
        work.send(None)
    except StopIteration as end:
        value: T = end.value
        return value
    raise AssertionError("something waits, but there is no event loop")


async def collect(things: AsyncIterable[T]) -> list[T]:
    """Take everything."""
    return [thing async for thing in things]


class AsyncMemoryStream(Generic[E]):
    """An answer whose body is there already; it is sent when entered."""

    def __init__(self, request: StreamRequest[E], sender: MemorySender) -> None:
        self._request: Final = request
        self._sender: Final = sender
        self._response: Response | None = None

    @property
    def head(self) -> Head:
        """Known once entered."""
        assert self._response is not None
        return self._response

    @property
    def request_id(self) -> str | None:
        """Of the answer."""
        return self.head.request_id

    async def __aenter__(self) -> Self:
        self._response = self._sender.answer(self._request)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None, /
    ) -> None:
        self._response = None

    async def __aiter__(self) -> AsyncIterator[E]:
        assert self._response is not None
        decoder = self._request.decoder(self._response)
        for event in (*decoder.feed(self._response.content), *decoder.finish()):
            yield event


class AsyncMemorySender:
    """Sends nowhere: answers in order from a list, when awaited."""

    def __init__(self, *answers: Response) -> None:
        self._memory: Final = MemorySender(*answers)
        self.sent: Final = self._memory.sent

    async def send(self, request: Request[T], /) -> T:
        """Decode the next answer."""
        return self._memory.send(request)

    async def send_raw(self, request: Request[T], /) -> Raw[T]:
        """Decode the next answer, and give it too."""
        return self._memory.send_raw(request)

    def stream(self, request: StreamRequest[E], /) -> AsyncStream[E]:
        """Describe reading the next answer."""
        return AsyncMemoryStream(request, self._memory)


class AsyncMemorySocket:
    """A socket that only knows how it was asked for."""

    def __init__(self, request: TtsSocketRequest) -> None:
        self.request: Final = request

    @property
    def head(self) -> Head:
        """Of an upgrade."""
        return Head(101)

    async def warm(self, count: int = 1, /) -> None:
        """There is nothing to open."""

    def statistics(self) -> PoolStatistics:
        """There is nothing to count."""
        raise AssertionError("nothing is counted in memory")

    def context(self, **options: Unpack[ContextKeywords]) -> AsyncTtsContext:
        """There are none."""
        raise AssertionError("there are no contexts in memory")

    def speak(
        self, text: str | Iterable[str] | AsyncIterable[str], /, **options: Unpack[ContextKeywords]
    ) -> AsyncSpeech:
        """There is nothing to hear."""
        raise AssertionError("nobody speaks in memory")

    async def aclose(self) -> None:
        """Nothing to end."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None, /
    ) -> None:
        await self.aclose()


class AsyncMemoryMessages:
    """A socket of bare messages that gives back what was sent."""

    def __init__(self) -> None:
        self._sent: Final[list[Message]] = []

    @property
    def head(self) -> Head:
        """Of an upgrade."""
        return Head(101)

    async def send(self, message: Message, /) -> None:
        """Keep it."""
        self._sent.append(message)

    async def __aiter__(self) -> AsyncIterator[Message]:
        for message in self._sent:
            yield message

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None, /
    ) -> None:
        self._sent.clear()


class AsyncMemoryConnector:
    """Opens sockets to nowhere."""

    def __init__(self) -> None:
        self.asked: Final[list[SocketRequest]] = []

    def messages(self, request: SocketRequest, /) -> AsyncMessages:
        """Keep what was asked for."""
        self.asked.append(request)
        return AsyncMemoryMessages()

    def tts_socket(self, request: TtsSocketRequest, /) -> AsyncTtsSocket:
        """Keep what was asked for."""
        self.asked.append(request)
        return AsyncMemorySocket(request)

    def stt_socket(self, request: ManualSocketRequest, /) -> AsyncSttSocket:
        """Keep what was asked for."""
        self.asked.append(request)
        raise NowhereError

    def turns_socket(self, request: TurnsSocketRequest, /) -> AsyncTurnsSocket:
        """Keep what was asked for."""
        self.asked.append(request)
        raise NowhereError


def async_ports(*answers: Response) -> AsyncPorts:
    """Pair a sender that has these answers with a connector."""
    return AsyncPorts(AsyncMemorySender(*answers), AsyncMemoryConnector())
