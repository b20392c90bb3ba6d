"""However large a file is, memory stays flat while it is sent."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Final

import pytest

NBYTES: Final = 500 * 1024 * 1024
ALLOWED_NBYTES: Final = 32 * 1024 * 1024
PROGRAM: Final = """
import sys
from pathlib import Path

flavour, url, path = sys.argv[1:]

def peak_nbytes():
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) * 1024

if flavour == "sync":
    from cartesia_sync import Client

    def upload(file):
        with Client(api_key="k", base_url=url) as client:
            client.datasets.files.upload("d", file=file)
else:
    import anyio
    if flavour == "trio":
        from cartesia_trio import Client
    else:
        from cartesia_asyncio import Client

    async def later(file):
        async with Client(api_key="k", base_url=url) as client:
            await client.datasets.files.upload("d", file=file)

    def upload(file):
        anyio.run(later, file, backend=flavour)

upload(b"x")  # so that everything is loaded
before = peak_nbytes()
upload(Path(path))
print(peak_nbytes() - before)
"""


def _swallow(connection: socket.socket, counts: list[int]) -> None:
    with connection:
        while head := _head(connection):
            left = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0]) - len(
                head.partition(b"\r\n\r\n")[2]
            )
            counts.append(left)
            while left:
                left -= len(connection.recv(min(left, 1 << 20)))
            connection.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")


def _head(connection: socket.socket) -> bytes:
    data = b""
    while b"\r\n\r\n" not in data:
        if not (more := connection.recv(65536)):
            return b""
        data += more
    return data


@contextmanager
def swallowing() -> Generator[tuple[str, list[int]]]:
    """Run a server that reads uploads, keeps nothing of them, and is content."""
    counts: list[int] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            for _ in range(2):  # the program makes two clients
                _swallow(listener.accept()[0], counts)

        thread = Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", counts
        thread.join(30)
        assert not thread.is_alive()


@pytest.mark.parametrize("flavour", ["sync", "trio", "asyncio"])
def test_half_a_gigabyte_is_sent_with_flat_memory(flavour: str, tmp_path: Path) -> None:
    """The peak of the whole process grows by less than a fifteenth of the file."""
    path = tmp_path / "huge.wav"
    path.touch()
    os.truncate(path, NBYTES)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with swallowing() as (url, counts):
        command = [sys.executable, "-c", PROGRAM, flavour, url, str(path)]
        done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True, timeout=120)
    assert counts[-1] > NBYTES - 65536
    assert int(done.stdout) < ALLOWED_NBYTES
