"""Handlers by name."""

from __future__ import annotations

from typing import Any

import pytest

from cartesia_core.errors import InvalidArgument
from cartesia_core.events import FlushDone, Unknown
from cartesia_core.stt.events import (
    Connected,
    ManualEvent,
    Reconnected,
    Transcript,
    TurnEagerEnd,
    TurnEnd,
    TurnEvent,
    TurnResume,
    TurnStart,
    TurnUpdate,
)
from cartesia_core.stt.handlers import EVENT_NAMES, EventHandlers, name_of

EVENTS: tuple[ManualEvent | TurnEvent, ...] = (
    Transcript(text="a"),
    FlushDone(""),
    Connected(),
    TurnStart(),
    TurnUpdate(transcript="a"),
    TurnEagerEnd(transcript="a"),
    TurnResume(),
    TurnEnd(transcript="a"),
    Reconnected(error=InvalidArgument("x")),
    Unknown("news", {}, ""),
)


def test_every_event_has_a_name() -> None:
    """And every name an event."""
    assert tuple(map(name_of, EVENTS)) == EVENT_NAMES


def test_each_handler_gets_its_events() -> None:
    """In the order in which they were registered; others get nothing."""
    handlers, called = EventHandlers(), list[tuple[str, object]]()
    handlers.on("transcript", lambda event: called.append(("one", event)))
    handlers.on("transcript", lambda event: called.append(("two", event)))
    assert [handlers.handle(event) for event in EVENTS] == [2, *[0] * 9]
    assert called == [("one", EVENTS[0]), ("two", EVENTS[0])]


def test_a_misspelt_name_is_refused() -> None:
    """With those that there are."""
    wrong: Any = "transcrpit"
    with pytest.raises(InvalidArgument, match="'transcrpit'; there are transcript, flush_done"):
        EventHandlers().on(wrong, print)
