"""Retrying as a pure verdict: what to do after an answer or a fault, decided alike for every adapter.

Source: DESIGN of this library and protocol notes, section 2. Where the official SDK repeats a paid generation after
any 5xx, time-out or cut body, this repeats it only when the server cannot have accepted it.
"""

from __future__ import annotations

from typing import Final, TypeAlias
from urllib.parse import urljoin

from attrs import frozen

from cartesia_core.dates import seconds_until
from cartesia_core.errors import (
    CartesiaError,
    ConnectFailed,
    ConnectTimeout,
    IncompleteBody,
    RedirectRefused,
    ServerError,
    TransportError,
)
from cartesia_core.failure import error_of
from cartesia_core.http import Call, Head, Response, RetryKind
from cartesia_core.policy import NO_RETRIES, RetryPolicy
from cartesia_core.url import same_origin

__all__ = [
    "MAX_REDIRECTS",
    "NO_RETRIES",
    "PASSING",
    "Accepted",
    "Attempt",
    "Failed",
    "Follow",
    "Retry",
    "RetryPolicy",
    "Verdict",
    "backoff",
    "may_repeat",
    "retry_after",
    "settle",
]

PASSING: Final = {RetryKind.READ: frozenset({408, 409, 429}), RetryKind.UPDATE: frozenset({408, 429})}
"""Statuses below 500 that a later try may not meet again."""
MAX_REDIRECTS: Final = 3


@frozen(kw_only=True)
class Attempt:
    """Where a call stands when its outcome is judged.

    Attributes:
        number: 0 for the first try.
        elapsed: Seconds since the first try began.
        jitter: A random number, 0 to 1: the wait is shortened by up to a quarter of it.
        now: Seconds since the epoch, for a `Retry-After` that is a date.
        redirects: Redirects followed so far.
    """

    number: int = 0
    elapsed: float = 0.0
    jitter: float = 0.0
    now: float = 0.0
    redirects: int = 0


@frozen
class Accepted:
    """The answer is a success: decode it."""


@frozen
class Retry:
    """Send the same again.

    Attributes:
        after: Seconds to wait first.
        because: What went wrong this time.
    """

    after: float
    because: CartesiaError


@frozen
class Follow:
    """Send the same to another URL of the same origin.

    Attributes:
        url: Where to.
    """

    url: str


@frozen
class Failed:
    """Give up.

    Attributes:
        error: What to raise.
    """

    error: CartesiaError


Verdict: TypeAlias = Accepted | Retry | Follow | Failed


def settle(
    call: Call, outcome: Response | CartesiaError, attempt: Attempt, policy: RetryPolicy, *, url: str
) -> Verdict:
    """Decide what follows from the outcome of one try.

    Args:
        call: The call that was tried.
        outcome: Its answer (the body may be left out of a success), or the fault that came instead.
        attempt: Which try this was and when.
        policy: The limits.
        url: Where the call was sent.
    """
    verdict = _verdict(call, outcome, attempt, policy, url)
    if isinstance(verdict, Failed) and call.retry is RetryKind.READ:
        verdict.error.may_have_been_billed = False  # reading costs nothing, and neither does opening a socket
    return verdict


def _verdict(call: Call, outcome: Response | CartesiaError, attempt: Attempt, policy: RetryPolicy, url: str) -> Verdict:
    if isinstance(outcome, CartesiaError):
        return _repeat(call, outcome, attempt, policy, asked=None)
    if outcome.is_success:
        return Accepted()
    if outcome.status in (301, 302, 303, 307, 308):
        return _redirect(call, outcome, attempt, url)
    asked = retry_after(outcome, attempt.now)
    error = error_of(outcome)
    error.retry_after = asked
    return _repeat(call, error, attempt, policy, asked=asked, forbidden=_says_no(outcome))


def _redirect(call: Call, head: Head, attempt: Attempt, url: str) -> Follow | Failed:
    target = _target(url, head)
    if target is None:
        return Failed(RedirectRefused("the server redirects without naming a usable location", status=head.status))
    if not same_origin(url, target):
        return Failed(
            RedirectRefused(
                "the server redirects to another origin; neither the key nor the request was sent there. "
                "Set base_url to the right host if this is wanted",
                status=head.status,
                request_id=head.request_id,
                api_version=head.version,
            )
        )
    lossy = head.status in (301, 302, 303) and call.method != "GET"
    if lossy or attempt.redirects >= MAX_REDIRECTS:
        reason = "would turn the request into a GET" if lossy else f"is the {MAX_REDIRECTS + 1}th in a row"
        return Failed(RedirectRefused(f"the server's redirect {reason}; it was not followed", status=head.status))
    return Follow(target)


def _target(url: str, head: Head) -> str | None:
    location = head.headers.get("location")
    try:
        return urljoin(url, location) if location else None
    except ValueError:
        return None


def _repeat(
    call: Call,
    error: CartesiaError,
    attempt: Attempt,
    policy: RetryPolicy,
    *,
    asked: float | None,
    forbidden: bool = False,
) -> Retry | Failed:
    if forbidden or attempt.number >= policy.max_retries or not may_repeat(call.retry, error, asked=asked):
        return Failed(error)
    after = asked if asked is not None else backoff(policy, attempt.number, attempt.jitter)
    if attempt.elapsed + after >= policy.deadline:
        return Failed(error)
    return Retry(after, error)


def may_repeat(kind: RetryKind, error: CartesiaError, *, asked: float | None) -> bool:
    """Whether a call of this kind may be sent again after this error.

    Args:
        kind: How the call may be repeated.
        error: What went wrong.
        asked: Seconds the server asked to wait, where it did.
    """
    if isinstance(error, (ConnectFailed, ConnectTimeout)) or error.status == 429:
        return True
    if kind is RetryKind.WORK:
        return error.status == 503 and asked is not None
    if isinstance(error, IncompleteBody):  # a connection that died while the body came
        return True
    return (isinstance(error, (ServerError, TransportError)) and error.retryable) or error.status in PASSING[kind]


def backoff(policy: RetryPolicy, number: int, jitter: float) -> float:
    """Give the seconds to wait before repeating, when the server names none."""
    return min(policy.first_delay * 2.0 ** min(number, 64), policy.max_delay) * (1.0 - 0.25 * jitter)


def retry_after(head: Head, now: float) -> float | None:
    """Read how many seconds the server asks to wait: `retry-after-ms`, else `Retry-After` as seconds or date."""
    milliseconds = _number(head.headers.get("retry-after-ms"))
    if milliseconds is not None:
        return milliseconds / 1000
    text = head.headers.get("retry-after")
    seconds = _number(text)
    if seconds is None and text is not None:
        seconds = seconds_until(text, now)
    return seconds


def _number(text: str | None) -> float | None:
    try:
        value = float(text) if text is not None else -1.0
    except ValueError:
        return None
    return value if 0 <= value < float("inf") else None


def _says_no(head: Head) -> bool:
    return head.headers.get("x-should-retry", "").strip().lower() == "false"
