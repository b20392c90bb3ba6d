"""One stream of speech as its caller sees it: what to send for each call, and what each event means.

Pure, so that all flavours agree: they add connections, and a way to wait.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import copy
from enum import Enum
from typing import Final, Generic, TypeVar

from attrs import evolve

from cartesia_core.errors import (
    CartesiaError,
    InvalidArgument,
    LocalProtocolError,
    ServerError,
    TranscriptionInterrupted,
)
from cartesia_core.stt.commands import Configure, Finalize, FinishAudio, SendAudio, SttCommand, TurnSettings
from cartesia_core.stt.dialogue import SttDialogue
from cartesia_core.stt.events import Reconnected, StreamDone, StreamEvent, StreamFailed, StreamFault, Transcript
from cartesia_core.stt.socket import SttSocketRequest
from cartesia_core.stt.tape import AudioTape
from cartesia_core.stt.watch import SocketWatch
from cartesia_core.ws.events import Closed, Opened, Rejected
from cartesia_core.ws.notices import RetiredFor, SocketNotice
from cartesia_core.ws.reconnect import Reconnects

E = TypeVar("E")
LARGEST_MESSAGE_NBYTES: Final = 8192
"""Longer audio goes out in several messages, so that a ping need not wait for all of it."""


class Step(Enum):
    """What an event means for the one who waits, where it is not for the caller."""

    END = "end"
    """All is told."""
    REPLACE = "replace"
    """The socket is lost; open another one."""


class StreamState(Enum):
    """Where a stream stands."""

    OPEN = "open"
    FINISHING = "finishing"
    DONE = "done"
    FAILED = "failed"
    CLOSED = "closed"
    """The block was left, or `close` called, before the end."""


class SttHandle(Generic[E]):
    """The caller's side of one stream.

    Args:
        request: What was opened.

    Attributes:
        state: Where it stands.
    """

    def __init__(self, request: SttSocketRequest[E]) -> None:
        self.request: Final = request
        self.state: StreamState = StreamState.OPEN
        self._watch: Final = SocketWatch()
        reconnect = request.reconnect
        self._reconnects: Final = Reconnects(reconnect.policy) if reconnect is not None else None
        self._tape: Final = AudioTape(
            reconnect.max_replay_nbytes if reconnect is not None else 0, request.format.bytes_per_sample
        )
        self._dialogue: SttDialogue[E] | None = None
        self._base: int = 0
        """Where the audio of the present socket begins."""
        self._opened_at: float = 0.0
        self._settings: TurnSettings = request.settings
        self._owed: list[int] = []
        """Positions of what is to be finalized on the next socket."""
        self._missed: Final[list[int]] = []
        """The same, while the end of the present one is not told yet."""
        self._failure: CartesiaError | None = None
        self._loss: CartesiaError | None = None

    @property
    def sent_nbytes(self) -> int:
        """Bytes of audio given to the stream so far."""
        return self._tape.end

    @property
    def accepted_nbytes(self) -> int:
        """How many of them, from the beginning, what came of final transcripts is known to cover."""
        self._note_accepted()
        return self._tape.accepted

    @property
    def connections(self) -> int:
        """How many sockets were opened for it so far."""
        return self._watch.opened_sockets

    @property
    def needs_socket(self) -> bool:
        """Whether it has none: before it is opened, and between a lost one and the next."""
        return self._dialogue is None

    # --- what the caller says

    def audio(self, data: bytes | bytearray | memoryview) -> tuple[SttCommand, ...]:
        """Give the commands that send audio; none while the socket is being replaced: it is kept until then.

        Raises:
            InvalidArgument: It is no bytes.
            LocalProtocolError: The stream was finished or closed. Nothing was sent.
            CartesiaError: What ended the stream.
        """
        whole = data if type(data) is bytes else _copied(data)
        self._check_open("audio")
        if self._reconnects is not None:  # what is transcribed need not be kept
            self._note_accepted()
        if whole:
            self._tape.add(whole)
        if self._dialogue is None or not whole:
            return ()
        return (SendAudio(whole),) if len(whole) <= LARGEST_MESSAGE_NBYTES else tuple(map(SendAudio, _pieces(whole)))

    def finalize(self) -> tuple[SttCommand, ...]:
        """Give the command that has everything sent so far transcribed now.

        Raises:
            LocalProtocolError: The stream was finished or closed.
            CartesiaError: What ended the stream.
        """
        self._check_open("finalize")
        if self.needs_socket:
            self._owed.append(self._tape.end)
            return ()
        return (Finalize(),)

    def configure(self, settings: TurnSettings) -> tuple[SttCommand, ...]:
        """Give the command that changes the settings of turns.

        Raises:
            InvalidArgument: None is given, or the thresholds would be in the wrong order.
            LocalProtocolError: The stream was finished or closed.
            CartesiaError: What ended the stream.
        """
        if not settings.given():
            raise InvalidArgument("configure needs at least one setting")
        changed = self._settings.changed_by(settings)
        self._check_open("configure")
        self._settings = changed
        return () if self.needs_socket else (Configure(settings),)

    def finish(self) -> tuple[SttCommand, ...]:
        """Give the command that announces that no audio follows; none if that is settled already.

        Raises:
            CartesiaError: What ended the stream.
            LocalProtocolError: It was closed.
        """
        if self.state in (StreamState.FINISHING, StreamState.DONE):
            return ()
        self._check_open("finish")
        self.state = StreamState.FINISHING
        return () if self.needs_socket else (FinishAudio(),)

    def close(self, *, now: float) -> None:
        """Take notice that the stream is left."""
        if self.state in (StreamState.OPEN, StreamState.FINISHING):
            self.state = StreamState.CLOSED
        self._note_end(RetiredFor.END, now)

    def _check_open(self, what: str) -> None:
        if self._failure is not None:
            raise self._failure
        if self.state is not StreamState.OPEN:
            raise LocalProtocolError(f"{what} is too late: the stream is {self.state.value}; nothing was sent")

    # --- sockets

    def opening(self, *, now: float) -> None:
        """Take notice that a socket is about to be opened."""
        self._watch.opening(self._failures, now=now)

    def opened(self, dialogue: SttDialogue[E], *, now: float, request_id: str | None = None) -> tuple[SttCommand, ...]:
        """Take notice of a socket; give the commands that bring it to where the last one was."""
        dialogue.begin(now)
        self._dialogue = dialogue
        self._opened_at = now
        self._watch.opened(request_id, now=now)
        if self.connections == 1:
            return ()
        self._base = self._tape.start
        self._tape.restart()
        commands: list[SttCommand] = []
        if self._settings != self.request.settings:
            commands.append(Configure(self._settings))
        commands.extend(self._replay())
        if self.state is StreamState.FINISHING:
            commands.append(FinishAudio())
        self._owed.clear()
        return tuple(commands)

    def _replay(self) -> Iterator[SttCommand]:
        """Give the audio that is kept, with what is to be finalized at its places."""
        position, owed = self._base, list(self._owed)
        for kept in self._tape.rest():
            for piece in _pieces(kept):
                yield SendAudio(piece)
                position += len(piece)
            while owed and owed[0] <= position:
                owed.pop(0)
                yield Finalize()
        yield from (Finalize() for _ in owed)

    def reconnected(self) -> Reconnected:
        """Describe what will be replayed; to be asked before `opened`."""
        error = self._loss if self._loss is not None else TranscriptionInterrupted("the socket was lost")
        return Reconnected(
            error=error,
            replayed_nbytes=self._tape.end - self._tape.start,
            dropped_nbytes=self._tape.dropped_nbytes,
        )

    def pause_seconds(self, now: float) -> float:
        """Tell how long to wait before the next socket is opened.

        Raises:
            CartesiaError: None will be opened: refused for good, or too many failures in a row. The stream has failed.
        """
        if self._reconnects is None:
            return 0.0
        try:
            seconds = self._reconnects.pause_seconds(now)
        except CartesiaError as error:
            raise self._fail(error) from self._loss
        if seconds:
            self._watch.pause(seconds, self._failures)
        return seconds

    def not_opened(self, error: CartesiaError, *, now: float, jitter: float) -> None:
        """Take notice that a socket could not be opened; asking for the pause tells whether to go on."""
        if self._reconnects is not None:
            self._reconnects.failed(error, now=now, jitter=jitter)
        self._watch.not_opened(error, self._failures or 1)

    @property
    def _failures(self) -> int:
        return self._reconnects.failures if self._reconnects is not None else 0

    def _note_end(self, reason: RetiredFor, now: float) -> None:
        """Tell the observer how the present socket ends, if it was not told yet."""
        dialogue = self._dialogue
        closed = dialogue.closed if dialogue is not None and dialogue.failure is not None else None
        if closed is not None:
            self._watch.lost(closed, now=now)
        else:
            self._watch.retired(reason, now=now)

    @property
    def has_notices(self) -> bool:
        """Whether there is something to tell to whoever observes."""
        return self._watch.has_notices

    def notices(self) -> list[SocketNotice]:
        """Give what is to be told to whoever observes, and forget it."""
        return self._watch.notices()

    def refused(self, error: LocalProtocolError, *commands: SttCommand) -> None:
        """Say what it means that a socket took commands no more: the next one gets them, if it is replaced.

        Raises:
            CartesiaError: What ended the stream; or the error itself, if the stream goes on.
        """
        if self._dialogue is None:
            return
        failure = self._dialogue.failure
        if failure is None:
            if self.state is StreamState.FINISHING:  # the server was done before it was told to be
                return
            raise error
        if not self._is_replaceable(failure):
            raise self._settled(failure) from None
        # Audio is on the tape by now, and settings and the end are known.
        self._missed.extend(self._tape.end for command in commands if isinstance(command, Finalize))

    # --- what comes

    def check(self) -> bool:
        """Tell whether there is more to wait for; to be asked before waiting.

        Raises:
            CartesiaError: What ended the stream, again and again.
            LocalProtocolError: It was closed here.
        """
        if self._failure is not None:
            raise self._failure
        if self.state is StreamState.CLOSED:
            raise LocalProtocolError("the stream was closed here, so nothing more is told of it")
        return self.state is not StreamState.DONE

    def take(self, event: E | StreamEvent | Opened | Rejected | Closed, *, now: float, jitter: float) -> E | Step:
        """Read an event of the socket.

        Args:
            event: What came.
            now: Seconds on the caller's clock.
            jitter: A random number, 0 to 1.

        Raises:
            ApiError: The server reports an error. Below 500 the iteration may be continued.
            CartesiaError: What ended the stream.
        """
        if isinstance(event, StreamFault):
            raise event.error
        if isinstance(event, StreamDone):
            self.state = StreamState.DONE
            self._note_end(RetiredFor.END, now)
            return Step.END
        if isinstance(event, StreamFailed):
            return self._on_failure(event.error, now, jitter)
        if isinstance(event, Closed):
            return self._on_closed()
        if isinstance(event, (Opened, Rejected)):
            raise LocalProtocolError(f"{type(event).__name__} is no event of a stream")
        return self._shifted(event)

    def _on_closed(self) -> Step:
        """The end of the socket comes to everyone who waits; only the first got the event that says why."""
        if self.state is StreamState.DONE:
            return Step.END
        if self._failure is not None:
            raise self._failure
        if self.state is StreamState.CLOSED:
            raise LocalProtocolError("the stream was closed here, so nothing more is told of it")
        return Step.REPLACE

    def _on_failure(self, error: CartesiaError, now: float, jitter: float) -> Step:
        self._note_end(RetiredFor.FAILURE, now)
        reconnects = self._reconnects
        if reconnects is None or self._dialogue is None or not self._is_replaceable(error):
            raise self._fail(self._settled(error))
        has_worked = self._dialogue.accepted_nbytes > 0
        loss = self._loss = self._settled(error)
        self._owed = [*(self._base + position for position in self._dialogue.owed_positions), *self._missed]
        self._missed.clear()
        self._dialogue = None
        if has_worked or now - self._opened_at >= reconnects.policy.short_life_seconds:
            reconnects.succeeded(opened_at=self._opened_at)
        else:
            reconnects.failed(loss, now=now, jitter=jitter)
        return Step.REPLACE

    def _is_replaceable(self, error: CartesiaError) -> bool:
        if self._reconnects is None or self.state not in (StreamState.OPEN, StreamState.FINISHING):
            return False
        return isinstance(error, (ServerError, TranscriptionInterrupted))

    def _fail(self, error: CartesiaError) -> CartesiaError:
        if self.state is not StreamState.CLOSED:
            self.state = StreamState.FAILED
        self._failure = error
        return error

    def _settled(self, error: CartesiaError) -> CartesiaError:
        """Give an error with the counts of the whole stream instead of those of one socket."""
        self._note_accepted()
        if not isinstance(error, TranscriptionInterrupted):
            return error
        own = copy(error)
        own.sent_nbytes, own.accepted_nbytes = self.sent_nbytes, self.accepted_nbytes
        return own

    def _note_accepted(self) -> None:
        if self._dialogue is not None and (accepted := self._dialogue.accepted_nbytes):
            self._tape.accept(self._base + accepted)

    def _shifted(self, event: E) -> E:
        """Have the words of a later socket count their times from the beginning of all audio."""
        if not (self._base and isinstance(event, Transcript) and event.words):
            return event
        seconds = self.request.format.seconds(self._base)
        words = tuple(evolve(word, start=word.start + seconds, end=word.end + seconds) for word in event.words)
        return evolve(event, words=words)


def _copied(data: bytes | bytearray | memoryview) -> bytes:
    try:
        return bytes(memoryview(data))
    except TypeError:
        raise InvalidArgument(f"audio is {type(data).__name__}, but must be bytes") from None


def _pieces(data: bytes) -> Iterator[bytes]:
    """Cut audio into messages. All encodings have samples of 1, 2 or 4 bytes, so none is cut in two."""
    for start in range(0, len(data), LARGEST_MESSAGE_NBYTES):
        yield data[start : start + LARGEST_MESSAGE_NBYTES]
