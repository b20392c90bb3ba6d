"""What waits is counted right, whatever comes and goes."""

from __future__ import annotations

from attrs import frozen
from hypothesis import given
from hypothesis import strategies as st

from cartesia_core.ws.inbox import Inbox


@frozen
class Event:
    """Something of a context."""

    number: int
    context_id: str | None


KEYS = st.sampled_from(["a", "b", "c", None])
STEPS = st.one_of(
    st.tuples(st.just("put"), KEYS, st.integers(0, 100)),
    st.tuples(st.just("take"), KEYS, st.just(0)),
    st.tuples(st.just("drop"), st.sampled_from(["a", "b", "c"]), st.just(0)),
)


@given(st.lists(STEPS, max_size=60))
def test_an_inbox_is_a_list_that_can_be_read_by_context(steps: list[tuple[str, str | None, int]]) -> None:
    """The same events in the same order, and the bytes of the context that has most."""
    inbox: Inbox[Event] = Inbox()
    model: list[tuple[Event, int]] = []
    for number, (step, key, nbytes) in enumerate(steps):
        mine = [(event, size) for event, size in model if (step == "take" and key is None) or event.context_id == key]
        if step == "put":
            model.append((Event(number, key), nbytes))
            inbox.extend([Event(number, key)], nbytes)
        elif step == "take":
            assert inbox.take(key) == (mine[0][0] if mine else None)
            model = [entry for entry in model if entry not in mine[:1]]
        else:
            assert key is not None
            assert inbox.drop(key) == len(mine)
            model = [entry for entry in model if entry not in mine]
        sizes = [sum(size for event, size in model if event.context_id == each) for each in "abc"]
        assert (inbox.nbytes, inbox.largest_nbytes) == (sum(sizes), max(sizes))
        assert inbox.has() is bool(model)
        assert all(inbox.has(each) is any(event.context_id == each for event, _ in model) for each in "abc")
