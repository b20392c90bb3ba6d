"""One context of the TTS socket: a task of its own, with its buffer and its voice."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from contextlib import ExitStack
from enum import Enum
from typing import TYPE_CHECKING, Final

import trio
from attrs import frozen

from cartesia_local.app import App, as_refused
from cartesia_local.tasks import ClientGone
from cartesia_local.tts.buffering import FlushDone, Job, Speak, TextBuffer
from cartesia_local.tts.messages import Json, flush_done_message, output_message
from cartesia_local.tts.narrator import Audio, Narrator, Output

if TYPE_CHECKING:
    from cartesia_local.refusal import Refused
    from cartesia_local.tts.generation import Generation

Send = Callable[[Json], Awaitable[None]]


class End(Enum):
    """How a context ended."""

    FINISHED = "finished"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    FAILED = "failed"


@frozen
class Ended:
    """How a context ended, and with which error where it failed."""

    end: End
    error: Refused | None = None


class Context:
    """Speaks the texts of one context in order.

    Args:
        app: The server.
        context_id: The client's name for it.
        generation: What its first message asks for.
        buffer: When its texts are to be spoken.
        shows_flush_ids: Whether its messages carry the id of their span.
        send: Takes its messages; while it waits, so does the engine.

    Raises:
        Refused: 429, too many contexts are active.
    """

    def __init__(
        self,
        app: App,
        context_id: str,
        generation: Generation,
        buffer: TextBuffer,
        *,
        shows_flush_ids: bool,
        send: Send,
    ) -> None:
        self.context_id: Final = context_id
        self.generation: Generation = generation
        self.is_finishing: bool = False
        """Whether its last input has come."""
        self._expiry: Final = app.config.context_expiry_seconds
        self._shows_flush_ids: Final = shows_flush_ids
        self._send: Final = send
        self._buffer: Final = buffer
        self._narrator: Final = Narrator(app.engine, generation.format, self._emit, pace=app.config.pace)
        self._jobs: Final[deque[tuple[Job, Generation]]] = deque()
        self._wake = trio.Event()
        self._scope: Final = trio.CancelScope()
        self._ended = Ended(End.FINISHED)
        self._flush_id = 0
        self._last_audio = trio.current_time()
        self._slot: Final = ExitStack()
        self._slot.enter_context(app.limits.context())

    def push(self, text: str, generation: Generation) -> None:
        """Take text, spoken as this generation says; what waits still is spoken as its own said."""
        if generation != self.generation:
            self._enqueue(self._buffer.release())
            self.generation = generation
        self._enqueue(self._buffer.push(text, trio.current_time()))

    def flush(self) -> None:
        """End a span."""
        self._enqueue(self._buffer.flush())

    def finish(self) -> None:
        """Take no more text."""
        self.is_finishing = True
        self._enqueue(self._buffer.finish())

    def cancel(self) -> None:
        """Stop at once, the running generation too."""
        self._stop(Ended(End.CANCELLED))

    def fail(self, error: Refused) -> None:
        """Stop at once with an error."""
        self._stop(Ended(End.FAILED, error))

    async def run(self) -> Ended:
        """Work until the context ends, and tell how. Raises nothing but `ClientGone` and cancellation."""
        with self._slot, self._scope:
            try:
                await self._work()
            except ClientGone:
                raise
            except Exception as error:
                self._ended = Ended(End.FAILED, as_refused(error))
        return self._ended

    async def _work(self) -> None:
        while (item := await self._next_job()) is not None:
            job, generation = item
            if isinstance(job, Speak):
                self._flush_id = job.flush_id
                await self._narrator.speak(job.text, generation)
            elif isinstance(job, FlushDone):
                await self._narrator.end_span()
                await self._send(flush_done_message(self.context_id, job.flush_id))
            else:
                await self._narrator.finish()
                return
        self._ended = Ended(End.EXPIRED)

    async def _next_job(self) -> tuple[Job, Generation] | None:
        """Wait for something to do; None when the context expires first."""
        while not self._jobs:
            self._wake = trio.Event()
            with trio.move_on_at(self._deadline()):
                await self._wake.wait()
            now = trio.current_time()
            self._enqueue(self._buffer.handle_timeout(now))
            if not self._jobs and self._is_expired(now):
                return None
        return self._jobs.popleft()

    def _deadline(self) -> float:
        if (deadline := self._buffer.next_deadline()) is not None:
            return deadline
        return math.inf if self._expiry is None else self._last_audio + self._expiry

    def _is_expired(self, now: float) -> bool:
        return self._expiry is not None and not self._buffer.pending and now >= self._last_audio + self._expiry

    def _enqueue(self, jobs: Sequence[Job]) -> None:
        self._jobs.extend((job, self.generation) for job in jobs)
        if jobs:
            self._wake.set()

    def _stop(self, ended: Ended) -> None:
        self._ended = ended
        self._scope.cancel()

    async def _emit(self, output: Output) -> None:
        flush_id = self._flush_id if self._shows_flush_ids else None
        await self._send(output_message(output, self.context_id, flush_id))
        if isinstance(output, Audio):
            self._last_audio = trio.current_time()
