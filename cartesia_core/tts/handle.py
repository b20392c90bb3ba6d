"""One context as its caller sees it: what to send for each call, and what each event means for the one who waits.

Pure, so that all flavours agree: they add a connection, and a way to wait.
"""

from __future__ import annotations

from typing import Final, TypeAlias

from cartesia_core.errors import CartesiaError, ContextCancelled, ContextClosed, LocalProtocolError
from cartesia_core.tts.commands import Cancel, ContextOptions, Finish, Flush, Push, TtsCommand
from cartesia_core.tts.context import ENDED, Cause, ContextState, move
from cartesia_core.tts.dialogue import (
    ConnectionFault,
    ContextDone,
    ContextFailed,
    ContextWasCancelled,
    TtsDialogue,
    TtsEvent,
)
from cartesia_core.tts.draft import Draft
from cartesia_core.tts.events import AudioChunk, FlushDone, PhonemeTimestamps, Unknown, WordTimestamps
from cartesia_core.ws.events import Closed, Opened, Rejected

ContextEvent: TypeAlias = AudioChunk | WordTimestamps | PhonemeTimestamps | FlushDone | Unknown
"""What iterating over a context gives. It ends after the server's `done`; errors raise."""


class ContextHandle:
    """The caller's side of one context.

    Args:
        context_id: Its id on the wire.
        options: What all its messages say.
        version: The API version of the sockets it may go out on.

    Raises:
        InvalidArgument: That version has no such option.

    Attributes:
        context_id: Its id on the wire.
        is_left: Nobody will ask for its events any more.
        audio_nbytes: Bytes of audio taken so far.
    """

    def __init__(self, context_id: str, options: ContextOptions, version: str) -> None:
        self.context_id: Final = context_id
        self._draft: Final = Draft(context_id, options, version)
        self._state: ContextState = ContextState.OPEN
        self._dialogue: TtsDialogue | None = None
        self._failure: CartesiaError | None = None
        self.is_left: bool = False
        self.audio_nbytes: int = 0

    @property
    def is_begun(self) -> bool:
        """Whether it was opened on a connection."""
        return self._dialogue is not None

    @property
    def is_settled(self) -> bool:
        """Whether its end is known to the caller: nothing of it waits to be taken."""
        return self._state in ENDED

    @property
    def state(self) -> ContextState:
        """Where it stands."""
        if self._state in ENDED or self._dialogue is None:
            return self._state
        return self._dialogue.state(self.context_id) or ContextState.DONE  # so long ago that nobody remembers

    def push(self, text: str) -> tuple[TtsCommand, ...]:
        """Give the commands that add text; none while there is nothing to speak yet.

        Before the context is begun they open it; say `begun` when they are queued.

        Raises:
            ContextClosed: It was finished or cancelled before it was begun.
            InvalidArgument: The text cannot be sent as JSON; seen here before the context is begun.
        """
        if self.is_begun:
            return (Push(self.context_id, text),)
        move(self._state, Cause.TEXT, self.context_id)
        return self._draft.add(text)

    def begun(self, dialogue: TtsDialogue) -> None:
        """Take notice of the conversation in which it was opened."""
        self._dialogue = dialogue

    def flush(self) -> tuple[TtsCommand, ...]:
        """Give the command that has everything pushed so far spoken now.

        Raises:
            LocalProtocolError: There is no text yet.
        """
        if not self.is_begun:
            raise self._draft.refuse("flush")
        return (Flush(self.context_id),)

    def finish(self) -> tuple[TtsCommand, ...]:
        """Give the command that announces that no text follows; none if that is settled already."""
        if self.is_begun:
            return () if self.state in ENDED else (Finish(self.context_id),)
        if self._state is ContextState.OPEN:
            self._state = ContextState.DONE
        return ()

    def cancel(self) -> tuple[TtsCommand, ...]:
        """Give the command that stops the context; none if it is over or was never begun."""
        if self.is_begun:
            return () if self.state in ENDED else (Cancel(self.context_id),)
        if self._state is ContextState.OPEN:
            self._state = ContextState.CANCELLED
        return ()

    def leave(self) -> None:
        """Take notice that nobody will ask for its events any more; `cancel` it before."""
        self.is_left = True

    def lost(self) -> CartesiaError | None:
        """Give the error of a context whose socket has died; None if it has not."""
        return self._dialogue.loss(self.context_id) if self._dialogue is not None else None

    def is_over(self) -> bool:
        """Tell whether there is nothing more to wait for; to be asked before waiting.

        Raises:
            CartesiaError: What ended the context, again and again.
            ContextCancelled: It was cancelled here, or left.
            LocalProtocolError: Nothing has been pushed yet, so nothing will come.
        """
        if self._failure is not None:
            raise self._failure
        if self._dialogue is not None and not self.is_left and self._dialogue.is_open(self.context_id):
            return False  # nearly always, so it is asked first
        if self._state in (ContextState.DONE, ContextState.EXPIRED):
            return True
        if self.state is ContextState.CANCELLED:  # asked of the dialogue: who leaves a context drops the event of it
            raise self._cancelled()
        if self.is_left:  # its events were dropped
            raise ContextCancelled("the context was left, so nothing more is told of it", context_id=self.context_id)
        if not self.is_begun:
            raise self._draft.refuse("wait for")
        return False

    def take(self, event: TtsEvent | Opened | Rejected | Closed) -> ContextEvent | None:
        """Read an event of this context; None means that it is done.

        Raises:
            CartesiaError: What ended the context.
        """
        if isinstance(event, AudioChunk):
            self.audio_nbytes += len(event.audio)
            return event
        if isinstance(event, ContextDone):
            self._state = ContextState.EXPIRED if event.expired else ContextState.DONE
            return None
        if isinstance(event, ContextFailed):
            raise self._fail(event.error)
        if isinstance(event, ContextWasCancelled):
            raise self._cancelled()
        if isinstance(event, Closed):
            raise self._fail(ContextClosed("the context is over and its events were taken", context_id=self.context_id))
        if isinstance(event, (Opened, Rejected, ConnectionFault)):
            raise LocalProtocolError(f"{type(event).__name__} concerns no context", context_id=self.context_id)
        return event

    def _fail(self, error: CartesiaError) -> CartesiaError:
        """Take notice of what ended the context, and give it back to be raised."""
        self._state = ContextState.FAILED
        self._failure = error
        return error

    def _cancelled(self) -> CartesiaError:
        self._state = ContextState.CANCELLED
        self._failure = ContextCancelled("the context was cancelled here", context_id=self.context_id)
        return self._failure
