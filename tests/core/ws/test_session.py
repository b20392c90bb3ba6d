"""A dialogue over bytes: handshake, messages, pings, closing all ways, deadlines."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from attrs import evolve
from wsproto import events as w

from cartesia_core.errors import (
    AuthenticationError,
    CartesiaError,
    CloseTimeout,
    ConcurrencyLimited,
    ConnectFailed,
    ConnectionLost,
    ConnectTimeout,
    InvalidArgument,
    LocalProtocolError,
    RemoteProtocolError,
    ServerError,
)
from cartesia_core.ws import NEED_DATA, Closed, ClosedBy, Opened, Rejected, Session, SessionLimits, State
from tests.core.ws.peer import HANDSHAKE, Heard, Peer, Plain, connecting, events_of, frame, opcodes, opened, upgraded

BOTH = pytest.mark.parametrize("make", [opened, upgraded])
Make = Callable[..., Peer[str, Heard]]


def ending(peer: Peer[str, Heard]) -> Closed:
    """Give how the socket ended; the dialogue must know it too, once."""
    closed = peer.session.closed
    assert closed is not None
    assert isinstance(peer.session.dialogue, Plain)
    assert peer.session.dialogue.ended == [closed]
    assert peer.session.state is State.CLOSED
    return closed


def fault(peer: Peer[str, Heard]) -> CartesiaError:
    """Give what went wrong."""
    cause = ending(peer).cause
    assert cause is not None
    return cause


def test_whether_there_is_something_to_write_can_be_asked() -> None:
    """Commands, answers to pings and close frames count; what was given is gone."""
    peer = upgraded()
    assert not peer.session.has_data_to_send()
    sayings: list[Callable[[], None]] = [
        lambda: peer.session.send("hi", now=0.0),
        lambda: peer.session.receive_data(frame(9, b"ping"), now=0.0),
        peer.session.close,
    ]
    for say in sayings:
        say()
        assert peer.session.has_data_to_send()
        assert peer.session.data_to_send()
        assert not peer.session.has_data_to_send()


# --- handshake


def test_the_handshake_goes_through() -> None:
    """The server sees the request; the answer's header fields are in the event."""
    peer = connecting()
    assert connecting().session.state is State.CONNECTING
    (request,) = peer.listen()
    assert isinstance(request, w.Request)
    assert (request.host, request.target) == ("api.example", "/tts/websocket?x=1")
    assert peer.session.next_event() is NEED_DATA
    peer.tell(w.AcceptConnection(extra_headers=[(b"X-Request-Id", b"r-1")]))
    event = peer.session.next_event()
    assert isinstance(event, Opened)
    assert event.headers.request_id == "r-1"
    assert peer.session.state is State.OPEN
    assert peer.session.next_event() is NEED_DATA


def test_messages_right_behind_the_handshake_are_not_lost() -> None:
    """One piece may carry both."""
    peer = connecting()
    peer.listen()
    peer.tell(w.AcceptConnection(), w.TextMessage("hi"))
    assert [type(event) for event in events_of(peer.session)] == [Opened, Heard]


def refusal(status: int, body: bytes, *headers: tuple[bytes, bytes]) -> list[w.Event]:
    """Make a refusal with a body."""
    fields = [*headers, (b"content-length", b"%d" % len(body))]
    return [w.RejectConnection(status_code=status, headers=fields, has_body=True), w.RejectData(body)]


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (401, b'{"title":"Unauthorized","message":"Bad key."}', AuthenticationError),
        (429, b'{"error_code":"concurrency_limited","message":"Too many."}', ConcurrencyLimited),
        (503, b"", ServerError),
        (307, b"", CartesiaError),
    ],
)
def test_a_refused_handshake_is_the_same_error_as_over_http(
    status: int, body: bytes, kind: type[CartesiaError]
) -> None:
    """Status, body and header fields included; redirects are not followed."""
    peer = connecting()
    peer.listen()
    peer.tell(*refusal(status, body, (b"x-request-id", b"r-1"), (b"location", b"https://evil.example/")))
    rejected, lost, closed = events_of(peer.session)
    assert isinstance(rejected, Rejected)
    error = rejected.error
    assert isinstance(error, kind)
    assert (error.status, error.request_id, error.api_version) == (status, "r-1", "2026-08-14")
    assert lost == Heard("lost")
    assert closed == Closed(1006, "the handshake was refused", ClosedBy.SERVER, error)
    assert ending(peer).cause is error


def test_a_refusal_may_come_in_any_pieces_and_end_with_the_connection() -> None:
    """A body without length ends when the connection does."""
    peer = connecting()
    peer.session.data_to_send()
    answer = b"HTTP/1.1 401 No\r\nConnection: close\r\n\r\nUnauthorized: No."
    for byte in answer:
        peer.session.receive_data(bytes([byte]), now=0.0)
    assert peer.session.next_event() is NEED_DATA
    peer.session.receive_data(b"", now=0.0)
    assert isinstance(fault(peer), AuthenticationError)
    assert fault(peer).title == "Unauthorized"


def test_a_refusal_whose_body_never_ends_is_told_in_time() -> None:
    """At the handshake's deadline, or when it has grown too large."""
    head = b"HTTP/1.1 401 No\r\nConnection: close\r\n\r\n"
    slow, endless = connecting(), connecting()
    for peer in (slow, endless):
        peer.session.receive_data(head + b"No", now=0.0)
        assert peer.session.state is State.CONNECTING
    slow.session.handle_timeout(5.0)
    endless.session.receive_data(b"x" * 100_000, now=0.0)
    assert isinstance(fault(slow), AuthenticationError)
    assert isinstance(fault(endless), AuthenticationError)


def test_a_refusal_without_a_body_is_told_at_once() -> None:
    """Also an answer of 1xx that is not the expected one."""
    peer = connecting()
    peer.session.receive_data(b"HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n", now=0.0)
    assert fault(peer).status == 403
    early = connecting()
    early.session.receive_data(b"HTTP/1.1 103 Early Hints\r\n\r\n", now=0.0)
    assert fault(early).status == 103


@pytest.mark.parametrize(
    "answer",
    [
        b"garbage\r\n\r\n",
        b"HTTP/1.1 101 Switching\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: x\r\n\r\n",
        b"HTTP/1.1 101 Switching\r\n\r\n",
    ],
)
def test_a_broken_handshake_is_told(answer: bytes) -> None:
    """Not an answer to our key, or no HTTP at all."""
    peer = connecting()
    peer.session.receive_data(answer, now=0.0)
    assert isinstance(fault(peer), RemoteProtocolError)
    assert "handshake" in str(fault(peer))


@pytest.mark.parametrize("header", [(b"Sec-WebSocket-Extensions", b"x-new"), (b"Sec-WebSocket-Protocol", b"chat")])
def test_what_was_not_asked_for_is_refused(header: tuple[bytes, bytes]) -> None:
    """Extensions and subprotocols."""
    peer = connecting()
    peer.listen()
    peer.tell(w.AcceptConnection(extra_headers=[header]))
    assert isinstance(fault(peer), RemoteProtocolError)


def test_a_connection_that_ends_during_the_handshake_failed() -> None:
    """Nothing was sent, so it may be tried again."""
    peer = connecting()
    peer.session.receive_data(b"", now=0.0)
    assert isinstance(fault(peer), ConnectFailed)
    own = ConnectionLost("reset")
    other = connecting()
    other.session.abort(own)
    assert fault(other) is own


def test_no_answer_to_the_handshake_in_time() -> None:
    """It has a deadline of its own, counted from the beginning."""
    peer = connecting(SessionLimits(handshake_seconds=3.0), now=10.0)
    assert peer.session.next_deadline() == 13.0
    peer.session.handle_timeout(12.9)
    assert peer.session.state is State.CONNECTING
    peer.session.handle_timeout(13.0)
    assert isinstance(fault(peer), ConnectTimeout)
    assert not fault(peer).may_have_been_billed


def test_closing_during_the_handshake_ends_it() -> None:
    """There is nobody to be polite to."""
    peer = connecting()
    peer.session.close()
    assert ending(peer).by is ClosedBy.CLIENT
    assert ending(peer).cause is None


@pytest.mark.parametrize("make", [connecting, opened])
def test_nothing_is_sent_unless_open(make: Make) -> None:
    """The queue stays as it is, and the error tells how the socket ended."""
    peer = make()
    peer.listen()
    if make is opened:
        peer.tell(w.CloseConnection(1012, "restart"))
        peer.session.data_to_send()
    with pytest.raises(LocalProtocolError) as caught:
        peer.session.send("hi")
    assert peer.session.data_to_send() == b""
    expected = (1012, "restart") if make is opened else (None, None)
    assert (caught.value.close_code, caught.value.close_reason) == expected


# --- messages


@BOTH
def test_messages_go_both_ways(make: Make) -> None:
    """Commands become messages, messages events, and what the dialogue answers goes out by itself."""
    peer = make()
    peer.session.send("a", now=1.0)
    peer.session.send("b")
    assert peer.texts() == ["a", "b"]
    peer.tell(w.TextMessage("x"), w.TextMessage("question"), w.BytesMessage(b"\0"))
    assert events_of(peer.session) == [Heard("x"), Heard("question"), Heard(b"\0")]
    assert peer.texts() == ["a", "b", "answer"]
    assert peer.session.is_idle()


def test_an_upgraded_session_is_open_from_the_beginning() -> None:
    """The handshake was somebody else's; no event tells of it."""
    peer = upgraded()
    assert peer.session.state is State.OPEN
    assert peer.session.data_to_send() == b""
    assert peer.session.next_event() is NEED_DATA


@BOTH
def test_events_can_be_forgotten(make: Make) -> None:
    """By context; their number is told."""
    peer = make()
    peer.tell(w.TextMessage("x"))
    assert peer.session.forget("c") == 0
    assert events_of(peer.session) == [Heard("x")]


@BOTH
def test_pings_are_answered_with_the_latest(make: Make) -> None:
    """A flood of them makes one answer, not a queue (RFC 6455, 5.5.3)."""
    peer = make()
    flood = b"".join(peer.write(w.Ping(b"%d" % number)) for number in range(5000))
    peer.session.receive_data(flood, now=0.0)
    data = peer.session.data_to_send()
    assert len(data) < 20
    peer.ws.receive_data(data)
    assert list(peer.ws.events()) == [w.Pong(b"4999")]
    assert peer.session.data_to_send() == b""
    assert peer.session.next_event() is NEED_DATA


@BOTH
@pytest.mark.parametrize("nbytes", [1_300_000, 17_000_000])
def test_large_messages_pass(make: Make, nbytes: int) -> None:
    """One message, fed in pieces of 64 KiB."""
    peer = make()
    data = peer.write(w.TextMessage("x" * nbytes))
    for at in range(0, len(data), 65536):
        peer.session.receive_data(data[at : at + 65536], now=0.0)
    assert events_of(peer.session) == [Heard("x" * nbytes)]


# --- breaches


@BOTH
@pytest.mark.parametrize(
    ("data", "code"),
    [
        (frame(1, b"\xff"), 1007),
        (frame(3, b""), 1002),
        (frame(1, b"a", reserved=4), 1002),
        (frame(0, b"a"), 1002),
        (frame(9, b"x" * 126), 1002),
    ],
)
def test_breaches_are_answered_with_their_code(make: Make, data: bytes, code: int) -> None:
    """What came before is still delivered, what follows is not; nothing is raised."""
    peer = make()
    peer.session.receive_data(frame(1, b"good") + data + frame(1, b"late"), now=0.0)
    assert isinstance(fault(peer), RemoteProtocolError)
    assert (ending(peer).code, ending(peer).by) == (code, ClosedBy.CLIENT)
    assert events_of(peer.session) == [Heard("good"), Heard("lost"), ending(peer)]
    (close,) = peer.listen()
    assert isinstance(close, w.CloseConnection)
    assert close.code == code


@BOTH
def test_messages_that_are_too_large_are_answered_with_1009(make: Make) -> None:
    """And the error names both sizes."""
    peer = make(SessionLimits(max_message_nbytes=1000))
    peer.tell(w.TextMessage("x" * 1001))
    assert ending(peer).code == 1009
    assert "1001 bytes" in str(fault(peer))
    assert "1000" in str(fault(peer))


class Strict(Plain):
    """A dialogue that allows no binary messages."""

    def receive(self, message: str | bytes, /, *, now: float) -> list[Heard]:
        """Refuse bytes."""
        if isinstance(message, bytes):
            raise RemoteProtocolError("no binary here")
        return super().receive(message, now=now)


def test_messages_that_the_dialogue_refuses_are_answered_with_1007() -> None:
    """As breaches of the protocol above the frames."""
    peer = Peer(Session(Strict()), upgraded=True)
    peer.tell(w.TextMessage("a"), w.BytesMessage(b"b"), w.TextMessage("c"))
    assert events_of(peer.session)[0] == Heard("a")
    assert ending(peer).code == 1007
    assert str(fault(peer)) == "no binary here"
    assert [type(event) for event in peer.listen()] == [w.CloseConnection]


# --- closing


@BOTH
@pytest.mark.parametrize(("code", "reason"), [(1000, "connection idle timeout"), (1012, ""), (4001, "own")])
def test_the_server_closes(make: Make, code: int, reason: str) -> None:
    """The echo goes out, the end is told again and again, and to everyone."""
    peer = make()
    peer.tell(w.TextMessage("last"), w.CloseConnection(code, reason))
    closed = Closed(code, reason, ClosedBy.SERVER)
    assert events_of(peer.session) == [Heard("last"), Heard("lost"), closed]
    assert [peer.session.next_event(), peer.session.next_event("any"), peer.session.closed] == [closed] * 3
    (echo,) = peer.listen()
    assert isinstance(echo, w.CloseConnection)
    assert echo.code == code
    assert peer.session.next_deadline() is None


@BOTH
def test_a_close_frame_without_a_code(make: Make) -> None:
    """1005 stands for none; it is never sent itself."""
    peer = make()
    peer.session.receive_data(frame(8, b""), now=0.0)
    assert ending(peer).code == 1005
    (echo,) = peer.listen()
    assert isinstance(echo, w.CloseConnection)
    assert echo.code == 1000


@BOTH
def test_the_client_closes(make: Make) -> None:
    """Politely: close frame, answer, end; messages that were on their way still arrive."""
    peer = make(now=10.0)
    peer.session.close(1000, "bye", now=10.0)
    assert peer.session.state is State.CLOSING
    peer.session.close()
    (close,) = peer.listen()
    assert isinstance(close, w.CloseConnection)
    assert (close.code, close.reason) == (1000, "bye")
    assert peer.session.next_deadline() == 10.9
    peer.session.receive_data(frame(1, b"late"), now=10.5)
    peer.tell(w.CloseConnection(1000, "bye"), now=10.6)
    assert events_of(peer.session) == [Heard("late"), Heard("lost"), Closed(1000, "bye", ClosedBy.CLIENT)]
    assert ending(peer).cause is None
    assert peer.session.data_to_send() == b""


@BOTH
def test_the_server_cuts_instead_of_answering_a_close(make: Make) -> None:
    """Fine too: both wanted the end."""
    peer = make()
    peer.session.close(1001)
    peer.session.receive_data(b"", now=0.0)
    assert ending(peer) == Closed(1001, "", ClosedBy.CLIENT)


@BOTH
def test_both_close_at_once(make: Make) -> None:
    """Frames cross; each takes the other's for the answer."""
    peer = make()
    theirs = peer.write(w.CloseConnection(1012, "restart"))
    peer.session.close()
    peer.session.receive_data(theirs, now=0.0)
    assert ending(peer) == Closed(1012, "restart", ClosedBy.CLIENT)


@BOTH
def test_no_answer_to_the_close_frame_in_time(make: Make) -> None:
    """Less than a second, so that all is over within one; then the socket is cut."""
    peer = make(now=5.0)
    peer.session.close(now=5.0)
    peer.session.handle_timeout(5.8)
    assert peer.session.state is State.CLOSING
    peer.session.handle_timeout(5.9)
    assert isinstance(fault(peer), CloseTimeout)
    assert (ending(peer).code, ending(peer).by) == (1000, ClosedBy.CLIENT)


@BOTH
def test_the_wire_breaks(make: Make) -> None:
    """Nobody closed: 1006, with the cause where one is known."""
    peer = make()
    peer.session.receive_data(b"", now=0.0)
    assert ending(peer) == Closed(1006, "", ClosedBy.NOBODY)
    other = make()
    cause = ConnectionLost("reset by peer")
    other.session.abort(cause)
    other.session.abort()
    assert ending(other) == Closed(1006, "", ClosedBy.NOBODY, cause)


@BOTH
def test_the_wire_breaks_while_closing(make: Make) -> None:
    """It was our wish to end, cut or not."""
    peer = make()
    peer.session.close()
    peer.session.abort()
    assert ending(peer).by is ClosedBy.CLIENT


@BOTH
def test_after_the_end_nothing_happens(make: Make) -> None:
    """Every verb may be called again."""
    peer = make()
    peer.session.receive_data(frame(8, b"\x03\xe8"), now=0.0)
    peer.session.data_to_send()
    closed = ending(peer)
    peer.session.receive_data(frame(1, b"late"), now=1.0)
    peer.session.receive_data(b"", now=1.0)
    peer.session.handle_timeout(1e9)
    peer.session.close()
    peer.session.abort()
    assert ending(peer) is closed
    assert peer.session.data_to_send() == b""
    assert events_of(peer.session) == [Heard("lost"), closed]


@BOTH
@pytest.mark.parametrize("behind", [frame(9, b"ping"), frame(1, b"text"), frame(8, b""), frame(3, b"")])
def test_whatever_comes_behind_a_close_frame_is_ignored(make: Make, behind: bytes) -> None:
    """In the same piece even; nothing is answered to it."""
    peer = make()
    peer.session.receive_data(frame(8, b"\x03\xe8") + behind, now=0.0)
    assert ending(peer) == Closed(1000, "", ClosedBy.SERVER)
    assert opcodes(peer.session.data_to_send()) == [8]


@BOTH
def test_pings_while_closing_get_no_answer(make: Make) -> None:
    """No frame may follow our close frame (RFC 6455, 5.5.1)."""
    peer = make()
    peer.session.close()
    assert [type(event) for event in peer.listen()] == [w.CloseConnection]
    peer.session.receive_data(frame(9, b"ping"), now=0.0)
    assert peer.session.data_to_send() == b""
    assert peer.session.state is State.CLOSING


@BOTH
@pytest.mark.parametrize("end", [frame(8, b"\x03\xe8"), frame(3, b""), None])
def test_an_answer_to_a_ping_goes_out_before_the_close_frame(make: Make, end: bytes | None) -> None:
    """Whoever closes, and even for a breach."""
    peer = make()
    peer.session.receive_data(frame(9, b"ping") + (end or b""), now=0.0)
    peer.session.close()
    assert opcodes(peer.session.data_to_send()) == [10, 8]


# --- time


@BOTH
def test_silence_is_answered_with_a_ping_and_then_with_the_end(make: Make) -> None:
    """A peer that is gone is noticed within ping and pong time, and every deadline is told beforehand."""
    peer = make(SessionLimits(ping_after_seconds=10.0, pong_seconds=5.0), now=100.0)
    assert peer.session.next_deadline() == 110.0
    peer.session.handle_timeout(109.0)
    assert peer.session.data_to_send() == b""
    peer.session.handle_timeout(110.0)
    assert [type(event) for event in peer.listen()] == [w.Ping]
    assert peer.session.next_deadline() == 115.0
    peer.session.handle_timeout(114.0)
    assert peer.session.state is State.OPEN
    peer.session.handle_timeout(115.0)
    assert isinstance(fault(peer), ConnectionLost)
    assert "nothing was heard for 15.0 s" in str(fault(peer))
    assert ending(peer).by is ClosedBy.NOBODY


@BOTH
@pytest.mark.parametrize("sign", [frame(10, b""), frame(1, b"x"), frame(9, b""), frame(1, b"part of")[:3]])
def test_any_sign_of_life_is_one(make: Make, sign: bytes) -> None:
    """Not the pong alone, and a part of a frame will do."""
    peer = make(SessionLimits(ping_after_seconds=10.0, pong_seconds=5.0))
    peer.session.handle_timeout(10.0)
    peer.session.receive_data(sign, now=12.0)
    assert peer.session.next_deadline() == 22.0
    peer.session.handle_timeout(15.0)
    assert peer.session.state is State.OPEN


@BOTH
def test_pings_can_be_switched_off(make: Make) -> None:
    """Nothing is waited for then."""
    peer = make(SessionLimits(ping_after_seconds=None))
    assert peer.session.next_deadline() is None
    peer.session.handle_timeout(1e9)
    assert peer.session.data_to_send() == b""


@BOTH
def test_deadlines_of_the_dialogue_count_too(make: Make) -> None:
    """The earliest comes first; what the dialogue says then goes out."""
    peer = make()
    dialogue = peer.session.dialogue
    assert isinstance(dialogue, Plain)
    dialogue.deadline = 3.0
    assert peer.session.next_deadline() == 3.0
    peer.session.handle_timeout(3.0)
    assert events_of(peer.session) == [Heard("timeout")]
    assert peer.texts() == ["late"]


def test_replies_of_a_dialogue_do_not_follow_a_close_frame() -> None:
    """They are dropped."""
    peer = opened()
    peer.session.close()
    peer.session.receive_data(frame(1, b"question"), now=0.0)
    assert opcodes(peer.session.data_to_send()) == [8]


@pytest.mark.parametrize(
    "name", ["handshake_seconds", "ping_after_seconds", "pong_seconds", "close_seconds", "max_waiting_nbytes"]
)
def test_limits_are_checked(name: str) -> None:
    """A deadline of 0 would never be met, and a socket without room never be read."""
    with pytest.raises(InvalidArgument, match=name):
        evolve(SessionLimits(), **{name: 0.0})  # type: ignore[arg-type]


def test_a_session_without_a_handshake_never_waits_for_one() -> None:
    """Its only deadline is the first ping."""
    assert Session(Plain(), now=1.0).next_deadline() == 11.0
    assert Session(Plain(), handshake=HANDSHAKE, now=1.0).next_deadline() == 6.0
