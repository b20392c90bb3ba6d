"""Helpers: a local server in a process of its own, and how much memory it and its recognisers took."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from attrs import frozen

from cartesia_local import Running

_MAIN: Final = """
import json, sys
from cartesia_local import Config, run

def tell(running):
    print(json.dumps([running.url, running.websocket_url, running.host, running.port, running.key]), flush=True)

run(Config(stt_phrases=json.loads(sys.argv[1])), tell)
"""


@frozen
class Memory:
    """The most that processes took so far, in MiB.

    Attributes:
        server: The server itself.
        children: Its children together, those that run.
    """

    server: float
    children: float


@frozen
class Served:
    """A server that runs.

    Attributes:
        running: Where it is.
        pid: Its process.
    """

    running: Running
    pid: int

    @property
    def memory(self) -> Memory:
        """The most that it took so far, and that those of its children took which still run."""
        children = _children(self.pid)
        return Memory(_most_mib(self.pid), sum(map(_most_mib, children)))


@contextmanager
def served(phrases: Sequence[str] | None) -> Iterator[Served]:
    """Run a server; with phrases it hears nothing else."""
    command = [sys.executable, "-c", _MAIN, json.dumps(phrases)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            url, websocket_url, host, port, key = json.loads(process.stdout.readline())
            running = Running(url=url, websocket_url=websocket_url, host=host, port=port, key=key)
            yield Served(running, process.pid)
        finally:
            process.terminate()


def _children(pid: int) -> list[int]:
    lists = [(task / "children").read_text() for task in Path(f"/proc/{pid}/task").iterdir()]
    return [int(child) for pids in lists for child in pids.split()]


def _most_mib(pid: int) -> float:
    found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    return int(found[1]) / 1024 if found else 0.0  # a process that has just ended has none
