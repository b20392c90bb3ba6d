"""The life of one TTS context, as a table.

A context is opened by its first text. It may be continued and flushed while OPEN; `finish` announces that no text
follows; the server's `done` ends it. Cancelling ends it on this side at once: the server may let a running generation
go on to its end and sends no documented answer (protocol notes, section 9), so what still comes is late, not wrong.
A `done` that nobody asked for means that the server gave the context up (it does so a second after its last audio).
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Final

from cartesia_core.errors import ContextClosed


class ContextState(Enum):
    """Where a context stands."""

    OPEN = "open"
    FINISHING = "finishing"
    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"
    EXPIRED = "expired"


class Cause(Enum):
    """What can happen to a context."""

    TEXT = "text"
    FLUSH = "flush"
    FINISH = "finish"
    CANCEL = "cancel"
    OUTPUT = "output"
    SERVER_DONE = "server done"
    FAULT = "fault"


_S = ContextState
_C = Cause
ENDED: Final = frozenset({_S.DONE, _S.CANCELLED, _S.FAILED, _S.EXPIRED})

MOVES: Final[Mapping[tuple[ContextState, Cause], ContextState]] = {
    (_S.OPEN, _C.TEXT): _S.OPEN,
    (_S.OPEN, _C.FLUSH): _S.OPEN,
    (_S.OPEN, _C.FINISH): _S.FINISHING,
    (_S.OPEN, _C.CANCEL): _S.CANCELLED,
    (_S.OPEN, _C.OUTPUT): _S.OPEN,
    (_S.OPEN, _C.SERVER_DONE): _S.EXPIRED,
    (_S.OPEN, _C.FAULT): _S.FAILED,
    (_S.FINISHING, _C.FINISH): _S.FINISHING,
    (_S.FINISHING, _C.CANCEL): _S.CANCELLED,
    (_S.FINISHING, _C.OUTPUT): _S.FINISHING,
    (_S.FINISHING, _C.SERVER_DONE): _S.DONE,
    (_S.FINISHING, _C.FAULT): _S.FAILED,
    # After its end a context can be cancelled in vain, and late frames and faults find nobody to tell.
    **{(state, cause): state for state in ENDED for cause in (_C.CANCEL, _C.OUTPUT, _C.SERVER_DONE, _C.FAULT)},
    # Said twice; `done` may have come between the two.
    (_S.DONE, _C.FINISH): _S.DONE,
    # The server gave the context up; announcing that no text follows is then merely late.
    (_S.EXPIRED, _C.FINISH): _S.EXPIRED,
}


def move(state: ContextState, cause: Cause, context_id: str) -> ContextState:
    """Look up where a cause leads.

    Raises:
        ContextClosed: The context takes no such command any more.
    """
    try:
        return MOVES[state, cause]
    except KeyError:
        hint = "; open a new context" if state is not ContextState.FINISHING else " after finish()"
        raise ContextClosed(f"the context is {state.value}: no {cause.value}{hint}", context_id=context_id) from None
