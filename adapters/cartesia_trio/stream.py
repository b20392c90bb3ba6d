"""The connection of an upgraded httpx request, as a trio stream."""

from __future__ import annotations

from typing import Final

import trio
from typing_extensions import override

from cartesia_httpx import AsyncUpgraded


class UpgradedStream(trio.abc.Stream):
    """Carries bytes through the connection that httpx opened."""

    def __init__(self, upgraded: AsyncUpgraded) -> None:
        self._upgraded: Final = upgraded

    @override
    async def send_all(self, data: bytes | bytearray | memoryview) -> None:
        """Write all bytes."""
        try:
            await self._upgraded.send(bytes(data))
        except OSError as error:
            raise trio.BrokenResourceError(str(error)) from error

    @override
    async def wait_send_all_might_not_block(self) -> None:
        """Do nothing: httpx's streams cannot tell."""
        await trio.lowlevel.checkpoint()

    @override
    async def receive_some(self, max_bytes: int | None = None) -> bytes:
        """Wait for bytes; `b""` at the end."""
        try:
            return await self._upgraded.receive()
        except OSError as error:
            raise trio.BrokenResourceError(str(error)) from error

    @override
    async def aclose(self) -> None:
        """Close the connection."""
        await self._upgraded.aclose()
