"""Events waiting to be taken, by the context they belong to."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from typing import Final, Generic, TypeVar

T = TypeVar("T")
_SOCKET_EVENTS: Final = 64


class Inbox(Generic[T]):
    """A queue that can be read as a whole, in order of arrival, or for one context alone."""

    def __init__(self) -> None:
        self._queues: dict[str | None, deque[tuple[int, T]]] = {}
        self._count: int = 0

    def extend(self, events: Iterable[T]) -> None:
        """Add events under their own `context_id`; those without one belong to the socket."""
        for event in events:
            self.put(getattr(event, "context_id", None), event)

    def put(self, context_id: str | None, event: T) -> None:
        """Add one event."""
        self._count += 1
        queue = self._queues.get(context_id)
        if queue is None:
            # Nobody has to ask for what concerns the socket alone, so that is kept for a while only.
            queue = self._queues[context_id] = deque(maxlen=_SOCKET_EVENTS if context_id is None else None)
        queue.append((self._count, event))

    def take(self, only: str | None = None) -> T | None:
        """Take the oldest event, of one context if `only` is given; None if there is none."""
        key = only if only is not None else self._oldest()
        queue = self._queues.get(key)
        if not queue:
            return None
        event = queue.popleft()[1]
        if not queue:
            del self._queues[key]
        return event

    def drop(self, context_id: str) -> int:
        """Drop the events of a context; give their number."""
        return len(self._queues.pop(context_id, ()))

    def _oldest(self) -> str | None:
        return min(self._queues, key=lambda key: self._queues[key][0][0], default=None)
