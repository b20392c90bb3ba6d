"""Failures on purpose, so that your tests can meet them.

    from cartesia_local import LocalServer
    from cartesia_local.faults import CloseSocket

    with LocalServer() as server:
        server.faults.add(CloseSocket(1012, "restart", after_events=3), path="/tts/websocket")

The next socket is closed behind its third event; the ones after it are served as usual. Everything around a fault is
real: the audio before it, the other contexts, the next connection.
"""

from __future__ import annotations

from cartesia_local.faults.answers import BadHandshake, Framing, Gzip, HttpStatus, NoAnswer, Redirect, Trickle
from cartesia_local.faults.ends import CloseSocket, HalfOpen, HangUp, IgnoreClose, Reset, Stall
from cartesia_local.faults.events import (
    BadAudio,
    Drop,
    Fragment,
    LateEvents,
    PingFlood,
    Repeat,
    SendBinary,
    SendBytes,
    SendChunk,
    SendError,
    SendEvent,
    SendText,
)
from cartesia_local.faults.fault import Fault
from cartesia_local.faults.moment import CURRENT
from cartesia_local.faults.registry import Faults, Triggered

__all__ = [
    "CURRENT",
    "BadAudio",
    "BadHandshake",
    "CloseSocket",
    "Drop",
    "Fault",
    "Faults",
    "Fragment",
    "Framing",
    "Gzip",
    "HalfOpen",
    "HangUp",
    "HttpStatus",
    "IgnoreClose",
    "LateEvents",
    "NoAnswer",
    "PingFlood",
    "Redirect",
    "Repeat",
    "Reset",
    "SendBinary",
    "SendBytes",
    "SendChunk",
    "SendError",
    "SendEvent",
    "SendText",
    "Stall",
    "Trickle",
    "Triggered",
]
