"""SIGTERM ends a command as cleanly as Ctrl-C does."""

from __future__ import annotations

import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from cartesia_cli.exits import Terminated

if TYPE_CHECKING:
    from collections.abc import Generator
    from types import FrameType

__all__ = ["interrupts_wait", "sigterm_interrupts"]


@contextmanager
def sigterm_interrupts() -> Generator[None, None, None]:
    """Raise `Terminated` in the main thread when SIGTERM comes."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, _terminate)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _terminate(_number: int, _frame: FrameType | None) -> None:
    raise Terminated


@contextmanager
def interrupts_wait() -> Generator[None, None, None]:
    """Let Ctrl-C and SIGTERM do nothing while a file is completed."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, signal.SIG_IGN) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
