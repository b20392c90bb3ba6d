"""Uploads on event loops: files are read beside the loop, and nothing is left when they are cancelled."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import Final

import anyio
import httpx
import pytest

from cartesia_core import stt
from cartesia_core.errors import InvalidArgument
from cartesia_core.settings import settings_of
from cartesia_httpx import AsyncHttpxSender
from tests.adapters.flavours import FLAVOURS, Flavour, until
from tests.adapters.forms import ACCEPTED, ReadNothing, ReadSome, file_of
from tests.adapters.peer import PATIENCE
from tests.adapters.scripted import ScriptedServer
from tests.adapters.secrecy import KEY
from tests.adapters.steps import Tell

every_flavour: Final = pytest.mark.parametrize("flavour", FLAVOURS, ids=lambda flavour: flavour.name)


class Slow(io.BytesIO):
    """A file on a disk that has to be waited for."""

    def __init__(self) -> None:
        super().__init__(b"RIFF" * 100)
        self.is_asked: Final = Event()
        self.is_there: Final = Event()

    def read(self, size: int | None = -1, /) -> bytes:
        """Wait, then read."""
        self.is_asked.set()
        assert self.is_there.wait(PATIENCE), "the loop stood still"
        return super().read(size)


@every_flavour
def test_the_loop_runs_on_while_a_file_is_read(flavour: Flavour) -> None:
    """A disk that is slow holds up nobody but the upload: here the loop itself lets it go on."""
    file = Slow()

    async def main() -> str:
        text = ""
        async with flavour.client(server.url) as client, anyio.create_task_group() as tasks:

            async def upload() -> None:
                nonlocal text
                text = (await client.stt.transcribe(file=file, model="m")).text

            tasks.start_soon(upload)
            await until(file.is_asked.is_set, "reading")
            file.is_there.set()
        return text

    with ScriptedServer((ACCEPTED,)) as server:
        assert flavour.run(main) == "Hello."
        assert file_of(server.requests[0]).content == b"RIFF" * 100


def open_files(path: Path) -> int:
    """Count the descriptors of this process that lead to a path."""
    return sum(os.path.realpath(entry) == str(path) for entry in Path("/proc/self/fd").iterdir())


async def cancelled_when(
    flavour: Flavour, url: str, path: Path, condition: Callable[[], bool], after: Callable[[], None]
) -> str:
    """Cancel an upload when something is so, and make another call with the same client."""
    async with flavour.client(url) as client:
        async with anyio.create_task_group() as tasks:

            async def upload() -> None:
                await client.stt.transcribe(file=path, model="m")

            tasks.start_soon(upload)
            await until(condition, "the middle of the upload")
            tasks.cancel_scope.cancel()
        after()
        return (await client.stt.transcribe(file=b"x", model="m")).text


@every_flavour
def test_an_upload_can_be_cancelled_in_the_middle(flavour: Flavour, tmp_path: Path) -> None:
    """The file is closed, the half-sent request is never finished, and the client serves on."""
    path = tmp_path / "large.wav"
    path.touch()
    os.truncate(path, 64 * 1024 * 1024)

    def begun() -> bool:
        return server.flag("begun").is_set() and open_files(path) == 1

    async def main() -> str:
        text = await cancelled_when(flavour, server.url, path, begun, lambda: None)
        await until(lambda: open_files(path) == 0, "closing")  # by the thread that was in the middle of reading
        return text

    with ScriptedServer((ReadSome(), Tell("begun"), ReadNothing()), (ACCEPTED,)) as server:
        assert flavour.run(main) == "Hello."


@every_flavour
def test_an_upload_can_be_cancelled_while_its_file_is_waited_for(flavour: Flavour, tmp_path: Path) -> None:
    """Opening a pipe waits for whoever writes; when one comes, the thread that waited closes what it has opened."""
    path = tmp_path / "pipe"
    os.mkfifo(path)

    def late() -> None:
        with path.open("wb"):
            pass

    async def main() -> str:
        text = await cancelled_when(flavour, server.url, path, started, late)
        await until(lambda: open_files(path) == 0, "closing")
        return text

    waits = iter(range(20))

    def started() -> bool:
        return next(waits, None) is None

    with ScriptedServer((ACCEPTED,)) as server:
        assert flavour.run(main) == "Hello."
        assert len(server.records) == 1


@every_flavour
def test_a_sender_without_threads_takes_bytes_only(flavour: Flavour, tmp_path: Path) -> None:
    """It does not block the loop behind its owner's back."""
    path = tmp_path / "a.wav"
    path.write_bytes(b"RIFF")

    async def main() -> str:
        async with httpx.AsyncClient() as client:
            sender = AsyncHttpxSender(client, settings_of(api_key=KEY, base_url=server.url), sleep=anyio.sleep)
            with pytest.raises(InvalidArgument, match="in_thread="):
                await sender.send(stt.transcribe(file=path, model="m"))
            return (await sender.send(stt.transcribe(file=b"RIFF", model="m"))).text

    with ScriptedServer((ACCEPTED,)) as server:
        assert flavour.run(main) == "Hello."
        assert len(server.requests) == 1
