"""A large file put into a dataset: how long it takes, and what it adds to the peak of memory."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, TypeAlias

from benchmarks.measure import KEY, Case

MEGABYTE: Final = 1024 * 1024
Upload: TypeAlias = Callable[[str, Path], None]
"""Takes the server's base URL and a path."""


def _ours(url: str, path: Path) -> None:
    from cartesia_sync import Client

    with Client(api_key=KEY, base_url=url) as client:
        client.datasets.files.upload("d", file=path)


def _ours_trio(url: str, path: Path) -> None:
    import trio

    from cartesia_trio import Client

    async def main() -> None:
        async with Client(api_key=KEY, base_url=url) as client:
            await client.datasets.files.upload("d", file=path)

    trio.run(main)


def _ours_asyncio(url: str, path: Path) -> None:
    import asyncio

    from cartesia_asyncio import Client

    async def main() -> None:
        async with Client(api_key=KEY, base_url=url) as client:
            await client.datasets.files.upload("d", file=path)

    asyncio.run(main())


def _official(url: str, path: Path) -> None:
    from cartesia import Cartesia

    with Cartesia(api_key=KEY, base_url=url) as client:
        client.datasets.files.upload("d", file=path)


def _official_async(url: str, path: Path) -> None:
    import asyncio

    from cartesia import AsyncCartesia

    async def main() -> None:
        async with AsyncCartesia(api_key=KEY, base_url=url) as client:
            await client.datasets.files.upload("d", file=path)

    asyncio.run(main())


@contextmanager
def _file(megabytes: int) -> Generator[Path]:
    """Give a file that takes no room on the disk."""
    with tempfile.NamedTemporaryFile(suffix=".wav") as file:
        os.truncate(file.fileno(), megabytes * MEGABYTE)
        yield Path(file.name)


def _peak_megabytes() -> float:
    """Give the most memory that this program has held; the figure of `getrusage` may be the parent's."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def _wall(upload: Upload) -> Case:
    """Give the milliseconds for a file of so many megabytes, once all is loaded."""

    def measure(url: str, count: int) -> float:
        with _file(1) as small, _file(count) as large:
            upload(url, small)
            began = time.perf_counter()
            upload(url, large)
            return (time.perf_counter() - began) * 1e3

    return measure


def _peak(upload: Upload) -> Case:
    """Give the megabytes by which a file of so many raises the peak."""

    def measure(url: str, count: int) -> float:
        with _file(1) as small, _file(count) as large:
            upload(url, small)
            before = _peak_megabytes()
            upload(url, large)
            return max(_peak_megabytes() - before, 0.01)  # ratios are taken of it

    return measure


def cases_of(side: str) -> dict[str, Case]:
    """Give the cases of a side."""
    upload = _SIDES[side]
    return {"upload": _wall(upload), "upload_peak": _peak(upload)}


_SIDES: Final[dict[str, Upload]] = {
    "ours": _ours,
    "ours_trio": _ours_trio,
    "ours_asyncio": _ours_asyncio,
    "official": _official,
    "official_async": _official_async,
}
