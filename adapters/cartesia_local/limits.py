"""How much goes on at once. Source: protocol notes, section 4."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from cartesia_local.refusal import Refused

if TYPE_CHECKING:
    from collections.abc import Generator

SOCKETS_PER_CONTEXT: Final = 10


class Limits:
    """Counts contexts and sockets against what the configuration allows.

    Args:
        max_contexts: Contexts and audio requests at once; None does not limit.
    """

    def __init__(self, max_contexts: int | None) -> None:
        self._max: Final = max_contexts
        self._contexts = 0
        self._sockets = 0

    @contextmanager
    def context(self) -> Generator[None]:
        """Be one of the contexts.

        Raises:
            Refused: 429 `concurrency_limited`.
        """
        if self._max is not None and self._contexts >= self._max:
            raise _limited(f"{self._max} contexts are active, which is the limit of this server.")
        self._contexts += 1
        try:
            yield
        finally:
            self._contexts -= 1

    @contextmanager
    def socket(self) -> Generator[None]:
        """Be one of the TTS sockets.

        Raises:
            Refused: 429 `concurrency_limited`.
        """
        if self._max is not None and self._sockets >= self._max * SOCKETS_PER_CONTEXT:
            raise _limited(f"{self._sockets} sockets are open, which is the limit of this server.")
        self._sockets += 1
        try:
            yield
        finally:
            self._sockets -= 1


def _limited(message: str) -> Refused:
    return Refused(message, status=429, title="Too many requests at once", error_code="concurrency_limited")
