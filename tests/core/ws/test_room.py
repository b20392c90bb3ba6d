"""More comes than is taken: the session asks to be read no more, and nobody is blamed for the silence."""

from __future__ import annotations

import json

from wsproto import events as w

from cartesia_core.errors import CartesiaError, CloseTimeout, ConsumerTooSlow
from cartesia_core.tts.commands import Cancel, Finish, OpenContext, Push, TtsCommand
from cartesia_core.tts.dialogue import ContextFailed, ContextWasCancelled, TtsDialogue, TtsEvent, TtsLimits
from cartesia_core.tts.events import AudioChunk, Unknown
from cartesia_core.ws import NEED_DATA, Session, SessionLimits, State
from tests.core.tts.talk import OPTIONS, chunk, server
from tests.core.ws.peer import Peer

SMALL = SessionLimits(max_waiting_nbytes=1000, ping_after_seconds=10.0, pong_seconds=5.0, slow_consumer_seconds=None)
PATIENT = SessionLimits(max_waiting_nbytes=1000, slow_consumer_seconds=15.0)
Tts = Session[TtsCommand, TtsEvent]


def speaking(
    *contexts: str, limits: TtsLimits | None = None, session_limits: SessionLimits = SMALL
) -> Peer[TtsCommand, TtsEvent]:
    """Give a socket with room for 1000 bytes a context, and some contexts whose text is finished."""
    session: Tts = Session(TtsDialogue(limits=limits), limits=session_limits)
    for context_id in contexts:
        for command in (OpenContext(context_id, OPTIONS), Push(context_id, "Hi."), Finish(context_id)):
            session.send(command, now=0.0)
    peer = Peer(session, upgraded=True)
    peer.listen()
    return peer


def flood(peer: Peer[TtsCommand, TtsEvent], context_id: str, *, now: float = 0.0) -> None:
    """Send more audio for a context than there is room for."""
    peer.tell(*(w.TextMessage(chunk(context_id, bytes(300))) for _ in range(3)), now=now)


def test_a_socket_whose_consumer_is_slow_asks_to_be_read_no_more() -> None:
    """Until enough is taken; nothing is lost, whatever was fed meanwhile."""
    peer = speaking("a")
    assert not peer.session.is_full()
    flood(peer, "a")
    assert peer.session.is_full()
    flood(peer, "a")
    heard = []
    while peer.session.is_full():
        heard.append(peer.session.next_event("a"))
    assert 0 < len(heard) < 6
    peer.session.resumed(1.0)
    heard += [peer.session.next_event("a") for _ in range(6 - len(heard))]
    assert heard == [AudioChunk(bytes(300), "a", None, 1.0)] * 6


def test_room_is_counted_for_each_context() -> None:
    """Many that have a little waiting do not stop the socket; forgetting or cancelling one makes room."""
    peer = speaking("a", "b", "c")
    for name in "abc":
        peer.tell(w.TextMessage(chunk(name, bytes(300))))
    assert not peer.session.is_full()
    flood(peer, "a")
    assert peer.session.is_full()
    assert peer.session.forget("a") == 4
    assert not peer.session.is_full()
    flood(peer, "b")
    assert peer.session.is_full()
    peer.session.send(Cancel("b"), now=0.0)
    assert not peer.session.is_full()
    assert peer.session.next_event("b") == ContextWasCancelled("b")


def test_a_peer_is_not_blamed_for_silence_while_nobody_reads() -> None:
    """Neither pings nor stalls fall due; they count anew from the moment when reading goes on."""
    peer = speaking("a", "b", limits=TtsLimits(first_audio_seconds=7.0, stall_seconds=7.0))
    flood(peer, "a")
    assert peer.session.is_full()
    assert peer.session.next_deadline() is None
    peer.session.handle_timeout(1000.0)
    assert peer.session.data_to_send() == b""
    assert peer.session.next_event("b") is NEED_DATA
    while peer.session.next_event("a") is not NEED_DATA:
        pass
    peer.session.resumed(1000.0)
    assert peer.session.next_deadline() == 1007.0
    peer.session.handle_timeout(1006.0)
    assert peer.session.next_event() is NEED_DATA
    peer.session.handle_timeout(1007.0)
    assert isinstance(peer.session.next_event("a"), ContextFailed)
    assert isinstance(peer.session.next_event("b"), ContextFailed)


def test_a_ping_from_before_a_pause_is_forgotten() -> None:
    """Its answer may wait among what was not read: the peer has all of its time again."""
    peer = speaking("a")
    flood(peer, "a")
    peer.session.forget("a")
    peer.session.handle_timeout(10.0)
    assert [type(event) for event in peer.listen()] == [w.Ping]
    peer.session.resumed(14.0)
    peer.session.handle_timeout(15.0)
    assert peer.session.state is State.OPEN


def test_a_full_socket_can_be_closed() -> None:
    """Its close deadline stands, whether or not anybody reads."""
    peer = speaking("a")
    flood(peer, "a")
    peer.session.close(now=2.0)
    assert peer.session.next_deadline() == 2.9
    peer.session.handle_timeout(2.9)
    assert peer.session.closed is not None
    assert isinstance(peer.session.closed.cause, CloseTimeout)


def test_whether_there_is_an_event_can_be_asked_without_taking_it() -> None:
    """For one context or for any; after the end of the socket there always is one."""
    peer = speaking("a", "b")
    assert not peer.session.has_event()
    peer.tell(w.TextMessage(chunk("a")))
    assert (peer.session.has_event(), peer.session.has_event("a"), peer.session.has_event("b")) == (True, True, False)
    assert isinstance(peer.session.next_event("a"), AudioChunk)
    assert not peer.session.has_event("a")
    peer.session.abort()
    for only in (None, "a", "never opened"):
        assert peer.session.has_event(only)
        assert peer.session.next_event(only) is not NEED_DATA


# --- a consumer that is too slow


def failed_of(peer: Peer[TtsCommand, TtsEvent], context_id: str) -> CartesiaError:
    """Give the error of a context that has failed."""
    event = peer.session.next_event(context_id)
    assert isinstance(event, ContextFailed)
    return event.error


def cancels(peer: Peer[TtsCommand, TtsEvent]) -> list[str]:
    """Give the contexts that were cancelled at the server."""
    messages = [json.loads(text) for text in peer.texts()]
    return [message["context_id"] for message in messages if message.get("cancel")]


def test_a_context_that_nobody_reads_fails_when_it_has_held_up_others_for_long() -> None:
    """It is cancelled at the server and what waited for it is dropped, so that the others flow again."""
    peer = speaking("a", "b", session_limits=PATIENT)
    flood(peer, "a", now=1.0)
    assert peer.session.next_deadline() == 1.0  # asks for a look, from which the time counts
    peer.session.handle_timeout(1.5)
    assert peer.session.next_deadline() == 16.5
    peer.session.handle_timeout(16.4)
    assert peer.session.is_full()
    peer.session.handle_timeout(16.5)
    assert not peer.session.is_full()
    assert cancels(peer) == ["a"]
    error = failed_of(peer, "a")
    assert type(error) is ConsumerTooSlow
    assert (error.context_id, error.may_have_been_billed) == ("a", True)
    peer.tell(w.TextMessage(chunk("b")), now=17.0)
    assert isinstance(peer.session.next_event("b"), AudioChunk)


def test_taking_an_event_starts_the_time_of_a_slow_consumer_anew() -> None:
    """Slow is who takes nothing at all."""
    peer = speaking("a", "b", session_limits=PATIENT)
    flood(peer, "a")
    flood(peer, "a")
    peer.session.handle_timeout(1.0)
    peer.session.handle_timeout(10.0)
    assert isinstance(peer.session.next_event("a"), AudioChunk)
    peer.session.handle_timeout(16.0)
    assert peer.session.is_full()
    assert peer.session.next_deadline() == 31.0
    peer.session.handle_timeout(31.0)
    assert type(failed_of(peer, "a")) is ConsumerTooSlow


def test_a_context_that_holds_up_nobody_may_wait_for_ever() -> None:
    """A player that pauses is no fault."""
    peer = speaking("a", session_limits=PATIENT)
    flood(peer, "a")
    assert peer.session.next_deadline() is None
    peer.session.handle_timeout(1.0)
    peer.session.handle_timeout(1000.0)
    assert peer.session.is_full()


def test_the_rest_of_a_context_that_is_done_can_hold_up_others_too() -> None:
    """It has nothing to cancel at the server; its error comes in place of what was dropped."""
    peer = speaking("a", "b", session_limits=PATIENT)
    flood(peer, "a")
    peer.tell(w.TextMessage(server("done", "a")))
    peer.session.handle_timeout(0.0)
    peer.session.handle_timeout(15.0)
    assert cancels(peer) == []
    assert type(failed_of(peer, "a")) is ConsumerTooSlow


def test_what_belongs_to_no_context_can_be_taken_alone() -> None:
    """The events of contexts stay for those who wait for them; the end of the socket is not among them."""
    peer = speaking("a")
    assert peer.session.next_unowned_event() is NEED_DATA
    peer.tell(w.TextMessage(chunk("a")), w.TextMessage(server("notice")))
    unowned = peer.session.next_unowned_event()
    assert isinstance(unowned, Unknown)
    assert unowned.type == "notice"
    peer.session.abort()
    assert peer.session.next_unowned_event() is NEED_DATA
    assert isinstance(peer.session.next_event("a"), AudioChunk)
