"""Handlers for events by name, for programs that would rather register functions than match on types."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Literal, TypeAlias

from cartesia_core.errors import InvalidArgument
from cartesia_core.events import FlushDone, Unknown
from cartesia_core.stt.events import ManualEvent, TurnEvent

EventName: TypeAlias = Literal[
    "transcript",
    "flush_done",
    "connected",
    "turn.start",
    "turn.update",
    "turn.eager_end",
    "turn.resume",
    "turn.end",
    "reconnected",
    "unknown",
]
"""The wire's own names; `reconnected` is this library's, and `unknown` is for all that it does not know."""
EVENT_NAMES: Final[tuple[EventName, ...]] = (
    "transcript",
    "flush_done",
    "connected",
    "turn.start",
    "turn.update",
    "turn.eager_end",
    "turn.resume",
    "turn.end",
    "reconnected",
    "unknown",
)
Handler: TypeAlias = Callable[[ManualEvent | TurnEvent], object]


class EventHandlers:
    """Functions to call for events. A name that no event has is refused: it would never be called.

    Pass each event of a stream to `handle`; nothing is called by itself.
    """

    def __init__(self) -> None:
        self._handlers: Final[dict[EventName, list[Handler]]] = {}

    def on(self, name: EventName, handler: Handler) -> None:
        """Have a function called for all events of a name, after those that were registered before.

        Raises:
            InvalidArgument: No event has that name.
        """
        if name not in EVENT_NAMES:
            raise InvalidArgument(f"no event is called {name!r}; there are {', '.join(EVENT_NAMES)}")
        self._handlers.setdefault(name, []).append(handler)

    def handle(self, event: ManualEvent | TurnEvent) -> int:
        """Call the functions for an event; give how many there were. What they raise is raised here."""
        handlers = self._handlers.get(name_of(event), [])
        for handler in handlers:
            handler(event)
        return len(handlers)


def name_of(event: ManualEvent | TurnEvent) -> EventName:
    """Give the name of an event."""
    if isinstance(event, FlushDone):
        return "flush_done"
    return "unknown" if isinstance(event, Unknown) else event.type
