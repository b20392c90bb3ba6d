"""The upgrade to a WebSocket that meets its faults."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cartesia_local.faults.answers import BadHandshake, Trickle
from cartesia_local.faults.frames import edited
from cartesia_local.faults.socket import FaultySocket
from cartesia_local.ws.socket import Socket, accept

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from cartesia_local.config import Config
    from cartesia_local.faults.script import Script
    from cartesia_local.http.connection import Head, HttpConnection


async def accept_faulty(
    http: HttpConnection, head: Head, config: Config, handler: Callable[[Socket], Awaitable[None]], script: Script
) -> None:
    """Make a WebSocket of a connection and run its handler to the end.

    Raises:
        Refused: The request is not a valid handshake; nothing was answered yet.
    """
    bad, trickle = script.find(BadHandshake), script.find(Trickle)

    def edit(answer: bytes) -> bytes:
        for manner in (bad, trickle):
            if manner is not None:
                script.note(manner)
        return answer if bad is None else edited(answer, bad)

    await accept(
        http,
        head,
        config,
        handler,
        make=lambda wire, ws, nbytes: FaultySocket(wire, ws, nbytes, script),
        edit=edit,
    )
