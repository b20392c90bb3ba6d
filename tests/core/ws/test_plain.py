"""A dialogue without a protocol."""

from __future__ import annotations

from wsproto import events as w

from cartesia_core.ws import Closed, ClosedBy, Session, SessionLimits
from cartesia_core.ws.dialogue import Message
from cartesia_core.ws.plain import PlainDialogue, PlainMessage
from tests.core.ws.peer import Peer, events_of, frame


def test_messages_pass_as_they_are() -> None:
    """Both kinds, both ways; the end is the session's to tell."""
    session: Session[Message, PlainMessage] = Session(PlainDialogue())
    peer = Peer(session, upgraded=True)
    session.send("text")
    session.send(b"binary")
    assert peer.listen() == [w.TextMessage("text"), w.BytesMessage(bytearray(b"binary"))]
    peer.tell(w.TextMessage("[]"), w.BytesMessage(b"\0"), w.CloseConnection(1000))
    assert events_of(session) == [PlainMessage("[]"), PlainMessage(b"\0"), Closed(1000, "", ClosedBy.SERVER)]


def test_nothing_is_known_of_what_is_in_flight() -> None:
    """So losing the socket may lose work, and nothing is waited for."""
    session: Session[Message, PlainMessage] = Session(PlainDialogue(), now=0.0)
    assert not session.is_idle()
    assert session.dialogue.next_deadline() is None
    session.handle_timeout(10.0)
    assert [type(event) for event in Peer(session, upgraded=True).listen()] == [w.Ping]


def test_no_message_is_dropped_however_late_it_is_taken() -> None:
    """A thousand in one read, in order; and what waits is counted, so that an owner can stop reading."""
    session: Session[Message, PlainMessage] = Session(PlainDialogue(), limits=SessionLimits(max_waiting_nbytes=2000))
    session.receive_data(b"".join(frame(1, b"%03d" % number) for number in range(1000)), now=0.0)
    assert session.is_full()
    assert events_of(session) == [PlainMessage(f"{number:03}") for number in range(1000)]
    assert not session.is_full()
    session.resumed(5.0)
    assert session.next_deadline() == 15.0


def test_the_one_conversation_holds_up_nobody() -> None:
    """So nothing of it is ever dropped for the sake of others."""
    dialogue = PlainDialogue()
    assert not dialogue.has_others("")
    assert dialogue.overrun("") == ()
