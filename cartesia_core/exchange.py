"""One call from its first try to its verdict, for any adapter: what to send next, and when.

The adapter sends `outgoing` to `url`, tells what came of it, and obeys the verdict: decode, wait and send again,
follow, or raise. Clock and randomness are its arguments.
"""

from __future__ import annotations

from typing import Final

from cartesia_core.errors import CartesiaError
from cartesia_core.http import Call, Response
from cartesia_core.retry import Attempt, Follow, Retry, Verdict, settle
from cartesia_core.settings import Outgoing, Settings, outgoing


class Exchange:
    """The tries of one call.

    Args:
        call: What is asked.
        settings: Of the client that asks.
        now: Seconds on the caller's clock.

    Raises:
        InvalidArgument: The API version has no form for one of the call's parameters.

    Attributes:
        outgoing: What to send.
        url: Where to; a redirect changes it.
    """

    def __init__(self, call: Call, settings: Settings, *, now: float) -> None:
        self.call: Final = call
        self.outgoing: Final[Outgoing] = outgoing(call, settings)
        self.url: str = self.outgoing.url
        self._policy: Final = settings.retry
        self._began: Final = now
        self._tries: int = 0
        self._redirects: int = 0

    def settle(self, outcome: Response | CartesiaError, *, now: float, epoch: float, jitter: float) -> Verdict:
        """Decide what follows from the outcome of one try.

        Args:
            outcome: The answer (of a success the head is enough), or the fault that came instead.
            now: Seconds on the caller's clock.
            epoch: Seconds since the epoch, for a `Retry-After` that is a date.
            jitter: A random number, 0 to 1.
        """
        attempt = Attempt(
            number=self._tries, elapsed=now - self._began, jitter=jitter, now=epoch, redirects=self._redirects
        )
        verdict = settle(self.call, outcome, attempt, self._policy, url=self.url)
        if isinstance(verdict, Retry):
            self._tries += 1
        elif isinstance(verdict, Follow):
            self._redirects += 1
            self.url = verdict.url
        return verdict
