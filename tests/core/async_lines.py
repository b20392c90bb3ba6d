"""A TTS socket on a loop that is driven by hand; its connections have no wire."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final

from attrs import define
from typing_extensions import override

from cartesia_core.async_context import AsyncContext
from cartesia_core.async_pool import AsyncSocketPool
from cartesia_core.audio import RawFormat
from cartesia_core.errors import LocalProtocolError
from cartesia_core.http import Head
from cartesia_core.tts.commands import TtsCommand
from cartesia_core.tts.dialogue import TtsDialogue, TtsEvent
from cartesia_core.tts.pool import PoolLimits
from cartesia_core.tts.socket import TtsSocketRequest
from cartesia_core.unset import UNSET, Unset
from cartesia_core.versions import NEWEST
from cartesia_core.ws.events import NEED_DATA, Closed, Opened, Rejected
from cartesia_core.ws.notices import Observer, SocketNotice
from cartesia_core.ws.session import Session
from tests.core.by_hand import Loop, Until
from tests.core.tts.talk import said
from tests.core.ws.peer import Peer, frame


class Line:
    """A connection of a TTS socket without a wire: the test says what arrives, and how it ends.

    Attributes:
        unread: Bytes that have arrived and that `refresh` would bring in.
        is_stuck: The peer takes nothing.
        is_slow: Reading takes its time.
        end: How it was ended from here.
    """

    def __init__(self, loop: Loop, dialogue: TtsDialogue, name: str, head: Head | None) -> None:
        self.session: Final[Session[TtsCommand, TtsEvent]] = Session(dialogue, now=loop.now)
        self.dialogue: Final = dialogue
        self.head: Final = head
        self.watch: Callable[[], None] | None = None
        self.name: Final = name
        self.unread: list[bytes] = []
        self.is_stuck: bool = False
        self.is_slow: bool = False
        self.end: str = ""
        self.forgotten: Final[list[str]] = []
        self._loop: Final = loop
        self._peer: Final = Peer(self.session, upgraded=True)

    def post(self, *commands: TtsCommand) -> None:
        """Queue commands."""
        try:
            for command in commands:
                self.session.send(command, now=self._loop.now)
        finally:
            self._tell()

    async def send(self, *commands: TtsCommand) -> None:
        """Queue commands and wait until they are taken."""
        self.post(*commands)
        await self.drain()

    async def drain(self) -> None:
        """Wait until the peer takes."""
        await Until(lambda: not self.is_stuck)

    async def receive(self, only: str | None = None) -> TtsEvent | Opened | Rejected | Closed:
        """Wait for an event."""
        while (event := self.session.next_event(only)) is NEED_DATA:
            await Until(lambda: self.session.has_event(only))
        return event

    async def refresh(self) -> None:
        """Read what is unread."""
        await Until(lambda: not self.is_slow)
        for data in self.unread:
            self.session.receive_data(data, now=self._loop.now)
        self._tell()

    def forget(self, context_id: str) -> None:
        """Drop what waits for a context."""
        self.forgotten.append(context_id)
        self.session.forget(context_id)

    async def aclose(self) -> None:
        """End politely."""
        self.end = "closed"
        self.session.close(now=self._loop.now)
        self._tell()

    async def cut(self) -> None:
        """End at once."""
        self.end = "cut"
        self.session.abort()
        self._tell()

    def _tell(self) -> None:
        if self.watch is not None:
            self.watch()

    # --- the other side

    def hear(self, *messages: str) -> None:
        """Have messages arrive and be read, and let who waits for them run."""
        for message in messages:
            self.session.receive_data(frame(1, message.encode()), now=self._loop.now)
        self._tell()
        self._loop.settle()

    def said(self) -> list[tuple[object, object]]:
        """Give the contexts and texts of the messages that went out so far; None for a message without a text."""
        messages = [said(message) for message in self._peer.texts()]
        return [(message["context_id"], message.get("transcript")) for message in messages]

    def die(self) -> None:
        """Break."""
        self.session.abort()
        self._tell()
        self._loop.settle()


@define(eq=False)
class Attempt:
    """A connection that is being opened, until the test says what comes of it."""

    outcome: Line | Exception | None = None


class HandJob:
    """A task on the loop.

    Args:
        loop: Where it runs.
        work: What it does.
        on_end: Called when it is over.
    """

    def __init__(self, loop: Loop, work: Callable[[], Awaitable[None]], on_end: Callable[[], None]) -> None:
        async def whole() -> None:
            try:
                await work()
            finally:
                on_end()

        self._task: Final = loop.start(whole())

    def cancel(self) -> None:
        """Cancel it where it waits."""
        if not self._task.is_done:
            self._task.cancel()

    async def join(self) -> None:
        """Wait for its end."""
        await Until(lambda: self._task.is_done)


class Socket(AsyncSocketPool[Line]):
    """A TTS socket on the loop.

    Args:
        limits: How many connections, how full, how old.
        observe: Is told what becomes of the connections; `told` is by default, nobody for None.
    """

    def __init__(
        self,
        limits: PoolLimits | None = None,
        *,
        observe: Observer | None | Unset = UNSET,
    ) -> None:
        self.loop: Final = Loop()
        self.attempts: Final[list[Attempt]] = []
        self.lines: Final[list[Line]] = []
        self.told: Final[list[SocketNotice]] = []
        self.closing: Final[list[str]] = []
        self.started: Final[list[str]] = []
        self.is_closed: bool = False
        self._held: Final[list[AsyncContext]] = []
        observer = self.told.append if isinstance(observe, Unset) else observe
        super().__init__(self.connect, TtsSocketRequest(pool=limits or PoolLimits()), NEWEST, self.loop, observer)

    async def connect(self) -> tuple[Line, TtsDialogue]:
        """Wait for what the test says."""
        attempt = Attempt()
        self.attempts.append(attempt)
        await Until(lambda: attempt.outcome is not None)
        if not isinstance(attempt.outcome, Line):
            assert attempt.outcome is not None
            raise attempt.outcome
        return attempt.outcome, attempt.outcome.dialogue

    def succeed(self, *, head: Head | None = None) -> Line:
        """Let the latest attempt succeed."""
        line = Line(self.loop, TtsDialogue(), f"s{len(self.lines) + 1}", head)
        self.lines.append(line)
        self.attempts[-1].outcome = line
        self.loop.settle()
        return line

    def fail(self, error: Exception) -> None:
        """Let the latest attempt fail."""
        self.attempts[-1].outcome = error
        self.loop.settle()

    def opened(self) -> Line:
        """Open a connection, from the asking to the end."""
        task = self.loop.start(self.warm(len(self.lines) + 1))
        line = self.succeed()
        assert task.is_done
        return line

    def new_context(self) -> AsyncContext:
        """Make a context, and hold it; the first one is `c1`."""
        context = self.unheld_context()
        self._held.append(context)
        return context

    def unheld_context(self) -> AsyncContext:
        """Make a context that ends when the test drops it."""
        return self.context(model_id="sonic-3", voice="v", output_format=RawFormat("pcm_s16le", 16000))

    def end(self) -> list[Line]:
        """Close it, as far as it is the pool's affair."""
        self.is_closed = True
        lines = self._emptied()
        self.loop.settle()
        return lines

    @override
    def _check_open(self) -> None:
        if self.is_closed:
            raise LocalProtocolError("this socket was closed here; open another one")

    @override
    def _start(self, connection: Line) -> None:
        self.started.append(connection.name)

    @override
    def _spawn(self, work: Callable[[], Awaitable[None]], on_end: Callable[[], None], /) -> HandJob:
        return HandJob(self.loop, work, on_end)

    @override
    def _close_soon(self, connection: Line) -> None:
        self.closing.append(connection.name)
