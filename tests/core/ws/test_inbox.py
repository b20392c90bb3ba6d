"""Events waiting to be taken."""

from __future__ import annotations

from attrs import frozen

from cartesia_core.ws.inbox import Inbox


@frozen
class Event:
    """Something of a context."""

    name: str
    context_id: str | None = None


def test_events_come_in_order_or_for_one_context_alone() -> None:
    """Taking for one leaves the others in their order."""
    inbox: Inbox[Event] = Inbox()
    a1, b1, s1, a2 = Event("a1", "a"), Event("b1", "b"), Event("s1"), Event("a2", "a")
    inbox.extend([a1, b1, s1, a2])
    assert inbox.take("b") == b1
    assert inbox.take("b") is None
    assert [inbox.take(), inbox.take(), inbox.take(), inbox.take()] == [a1, s1, a2, None]


def test_what_belongs_to_the_socket_can_be_taken_alone() -> None:
    """In its order; what belongs to contexts stays in its own."""
    inbox: Inbox[Event] = Inbox()
    assert inbox.take_unowned() is None
    inbox.extend([Event("a1", "a"), Event("s1"), Event("a2", "a"), Event("s2")], 5)
    assert [inbox.take_unowned(), inbox.take_unowned(), inbox.take_unowned()] == [Event("s1"), Event("s2"), None]
    assert inbox.largest_nbytes == 10
    assert [inbox.take(), inbox.take(), inbox.take()] == [Event("a1", "a"), Event("a2", "a"), None]


def test_dropping_gives_the_number() -> None:
    """What nobody asks for again makes no memory."""
    inbox: Inbox[Event] = Inbox()
    inbox.extend([Event("1", "a"), Event("2", "a"), Event("3", "b")])
    assert (inbox.drop("a"), inbox.drop("a")) == (2, 0)
    assert (inbox.take(), inbox.take()) == (Event("3", "b"), None)


def test_things_that_concern_the_socket_are_kept_for_a_while_only() -> None:
    """Nobody has to ask for them; the latest stay."""
    inbox: Inbox[Event] = Inbox()
    inbox.extend(Event(str(number)) for number in range(1000))
    inbox.extend([Event("last")])
    kept = [event.name for event in iter(inbox.take, None)]
    assert kept[-1] == "last"
    assert len(kept) == 64


def test_things_without_any_context_belong_to_the_socket() -> None:
    """Objects that know nothing of contexts too."""
    inbox: Inbox[object] = Inbox()
    thing = object()
    inbox.extend([thing])
    assert inbox.take("a") is None
    assert inbox.take() is thing


def test_bytes_are_counted_for_each_context() -> None:
    """Taking and dropping make room; what concerns the socket is not counted, for nobody has to take it."""
    inbox: Inbox[Event] = Inbox()
    inbox.extend([Event("a1", "a"), Event("a2", "a")], 10)
    inbox.extend([Event("b1", "b")], 15)
    inbox.extend([Event("socket")], 1000)
    assert inbox.nbytes == 35
    assert inbox.largest_nbytes == 20
    inbox.take("a")
    assert inbox.largest_nbytes == 15
    inbox.drop("b")
    assert inbox.largest_nbytes == 10
    assert [inbox.take(), inbox.take()] == [Event("a2", "a"), Event("socket")]
    assert inbox.largest_nbytes == 0


def test_whether_there_is_something_can_be_asked_without_taking_it() -> None:
    """Of one context, or of any."""
    inbox: Inbox[Event] = Inbox()
    assert not inbox.has()
    inbox.extend([Event("a1", "a")])
    assert (inbox.has(), inbox.has("a"), inbox.has("b")) == (True, True, False)
    inbox.take("a")
    assert (inbox.has(), inbox.has("a")) == (False, False)


def test_things_of_the_socket_take_turns_with_the_others_and_are_not_counted() -> None:
    """Also while more of them wait."""
    inbox: Inbox[Event] = Inbox()
    inbox.extend([Event("s1"), Event("a1", "a"), Event("s2")], 7)
    assert [inbox.take(), inbox.take(), inbox.take()] == [Event("s1"), Event("a1", "a"), Event("s2")]
    assert inbox.largest_nbytes == 0
