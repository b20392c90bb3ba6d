"""Signals that come in the middle of a write."""

from __future__ import annotations

import signal
import sys

import pytest

from cartesia_cli.exits import Terminated
from cartesia_cli.signals import Interrupts

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")


def test_signal_waits_for_the_end_of_the_write() -> None:
    """A first signal inside the block is raised behind it, a second one at once; outside of it at once too."""
    interrupts = Interrupts()
    done: list[str] = []
    with interrupts.installed():
        with pytest.raises(Terminated), interrupts.shielded():
            signal.raise_signal(signal.SIGTERM)
            done.append("written whole")
        with pytest.raises(KeyboardInterrupt), interrupts.shielded():
            signal.raise_signal(signal.SIGINT)
            signal.raise_signal(signal.SIGINT)
            done.append("never")
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
    assert done == ["written whole"]


def test_handlers_are_put_back() -> None:
    """What was there before is there again, and a signal that is to be ignored stays ignored."""
    before = signal.signal(signal.SIGTERM, signal.SIG_IGN)
    try:
        with Interrupts().installed():
            signal.raise_signal(signal.SIGTERM)
        assert signal.getsignal(signal.SIGTERM) is signal.SIG_IGN
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    finally:
        signal.signal(signal.SIGTERM, before)
