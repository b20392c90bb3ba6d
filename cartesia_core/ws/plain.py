"""A dialogue without a protocol: every message goes out and comes in as it is.

For looking at the wire, and for messages that this library does not know yet.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from attrs import frozen

from cartesia_core.ws.dialogue import Message
from cartesia_core.ws.events import Closed


@frozen
class PlainMessage:
    """A message of the server.

    Attributes:
        data: Text, or bytes if it was binary.
        context_id: The one conversation there is. Events without any may be dropped when nobody asks for them.
    """

    data: Message
    context_id: ClassVar[str] = ""


class PlainDialogue:
    """Commands are messages, and messages are events."""

    def send(self, command: Message, /, *, now: float) -> tuple[Sequence[Message], Sequence[PlainMessage]]:  # noqa: ARG002
        """Give the message itself."""
        return (command,), ()

    def receive(self, message: Message, /, *, now: float) -> Sequence[PlainMessage]:  # noqa: ARG002
        """Give the message itself."""
        return (PlainMessage(message),)

    def replies(self) -> Sequence[Message]:
        """Give nothing: nobody answers for you here."""
        return ()

    def lost(self, closed: Closed, /) -> Sequence[PlainMessage]:  # noqa: ARG002
        """Give nothing: the session tells the end."""
        return ()

    def next_deadline(self) -> None:
        """Wait for nothing."""

    def handle_timeout(self, now: float, /) -> Sequence[PlainMessage]:  # noqa: ARG002
        """Give nothing."""
        return ()

    def resumed(self, now: float, /) -> None:
        """Wait for nothing."""

    def has_others(self, context_id: str, /) -> bool:  # noqa: ARG002
        """Tell that there is one conversation only."""
        return False

    def overrun(self, context_id: str, /) -> Sequence[PlainMessage]:  # noqa: ARG002
        """Give nothing: the one conversation holds up nobody."""
        return ()

    def is_idle(self) -> bool:
        """Tell that work may be in flight: nobody knows."""
        return False
