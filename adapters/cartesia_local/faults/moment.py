"""When a fault acts within a conversation or answer."""

from __future__ import annotations

from enum import Enum
from typing import Final

from attrs import field, frozen

from cartesia_core.errors import InvalidArgument


# Three of each, because the checkers take the type of a field from its validator.
def not_negative(_: object, attribute: object, value: int) -> None:
    """Check a count that may be 0."""
    if value < 0:
        raise InvalidArgument(f"{name_of(attribute)} is {value!r}; 0 or more is needed.")


def not_negative_or_none(_: object, attribute: object, value: int | None) -> None:
    """Check a size that may be 0 or absent."""
    if value is not None:
        not_negative(_, attribute, value)


def not_negative_seconds(_: object, attribute: object, value: float | None) -> None:
    """Check a duration that may be 0 or absent."""
    if value is not None and not value >= 0:
        raise InvalidArgument(f"{name_of(attribute)} is {value!r}; 0 or more is needed.")


def positive(_: object, attribute: object, value: int) -> None:
    """Check a count that may not be 0."""
    positive_rate(_, attribute, value)


def positive_or_none(_: object, attribute: object, value: int | None) -> None:
    """Check a count that may be absent but not 0."""
    if value is not None:
        positive_rate(_, attribute, value)


def positive_rate(_: object, attribute: object, value: float) -> None:
    """Check a rate."""
    if not value > 0:
        raise InvalidArgument(f"{name_of(attribute)} is {value!r}; more than 0 is needed.")


def name_of(attribute: object) -> str:
    """Give the name of the attribute that a validator is called for."""
    return getattr(attribute, "name", "a value")


class Current(Enum):
    """Stands for the context that the conversation is about."""

    CONTEXT = "context"

    def __repr__(self) -> str:
        """Give the name under which it is imported."""
        return "CURRENT"


CURRENT: Final = Current.CONTEXT
"""The context of the last event sent, before the first one that of the last message received; none before both."""


@frozen(kw_only=True)
class Moment:
    """When a fault acts: as soon as all of these have been reached, so with the defaults at once.

    On a socket that is right after the upgrade was answered, in an HTTP answer right after its head.

    Attributes:
        after_events: So many real events have been sent: messages of the socket, server-sent events, pieces of a
            body as the server writes them. What faults add does not count.
        of_type: Count only events of this type, e.g. `"done"`.
        after_messages: The client has sent so many messages. For sockets only.
    """

    after_events: int = field(default=0, validator=not_negative)
    of_type: str | None = None
    after_messages: int = field(default=0, validator=not_negative)


@frozen(kw_only=True)
class ByteMoment(Moment):
    """A moment that may also lie within an event.

    Attributes:
        after_nbytes: Exactly so many bytes have been sent: of frames behind the upgrade's answer, or of the body
            (compressed where it is, without the marks of its chunks). Not together with the counts above.
    """

    after_nbytes: int | None = field(default=None, validator=not_negative_or_none)

    def __attrs_post_init__(self) -> None:
        if self.after_nbytes is not None and (self.after_events or self.after_messages or self.of_type):
            raise InvalidArgument("after_nbytes says when by itself; leave after_events and after_messages out.")
