"""Whether and when another socket may be opened: back-off that success resets, and an end to hopeless trying.

Source: users' reports of reconnect storms (a refused key, or a server that accepts and closes at once, tried for
ever); the numbers are this library's choice.
"""

from __future__ import annotations

from copy import copy
from typing import Final

from attrs import field, frozen

from cartesia_core.errors import CartesiaError, ConnectionLost, ReconnectStopped
from cartesia_core.parameters import whole_above_zero, zero_or_above
from cartesia_core.ws.events import Closed, ClosedBy

FINAL_STATUSES: Final = frozenset({400, 401, 403, 404})
"""Refusals that the same request meets again."""

_A_HAIR: Final = 0.002
"""Seconds that timers may ring too early."""


@frozen(kw_only=True)
class ReconnectPolicy:
    """How sockets are replaced.

    A socket that carried a context to its end, or lived for `short_life_seconds`, is a success and resets the count.
    One that could not be opened, or died sooner, is a failure. A socket opened before the latest failure resets
    nothing: that it works does not show that another can be opened.

    Attributes:
        max_failures: After so many in a row nothing is opened before `max_delay`, less up to a quarter of
            it, is over; then one try at a time.
        first_delay: Seconds between the first failure and the next try; doubles with each further one.
        max_delay: Seconds that the doubling does not pass. What the server asks for (`Retry-After`) is never shortened.
        short_life_seconds: What a socket must live to count as a success.
    """

    max_failures: int = field(default=3, validator=whole_above_zero)
    first_delay: float = field(default=0.25, validator=zero_or_above)
    max_delay: float = field(default=8.0, validator=zero_or_above)
    short_life_seconds: float = field(default=5.0, validator=zero_or_above)


class Reconnects:
    """Counts how sockets end and says how long to wait before the next.

    Args:
        policy: The numbers.

    Attributes:
        failures: Sockets in a row that failed.
        not_before: When another may be opened, on the caller's clock; None for at once.
    """

    def __init__(self, policy: ReconnectPolicy) -> None:
        self.policy: Final = policy
        self.failures: int = 0
        self._failed_at: float | None = None
        self.not_before: float | None = None
        self._last: CartesiaError | None = None
        self._final: CartesiaError | None = None

    def is_ready(self, now: float) -> bool:
        """Whether a socket may be opened now."""
        return self._final is None and (self.not_before is None or now >= self.not_before)

    def pause_seconds(self, now: float) -> float:
        """Tell how long to wait before a socket is opened.

        Raises:
            ApiError: The server has refused such a socket with 400, 401, 403 or 404: it would do so again.
            ReconnectStopped: Too many failures in a row, and the pause after them is not over.
        """
        if self._final is not None:
            raise copy(self._final)
        pause = self.not_before - now if self.not_before is not None else 0.0
        if pause < _A_HAIR:
            return 0.0
        if self.failures >= self.policy.max_failures:
            raise self.stopped(pause)
        return pause

    def stopped(self, pause: float) -> CartesiaError:
        """Make the error that tells how many sockets failed, why the last one did, and when to try again."""
        last = self._last
        return ReconnectStopped(
            f"{self.failures} sockets in a row could not be opened or died within "
            f"{self.policy.short_life_seconds} s, so no other is opened for {round(pause, 1)} s; the last one: {last}",
            status=last.status if last is not None else None,
            error_code=last.error_code if last is not None else None,
            request_id=last.request_id if last is not None else None,
            close_code=last.close_code if last is not None else None,
            close_reason=last.close_reason if last is not None else None,
            retry_after=round(pause, 3),
        )

    def succeeded(self, *, opened_at: float) -> None:
        """Take notice of a socket that works; it counts if it was opened after the latest failure."""
        if self._failed_at is not None and opened_at >= self._failed_at:
            self.failures, self._failed_at, self.not_before, self._last = 0, None, None, None

    def failed(self, error: CartesiaError, *, now: float, jitter: float) -> None:
        """Take notice of a socket that could not be opened, or did not live.

        Args:
            error: What went wrong.
            now: Seconds on the caller's clock.
            jitter: A random number, 0 to 1: the wait is shortened by up to a quarter of it.
        """
        policy = self.policy
        delay = min(policy.first_delay * 2.0 ** min(self.failures, 64), policy.max_delay)
        self.failures += 1
        if self.failures >= policy.max_failures:
            delay = policy.max_delay
        delay *= 1.0 - 0.25 * jitter
        self._failed_at = now
        self.not_before = max(self.not_before or now, now + max(delay, error.retry_after or 0.0))
        self._last = copy(error)  # without the traceback, which would keep the frames of whoever asked
        if error.status in FINAL_STATUSES:
            self._final = self._last

    def ended(self, closed: Closed, *, opened_at: float, has_worked: bool, now: float, jitter: float) -> None:
        """Take notice of the end of a socket that was open. One that was closed from here has not failed."""
        if closed.by is ClosedBy.CLIENT and closed.cause is None:
            return
        lived_seconds = now - opened_at
        if has_worked or lived_seconds >= self.policy.short_life_seconds:
            self.succeeded(opened_at=opened_at)
        else:
            self.failed(_why(closed, lived_seconds), now=now, jitter=jitter)


def _why(closed: Closed, lived_seconds: float) -> CartesiaError:
    if closed.cause is not None:
        return closed.cause
    who = "the server closed it" if closed.by is ClosedBy.SERVER else "it died"
    said = f' with "{closed.reason}"' if closed.reason else ""
    return ConnectionLost(
        f"{who}{said} {round(lived_seconds, 1)} s after it was opened",
        close_code=closed.code,
        close_reason=closed.reason,
    )
