"""The feed, the ledger and the speech: pieces, reports, and contexts that end under our hands."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cartesia_cli.feed import MAX_WAITING, Feed
from cartesia_cli.speech import AHEAD_CHARACTERS, Ledger, has_reports
from cartesia_core.errors import InvalidArgument, RemoteProtocolError
from cartesia_core.tts.events import AudioChunk, FlushDone

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def feed_of(blocks: Iterable[str]) -> Feed:
    """Start a feed."""
    feed = Feed(blocks)
    feed.start()
    return feed


def drained(feed: Feed) -> list[str]:
    """Take all pieces."""
    pieces: list[str] = []
    while feed.wait():
        piece = feed.take(0)
        assert piece is not None
        pieces.append(piece)
    return pieces


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        """Give the time."""
        return self.now


@given(st.lists(st.text(alphabet="ab .!?\n\t<>,é中。", max_size=30), max_size=12))
def test_pieces_joined_are_the_text(blocks: list[str]) -> None:
    """However the text comes, the pieces joined are the text, blanks at its end left out, and none is blank."""
    pieces = drained(feed_of(blocks))
    text = "".join(blocks)
    assert text.startswith("".join(pieces))
    assert not text[len("".join(pieces)) :].strip()
    assert all(piece.strip() for piece in pieces)


def test_last_sentence_does_not_wait_for_the_next() -> None:
    """A sentence that is complete is given though nothing follows; one that is not, is not."""
    more = threading.Event()

    def blocks() -> Iterator[str]:
        yield "Hello there.\n"
        more.wait()
        yield "And"

    feed = feed_of(blocks())
    assert feed.wait()
    assert feed.take(0) == "Hello there.\n"
    assert feed.take(0.3) is None
    assert not feed.is_over
    more.set()
    assert drained(feed) == ["And"]
    assert feed.is_over


def test_open_tag_is_not_a_sentence() -> None:
    """Text inside spell tags that ends in a full stop waits for the closing tag."""
    more = threading.Event()

    def blocks() -> Iterator[str]:
        yield "<spell>A.B."
        more.wait()
        yield "C.</spell>"

    feed = feed_of(blocks())
    assert feed.take(0.3) is None
    assert feed.take(0.3) is None
    more.set()
    assert drained(feed) == ["<spell>A.B.C.</spell>"]


def test_reading_is_bounded() -> None:
    """A text without end is read only as far as it is wanted."""
    read: list[int] = []

    def blocks() -> Iterator[str]:
        for number in range(1_000_000):
            read.append(number)
            yield f"Sentence {number}. "

    feed = feed_of(blocks())
    assert feed.wait()
    for _ in range(10):
        assert feed.wait()
        feed.take(0)
    assert len(read) < MAX_WAITING + 20


def test_error_of_the_text_comes_after_the_text_before_it() -> None:
    """What could be read is given first; then the error is raised."""

    def blocks() -> Iterator[str]:
        yield "One."
        raise InvalidArgument("broken")

    feed = feed_of(blocks())
    assert feed.wait()
    assert feed.take(0) == "One."
    with pytest.raises(InvalidArgument, match="broken"):
        feed.wait()


def test_ledger_gives_back_what_an_expired_context_did_not_speak() -> None:
    """After the reports for the first of three pieces, the other two are left, in order."""
    feed = feed_of(["One. Two. Three. Four."])
    ledger = Ledger(feed, Clock(), reports=True)
    given = [next(ledger) for _ in range(3)]
    ledger.note(FlushDone())
    left = ledger.close()
    assert left == given[1:]
    with pytest.raises(StopIteration):
        next(ledger)
    feed.put_back(left)
    assert drained(feed) == ["Two. ", "Three. ", "Four."]


def test_ledger_without_reports_does_not_guess() -> None:
    """A context that ended early without any report is an error: speaking twice or not at all are both wrong."""
    ledger = Ledger(feed_of(["One. Two."]), Clock(), reports=False)
    next(ledger)
    with pytest.raises(RemoteProtocolError, match="ended the speech early"):
        ledger.close()


def test_ledger_ends_with_the_text() -> None:
    """When the text is over and all of it was given, nothing is left."""
    ledger = Ledger(feed_of(["One. Two."]), Clock(), reports=True)
    assert list(ledger) == ["One. ", "Two."]
    assert ledger.is_exhausted
    assert ledger.close() == []


def test_ledger_ends_before_the_server_gives_up() -> None:
    """Half a second without text and without a sign of the server ends the context; a sign prolongs it."""
    end = threading.Event()

    def blocks() -> Iterator[str]:
        yield "One.\n"
        end.wait()

    clock = Clock()
    ledger = Ledger(feed_of(blocks()), clock, reports=True)
    assert next(ledger) == "One.\n"
    clock.now += 0.4
    ledger.note(AudioChunk(b""))
    clock.now += 0.4
    assert not ledger._is_quiet()
    clock.now += 0.2
    assert list(ledger) == []
    assert ledger.is_exhausted
    end.set()


def test_text_stays_only_so_far_ahead_of_the_audio() -> None:
    """Not more than the limit (and one piece) is out at a time; a report lets the next piece go."""
    sentence = f"{'word ' * 49}end. "
    ledger = Ledger(feed_of([sentence * 100]), Clock(), reports=True)
    out: list[str] = []
    sender = threading.Thread(target=lambda: out.extend(ledger))
    sender.start()
    limit = AHEAD_CHARACTERS // len(sentence) + 1
    while len(ledger._given) < limit:
        pass
    sender.join(0.2)
    assert len(ledger._given) == limit
    ledger.note(FlushDone())
    while len(ledger._given) < limit + 1:
        pass
    ledger.abandon()
    sender.join()
    assert len(out) == limit + 1


def test_silent_server_is_not_waited_for() -> None:
    """A server that is quiet though much was sent does not report: the text goes on."""
    clock = Clock()
    ledger = Ledger(feed_of(["A sentence of some length. " * 400]), clock, reports=True)
    while ledger.characters <= AHEAD_CHARACTERS:
        next(ledger)
    clock.now += 1
    assert next(ledger)


def test_versions_with_reports() -> None:
    """The server reports from 2025-04-16 on."""
    assert not has_reports("2024-11-13")
    assert has_reports("2025-04-16")
