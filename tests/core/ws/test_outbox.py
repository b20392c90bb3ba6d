"""Frames that wait to be written: how many at a time, and in which order."""

from __future__ import annotations

from cartesia_core.ws.outbox import Outbox


def test_all_of_it() -> None:
    """In order, once."""
    out = Outbox()
    assert not out
    assert out.take(None) == b""
    out.add(b"aa")
    out.add(b"bbb")
    assert out
    assert out.take(None) == b"aabbb"
    assert not out


def test_whole_frames_up_to_a_number_of_bytes() -> None:
    """One at least, however long."""
    out = Outbox()
    out.add(b"aaaa")
    out.add(b"b")
    out.add(b"c")
    out.add(b"dd")
    assert out.take(3) == b"aaaa"
    assert out.take(3) == b"bc"
    out.add(b"e")
    assert out.take(3) == b"dde"
    out.add(b"dd")
    assert out.take(2) == b"dd"
    assert out.take(2) == b""


def test_pings_and_their_answers_overtake_messages() -> None:
    """The latest answer is enough."""
    out = Outbox()
    out.add(b"aaaa")
    out.add(b"bbbb")
    assert out.take(4) == b"aaaa"
    out.ping(b"?")
    out.pong(b"1")
    out.pong(b"2")
    assert out.take(1) == b"2?"
    assert out.take(None) == b"bbbb"
    out.add(b"cc")
    out.add(b"dd")
    assert out.take(None) == b"ccdd"


def test_the_close_is_the_last() -> None:
    """Behind all messages, and behind the answer to a ping."""
    out = Outbox()
    out.add(b"aa")
    out.pong(b"!")
    out.close(b"x")
    assert out.take(2) == b"aa"
    assert out.take(2) == b"!x"
