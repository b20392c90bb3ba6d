"""A dialogue without a protocol."""

from __future__ import annotations

from wsproto import events as w

from cartesia_core.ws import Closed, ClosedBy, Session
from cartesia_core.ws.dialogue import Message
from cartesia_core.ws.plain import PlainDialogue, PlainMessage
from tests.core.ws.peer import Peer, events_of


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
