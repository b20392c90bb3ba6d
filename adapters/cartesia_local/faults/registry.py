"""Which faults wait for which requests, and which have happened."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from fnmatch import fnmatchcase

from attrs import define, field, frozen

from cartesia_core.errors import DeadlineExceeded, InvalidArgument
from cartesia_local.faults.fault import Fault, check_together, needs_answer, needs_socket
from cartesia_local.faults.script import Script

HeaderTest = Callable[[Mapping[str, str]], bool]


@frozen(kw_only=True)
class Triggered:
    """A fault that has happened, or is about to: it is told before the client can see it.

    Attributes:
        fault: Which.
        method: Of the request it happened to.
        path: Of that request, without its query (which may hold a key).
        at_seconds: When, on the clock of `time.monotonic`.
    """

    fault: Fault
    method: str
    path: str
    at_seconds: float


@define(eq=False)
class _Rule:
    faults: tuple[Fault, ...]
    path: str | None
    method: str | None
    headers: HeaderTest | None
    times: int | None

    def matches(self, method: str, path: str, headers: Mapping[str, str], *, is_upgrade: bool) -> bool:
        unfit = needs_answer if is_upgrade else needs_socket
        return (
            not any(unfit(fault) for fault in self.faults)
            and (self.path is None or fnmatchcase(path.rstrip("/"), self.path.rstrip("/")))
            and (self.method is None or self.method.upper() == method)
            and (self.headers is None or self.headers(headers))
        )


@define(eq=False)
class Faults:
    """The faults that a server is to commit. Every method may be called from any thread, while the server runs.

    Each request meets one rule at most: the first one added that fits and has not been used up.
    """

    _rules: list[_Rule] = field(factory=list[_Rule], init=False)
    _triggered: list[Triggered] = field(factory=list[Triggered], init=False)
    _done: int = field(default=0, init=False, repr=False)
    _clears: int = field(default=0, init=False, repr=False)
    _changed: threading.Condition = field(factory=threading.Condition, init=False, repr=False)

    def add(
        self,
        *faults: Fault,
        path: str | None = None,
        method: str | None = None,
        headers: HeaderTest | None = None,
        times: int | None = 1,
    ) -> None:
        """Let the next requests that fit meet these faults, all of them together.

        Faults that need a socket (or a body) only fit requests that ask for one; beyond that, what is not given fits.

        Args:
            faults: Those of the same moment happen in this order.
            path: Path without query; `*` stands for anything, a slash at the end does not matter.
            method: `GET`, `POST`, ...; of a socket `GET`.
            headers: Asked in the server's thread, with names in lower case. Where it raises, the request gets a 500.
            times: How many requests; None all that follow.

        Raises:
            InvalidArgument: There are none, or they exclude one another, or times is less than 1.
        """
        check_together(faults)
        if times is not None and times < 1:
            raise InvalidArgument(f"times is {times!r}; a whole number from 1 on, or None, is needed.")
        with self._changed:
            self._rules.append(_Rule(faults, path, method, headers, times))

    def clear(self) -> None:
        """Forget what was added and what has happened. Connections that have met a fault go on, but tell nothing."""
        with self._changed:
            self._clears += 1
            self._done = 0
            self._rules.clear()
            self._triggered.clear()

    @property
    def triggered(self) -> tuple[Triggered, ...]:
        """What has happened, in order. A fault that changes many events is told once, at the first."""
        with self._changed:
            return tuple(self._triggered)

    @property
    def pending(self) -> tuple[Fault, ...]:
        """What still waits for a request."""
        with self._changed:
            return tuple(fault for rule in self._rules for fault in rule.faults)

    def wait(self, count: int = 1, *, seconds: float = 5.0) -> tuple[Triggered, ...]:
        """Wait until at least so many faults have happened to their end, and give them.

        What they sent is then on its way (on loopback: in the client's buffers). Those that last, as `Stall`, count from
        their beginning; those that change events count from when the first one is about to go out.

        Raises:
            DeadlineExceeded: They have not after so many seconds.
        """
        with self._changed:
            if not self._changed.wait_for(lambda: self._done >= count, seconds):
                raise DeadlineExceeded(f"{self._done} of {count} scripted faults happened within {seconds} seconds.")
            return tuple(self._triggered)

    def take(self, method: str, path: str, headers: Mapping[str, str], *, is_upgrade: bool) -> Script | None:
        """Give what a request meets; for the server."""
        with self._changed:
            rules, clears = list(self._rules), self._clears
        # Outside the lock: a test may want to look at `triggered` in it.
        for rule in rules:
            if rule.matches(method, path, headers, is_upgrade=is_upgrade) and self._use(rule):
                return Script(rule.faults, lambda fault: self._committing(clears, fault, method, path))
        return None

    def _use(self, rule: _Rule) -> bool:
        with self._changed:
            if rule not in self._rules:
                return False
            if rule.times is not None:
                rule.times -= 1
            if rule.times == 0:
                self._rules.remove(rule)
            return True

    @contextmanager
    def _committing(self, clears: int, fault: Fault, method: str, path: str) -> Generator[None]:
        told = Triggered(fault=fault, method=method, path=path, at_seconds=time.monotonic())
        with self._changed:
            if clears == self._clears:
                self._triggered.append(told)
        try:
            yield
        finally:  # Where the client's reaction is faster than we, the rest is cancelled.
            with self._changed:
                if clears == self._clears:
                    self._done += 1
                    self._changed.notify_all()
