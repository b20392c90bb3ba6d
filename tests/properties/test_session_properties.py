"""However the bytes of a socket are sliced, what happens is the same."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st
from wsproto import events as w

from cartesia_core.tts.commands import Finish, OpenContext, Push, TtsCommand
from cartesia_core.tts.dialogue import TtsDialogue, TtsEvent
from cartesia_core.ws import Closed, Opened, Rejected, Session, SessionLimits
from tests.core.tts.talk import OPTIONS, chunk, joined, said, server
from tests.core.ws.peer import HANDSHAKE, Heard, Peer, Plain, events_of, frame, opcodes, pieces

WORDS = {"words": ["\u65e5", "\u672c"], "start": [0, 0.5], "end": [0.5, 1]}
TALK = [
    chunk("a", bytes(range(200))),
    server("timestamps", "b", word_timestamps=WORDS),
    chunk("b", b"x"),
    server("new", "a", text="\u2028\U0001f600"),
    server("flush_done", "a", flush_id=1),
    server("done", "a"),
    server("error", "b", status_code=500, message="M"),
    server("notice"),
]


def fragmented(text: str) -> bytes:
    """Write a message in fragments that cut through its characters, with a ping between."""
    data = text.encode()
    middle = len(data) // 2
    return frame(1, data[:middle], final=False) + frame(9, b"p") + frame(0, b"", final=False) + frame(0, data[middle:])


TAIL = b"".join(map(fragmented, TALK)) + frame(10, b"") + frame(8, b"\x03\xf4restart")


def session(*, is_upgraded: bool) -> Session[TtsCommand, TtsEvent]:
    """Make a session."""
    return Session(TtsDialogue(), handshake=None if is_upgraded else HANDSHAKE)


def open_contexts(client: Session[TtsCommand, TtsEvent]) -> None:
    """Open two contexts and have them spoken."""
    for name in "ab":
        client.send(OpenContext(name, OPTIONS), now=0.0)
        client.send(Push(name, "Hi."), now=0.0)
        client.send(Finish(name), now=0.0)


def told(client: Session[TtsCommand, TtsEvent]) -> list[str]:
    """Give all events, comparable: errors compare by what they say."""
    return [repr(event) for event in events_of(client)]


def reference() -> list[str]:
    """Give what happens when all bytes come at once."""
    client = session(is_upgraded=True)
    open_contexts(client)
    client.receive_data(TAIL, now=0.0)
    return told(client)


REFERENCE = reference()


@given(st.lists(st.integers(0, len(TAIL)), max_size=40))
@example(list(range(len(TAIL))))
def test_frames_may_be_cut_anywhere(cuts: list[int]) -> None:
    """In their heads, in a character, in base64: the events are the same, in the same order."""
    client = session(is_upgraded=True)
    open_contexts(client)
    for piece in pieces(TAIL, cuts):
        client.receive_data(piece, now=0.0)
    assert told(client) == REFERENCE
    assert len(REFERENCE) == len(TALK) + 1


@given(st.lists(st.integers(0, 400), max_size=20))
@example(list(range(400)))
def test_handshakes_may_be_cut_anywhere(cuts: list[int]) -> None:
    """The answer and the first messages behind it, in one piece or in many."""
    client: Session[str, Heard] = Session(Plain(), handshake=HANDSHAKE)
    peer = Peer(client)
    peer.listen()
    data = peer.write(w.AcceptConnection(extra_headers=[(b"x-request-id", b"r-1")]), w.TextMessage("hi"))
    for piece in pieces(data, cuts):
        client.receive_data(piece, now=0.0)
    opened, heard = events_of(client)
    assert isinstance(opened, Opened)
    assert opened.headers.request_id == "r-1"
    assert heard == Heard("hi")


@given(st.lists(st.integers(0, 200), max_size=20), st.booleans())
@example(list(range(200)), True)
def test_refusals_may_be_cut_anywhere(cuts: list[int], is_chunked: bool) -> None:
    """With a length or in chunks."""
    body = b'{"title":"No","message":"\xc3\xa9"}'
    if is_chunked:
        data = b"HTTP/1.1 401 No\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%b\r\n0\r\n\r\n" % (len(body), body)
    else:
        data = b"HTTP/1.1 401 No\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)
    client: Session[str, Heard] = Session(Plain(), handshake=HANDSHAKE)
    for piece in pieces(data, cuts):
        client.receive_data(piece, now=0.0)
    rejected, _, closed = events_of(client)
    assert isinstance(rejected, Rejected)
    assert rejected.error.message.startswith("No: \u00e9")
    assert isinstance(closed, Closed)


@given(st.lists(st.binary(max_size=60), max_size=8), st.booleans())
def test_no_bytes_of_a_server_raise(data: list[bytes], is_upgraded: bool) -> None:
    """Whatever comes becomes events; the state is told, deadlines can be asked for, and the end is final."""
    client = session(is_upgraded=is_upgraded)
    client.data_to_send()
    for now, piece in enumerate(data):
        client.receive_data(piece, now=float(now))
        client.next_deadline()
    client.receive_data(b"", now=99.0)
    assert client.closed is not None
    assert told(client)[-1] == repr(client.closed)
    assert client.next_deadline() is None


@given(
    st.lists(
        st.builds(
            frame,
            st.sampled_from([0, 1, 2, 8, 9, 10, 3]),
            st.binary(max_size=8) | st.sampled_from([b"\x03\xe8", b'{"type":"done"}']),
            final=st.booleans(),
        ),
        max_size=12,
    ),
    st.booleans(),
)
def test_no_frames_of_a_server_raise(frames: list[bytes], is_closing: bool) -> None:
    """Right or wrong, in any order, before and after a close frame of either side."""
    client: Session[str, Heard] = Session(Plain())
    if is_closing:
        client.close()
    for piece in frames:
        client.receive_data(piece, now=0.0)
    sent = opcodes(client.data_to_send())
    assert sent.count(8) <= 1
    assert 8 not in sent[:-1]
    client.receive_data(b"", now=0.0)
    assert isinstance(events_of(client)[-1], Closed)


@given(st.lists(st.text(max_size=30), max_size=6), st.integers(1, 64))
def test_messages_below_the_limit_pass_and_above_end_the_socket(texts: list[str], limit: int) -> None:
    """The limit counts bytes."""
    client: Session[str, Heard] = Session(Plain(), limits=SessionLimits(max_message_nbytes=limit))
    expected: list[object] = []
    for text in texts:
        client.receive_data(fragmented(text), now=0.0)
        if len(text.encode()) > limit:
            break
        expected.append(Heard(text))
    events = events_of(client)
    assert events[: len(expected)] == expected
    is_over = any(len(text.encode()) > limit for text in texts)
    assert (client.closed is not None and client.closed.code == 1009) is is_over


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=8) | st.sampled_from([" ", "\n", ""])))
def test_joined_inputs_are_the_pushed_text(pushed: list[str]) -> None:
    """What the server joins is what was pushed, verbatim; of blank text alone nothing is sent."""
    dialogue = TtsDialogue()
    dialogue.send(OpenContext("c", OPTIONS), now=0.0)
    commands: list[TtsCommand] = [*(Push("c", text) for text in pushed), Finish("c")]
    messages = [said(message) for command in commands for message in dialogue.send(command, now=0.0)[0]]
    text = "".join(pushed)
    assert joined(messages, "c") == (text if text.strip() else "")
    assert all(str(message["transcript"]).strip() for message in messages[:-1])
    assert [message["continue"] for message in messages] == [True] * (len(messages) - 1) + [False] * bool(messages)
