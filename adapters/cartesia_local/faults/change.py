"""How faults change real events."""

from __future__ import annotations

from typing import Final

from cartesia_core._json import JsonObject
from cartesia_local.faults.events import BadAudio, Drop, Repeat
from cartesia_local.faults.fault import Change

NOT_BASE64: Final = "%%%%"
JUNK: Final = "!~!~"


def concerns(fault: Change, event: JsonObject) -> bool:
    """Whether a fault changes an event. What tears messages or delays them does so elsewhere."""
    kind = event.get("type")
    if isinstance(fault, BadAudio):
        return kind == "chunk" and bool(event.get("data"))
    return isinstance(fault, (Repeat, Drop)) and kind == fault.event_type


def changed(fault: Change, event: JsonObject) -> list[JsonObject]:
    """Give what goes out in place of an event that the fault concerns."""
    if isinstance(fault, BadAudio):
        return [{**event, "data": _spoiled(str(event.get("data")), fault)}]
    return [] if isinstance(fault, Drop) else [event, event]


def _spoiled(data: str, fault: BadAudio) -> str:
    if fault.how == "not_base64":
        return NOT_BASE64
    if fault.how == "unpadded":
        return data[:-1]
    middle = len(data) // 2
    return data[:middle] + JUNK + data[middle:]
