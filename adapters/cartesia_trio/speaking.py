"""Sending text as it comes while its audio is received, in trio."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Iterable
from types import TracebackType
from typing import Final

import trio
from typing_extensions import Self

from cartesia_core.async_ports import AsyncTtsContext
from cartesia_core.errors import CartesiaError, ContextCancelled
from cartesia_core.tts.context import ContextState
from cartesia_core.tts.handle import ContextEvent


class Speech:
    """Text being spoken: enter it, then iterate, or iterate at once.

    The text is taken and sent in a task of the socket's nursery, from the first wait for an event on.

    Args:
        context: Where to.
        text: The pieces. Taking the next of an async iterable may take its time; of an iterable it must not block.
        nursery: Where the sending task lives.
    """

    def __init__(
        self, context: AsyncTtsContext, text: str | Iterable[str] | AsyncIterable[str], nursery: trio.Nursery
    ) -> None:
        self._context: Final = context
        self._text: Final = text
        self._nursery: Final = nursery
        self._scope: Final = trio.CancelScope()
        self._begun: Final = trio.Event()
        self._sent: Final = trio.Event()
        self._is_started: bool = False
        self._error: BaseException | None = None

    async def __aenter__(self) -> Self:
        """Give the speech itself."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None, /
    ) -> None:
        """Cancel it unless it has ended."""
        await self.stop()

    async def stop(self) -> None:
        """Send nothing more, and cancel the context unless it has ended."""
        self._scope.cancel()
        await self._context.__aexit__(None, None, None)

    def __aiter__(self) -> AsyncIterator[ContextEvent]:
        """Give the events while the text is sent."""
        return self

    async def __anext__(self) -> ContextEvent:
        """Wait for the next event. Raises what a context raises, and the text's own errors."""
        if not self._is_started:
            self._is_started = True
            self._nursery.start_soon(self._send)
        await self._begun.wait()
        try:
            return await self._context.__anext__()
        except StopAsyncIteration:
            if self._context.state is ContextState.EXPIRED:  # too early for some text, unless the pieces end here
                await self._sent.wait()
            await self.stop()
            if self._error is not None:
                raise self._error from None
            raise
        except CartesiaError as error:
            await self.stop()
            if isinstance(error, ContextCancelled) and self._error is not None:
                raise self._error from None
            raise

    async def _send(self) -> None:
        with self._scope:
            try:
                await self._send_pieces()
                await self._context.finish()
            except Exception as error:
                self._error = error
                await self._context.cancel()
            finally:
                self._begun.set()
                self._sent.set()

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
            self._begun.set()
