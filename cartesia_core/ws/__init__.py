"""WebSockets without I/O: `Session` carries a dialogue over bytes."""

from cartesia_core.ws.dialogue import Dialogue
from cartesia_core.ws.events import NEED_DATA, Closed, ClosedBy, NeedData, Opened, Rejected, State
from cartesia_core.ws.session import Session, SessionLimits
from cartesia_core.ws.wire import Handshake

__all__ = [
    "NEED_DATA",
    "Closed",
    "ClosedBy",
    "Dialogue",
    "Handshake",
    "NeedData",
    "Opened",
    "Rejected",
    "Session",
    "SessionLimits",
    "State",
]
