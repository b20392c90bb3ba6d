"""The life of a context: every pair of state and cause."""

from __future__ import annotations

from itertools import product

import pytest

from cartesia_core.errors import ContextClosed, LocalProtocolError
from cartesia_core.tts.context import ENDED, MOVES, Cause, ContextState, move

S = ContextState
C = Cause
EXPECTED = {
    S.OPEN: {
        C.TEXT: S.OPEN,
        C.FLUSH: S.OPEN,
        C.FINISH: S.FINISHING,
        C.CANCEL: S.CANCELLED,
        C.OUTPUT: S.OPEN,
        C.SERVER_DONE: S.EXPIRED,
        C.FAULT: S.FAILED,
    },
    S.FINISHING: {
        C.FINISH: S.FINISHING,
        C.CANCEL: S.CANCELLED,
        C.OUTPUT: S.FINISHING,
        C.SERVER_DONE: S.DONE,
        C.FAULT: S.FAILED,
    },
    S.DONE: {C.FINISH: S.DONE, C.CANCEL: S.DONE, C.OUTPUT: S.DONE, C.SERVER_DONE: S.DONE, C.FAULT: S.DONE},
    S.CANCELLED: {C.CANCEL: S.CANCELLED, C.OUTPUT: S.CANCELLED, C.SERVER_DONE: S.CANCELLED, C.FAULT: S.CANCELLED},
    S.FAILED: {C.CANCEL: S.FAILED, C.OUTPUT: S.FAILED, C.SERVER_DONE: S.FAILED, C.FAULT: S.FAILED},
    S.EXPIRED: {
        C.FINISH: S.EXPIRED,
        C.CANCEL: S.EXPIRED,
        C.OUTPUT: S.EXPIRED,
        C.SERVER_DONE: S.EXPIRED,
        C.FAULT: S.EXPIRED,
    },
}


@pytest.mark.parametrize(("state", "cause"), list(product(ContextState, Cause)))
def test_every_pair(state: ContextState, cause: Cause) -> None:
    """What the table lists moves as listed; what it does not is `ContextClosed`."""
    target = EXPECTED[state].get(cause)
    if target is not None:
        assert move(state, cause, "c") is target
        return
    with pytest.raises(ContextClosed) as caught:
        move(state, cause, "c")
    assert isinstance(caught.value, LocalProtocolError)
    assert caught.value.context_id == "c"
    assert f"the context is {state.value}: no {cause.value}" in str(caught.value)
    assert ("open a new context" in str(caught.value)) is (state is not S.FINISHING)


def test_the_table_holds_nothing_else() -> None:
    """Every entry was meant."""
    assert dict(MOVES) == {(state, cause): to for state, causes in EXPECTED.items() for cause, to in causes.items()}


def test_an_end_is_an_end() -> None:
    """No cause leads out of it."""
    assert frozenset({S.DONE, S.CANCELLED, S.FAILED, S.EXPIRED}) == ENDED
    assert all(to is state for (state, _), to in MOVES.items() if state in ENDED)
