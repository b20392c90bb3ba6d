"""The conversation on the TTS socket: many contexts, interleaved, told apart by their ids.

Source: socket catalogue, `tts.websocket`; protocol notes, section 9; what happens after errors is not documented there.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from typing import Final

from cartesia_core._fast import dumps
from cartesia_core.errors import (
    ApiError,
    CartesiaError,
    ConsumerTooSlow,
    DecodeError,
    LocalProtocolError,
    RemoteProtocolError,
)
from cartesia_core.tts.commands import Cancel, Finish, Flush, OpenContext, Push, TtsCommand
from cartesia_core.tts.context import Cause, ContextState, move
from cartesia_core.tts.context_events import (
    ConnectionFault,
    ContextDone,
    ContextFailed,
    ContextWasCancelled,
    TtsEvent,
)
from cartesia_core.tts.events import (
    AudioChunk,
    Done,
    FlushDone,
    PhonemeTimestamps,
    ServerMessage,
    Unknown,
    WordTimestamps,
    read_message,
)
from cartesia_core.tts.record import ContextRecord, TtsLimits, loss, overdue
from cartesia_core.versions import NEWEST
from cartesia_core.ws.deadlines import sooner
from cartesia_core.ws.dialogue import Message
from cartesia_core.ws.events import Closed

__all__ = [
    "ConnectionFault",
    "ContextDone",
    "ContextFailed",
    "ContextWasCancelled",
    "TtsDialogue",
    "TtsEvent",
    "TtsLimits",
]

_REMEMBERED: Final = 256


class TtsDialogue:
    """One conversation on the TTS socket: many contexts, interleaved.

    Works on messages, not frames: let `Session` carry it over bytes, or drive it over a WebSocket of your own.

    Args:
        version: The API version that the socket was opened with.
        limits: How long to wait for the server.

    Attributes:
        late_frames: Frames that came for contexts already ended here; they are dropped.
        late_nbytes: Bytes of audio in them.
        stray_frames: Frames for contexts never opened here; they are dropped, but errors come as `ConnectionFault`.
        done_contexts: Contexts that the server has spoken to their end.
        active_at: When a message last went out or came in, on the caller's clock; None before the first.
    """

    def __init__(self, *, version: str = NEWEST, limits: TtsLimits | None = None) -> None:
        self.version: Final = version
        self.limits: Final = limits or TtsLimits()
        self.late_frames: int = 0
        self.late_nbytes: int = 0
        self.stray_frames: int = 0
        self.done_contexts: int = 0
        self.active_at: float | None = None
        self._live: Final[dict[str, ContextRecord]] = {}
        self._ended: Final[dict[str, ContextState]] = {}
        self._losses: Final[dict[str, CartesiaError]] = {}
        self._socket_errors: list[CartesiaError] = []
        self._replies: list[Message] = []

    def state(self, context_id: str) -> ContextState | None:
        """Where a context stands; None for one never opened here, or ended long ago."""
        context = self._live.get(context_id)
        return context.state if context is not None else self._ended.get(context_id)

    def loss(self, context_id: str) -> CartesiaError | None:
        """Give the error of a context that the end of the socket has ended; None for any other."""
        return self._losses.get(context_id)

    def is_open(self, context_id: str) -> bool:
        """Whether a context was opened here and has not ended."""
        return context_id in self._live

    @property
    def open_contexts(self) -> int:
        """How many contexts have not ended."""
        return len(self._live)

    # --- towards the server

    def send(self, command: TtsCommand, /, *, now: float) -> tuple[Sequence[Message], Sequence[TtsEvent]]:
        """Give the messages that carry out a command, and the events that follow at once.

        Raises:
            ContextClosed: The context takes no such command any more. Nothing has changed.
            LocalProtocolError: The context was never opened here, or opened twice.
            InvalidArgument: The socket's API version has no such option.
        """
        messages, events = self._carry_out(command, now)
        if messages:
            self.active_at = now
        return messages, events

    def _carry_out(self, command: TtsCommand, now: float) -> tuple[Sequence[Message], Sequence[TtsEvent]]:
        if isinstance(command, OpenContext):
            self._open(command)
            return (), ()
        if isinstance(command, Cancel):
            return self._cancel(command.context_id)
        context = self._find(command)
        if isinstance(command, Push):
            return self._push(context, command.text, now), ()
        if isinstance(command, Flush):
            return self._flush(context, now), ()
        return self._finish(context, now)

    def _open(self, command: OpenContext) -> None:
        if command.context_id in self._live or command.context_id in self._ended:
            raise LocalProtocolError("this context id is taken; choose a new one", context_id=command.context_id)
        fields = dumps(command.options.wire(command.context_id, self.version))
        self._live[command.context_id] = ContextRecord(command.context_id, fields[:-1])

    def _find(self, command: Push | Flush | Finish) -> ContextRecord:
        context = self._live.get(command.context_id)
        if context is not None:
            return context
        state = self._ended.get(command.context_id)
        if state is None:
            raise LocalProtocolError("no such context was opened on this socket", context_id=command.context_id)
        move(state, _CAUSES[type(command)], command.context_id)
        return ContextRecord(command.context_id, b"", state)  # finishing what the server gave up: nothing to do

    def _push(self, context: ContextRecord, text: str, now: float) -> Sequence[Message]:
        state = move(context.state, Cause.TEXT, context.id)
        text = context.held + text
        is_blank = not text.strip()
        messages = () if is_blank else (context.message(text, b',"continue":true}'),)
        context.state, context.heard, context.held = state, now, text if is_blank else ""
        if context.began is None and messages:
            context.began = now
        return messages

    def _flush(self, context: ContextRecord, now: float) -> Sequence[Message]:
        move(context.state, Cause.FLUSH, context.id)
        if not context.characters:
            raise LocalProtocolError("there is no text to flush yet", context_id=context.id)
        context.flushes += 1
        context.heard = now
        return (context.message("", b',"continue":true,"flush":true}'),)

    def _finish(self, context: ContextRecord, now: float) -> tuple[Sequence[Message], Sequence[TtsEvent]]:
        before = context.state
        context.state = move(before, Cause.FINISH, context.id)
        if context.state is before:
            return (), ()
        if not context.characters:  # nothing to speak was ever sent: the server does not know the context
            context.state = ContextState.DONE
            return (), (self._end(context),)
        held, context.held = context.held, ""
        context.heard = now
        return (context.message(held, b',"continue":false}'),), ()

    def _cancel(self, context_id: str) -> tuple[Sequence[Message], Sequence[TtsEvent]]:
        context = self._live.get(context_id)
        if context is None:
            if context_id not in self._ended:
                raise LocalProtocolError("no such context was opened on this socket", context_id=context_id)
            return (), ()
        context.state = move(context.state, Cause.CANCEL, context_id)
        self._retire(context)
        messages = (_cancel_message(context_id),) if context.characters else ()
        return messages, (ContextWasCancelled(context_id),)

    # --- from the server

    def receive(self, message: Message, /, *, now: float) -> Sequence[TtsEvent]:
        """Give the events that follow from a message of the server.

        Raises:
            RemoteProtocolError: It is binary, no JSON object, or broken without naming a context open here.
        """
        self.active_at = now
        if isinstance(message, bytes):
            raise RemoteProtocolError("the server sent a binary message on the TTS socket, which has none")
        try:
            read = read_message(message, version=self.version)
        except DecodeError as error:
            return self._unreadable(error)
        context_id = read.context_id
        context = self._live.get(context_id) if context_id is not None else None
        if context is None:
            return self._without_context(read)
        context.heard = now
        if isinstance(read, AudioChunk):
            context.audio_nbytes += len(read.audio)
            context.chunks += 1
            return (read,)
        return self._for_context(context, read)

    def _for_context(
        self, context: ContextRecord, read: WordTimestamps | PhonemeTimestamps | FlushDone | Done | Unknown | ApiError
    ) -> Sequence[TtsEvent]:
        if isinstance(read, Done):
            self.done_contexts += 1
            context.state = move(context.state, Cause.SERVER_DONE, context.id)
            return (self._end(context),)
        if isinstance(read, ApiError):
            return (self._fail(context, read),)
        if isinstance(read, FlushDone):
            context.flushed = min(context.flushed + 1, context.flushes)  # those that come unasked answer nothing
        return (read,)

    def _without_context(self, read: ServerMessage) -> Sequence[TtsEvent]:
        if read.context_id is None and isinstance(read, ApiError):  # it concerns the connection
            # Nobody may go on waiting.
            failed = [self._fail(context, read) for context in list(self._live.values())]
            self._socket_errors = [event.error for event in failed] or [read]
            return failed or (ConnectionFault(read),)
        if read.context_id is None and isinstance(read, Unknown):
            return (read,)
        self._count(read.context_id)
        self.late_nbytes += len(read.audio) if isinstance(read, AudioChunk) and read.context_id in self._ended else 0
        return (ConnectionFault(read),) if isinstance(read, ApiError) and read.context_id not in self._ended else ()

    def _count(self, context_id: str | None) -> None:
        if context_id in self._ended:
            self.late_frames += 1
        else:
            self.stray_frames += 1

    def _unreadable(self, error: DecodeError) -> Sequence[TtsEvent]:
        if error.context_id is None:
            raise error
        context = self._live.get(error.context_id)
        if context is None:
            self._count(error.context_id)
            return ()
        if context.characters:
            self._replies.append(_cancel_message(context.id))
        return (self._fail(context, error),)

    def replies(self) -> Sequence[Message]:
        """Give the messages to send because of what was received, and forget them."""
        if not self._replies:
            return ()
        replies, self._replies = self._replies, []
        return replies

    def lost(self, closed: Closed, /) -> Sequence[TtsEvent]:
        """Tell every open context that the socket is gone, with what it got until then.

        An error that the server sent for the socket before it closed it gets to know the close code, too.
        """
        for error in self._socket_errors:
            error.close_code, error.close_reason = closed.code, closed.reason
        events = [self._fail(context, loss(context, closed)) for context in list(self._live.values())]
        self._losses.update((event.context_id, event.error) for event in events)
        return events

    # --- time

    def next_deadline(self) -> float | None:
        """Tell when the first context counts as stalled; None if the server owes nothing."""
        soonest: float | None = None
        for context in self._live.values():
            soonest = sooner(soonest, context.deadline(self.limits))
        return soonest

    def handle_timeout(self, now: float, /) -> Sequence[TtsEvent]:
        """Fail the contexts that have stalled, and cancel them at the server."""
        events: list[TtsEvent] = []
        for context in list(self._live.values()):
            deadline = context.deadline(self.limits)
            if deadline is not None and now >= deadline:
                self._replies.append(_cancel_message(context.id))
                events.append(self._fail(context, overdue(context, self.limits, now)))
        return events

    def resumed(self, now: float, /) -> None:
        """Take notice that messages are read again after a pause: the server's silence counts from now."""
        for context in self._live.values():
            context.heard = now

    def has_others(self, context_id: str, /) -> bool:
        """Whether a context besides this one is open that the server knows."""
        return any(context.characters for context in self._live.values() if context.id != context_id)

    def overrun(self, context_id: str, /) -> Sequence[TtsEvent]:
        """Fail a context that nobody takes the audio of while others wait, and cancel it at the server."""
        error = ConsumerTooSlow("nobody took the audio of this context while others on its socket waited behind it")
        context = self._live.get(context_id)
        if context is not None:
            self._replies.append(_cancel_message(context_id))
            return (self._fail(context, error),)
        error.context_id = context_id
        return (ContextFailed(context_id, error),)

    def is_idle(self) -> bool:
        """Whether no context that the server knows is open."""
        return not any(context.characters for context in self._live.values())

    # --- endings

    def _end(self, context: ContextRecord) -> ContextDone:
        self._retire(context)
        return ContextDone(
            context.id, context.audio_nbytes, context.chunks, expired=context.state is ContextState.EXPIRED
        )

    def _fail(self, context: ContextRecord, error: CartesiaError) -> ContextFailed:
        context.state = move(context.state, Cause.FAULT, context.id)
        self._retire(context)
        own = copy(error)
        own.context_id = context.id
        own.may_have_been_billed = own.may_have_been_billed or context.chunks > 0
        return ContextFailed(context.id, own)

    def _retire(self, context: ContextRecord) -> None:
        del self._live[context.id]
        self._ended[context.id] = context.state
        if len(self._ended) > _REMEMBERED:
            del self._ended[next(iter(self._ended))]


_CAUSES: Final = {Push: Cause.TEXT, Flush: Cause.FLUSH, Finish: Cause.FINISH}


def _cancel_message(context_id: str) -> str:
    return dumps({"context_id": context_id, "cancel": True}).decode()
