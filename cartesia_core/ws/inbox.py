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
        self._queues: dict[str | None, deque[tuple[int, T, int]]] = {}
        self._nbytes: dict[str | None, int] = {}
        self._count: int = 0
        self.nbytes: int = 0
        """Bytes waiting for all contexts together."""

    def extend(self, events: Iterable[T], nbytes: int = 0) -> None:
        """Add events under their own `context_id`; those without one belong to the socket.

        Args:
            events: What to add.
            nbytes: What each of them counts for in `nbytes` and `largest_nbytes`.
        """
        for event in events:
            key: str | None = getattr(event, "context_id", None)
            queue = self._queues.get(key)
            if queue is None:
                # Nobody has to ask for what concerns the socket alone, so that is kept for a while only.
                queue = self._queues[key] = deque(maxlen=_SOCKET_EVENTS if key is None else None)
                self._nbytes[key] = 0
            self._count += 1
            queue.append((self._count, event, nbytes))
            if key is not None:
                self.nbytes += nbytes
                self._nbytes[key] += nbytes

    def take(self, only: str | None = None) -> T | None:
        """Take the oldest event, of one context if `only` is given; None if there is none."""
        return self._pop(only if only is not None else self._oldest())

    def take_unowned(self) -> T | None:
        """Take the oldest event that belongs to the socket; None if there is none."""
        return self._pop(None)

    def _pop(self, key: str | None) -> T | None:
        queue = self._queues.get(key)
        if not queue:
            return None
        _, event, nbytes = queue.popleft()
        if key is not None:
            self.nbytes -= nbytes
            self._nbytes[key] -= nbytes
        if not queue:
            del self._queues[key], self._nbytes[key]
        return event

    def has(self, only: str | None = None) -> bool:
        """Whether `take` would give something."""
        return bool(self._queues) if only is None else only in self._queues

    @property
    def largest_nbytes(self) -> int:
        """Bytes waiting for the context that most wait for."""
        return max(self._nbytes.values(), default=0)

    def beyond(self, limit_nbytes: int) -> list[str]:
        """Give the contexts for which more bytes wait than that."""
        return [key for key, nbytes in self._nbytes.items() if key is not None and nbytes > limit_nbytes]

    def drop(self, context_id: str) -> int:
        """Drop the events of a context; give their number."""
        self.nbytes -= self._nbytes.pop(context_id, 0)
        return len(self._queues.pop(context_id, ()))

    def _oldest(self) -> str | None:
        return min(self._queues, key=lambda key: self._queues[key][0][0], default=None)
