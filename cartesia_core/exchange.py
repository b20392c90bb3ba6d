"""One call from its first try to its verdict, for any adapter: what to send next, and when.

The adapter sends `outgoing` to `url`, tells what came of it, and obeys the verdict: decode, wait and send again,
follow, or raise. Clock and randomness are its arguments.
"""

from __future__ import annotations

from typing import Final

from cartesia_core.auth import ApiKey
from cartesia_core.errors import ApiError, CartesiaError, RedirectRefused
from cartesia_core.failure import error_of
from cartesia_core.http import Call, Response
from cartesia_core.policy import RetryPolicy, Timeouts
from cartesia_core.retry import Attempt, Failed, Follow, Retry, Verdict, settle
from cartesia_core.settings import Outgoing, Settings, outgoing

_ONCE: Final = "a file that is open and cannot be read from its beginning again; give a path, bytes or a seekable file"


class Exchange:
    """The tries of one call.

    Args:
        call: What is asked.
        settings: Of the client that asks.
        now: Seconds on the caller's clock.
        boundary: What parts a form: random letters and digits. Calls without a form do without.

    Raises:
        InvalidArgument: The API version has no form for one of the call's parameters.

    Attributes:
        outgoing: What to send.
        url: Where to; a redirect changes it.
        timeouts: How long the steps may take.
        refused: The token that the server refused, once.
    """

    def __init__(self, call: Call, settings: Settings, *, now: float, boundary: str = "") -> None:
        self.call: Final = call
        self.outgoing: Outgoing = outgoing(call, settings, boundary=boundary)
        self.url: str = self.outgoing.url
        self.timeouts: Final[Timeouts] = call.timeouts or settings.timeouts
        self.refused: ApiKey | None = None
        self._settings: Final = settings
        self._boundary: Final = boundary
        self._policy: Final[RetryPolicy] = call.policy or settings.retry
        self._began: Final = now
        self._tries: int = 0
        self._redirects: int = 0
        self._token: ApiKey | None = None
        self._refusal: ApiError | None = None

    @property
    def needs_token(self) -> bool:
        """Whether a provider is to be asked for a token, and `authorize` to be called, before every try."""
        return self._settings.identity.key is None

    def authorize(self, token: ApiKey) -> None:
        """Put a token on what is sent.

        Raises:
            AuthenticationError: The server has refused this very token.
        """
        if self._refusal is not None and token == self.refused:
            raise self._refusal
        self._token = token
        self.outgoing = outgoing(self.call, self._settings.with_key(token), boundary=self._boundary)

    def settle(
        self,
        outcome: Response | CartesiaError,
        *,
        now: float,
        epoch: float,
        jitter: float,
        is_repeatable: bool = True,
    ) -> Verdict:
        """Decide what follows from the outcome of one try.

        A token that is refused with 401 is worth one more try with another one, whatever the call does and however
        often it may be repeated: the server has accepted nothing.

        Args:
            outcome: The answer (of a success the head is enough), or the fault that came instead.
            now: Seconds on the caller's clock.
            epoch: Seconds since the epoch, for a `Retry-After` that is a date.
            jitter: A random number, 0 to 1.
            is_repeatable: Whether the body can be sent again from its beginning.
        """
        attempt = Attempt(
            number=self._tries, elapsed=now - self._began, jitter=jitter, now=epoch, redirects=self._redirects
        )
        verdict = self._another_token(outcome) or settle(self.call, outcome, attempt, self._policy, url=self.url)
        if not is_repeatable and isinstance(verdict, (Retry, Follow)):
            return Failed(_unrepeated(verdict))
        if isinstance(verdict, Retry):
            self._tries += self._refusal is not verdict.because
        elif isinstance(verdict, Follow):
            self._redirects += 1
            self.url = verdict.url
        return verdict

    def _another_token(self, outcome: Response | CartesiaError) -> Retry | None:
        if isinstance(outcome, CartesiaError) or outcome.status != 401:
            return None
        if self._token is None or self.refused is not None:
            return None
        self.refused, self._refusal = self._token, error_of(outcome)
        return Retry(0.0, self._refusal)


def _unrepeated(verdict: Retry | Follow) -> CartesiaError:
    if isinstance(verdict, Follow):
        return RedirectRefused(f"the server redirects, but the call sends {_ONCE}")
    error = verdict.because
    error.message = f"{error.message}; it was not repeated, because it sends {_ONCE}"
    return error
