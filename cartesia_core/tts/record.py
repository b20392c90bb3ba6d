"""What the dialogue knows of a single context: its text and audio so far, and when it counts as stalled."""

from __future__ import annotations

from attrs import define, field, frozen

from cartesia_core._fast import dumps
from cartesia_core.errors import (
    ApiError,
    CartesiaError,
    ContextInterrupted,
    FirstAudioTimeout,
    RemoteProtocolError,
    StallTimeout,
    TotalTimeout,
)
from cartesia_core.parameters import above_zero
from cartesia_core.tts.context import ContextState
from cartesia_core.ws.events import Closed, ClosedBy


@frozen(kw_only=True)
class TtsLimits:
    """How long to wait for the server.

    The first two run only while the server owes something: after `Finish`, or between a `Flush` and its `FlushDone`.

    Attributes:
        first_audio_seconds: From then to the first audio.
        stall_seconds: From one message of the context to the next.
        idle_seconds: Without text from here or messages from there, before a context that was never finished is
            given up. The server does so a second after its last audio, without saying so.
        total_seconds: From the first text to the end of the context, whatever comes in between; None for no limit.
    """

    first_audio_seconds: float = field(default=20.0, validator=above_zero)
    stall_seconds: float = field(default=15.0, validator=above_zero)
    idle_seconds: float = field(default=60.0, validator=above_zero)
    total_seconds: float | None = field(default=None, validator=above_zero)


@define
class ContextRecord:
    """What is known of one context while it lives."""

    id: str
    start: bytes
    """The JSON of the fields that all messages repeat, without the closing brace."""
    state: ContextState = ContextState.OPEN
    held: str = ""
    """Blank text that waits for something to speak: alone it would be an error, dropped it would glue words."""
    characters: int = 0
    audio_nbytes: int = 0
    chunks: int = 0
    flushes: int = 0
    flushed: int = 0
    heard: float = 0.0
    began: float | None = None
    """When its first text was sent."""

    def message(self, text: str, rest: bytes) -> str:
        """Give the message that adds text; `rest` is the JSON behind it, closing brace included."""
        wire = b"".join((self.start, b',"transcript":', dumps(text), rest)).decode()
        self.characters += len(text)
        return wire

    def deadline(self, limits: TtsLimits) -> float | None:
        """Tell when it is given up; None if the server does not know it yet."""
        if self.began is None:
            return None
        patience = self._patience(limits)
        return (
            self.heard + patience
            if limits.total_seconds is None
            else min(self.heard + patience, self.began + limits.total_seconds)
        )

    def _patience(self, limits: TtsLimits) -> float:
        if not self.is_owed():
            return limits.idle_seconds
        return limits.stall_seconds if self.chunks else limits.first_audio_seconds

    def is_too_old(self, limits: TtsLimits, now: float) -> bool:
        """Whether its total deadline has passed."""
        return self.began is not None and limits.total_seconds is not None and now >= self.began + limits.total_seconds

    def is_owed(self) -> bool:
        """Whether the server owes audio, a `FlushDone` or the end."""
        return self.state is ContextState.FINISHING or self.flushed < self.flushes


def loss(context: ContextRecord, closed: Closed) -> CartesiaError:
    """Make the error for a context whose socket is gone."""
    if isinstance(closed.cause, RemoteProtocolError | ApiError):
        return closed.cause
    because = f": {closed.cause.message}" if closed.cause is not None else ""
    who = {ClosedBy.CLIENT: "was closed here", ClosedBy.SERVER: "was closed by the server"}.get(closed.by, "died")
    text = f' with "{closed.reason}"' if closed.reason else ""
    return ContextInterrupted(
        f"the socket {who}{text} in the middle of a context{because}; "
        f"{context.audio_nbytes} bytes of audio had come for {context.characters} characters of text",
        audio_nbytes=context.audio_nbytes,
        characters_sent=context.characters,
        close_code=closed.code,
        close_reason=closed.reason,
        may_have_been_billed=context.characters > 0,
    )


def overdue(context: ContextRecord, limits: TtsLimits, now: float) -> CartesiaError:
    """Make the error for a context whose deadline has passed."""
    if context.is_too_old(limits, now):
        return TotalTimeout(
            f"the context was not done within {limits.total_seconds} s; {context.audio_nbytes} bytes of audio had come"
        )
    if not context.is_owed():
        return StallTimeout(f"no text and no audio for {limits.idle_seconds} s; was finish() forgotten?")
    if context.chunks:
        return StallTimeout(f"nothing came for the context for {limits.stall_seconds} s after its audio had begun")
    return FirstAudioTimeout(f"no audio came for the context in {limits.first_audio_seconds} s")
