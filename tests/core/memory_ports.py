"""The ports of the facade without a network: answers come from a list, requests are kept."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from types import TracebackType
from typing import Final, Generic, TypeVar

from typing_extensions import Self, Unpack

from cartesia_core.http import Call, Head, Raw, Request, Response, StreamRequest
from cartesia_core.ports import SyncMessages, SyncPorts, SyncSpeech, SyncStream, SyncTtsContext, SyncTtsSocket
from cartesia_core.stt.ports import SyncSttSocket, SyncTurnsSocket
from cartesia_core.stt.socket import ManualSocketRequest, TurnsSocketRequest
from cartesia_core.tts.commands import ContextKeywords
from cartesia_core.tts.pool import PoolStatistics
from cartesia_core.tts.socket import TtsSocketRequest
from cartesia_core.ws.dialogue import Message
from cartesia_core.ws.opening import SocketRequest

T = TypeVar("T")
E = TypeVar("E")


class NowhereError(Exception):
    """Nobody listens in memory."""


class MemoryStream(Generic[E]):
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

    def __enter__(self) -> Self:
        self._response = self._sender.answer(self._request)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None, /
    ) -> None:
        self._response = None

    def __iter__(self) -> Iterator[E]:
        assert self._response is not None
        decoder = self._request.decoder(self._response)
        yield from decoder.feed(self._response.content)
        yield from decoder.finish()


class MemorySender:
    """Sends nowhere: answers in order from a list."""

    def __init__(self, *answers: Response) -> None:
        self._answers: Final = deque(answers)
        self.sent: Final[list[Call]] = []

    def answer(self, call: Call) -> Response:
        """Keep a call, and give the next answer."""
        self.sent.append(call)
        return self._answers.popleft()

    def send(self, request: Request[T], /) -> T:
        """Decode the next answer."""
        return self.send_raw(request).value

    def send_raw(self, request: Request[T], /) -> Raw[T]:
        """Decode the next answer, and give it too."""
        response = self.answer(request)
        return Raw(request.decode(response), response)

    def stream(self, request: StreamRequest[E], /) -> SyncStream[E]:
        """Describe reading the next answer."""
        return MemoryStream(request, self)


class MemorySocket:
    """A socket that only knows how it was asked for."""

    def __init__(self, request: TtsSocketRequest) -> None:
        self.request: Final = request

    @property
    def head(self) -> Head:
        """Of an upgrade."""
        return Head(101)

    def warm(self, count: int = 1, /) -> None:
        """There is nothing to open."""

    def statistics(self) -> PoolStatistics:
        """There is nothing to count."""
        raise AssertionError("nothing is counted in memory")

    def context(self, **options: Unpack[ContextKeywords]) -> SyncTtsContext:
        """There are none."""
        raise AssertionError("there are no contexts in memory")

    def speak(self, text: str | Iterable[str], /, **options: Unpack[ContextKeywords]) -> SyncSpeech:
        """There is nothing to hear."""
        raise AssertionError("nobody speaks in memory")

    def close(self) -> None:
        """Nothing to end."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None, /
    ) -> None:
        self.close()


class MemoryMessages:
    """A socket of bare messages that gives back what was sent."""

    def __init__(self) -> None:
        self._sent: Final[list[Message]] = []

    @property
    def head(self) -> Head:
        """Of an upgrade."""
        return Head(101)

    def send(self, message: Message, /) -> None:
        """Keep it."""
        self._sent.append(message)

    def __iter__(self) -> Iterator[Message]:
        return iter(self._sent)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None, /
    ) -> None:
        self._sent.clear()


class MemoryConnector:
    """Opens sockets to nowhere."""

    def __init__(self) -> None:
        self.asked: Final[list[SocketRequest]] = []

    def messages(self, request: SocketRequest, /) -> SyncMessages:
        """Keep what was asked for."""
        self.asked.append(request)
        return MemoryMessages()

    def tts_socket(self, request: TtsSocketRequest, /) -> SyncTtsSocket:
        """Keep what was asked for."""
        self.asked.append(request)
        return MemorySocket(request)

    def stt_socket(self, request: ManualSocketRequest, /) -> SyncSttSocket:
        """Keep what was asked for."""
        self.asked.append(request)
        raise NowhereError

    def turns_socket(self, request: TurnsSocketRequest, /) -> SyncTurnsSocket:
        """Keep what was asked for."""
        self.asked.append(request)
        raise NowhereError


def ports(*answers: Response) -> SyncPorts:
    """Pair a sender that has these answers with a connector."""
    return SyncPorts(MemorySender(*answers), MemoryConnector())
