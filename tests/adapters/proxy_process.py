"""A CONNECT proxy in a process of its own, which tells what it was asked for when it ends."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Final

from typing_extensions import Self

from tests.adapters.proxy import ConnectProxy

ROOT: Final = Path(__file__).parents[2]
PATIENCE_SECONDS: Final = 10.0


class ProxyProcess:
    """Runs the proxy; `heads` holds what it was asked for, header fields included, once it has ended."""

    def __init__(self) -> None:
        self.url: str = ""
        self.url_of_a_stranger: str = ""
        self.heads: list[str] = []

    @property
    def targets(self) -> list[str]:
        """Where tunnels were asked for."""
        return [head.split(" ", 2)[1] for head in self.heads]

    def __enter__(self) -> Self:
        """Start it, and wait until it listens."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.adapters.proxy_process"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        self.url, self.url_of_a_stranger = json.loads(self._process.stdout.readline())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None, /
    ) -> None:
        """End it: its standard input ends, it tells what it saw, and stops."""
        told, _ = self._process.communicate(timeout=PATIENCE_SECONDS)
        self.heads = json.loads(told)
        assert self._process.returncode == 0


def main() -> None:
    """Serve until standard input ends."""
    with ConnectProxy() as proxy:
        print(json.dumps([proxy.url, proxy.url_of_a_stranger]), flush=True)  # noqa: T201 - what the parent reads
        sys.stdin.read()
        print(json.dumps(proxy.heads), flush=True)  # noqa: T201 - what the parent reads


if __name__ == "__main__":
    main()
