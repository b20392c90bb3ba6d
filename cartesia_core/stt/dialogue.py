"""What the conversations on both speech-to-text sockets have in common: audio out, events in, one stream, one end.

Source: socket catalogue, `stt.manual_finalize` and `stt.auto_finalize`; protocol notes, section 10.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Sequence
from typing import Final, Generic, TypeVar

from attrs import field, frozen

from cartesia_core.errors import (
    ApiError,
    CartesiaError,
    LocalProtocolError,
    RemoteProtocolError,
    ServerError,
    StallTimeout,
    TranscriptionInterrupted,
)
from cartesia_core.parameters import above_zero
from cartesia_core.stt.commands import Configure, FinishAudio, SendAudio, SttCommand
from cartesia_core.stt.events import StreamDone, StreamEvent, StreamFailed, StreamFault
from cartesia_core.stt.samples import SttFormat
from cartesia_core.stt.timeline import Timeline
from cartesia_core.versions import NEWEST
from cartesia_core.ws.deadlines import sooner
from cartesia_core.ws.dialogue import Message
from cartesia_core.ws.events import Closed, ClosedBy

E = TypeVar("E")


@frozen(kw_only=True)
class SilenceKeepalive:
    """Silent audio while the caller sends none, so that the server does not give the stream up, or ends a turn.

    It costs what other audio costs.

    Attributes:
        after_seconds: Seconds without audio before the first silence.
        piece_seconds: How much silence at a time.
        every_seconds: From one piece to the next; None for `after_seconds`. With `piece_seconds` it is real time, which
            lets a turn end as if the microphone were on.
    """

    after_seconds: float = field(default=10.0, validator=above_zero)
    piece_seconds: float = field(default=0.1, validator=above_zero)
    every_seconds: float | None = field(default=None, validator=above_zero)

    @property
    def repeat_seconds(self) -> float:
        """From one piece to the next."""
        return self.every_seconds if self.every_seconds is not None else self.after_seconds


@frozen(kw_only=True)
class SttLimits:
    """How long to wait, and whether to send silence.

    Attributes:
        answer_seconds: Silence of the server, counted from its latest message, when it owes something: the rest after
            `finish`, `flush_done` after `finalize`. None for no limit.
        silence: Whether silence is sent while the caller sends nothing; None for no.
    """

    answer_seconds: float | None = field(default=30.0, validator=above_zero)
    silence: SilenceKeepalive | None = None


class SttDialogue(ABC, Generic[E]):
    """One stream of audio and what is understood of it. Works on messages, not frames; `Session` carries it over bytes.

    Args:
        format: The samples that will be sent.
        version: The API version that the socket was opened with.
        limits: How long to wait for the server.
        now: When the socket was opened, in seconds on the caller's clock.

    Attributes:
        failure: What ended the stream, if something did.
        closed: How the socket ended, if it has.
    """

    def __init__(
        self,
        format: SttFormat,  # noqa: A002 -- the users' word
        *,
        version: str = NEWEST,
        limits: SttLimits | None = None,
        now: float = 0.0,
    ) -> None:
        self.format: Final = format
        self.version: Final = version
        self.limits: Final = limits or SttLimits()
        self.failure: CartesiaError | None = None
        self.closed: Closed | None = None
        self._timeline: Final = Timeline()
        self._accepted: int = 0
        self._is_finishing: bool = False
        self._is_over: bool = False
        self._owed: Final[deque[int]] = deque()
        self._fault: ApiError | None = None
        self._spoke: float = now
        self._heard: float = now
        self._silences_sent: int = 0
        self._replies: list[Message] = []

    @property
    def sent_nbytes(self) -> int:
        """Bytes of the caller's audio sent on this socket."""
        return self._timeline.said

    @property
    def accepted_nbytes(self) -> int:
        """How many of them, from the beginning, what came of final transcripts is known to cover."""
        return self._accepted

    @property
    def owed_positions(self) -> tuple[int, ...]:
        """After how many bytes of the caller's audio the server was told to finalize and has not answered yet."""
        return tuple(self._owed)

    @property
    def is_over(self) -> bool:
        """Whether the stream has ended, well or not."""
        return self._is_over

    def begin(self, now: float, /) -> None:
        """Take notice that the socket is open by now: silence, ours and the server's, counts from here."""
        self._spoke = self._heard = now

    # --- what the two sockets differ in

    @abstractmethod
    def _say(self, command: SttCommand) -> Message:
        """Give the message for a command other than audio. Raises `LocalProtocolError` if this socket has none such."""

    @abstractmethod
    def _read(self, message: str) -> E | StreamDone | ApiError:
        """Read a message of the server. Raises `DecodeError`."""

    @abstractmethod
    def _understand(self, event: E) -> None:
        """See what an event tells about the audio."""

    @abstractmethod
    def _is_end(self, closed: Closed) -> bool:
        """Whether the server's close ends the stream as it should, after `finish`."""

    # --- towards the server

    def send(self, command: SttCommand, /, *, now: float) -> tuple[Sequence[Message], Sequence[E | StreamEvent]]:
        """Give the messages that carry out a command; no events follow at once.

        Raises:
            LocalProtocolError: The stream was finished or is over, or this socket has no such command.
        """
        if self._is_over or self._is_finishing:
            raise LocalProtocolError("the stream was finished or is over, so nothing was sent")
        if isinstance(command, SendAudio):
            return self._send_audio(command.data, now), ()
        message = self._say(command)
        if isinstance(command, FinishAudio):
            self._is_finishing = True
        elif not isinstance(command, Configure):
            self._owed.append(self._timeline.said)
        self._asked(now)
        return (message,), ()

    def _send_audio(self, data: bytes, now: float) -> Sequence[Message]:
        if not data:
            return ()
        self._timeline.add_audio(len(data))
        self._spoke = now
        self._silences_sent = 0
        return (data,)

    def _asked(self, now: float) -> None:
        """Count the server's silence from now, unless something was owed before."""
        if len(self._owed) + self._is_finishing <= 1:
            self._heard = max(self._heard, now)

    # --- from the server

    def receive(self, message: Message, /, *, now: float) -> Sequence[E | StreamEvent]:
        """Give the events that follow from a message of the server.

        Raises:
            RemoteProtocolError: It is binary, no JSON object, or broken.
        """
        self._heard = now
        if isinstance(message, bytes):
            raise RemoteProtocolError("the server sent a binary message on a speech-to-text socket, which has none")
        if self._is_over:
            return ()
        read = self._read(message)
        if isinstance(read, ApiError):
            return (self._on_error(read),)
        if isinstance(read, StreamDone):
            self._is_over = True
            self._accepted = self._timeline.said
            return (read,)
        self._fault = None  # it was a notice only
        self._understand(read)
        return (read,)

    def _on_error(self, error: ApiError) -> StreamFault | StreamFailed:
        """From 500 up it is the end; below it may be a notice only (protocol notes, section 10)."""
        if isinstance(error, ServerError):
            return self._fail(error)
        self._fault = error
        return StreamFault(error)

    def _accept(self, said: int) -> None:
        """Take notice that the caller's audio is transcribed up to there."""
        self._accepted = max(self._accepted, min(said, self._timeline.said))

    def _accept_seconds(self, seconds: float) -> None:
        """Take notice that the audio is transcribed up to a time of the server's."""
        self._accept(self._timeline.said_by(self.format.nbytes(max(0.0, seconds))))

    def replies(self) -> Sequence[Message]:
        """Give the silence to send, and forget it."""
        replies, self._replies = self._replies, []
        return replies

    def lost(self, closed: Closed, /) -> Sequence[E | StreamEvent]:
        """Tell how the stream ends with its socket: well, if everything was told by then."""
        self.closed = closed
        if self._is_over:
            return ()
        if self._is_finishing and self._fault is None and self._is_end(closed):
            self._is_over = True
            self._accepted = self._timeline.said
            return (StreamDone(),)
        return (self._fail(self._why(closed)),)

    def _why(self, closed: Closed) -> CartesiaError:
        error = closed.cause if isinstance(closed.cause, RemoteProtocolError) else self._fault
        if error is not None:
            error.close_code, error.close_reason = closed.code, closed.reason
            return error
        because = f": {closed.cause.message}" if closed.cause is not None else ""
        who = {ClosedBy.CLIENT: "was closed here", ClosedBy.SERVER: "was closed by the server"}.get(closed.by, "died")
        said = f' with "{closed.reason}"' if closed.reason else ""
        return TranscriptionInterrupted(
            f"the socket {who}{said} before all speech was transcribed{because}; "
            f"of {self.sent_nbytes} bytes of audio sent on it, {self.accepted_nbytes} are known to be transcribed",
            sent_nbytes=self.sent_nbytes,
            accepted_nbytes=self.accepted_nbytes,
            close_code=closed.code,
            close_reason=closed.reason,
            may_have_been_billed=self.sent_nbytes > 0,
        )

    def _fail(self, error: CartesiaError) -> StreamFailed:
        self._is_over = True
        self.failure = error
        return StreamFailed(error)

    # --- time

    def next_deadline(self) -> float | None:
        """Tell when silence is due, or when the server has been silent for too long."""
        return sooner(self._silence_time(), self._answer_time())

    def handle_timeout(self, now: float, /) -> Sequence[E | StreamEvent]:
        """Send silence, or give the server up."""
        silence, due, answer = self.limits.silence, self._silence_time(), self._answer_time()
        if silence is not None and due is not None and now >= due:
            self._send_silence(silence, now)
        if answer is None or now < answer:
            return ()
        return (
            self._fail(
                StallTimeout(f"the server told nothing for {self.limits.answer_seconds} s, but owes {self._owes()}")
            ),
        )

    def _owes(self) -> str:
        return "the rest of the transcript" if self._is_finishing else "the end of a `finalize`"

    def _silence_time(self) -> float | None:
        silence = self.limits.silence
        if silence is None or self._is_finishing or self._is_over:
            return None
        return self._spoke + silence.after_seconds + self._silences_sent * silence.repeat_seconds

    def _send_silence(self, silence: SilenceKeepalive, now: float) -> None:
        """Send one piece; those that were missed, because nobody was there to send them, are left out."""
        data = self.format.silence(silence.piece_seconds)
        self._timeline.add_silence(len(data))
        self._replies.append(data)
        missed = int((now - self._spoke - silence.after_seconds) / silence.repeat_seconds)
        self._silences_sent = max(missed, self._silences_sent) + 1

    def _answer_time(self) -> float | None:
        patience = self.limits.answer_seconds
        if patience is None or self._is_over or not (self._is_finishing or self._owed):
            return None
        return self._heard + patience

    def resumed(self, now: float, /) -> None:
        """Take notice that messages are read again after a pause: the server's silence counts from now."""
        self._heard = now

    def has_others(self, context_id: str, /) -> bool:  # noqa: ARG002
        """Tell that there is one stream only."""
        return False

    def overrun(self, context_id: str, /) -> Sequence[E | StreamEvent]:  # noqa: ARG002
        """Give nothing: the one stream holds up nobody."""
        return ()

    def is_idle(self) -> bool:
        """Whether the stream is over, so that losing the socket loses no work."""
        return self._is_over
