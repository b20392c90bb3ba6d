"""Sending text as it comes while its audio is received, for every event loop."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Awaitable, Callable, Iterable
from functools import partial
from types import TracebackType
from typing import Final, Protocol, TypeAlias

from typing_extensions import Self

from cartesia_core.async_context import AsyncContext
from cartesia_core.async_runtime import AsyncRuntime, Soon
from cartesia_core.errors import CartesiaError, ContextCancelled
from cartesia_core.tts.context import ContextState
from cartesia_core.tts.handle import ContextEvent

AnyText: TypeAlias = str | Iterable[str] | AsyncIterable[str]


class Job(Protocol):
    """A task of the socket's own."""

    def cancel(self) -> None:
        """Have it end soon."""
        ...

    async def join(self) -> None:
        """Wait for its end."""
        ...


Spawn: TypeAlias = Callable[[Callable[[], Awaitable[None]], Callable[[], None]], Job]
"""Starts a task; calls the second function when it is over, even if it never began."""


class TextSender:
    """Pushes pieces of text into a context.

    Args:
        context: Where to.
        text: The pieces. Taking the next of an async iterable may take its time; of an iterable it must not block.
        runtime: The event loop.

    Attributes:
        begun: The context is open, or there was nothing to speak.
        sent: Nothing more will be sent.
        error: What the text itself has raised.
    """

    def __init__(self, context: AsyncContext, text: AnyText, runtime: AsyncRuntime) -> None:
        self._context: Final = context
        self._text: Final = text
        self.begun: Final = runtime.event()
        self.sent: Final = runtime.event()
        self.error: Exception | None = None

    async def run(self) -> None:
        """Push everything, then finish the context; an error of the text cancels it."""
        try:
            await self._send_pieces()
            await self._context.finish()
        except Exception as error:
            self.error = error
            await self._context.cancel()

    def over(self) -> None:
        """Let nobody wait for what will not be sent."""
        self.begun.set()
        self.sent.set()

    async def _send_pieces(self) -> None:
        if isinstance(self._text, str):
            await self._push(self._text)
        elif isinstance(self._text, AsyncIterable):
            await self._send_awaited(self._text)
        else:
            for piece in self._text:
                await self._push(piece)

    async def _send_awaited(self, pieces: AsyncIterable[str]) -> None:
        try:
            async for piece in pieces:
                await self._push(piece)
        finally:
            if isinstance(pieces, AsyncGenerator):  # else it would be left in mid-run, for the collector to complain of
                await pieces.aclose()

    async def _push(self, piece: str) -> None:
        await self._context.push(piece)
        if piece.strip():
            self.begun.set()


class AsyncSpeech:
    """Text being spoken: enter it, then iterate, or iterate at once.

    The text is taken and sent in a task of the socket's own, from the first wait for an event on. Leaving early cancels
    the context: at the end of a block, or when nobody holds this any more.

    Args:
        context: Where to.
        text: The pieces.
        runtime: The event loop.
        spawn: Starts the sending task.
    """

    _soon: Soon | None = None

    def __init__(self, context: AsyncContext, text: AnyText, runtime: AsyncRuntime, spawn: Spawn) -> None:
        self._context: Final = context
        self._sender: Final = TextSender(context, text, runtime)
        self._runtime: Final = runtime
        self._spawn: Final = spawn
        self._job: Job | None = None

    async def __aenter__(self) -> Self:
        """Give the speech itself."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None, /
    ) -> None:
        """Cancel it unless it has ended."""
        await self.stop()

    async def stop(self) -> None:
        """Send nothing more, and cancel the context unless it has ended. May be called again."""
        self._soon = None
        _let_go(self._job, self._context)
        if self._job is not None:
            await self._job.join()

    def __aiter__(self) -> AsyncIterator[ContextEvent]:
        """Give the events while the text is sent."""
        return self

    async def __anext__(self) -> ContextEvent:
        """Wait for the next event. Raises what a context raises, and the text's own errors."""
        if self._job is None:
            self._soon = self._runtime.soon()
            self._job = self._spawn(self._sender.run, self._sender.over)
        await self._sender.begun.wait()
        try:
            return await self._context.__anext__()
        except StopAsyncIteration:
            if self._context.state is ContextState.EXPIRED:  # too early for some text, unless the pieces end here
                await self._sender.sent.wait()
            await self.stop()
            if self._sender.error is not None:
                raise self._sender.error from None
            raise
        except CartesiaError as error:
            await self.stop()
            if isinstance(error, ContextCancelled) and self._sender.error is not None:
                raise self._sender.error from None
            raise

    def __del__(self) -> None:
        """Have the loop cancel it, when a loop over it was left early. Nothing is done here: this may be any thread."""
        if self._soon is not None:
            self._soon(partial(_let_go, self._job, self._context))


def _let_go(job: Job | None, context: AsyncContext) -> None:
    if job is not None:
        job.cancel()
    context.leave()
