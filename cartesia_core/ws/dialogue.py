"""The part of a conversation that knows messages and no bytes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeAlias, TypeVar

from cartesia_core.ws.events import Closed

Message: TypeAlias = str | bytes
"""A whole WebSocket message: text or binary."""

C_contra = TypeVar("C_contra", contravariant=True)
E_co = TypeVar("E_co", covariant=True)


class Dialogue(Protocol[C_contra, E_co]):
    """A conversation on messages: commands in, messages out; messages in, events out. No I/O and no clock.

    `Session` carries it over bytes; people with a WebSocket of their own drive it directly.
    Times are seconds on the caller's clock.
    """

    def send(self, command: C_contra, /, *, now: float) -> tuple[Sequence[Message], Sequence[E_co]]:
        """Give the messages that carry out a command, and the events that follow at once.

        Raises:
            LocalProtocolError: The command does not fit the state. Nothing has changed.
        """
        ...

    def receive(self, message: Message, /, *, now: float) -> Sequence[E_co]:
        """Give the events that follow from a message of the server.

        Raises:
            RemoteProtocolError: The message is not part of this protocol; the socket should be closed.
        """
        ...

    def replies(self) -> Sequence[Message]:
        """Give the messages that `receive` and `handle_timeout` want sent, and forget them."""
        ...

    def lost(self, closed: Closed, /) -> Sequence[E_co]:
        """Give the events that follow from the end of the socket."""
        ...

    def next_deadline(self) -> float | None:
        """Tell when `handle_timeout` is due; None if nothing is waited for."""
        ...

    def handle_timeout(self, now: float, /) -> Sequence[E_co]:
        """Give the events that follow from the deadline having passed."""
        ...

    def resumed(self, now: float, /) -> None:
        """Take notice that messages are read again after a pause: the server's silence counts from now."""
        ...

    def has_others(self, context_id: str, /) -> bool:
        """Whether something is in flight besides this context."""
        ...

    def overrun(self, context_id: str, /) -> Sequence[E_co]:
        """Give the events that follow from dropping what nobody took for a context that holds up others."""
        ...

    def is_idle(self) -> bool:
        """Whether nothing is in flight, so that losing the socket loses no work."""
        ...
