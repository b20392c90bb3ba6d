"""The command, run in this process or in one of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import wave
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import frozen
from click.testing import CliRunner

from cartesia_cli.app import app

if TYPE_CHECKING:
    from cartesia_local import LocalServer

SECRET = "sk_car_never_to_be_shown"  # a key that is none
TIMEOUT_SECONDS = 30


@frozen
class Outcome:
    """How a run ended."""

    code: int
    out: str
    err: str


def environment(server: LocalServer | None, **more: str) -> dict[str, str | None]:
    """Give the environment that leads to a server, or to none."""
    given: dict[str, str | None] = {"CARTESIA_API_KEY": None, "CARTESIA_BASE_URL": None}
    if server is not None:
        given.update(CARTESIA_API_KEY=server.key, CARTESIA_BASE_URL=server.url)
    return {**given, **more}


def invoke(server: LocalServer | None, *arguments: str, text: str | bytes | None = None, **more: str) -> Outcome:
    """Run the command here."""
    result = CliRunner().invoke(
        app,
        arguments,
        input=text,
        env=environment(server, **more),
        catch_exceptions=False,
        prog_name="cartesia-core",
    )
    return Outcome(result.exit_code, result.stdout, result.stderr)


def start(
    server: LocalServer | None, *arguments: str, stdin: int = subprocess.DEVNULL, stdout: int = subprocess.PIPE
) -> subprocess.Popen[bytes]:
    """Start the command in a process and a process group of its own, as a shell does."""
    changes = environment(server)
    kept = {name: value for name, value in os.environ.items() if name not in changes}
    given = {name: value for name, value in changes.items() if value is not None}
    return subprocess.Popen(
        [sys.executable, "-m", "cartesia_cli", *arguments],
        stdin=stdin,
        stdout=stdout,
        stderr=subprocess.PIPE,
        env={**kept, **given},
        start_new_session=True,
    )


def finish(process: subprocess.Popen[bytes]) -> Outcome:
    """Wait for the end."""
    try:
        out, err = process.communicate(timeout=TIMEOUT_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        raise
    return Outcome(process.returncode, (out or b"").decode(), err.decode())


def read_wav(path: Path) -> tuple[float, bytes]:
    """Give seconds and samples of a WAV file, by a reader that believes its sizes."""
    with wave.open(str(path), "rb") as file:
        data = file.readframes(file.getnframes())
        assert file.getnframes() * file.getsampwidth() == len(data)
        return file.getnframes() / file.getframerate(), data
