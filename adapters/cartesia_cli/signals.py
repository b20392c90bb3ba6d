"""Ctrl-C and SIGTERM, so that they end a command cleanly and never in the middle of a write."""

from __future__ import annotations

import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from cartesia_cli.exits import Terminated

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from types import FrameType

__all__ = ["Interrupts"]


class Interrupts:
    """Raises `KeyboardInterrupt`, or `Terminated` for SIGTERM, in the main thread while `installed`."""

    def __init__(self) -> None:
        self._is_shielded: bool = False
        self._pending: KeyboardInterrupt | None = None
        self._first: Callable[[], object] | None = None

    @contextmanager
    def installed(self) -> Generator[None, None, None]:
        """Handle the signals; one that the shell told us to ignore stays ignored."""
        is_main = threading.current_thread() is threading.main_thread()
        numbers = [signal.SIGINT, signal.SIGTERM] if is_main else []
        before = {number: signal.getsignal(number) for number in numbers}
        wanted = [number for number, handler in before.items() if handler is not signal.SIG_IGN]
        for number in wanted:
            signal.signal(number, self._receive)
        try:
            yield
        finally:
            for number in wanted:
                signal.signal(number, before[number])

    @contextmanager
    def shielded(self, *, is_wanted: bool = True) -> Generator[None, None, None]:
        """Put a first signal off to the end of the block; a second one is not put off, for the block may be stuck."""
        self._is_shielded = is_wanted
        try:
            yield
        finally:
            self._is_shielded = False
        pending, self._pending = self._pending, None
        if pending is not None:
            raise pending

    @contextmanager
    def first_calls(self, action: Callable[[], object]) -> Generator[None, None, None]:
        """Have a first Ctrl-C call something instead, e.g. to end a recording; a second one, and SIGTERM, interrupt."""
        self._first = action
        try:
            yield
        finally:
            self._first = None

    def _receive(self, number: int, _frame: FrameType | None) -> None:
        first, self._first = self._first, None
        if first is not None and number == signal.SIGINT:
            first()
            return
        reason = Terminated() if number == signal.SIGTERM else KeyboardInterrupt()
        if not self._is_shielded or self._pending is not None:
            raise reason
        self._pending = reason
