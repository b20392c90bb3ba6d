"""What is told of the sockets of one stream of speech, to whoever observes."""

from __future__ import annotations

from cartesia_core.errors import CartesiaError
from cartesia_core.ws.events import Closed
from cartesia_core.ws.notices import (
    RetiredFor,
    SocketLost,
    SocketNotice,
    SocketNotOpened,
    SocketOpened,
    SocketOpening,
    SocketPause,
    SocketRetired,
)


class SocketWatch:
    """Numbers the sockets of a stream, keeps their times, and collects the notices.

    A stream has one socket at a time.
    """

    def __init__(self) -> None:
        self.opened_sockets: int = 0
        self._opening_since: float | None = None
        self._opened_at: float | None = None
        """None while there is no socket, or its end was told."""
        self._notices: list[SocketNotice] = []

    def opening(self, failures: int, *, now: float) -> None:
        """Take notice that a socket is about to be opened."""
        self._opening_since = now
        self._notices.append(SocketOpening(failures))

    def opened(self, request_id: str | None, *, now: float) -> None:
        """Take notice of a socket."""
        took = now - self._opening_since if self._opening_since is not None else 0.0
        self._opening_since = None
        self._opened_at = now
        self.opened_sockets += 1
        self._notices.append(SocketOpened(self.opened_sockets, took, request_id))

    def not_opened(self, error: CartesiaError, failures: int) -> None:
        """Take notice that none could be opened."""
        self._opening_since = None
        self._notices.append(SocketNotOpened(error, failures))

    def pause(self, seconds: float, failures: int) -> None:
        """Take notice of a pause before the next is opened."""
        self._notices.append(SocketPause(seconds, failures))

    def lost(self, closed: Closed, *, now: float) -> None:
        """Take notice that the socket has ended without being closed from here."""
        if (lived := self._lived_seconds(now)) is not None:
            self._notices.append(SocketLost(self.opened_sockets, closed, lived))

    def retired(self, reason: RetiredFor, *, now: float) -> None:
        """Take notice that the socket is closed from here."""
        if (lived := self._lived_seconds(now)) is not None:
            self._notices.append(SocketRetired(self.opened_sockets, reason, lived))

    def _lived_seconds(self, now: float) -> float | None:
        """Tell how long the present socket has lived, once."""
        opened_at, self._opened_at = self._opened_at, None
        return None if opened_at is None else now - opened_at

    @property
    def has_notices(self) -> bool:
        """Whether there is something to tell."""
        return bool(self._notices)

    def notices(self) -> list[SocketNotice]:
        """Give what is to be told, and forget it."""
        notices, self._notices = self._notices, []
        return notices
