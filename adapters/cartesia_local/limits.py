"""How much goes on at once. Source: protocol notes, section 4."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from cartesia_local.refusal import Refused

if TYPE_CHECKING:
    from collections.abc import Generator

SOCKETS_PER_CONTEXT: Final = 10
STREAMS_PER_CONTEXT: Final = 4
MOST_LIVE_STREAMS: Final = 32
"""Each has a recogniser, which takes 90 MB."""


class Limits:
    """Counts contexts, sockets and recognitions against what the configuration allows.

    Args:
        max_contexts: Contexts and audio requests at once; None does not limit.
    """

    def __init__(self, max_contexts: int | None) -> None:
        self._max: Final = max_contexts
        self._contexts = 0
        self._sockets = 0
        self._streams = 0
        self._live_streams = 0

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

    @contextmanager
    def stream(self) -> Generator[None]:
        """Be one of the recognitions: a recording, or a socket.

        Raises:
            Refused: 429 `concurrency_limited`.
        """
        if self._max is not None and self._streams >= self._max * STREAMS_PER_CONTEXT:
            raise _limited(f"{self._streams} streams are recognised, which is the limit of this server.")
        self._streams += 1
        try:
            yield
        finally:
            self._streams -= 1

    @contextmanager
    def live_stream(self) -> Generator[None]:
        """Be one of the sockets for recognition.

        Raises:
            Refused: 429 `concurrency_limited`.
        """
        if self._live_streams >= MOST_LIVE_STREAMS:
            raise _limited(f"{MOST_LIVE_STREAMS} recognisers are at work, as many as this server has.")
        with self.stream():
            self._live_streams += 1
            try:
                yield
            finally:
                self._live_streams -= 1


def _limited(message: str) -> Refused:
    return Refused(message, status=429, title="Too many requests at once", error_code="concurrency_limited")
