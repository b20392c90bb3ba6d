"""What one connection is to meet, as a machine without I/O: it is told what happens and says which fault is due."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Final, TypeVar

from attrs import define

from cartesia_core._fast import loads
from cartesia_core._json import JsonObject, is_object
from cartesia_core.versions import NEWEST
from cartesia_local.faults.answers import HttpStatus, NoAnswer, Redirect
from cartesia_local.faults.change import changed, concerns
from cartesia_local.faults.events import Fragment, LateEvents
from cartesia_local.faults.fault import ACTS, CHANGES, INSTEAD, Act, Change, Fault, Instead, Manner
from cartesia_local.faults.late import Late
from cartesia_local.faults.moment import CURRENT, ByteMoment, Current, Moment

Committing = Callable[[Fault], AbstractContextManager[None]]
M = TypeVar("M", bound=Manner)


@define(eq=False)
class _Active:
    """A change with what is left of it."""

    fault: Change
    left: int | None
    is_noted: bool = False


class Script:
    """The faults of one connection.

    Args:
        faults: In the order in which those of the same moment happen.
        committing: Is told of a fault as long as it happens.
    """

    def __init__(self, faults: tuple[Fault, ...], committing: Committing) -> None:
        self.committing: Final = committing
        self.version: str = NEWEST
        """The API version asked for."""
        self.is_recognition: bool = False
        """Whether the connection is a socket for recognition, whose errors have a shape of their own."""
        first = faults[0]
        self.instead: Final[Instead | None] = first if isinstance(first, (NoAnswer, HttpStatus, Redirect)) else None
        self.is_plain: Final = all(isinstance(fault, INSTEAD) for fault in faults)
        """Whether nothing happens but another answer."""
        self._faults: Final = faults
        self._acts: Final[list[Act]] = [fault for fault in faults if isinstance(fault, ACTS)]
        self._changes: Final = [_Active(fault, fault.count) for fault in faults if isinstance(fault, CHANGES)]
        self._late: Final = Late()
        self._events = 0
        self._events_of: Final[Counter[str]] = Counter()
        self._messages = 0
        self._nbytes = 0
        self._context_id: str | None = None
        self._has_sent = False

    def find(self, kind: type[M]) -> M | None:
        """Give the first fault of a kind that changes how the connection behaves."""
        return next((fault for fault in self._faults if isinstance(fault, kind)), None)

    def note(self, fault: Fault) -> None:
        """Tell of a fault that takes no time, or all that is left."""
        with self.committing(fault):
            pass

    # --- what happens

    def received(self, message: str | bytes) -> None:
        """Count a message of the client."""
        self._messages += 1
        try:
            value = loads(message)
        except ValueError:
            return
        if not is_object(value) or not isinstance(context_id := value.get("context_id"), str):
            return
        if not self._has_sent:
            self._context_id = context_id
        if value.get("cancel") is True and self._current(LateEvents) is not None:
            self._late.cancelled(context_id)

    def sent(self, event: JsonObject | None) -> None:
        """Count a real event; None for a piece of a body without events."""
        self._events += 1
        if event is None:
            return
        self._events_of[str(event.get("type"))] += 1
        if isinstance(context_id := event.get("context_id"), str):
            self._context_id, self._has_sent = context_id, True

    def put(self, nbytes: int) -> None:
        """Count bytes."""
        self._nbytes += nbytes

    # --- what is due

    def next_act(self) -> Act | None:
        """Give what is due, once."""
        for act in self._acts:
            if self._is_reached(act):
                self._acts.remove(act)
                return act
        return None

    def next_cut(self) -> Act | None:
        """Give what is due within an event, once."""
        for act in self._acts:
            if isinstance(act, ByteMoment) and act.after_nbytes is not None and self._is_reached(act):
                self._acts.remove(act)
                return act
        return None

    def cut(self, nbytes: int) -> int:
        """Give how many of the next bytes may go out before something is due; all where nothing is."""
        cuts = [act.after_nbytes for act in self._acts if isinstance(act, ByteMoment) and act.after_nbytes is not None]
        return min([nbytes, *(cut - self._nbytes for cut in cuts)])

    def change(self, event: JsonObject) -> list[JsonObject]:
        """Give what goes out in place of a real event."""
        self._late.sent(event)
        if (late := self._current(LateEvents)) is not None and isinstance(late.fault, LateEvents):
            if self._late.holds(event):
                return []
            if extra := self._late.release(event, late.fault.chunks):
                self._use(late)
                return [*extra, *self._changed(event)]
        return self._changed(event)

    def fragment_nbytes(self) -> int | None:
        """Give how many bytes of the next message go into a frame; None leaves it whole."""
        found = self._current(Fragment)
        if found is None or not isinstance(found.fault, Fragment):
            return None
        self._use(found)
        return found.fault.nbytes

    def context(self, wanted: str | Current | None) -> str | None:
        """Give the id of the context that a fault is for."""
        return self._context_id if wanted is CURRENT else wanted

    def _is_reached(self, moment: Moment) -> bool:
        if isinstance(moment, ByteMoment) and moment.after_nbytes is not None:
            return self._nbytes >= moment.after_nbytes
        events = self._events if moment.of_type is None else self._events_of[moment.of_type]
        return events >= moment.after_events and self._messages >= moment.after_messages

    def _current(self, kind: type[Change]) -> _Active | None:
        return next((each for each in self._changes if isinstance(each.fault, kind) and self._is_on(each)), None)

    def _is_on(self, active: _Active) -> bool:
        return active.left != 0 and self._is_reached(active.fault)

    def _changed(self, event: JsonObject) -> list[JsonObject]:
        events = [event]
        for active in filter(self._is_on, self._changes):
            if concerns(active.fault, event):
                self._use(active)
                events = [result for each in events for result in changed(active.fault, each)]
        return events

    def _use(self, active: _Active) -> None:
        if active.left is not None:
            active.left -= 1
        if not active.is_noted:
            active.is_noted = True
            self.note(active.fault)
