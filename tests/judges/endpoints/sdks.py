"""The official SDKs: installed each into a folder of its own, and run in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from tests.judges.endpoints.words import Official, Values

CHECKOUT: Final = Path(__file__).parents[3]
CACHE: Final = CHECKOUT / ".nox" / "judges"
VERSIONS: Final = {"4.2.0": "2026-08-14", "2.0.17": "2024-11-13", "1.4.0": "2024-06-10"}
"""SDK to the API version that it speaks."""
HERE: Final = "4.2.0"
"""The one that is installed with the tests."""
OLDER: Final = ("2.0.17", "1.4.0")


def folder_of(number: str) -> Path | None:
    """Give the folder of an SDK, which is installed if it is not yet there; None if it is among ours.

    Raises:
        CalledProcessError: It cannot be installed.
    """
    if number == HERE:
        return None
    folder = CACHE / f"{number}-{sys.implementation.cache_tag}"
    if not folder.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=CACHE) as temporary:
            _install(number, Path(temporary) / "sdk")
            try:
                (Path(temporary) / "sdk").rename(folder)
            except OSError:  # another process has installed it meanwhile
                if not folder.exists():
                    raise
    return folder


def _install(number: str, folder: Path) -> None:
    # pydub, which these SDKs import, wants a module that Python 3.13 no longer has.
    wanted = [f"cartesia=={number}", "audioop-lts; python_version >= '3.13'"]
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "--quiet", "--target", str(folder), *wanted],
        check=True,
        stdout=sys.stderr,
        timeout=300,
    )


class Sdk:
    """An SDK in its process.

    Attributes:
        names: Its methods.
    """

    def __init__(self, process: subprocess.Popen[str], key: str) -> None:
        self._process: Final = process
        self._write(key)
        self.names: Final[list[str]] = self._read()

    def call(self, call: Official, made: Values) -> str | None:
        """Make a call; give the error, or None."""
        self._write(json.dumps({"call": call, "made": dict(made)}))
        answer: dict[str, str | None] = self._read()
        return answer["error"]

    def _write(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()

    def _read(self) -> Any:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, "the process of the SDK ended"
        return json.loads(line)


@contextmanager
def running(number: str, url: str, key: str) -> Generator[Sdk]:
    """Run an SDK as a client of a server."""
    folder = folder_of(number)
    path = [str(CHECKOUT)] if folder is None else [str(folder), str(CHECKOUT)]
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.judges.endpoints.child", number, url],
        cwd=CHECKOUT,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(path)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            yield Sdk(process, key)
        finally:
            assert process.stdin is not None
            process.stdin.close()
            process.wait(10)
