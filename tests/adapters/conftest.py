"""What holds for every test of the adapters: nothing is left behind, and the key shows nowhere."""

from __future__ import annotations

import gc
import logging
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.adapters.secrecy import assert_text_silent

_DESCRIPTORS = Path("/proc/self/fd")


def _descriptors() -> set[str]:
    if not _DESCRIPTORS.exists():
        return set()
    found: set[str] = set()
    for entry in _DESCRIPTORS.iterdir():
        with suppress(OSError):  # the descriptor of the listing itself
            found.add(f"{entry.name}:{entry.readlink()}")
    return found


def _left(before: set[str]) -> set[str]:
    return {entry for entry in _descriptors() - before if "socket" in entry or "eventpoll" in entry}


@pytest.fixture(autouse=True)
def nothing_left_behind(request: pytest.FixtureRequest) -> Iterator[None]:
    """File descriptors and threads are back where they were before the test."""
    if request.node.get_closest_marker("keeps_open"):
        yield
        return
    descriptors, threads = _descriptors(), set(threading.enumerate())
    yield
    for thread in set(threading.enumerate()) - threads:
        if thread.name.startswith("Trio thread"):  # trio keeps those that read files for ten seconds, to use them again
            continue
        thread.join(5)
        assert not thread.is_alive(), f"thread {thread.name} is left over"
    if _left(descriptors):
        gc.collect()  # costs more than most tests, so only when something is open that may just not be collected yet
    assert not (left := _left(descriptors)), f"descriptors are left over: {left}"


@pytest.fixture(autouse=True)
def silent_logs(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """No log record at any level holds the key."""
    caplog.set_level(logging.DEBUG)
    yield
    for record in caplog.get_records("call"):
        assert_text_silent(f"{record.getMessage()} {record.args!r} {record.exc_text}")
