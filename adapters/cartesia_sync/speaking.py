"""Sending text as it comes while its audio is received."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from threading import Event, Thread
from types import TracebackType
from typing import Final

from typing_extensions import Self

from cartesia_core.errors import ContextCancelled
from cartesia_core.ports import SyncTtsContext
from cartesia_core.tts.context import ContextState
from cartesia_core.tts.handle import ContextEvent


class _Sender:
    """Pushes pieces of text from a thread of its own.

    Args:
        context: Where to.
        pieces: The text; taking the next piece may block.
    """

    def __init__(self, context: SyncTtsContext, pieces: Iterable[str]) -> None:
        self._context: Final = context
        self._pieces: Final = pieces
        self._has_begun: Final = Event()
        self._is_wanted: bool = True
        self.error: BaseException | None = None
        # A daemon: an LLM that never yields again must not keep the process alive.
        self._thread: Final = Thread(target=self._run, name="cartesia-speak", daemon=True)

    def start(self) -> None:
        """Start, and wait until the context is open or there was nothing to speak."""
        self._thread.start()
        self._has_begun.wait()

    def stop(self) -> None:
        """Take no further piece. One that is being waited for is dropped when it comes."""
        self._is_wanted = False

    def rest(self) -> None:
        """Wait until the pieces are all taken, or one of them could not be sent any more."""
        self._thread.join()

    def _run(self) -> None:
        try:
            for piece in self._pieces:
                if not self._is_wanted:
                    return
                self._context.push(piece)
                if piece.strip():
                    self._has_begun.set()
            self._context.finish()
        except BaseException as error:
            self.error = error
            self._context.cancel()
        finally:
            self._has_begun.set()


class Speech:
    """Text being spoken: iterate over its events. The text is sent from the first of them on.

    Leaving early cancels the context: at the end of a `with` block, by `close`, or when nobody holds this any more.

    Args:
        context: Where to.
        pieces: The text; taking the next piece may block.
    """

    def __init__(self, context: SyncTtsContext, pieces: Iterable[str]) -> None:
        self._events: Final = _speaking(context, pieces)

    def __iter__(self) -> Iterator[ContextEvent]:
        """Give the events while the text is sent."""
        return self

    def __next__(self) -> ContextEvent:
        """Wait for the next event. Raises what a context raises, and the text's own errors."""
        return next(self._events)

    def close(self) -> None:
        """Cancel it unless it has ended. May be called again."""
        self._events.close()

    def __enter__(self) -> Self:
        """Give the speech itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None, /
    ) -> None:
        """Cancel it unless it has ended."""
        self.close()


def _speaking(context: SyncTtsContext, pieces: Iterable[str]) -> Generator[ContextEvent]:
    """Push the pieces from a thread of their own and give the context's events at the same time."""
    sender = _Sender(context, pieces)
    with context:
        try:
            sender.start()
            yield from _events(context, sender)
        finally:
            sender.stop()


def _events(context: SyncTtsContext, sender: _Sender) -> Iterator[ContextEvent]:
    try:
        yield from context
    except ContextCancelled:
        if sender.error is None:
            raise
    if context.state is ContextState.EXPIRED:  # too early for some text, unless the pieces end here
        sender.rest()
    if sender.error is not None:
        raise sender.error
