"""Bytes sent slowly."""

from __future__ import annotations

import trio

from cartesia_local.faults.answers import Trickle
from cartesia_local.wire import Wire


async def send(wire: Wire, data: bytes, trickle: Trickle | None) -> None:
    """Send, waiting between pieces where a fault says so."""
    if trickle is None:
        await wire.send(data)
        return
    for start in range(0, len(data), trickle.piece_nbytes):
        piece = data[start : start + trickle.piece_nbytes]
        await wire.send(piece)
        await trio.sleep(len(piece) / trickle.bytes_per_second)
