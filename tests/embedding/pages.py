"""The programs of the embedding pages, saved and run as a reader would."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import pytest
from attrs import frozen

PAGES: Final = Path(__file__).parents[2] / "docs" / "howto"
BLOCK: Final = re.compile(r"^```python file=(\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PROGRAMS: Final[dict[str, str]] = {
    name: source
    for page in [PAGES / "bring-your-own-event-loop.md", *sorted(PAGES.glob("embed-in-*.md"))]
    for name, source in BLOCK.findall(page.read_text(encoding="utf-8"))
}
NEEDS: Final = {"in_uvloop.py": "uvloop", "in_gevent.py": "gevent", "patched.py": "gevent", "in_qt.py": "PySide6"}

HASTE: Final = """
    from cartesia_core.ws import SessionLimits

    limits = SessionLimits(handshake_seconds=1, ping_after_seconds=0.5, pong_seconds=0.5, close_seconds=0.5)
"""
"""Deadlines that a test can wait for, to be put into `open_session`."""


@frozen
class Ran:
    """How a program ended.

    Attributes:
        seconds: How long it took, starting Python included.
    """

    status: int
    output: str
    errors: str
    seconds: float

    @property
    def error(self) -> str:
        """The class of the exception of ours that ended it."""
        found: list[str] = re.findall(r"cartesia_core\.errors\.(\w+):", self.errors)
        return found[-1] if self.status and found else ""


def save(folder: Path, *, is_hasty: bool = False) -> None:
    """Save all programs."""
    for name, source in PROGRAMS.items():
        (folder / name).write_text(source, encoding="utf-8")
    if is_hasty:
        path = folder / "conversation.py"
        source = path.read_text(encoding="utf-8")
        who = "    who = Identity("
        assert who in source
        assert "now=now)" in source
        path.write_text(
            source.replace(who, HASTE + who).replace("now=now)", "now=now, limits=limits)"), encoding="utf-8"
        )


def run(folder: Path, program: str, *arguments: str, url: str, key: str, **environment: str) -> Ran:
    """Run a program; skip the test if what it runs on is not installed."""
    needed = NEEDS.get(program)
    if needed is not None and find_spec(needed) is None:
        pytest.skip(f"{needed} is not installed; the documentation's own session has it")
    ours = {"CARTESIA_BASE_URL": url, "CARTESIA_API_KEY": key, "QT_QPA_PLATFORM": "offscreen"}
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-W", "error", program, *arguments],
        cwd=folder,
        env={**os.environ, **ours, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return Ran(done.returncode, done.stdout, done.stderr, time.monotonic() - began)
