"""A dialogue over bytes: handshake, frames, pings, close and deadlines, without I/O and without a clock.

The owner of a byte stream pumps: write what `data_to_send` gives, feed what arrives to `receive_data`, wake up at
`next_deadline`, and take events from `next_event`. Times are seconds on the owner's clock.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Generic, TypeVar

from attrs import field, frozen

from cartesia_core.errors import (
    CartesiaError,
    CloseTimeout,
    ConnectFailed,
    ConnectionLost,
    ConnectTimeout,
    LocalProtocolError,
    RemoteProtocolError,
)
from cartesia_core.failure import error_of
from cartesia_core.http import Response
from cartesia_core.parameters import above_zero
from cartesia_core.ws.deadlines import sooner
from cartesia_core.ws.dialogue import Dialogue
from cartesia_core.ws.events import NEED_DATA, Closed, ClosedBy, NeedData, Opened, Rejected, State, Supersedes
from cartesia_core.ws.inbox import Inbox
from cartesia_core.ws.masking import Frames
from cartesia_core.ws.outbox import Outbox
from cartesia_core.ws.wire import (
    DEFAULT_MAX_MESSAGE_NBYTES,
    Accepted,
    Ended,
    Handshake,
    Pinged,
    Refused,
    Wire,
)

C = TypeVar("C")
E = TypeVar("E")


@frozen(kw_only=True)
class SessionLimits:
    """How long and how large.

    Attributes:
        handshake_seconds: For the answer to the opening request.
        ping_after_seconds: Silence before a ping asks whether the peer is alive; None for never.
        pong_seconds: For anything to arrive after that ping.
        close_seconds: For the peer's answer to our close frame; then the socket is cut. The default leaves room to end
            within a second.
        max_waiting_nbytes: What may wait for one context before `is_full` asks to read no more from the wire.
        slow_consumer_seconds: How long such a context may hold up others before it fails; None for ever.
        max_message_nbytes: Largest message accepted.
    """

    handshake_seconds: float = field(default=5.0, validator=above_zero)
    ping_after_seconds: float | None = field(default=10.0, validator=above_zero)
    pong_seconds: float = field(default=5.0, validator=above_zero)
    close_seconds: float = field(default=0.9, validator=above_zero)
    max_message_nbytes: int = field(default=DEFAULT_MAX_MESSAGE_NBYTES, validator=above_zero)
    max_waiting_nbytes: int = field(default=8 * 1024 * 1024, validator=above_zero)
    slow_consumer_seconds: float | None = field(default=15.0, validator=above_zero)


class Session(Generic[C, E]):
    """One socket carrying one dialogue.

    Args:
        dialogue: Knows the messages.
        handshake: The request to open with; None if an HTTP client has done the upgrade already.
        limits: Deadlines and sizes.
        now: Seconds on the caller's clock.
        version: The API version asked for, kept in errors.
        frames: Makes the frames of messages, with random numbers of the caller's; None leaves that to wsproto.
    """

    def __init__(
        self,
        dialogue: Dialogue[C, E],
        *,
        handshake: Handshake | None = None,
        limits: SessionLimits | None = None,
        now: float = 0.0,
        version: str = "",
        frames: Frames | None = None,
    ) -> None:
        self.dialogue: Final = dialogue
        self.limits: Final = limits or SessionLimits()
        self._version: Final = version
        self._wire: Final = Wire(handshake, max_message_nbytes=self.limits.max_message_nbytes, frames=frames)
        self._inbox: Final[Inbox[E | Opened | Rejected | Closed]] = Inbox()
        self._out: Final = Outbox()
        if opening := self._wire.open():
            self._out.add(opening)
        self._now: float = now
        self._heard: float = now
        self._pinged: float | None = None
        self._full_since: float | None = None
        self._gives_up: float | None = now + self.limits.handshake_seconds if handshake else None
        self._state: State = State.CONNECTING if handshake else State.OPEN
        self._closed: Closed | None = None
        self._close_sent: tuple[int, str] | None = None

    @property
    def state(self) -> State:
        """Where the socket stands."""
        return self._state

    @property
    def closed(self) -> Closed | None:
        """How the socket ended; None while it has not."""
        return self._closed

    def is_idle(self) -> bool:
        """Whether nothing is in flight, so that losing the socket loses no work."""
        return self.dialogue.is_idle()

    # --- towards the server

    def send(self, command: C, /, *, now: float | None = None) -> None:
        """Queue what carries out a command; write `data_to_send` next.

        Args:
            command: One of the dialogue's commands.
            now: Seconds on the caller's clock; None takes the last time told.

        Raises:
            LocalProtocolError: The socket is not open, or the command does not fit. State and queue are untouched.
        """
        if self._state is not State.OPEN:
            raise LocalProtocolError(
                f"the socket is {self._state.value}, so nothing was sent",
                close_code=self._closed.code if self._closed else None,
                close_reason=self._closed.reason if self._closed else None,
            )
        if now is not None:
            self._now = now
        messages, events = self.dialogue.send(command, now=self._now)
        for message in messages:
            self._out.add(self._wire.message(message))
        if events:
            self._keep(events)

    def _keep(self, events: Sequence[E]) -> None:
        """Queue the events of a command."""
        for event in events:
            if isinstance(event, Supersedes) and event.context_id is not None:
                self._inbox.drop(event.context_id)
        self._inbox.extend(events)

    def data_to_send(self, max_nbytes: int | None = None) -> bytes:
        """Give the bytes to write now, and forget them.

        Args:
            max_nbytes: Give no more than so many, but one whole frame at least, and keep the rest; None gives all.
                Pings and their answers overtake what is kept.
        """
        return self._out.take(max_nbytes)

    def has_data_to_send(self) -> bool:
        """Whether `data_to_send` would give something."""
        return bool(self._out)

    def close(self, code: int = 1000, reason: str = "", *, now: float | None = None) -> None:
        """Begin a polite end: queue a close frame. The peer has `close_seconds` to answer. May be called again."""
        if now is not None:
            self._now = now
        if self._state is State.CONNECTING:
            self._end(Closed(1006, "closed before the handshake was through", ClosedBy.CLIENT))
        elif self._state is State.OPEN:
            self._queue_close(code, reason)
            self._close_sent = (code, reason)
            self._state = State.CLOSING
            self._gives_up = self._now + self.limits.close_seconds

    def abort(self, cause: CartesiaError | None = None) -> None:
        """Take notice that the wire is gone. May be called again."""
        if self._state is State.CONNECTING and cause is None:
            cause = ConnectFailed("the connection ended during the WebSocket handshake")
        by = ClosedBy.CLIENT if self._state is State.CLOSING else ClosedBy.NOBODY
        self._end(Closed(1006, "", by, cause))

    # --- from the server

    def receive_data(self, data: bytes, *, now: float) -> None:
        """Feed bytes that arrived; empty means the end of the stream.

        What the server did wrong becomes an event, never an exception. After the end, bytes are ignored.
        """
        self._now = self._heard = now
        self._pinged = None
        if self._closed is not None:
            return
        if not data:
            self._eof()
            return
        try:
            for event in self._wire.receive(data):
                if isinstance(event, (str, bytes)):
                    self._on_message(event)
                else:
                    self._on_wire(event)
                if self._state is State.CLOSED:
                    break
        except RemoteProtocolError as error:
            self._breach(error, error.close_code or 1002)
        self._send_replies()

    def next_event(self, only: str | None = None) -> E | Opened | Rejected | Closed | NeedData:
        """Give the oldest event, or `NEED_DATA`.

        Args:
            only: Give events of this context alone. The end of the socket is given to everyone, again and again.
        """
        event = self._inbox.take(only)
        if event is None:
            return self._closed if self._closed is not None else NEED_DATA
        self._full_since = None
        return event

    def next_unowned_event(self) -> E | Opened | Rejected | Closed | NeedData:
        """Give the oldest event that belongs to no context, or `NEED_DATA`; for who reads contexts one by one."""
        event = self._inbox.take_unowned()
        return NEED_DATA if event is None else event

    def has_event(self, only: str | None = None) -> bool:
        """Whether `next_event` would give something."""
        return self._closed is not None or self._inbox.has(only)

    def is_full(self) -> bool:
        """Whether more waits for a context than its budget allows: read no more until this ends.

        A consumer that stops reading thereby stops the socket, not the memory. While it lasts, the peer cannot be
        blamed for silence, so no deadline is told but those of handshake and close, and the one after which a context
        that holds up others fails. Say `resumed` when it ends.
        """
        limit = self.limits.max_waiting_nbytes
        return self._inbox.nbytes > limit and self._inbox.largest_nbytes > limit

    def resumed(self, now: float) -> None:
        """Take notice that the wire is read again: the peer's silence counts from now."""
        self._now = self._heard = now
        self._pinged = None
        self.dialogue.resumed(now)

    def forget(self, context_id: str) -> int:
        """Drop the queued events of a context that nobody will ask for again; give their number."""
        return self._inbox.drop(context_id)

    # --- time

    def next_deadline(self) -> float | None:
        """Tell when `handle_timeout` is due, in seconds on the caller's clock; None if nothing is waited for."""
        if self._closed is not None:
            return None
        if self.is_full():
            return sooner(self._gives_up, self._overrun_time())
        return sooner(sooner(self._gives_up, self._ping_time()), self.dialogue.next_deadline())

    def handle_timeout(self, now: float) -> None:
        """Do what is due by now: ping, give the peer up, or tell that a context has stalled."""
        self._now = now
        if self._closed is not None:
            return
        if self._gives_up is not None and now >= self._gives_up:
            self._give_up()
            return
        if self.is_full():
            self._overrun_or_wait(now)
        else:
            due = self._ping_time()
            if due is not None and now >= due:
                self._ping_or_abort(now)
            self._inbox.extend(self.dialogue.handle_timeout(now))
        self._send_replies()

    def _holding_up(self) -> list[str]:
        """Give the contexts that nobody reads while others wait."""
        full = self._inbox.beyond(self.limits.max_waiting_nbytes)
        return [context_id for context_id in full if self.dialogue.has_others(context_id)]

    def _overrun_time(self) -> float | None:
        patience = self.limits.slow_consumer_seconds
        if patience is None or not self._holding_up():
            return None
        # Taking an event starts the time anew, but tells no time; so the next look does.
        return self._now if self._full_since is None else self._full_since + patience

    def _overrun_or_wait(self, now: float) -> None:
        due = self._overrun_time()
        if self._full_since is None:
            self._full_since = now
        elif due is not None and now >= due:
            for context_id in self._holding_up():
                self._inbox.drop(context_id)
                self._inbox.extend(self.dialogue.overrun(context_id))

    def _ping_time(self) -> float | None:
        if self._pinged is not None:
            return self._pinged + self.limits.pong_seconds
        after = self.limits.ping_after_seconds
        return self._heard + after if after is not None and self._state is State.OPEN else None

    def _ping_or_abort(self, now: float) -> None:
        if self._pinged is None:
            self._out.ping(self._wire.ping(b""))
            self._pinged = now
        else:
            silent = round(now - self._heard, 1)
            self._end(
                Closed(
                    1006,
                    "",
                    ClosedBy.NOBODY,
                    ConnectionLost(f"nothing was heard for {silent} s, not even an answer to a ping"),
                )
            )

    def _give_up(self) -> None:
        if self._state is State.CONNECTING:
            if (refused := self._wire.refused_so_far()) is not None:
                self._refused(refused)
                return
            limit = self.limits.handshake_seconds
            self._end(
                Closed(1006, "", ClosedBy.NOBODY, ConnectTimeout(f"no answer to the WebSocket handshake in {limit} s"))
            )
            return
        code, reason = self._close_sent or (1006, "")
        cause = CloseTimeout(f"no answer to the close frame in {self.limits.close_seconds} s; the socket was cut")
        self._end(Closed(code, reason, ClosedBy.CLIENT, cause))

    # --- what arrived

    def _on_wire(self, event: Accepted | Refused | Pinged | Ended) -> None:
        if isinstance(event, Pinged):
            self._out.pong(event.answer)
        elif isinstance(event, Accepted):
            self._state, self._gives_up = State.OPEN, None
            self._inbox.extend((Opened(event.headers),))
        elif isinstance(event, Refused):
            self._refused(event)
        else:
            self._on_close(event)

    def _on_message(self, message: str | bytes) -> None:
        try:
            events = self.dialogue.receive(message, now=self._now)
        except RemoteProtocolError as error:
            self._breach(error, 1007)
            return
        self._inbox.extend(events, len(message))

    def _send_replies(self) -> None:
        replies = self.dialogue.replies()
        if replies and self._state is State.OPEN:
            for reply in replies:
                self._out.add(self._wire.message(reply))

    def _on_close(self, event: Ended) -> None:
        if event.is_breach:
            self._breach(RemoteProtocolError(f"the server broke the frame protocol: {event.reason}"), event.code)
        elif self._close_sent is not None:
            self._end(Closed(event.code, event.reason, ClosedBy.CLIENT))
        else:
            self._queue_close(event.code if event.code != 1005 else 1000, "")
            self._end(Closed(event.code, event.reason, ClosedBy.SERVER))

    def _refused(self, event: Refused) -> None:
        response = Response(event.status, event.headers, self._version, content=event.content)
        error = error_of(response)
        self._inbox.extend((Rejected(error),))
        self._end(Closed(1006, "the handshake was refused", ClosedBy.SERVER, error))

    def _eof(self) -> None:
        if self._state is State.CONNECTING and (refused := self._wire.refused_so_far()) is not None:
            self._refused(refused)
        elif self._state is State.CLOSING and self._close_sent is not None:
            self._end(Closed(*self._close_sent, ClosedBy.CLIENT))
        else:
            self.abort()

    def _breach(self, error: RemoteProtocolError, code: int) -> None:
        self._queue_close(code, "")
        self._end(Closed(code, "", ClosedBy.CLIENT, error))

    def _queue_close(self, code: int, reason: str) -> None:
        self._out.close(self._wire.close(code, reason))

    def _end(self, closed: Closed) -> None:
        if self._closed is None:
            self._closed, self._state, self._gives_up = closed, State.CLOSED, None
            self._inbox.extend(self.dialogue.lost(closed))
