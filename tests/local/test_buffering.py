"""The buffering machine: texts in, jobs out; the clock is an argument."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cartesia_local.tts.buffering import Finish, FlushDone, Job, Speak, TextBuffer


def spoken(jobs: list[Job]) -> str:
    return "".join(job.text for job in jobs if isinstance(job, Speak))


def test_without_a_delay_every_input_is_spoken_as_it_comes() -> None:
    """Nothing waits, nothing is joined, blanks say nothing."""
    buffer = TextBuffer(0)
    assert [*buffer.push("Hel", 1), *buffer.push("lo.", 2), *buffer.push(" ", 3)] == [Speak("Hel", 1), Speak("lo.", 1)]
    assert buffer.next_deadline() is None


def test_without_a_delay_every_input_can_be_a_span_of_its_own() -> None:
    """The live service answers each input with a flush nobody asked for; blanks have none."""
    buffer = TextBuffer(0, is_every_input_flushed=True)
    assert [*buffer.push("One.", 1), *buffer.push(" ", 1), *buffer.push("Two.", 1)] == [
        Speak("One.", 1),
        FlushDone(1),
        Speak("Two.", 2),
        FlushDone(2),
    ]


def test_with_a_delay_nothing_is_flushed_unasked() -> None:
    """The unasked flush belongs to the delay of 0."""
    buffer = TextBuffer(1, is_every_input_flushed=True)
    assert list(buffer.push("One. Two", 0)) == [Speak("One.", 1)]


@pytest.mark.parametrize(
    ("text", "at_once"),
    [
        ("First part, ", ""),
        ("One sentence.", ""),
        ("One sentence. ", "One sentence."),
        ("One. Two! Three", "One. Two!"),
        ('He said "No." And', 'He said "No."'),
        ("It is 3.14 or so", ""),
        ("It is 3.", ""),
        ("Mr. Smith came", ""),
        ("J. S. Bach wrote", ""),
        ("Dr. No came. Then", "Dr. No came."),
        ("你好。再见", "你好。"),
        ("A line\nand", "A line\n"),
        ("Really?! Yes", "Really?!"),
        ("One. <spell>A. B. </spell> C", "One."),
        ("One. <spell>A. B.", "One."),
        ('One. <break time="1. s', "One."),
    ],
)
def test_whole_sentences_are_spoken_before_the_delay(text: str, at_once: str) -> None:
    """White space after terminal punctuation proves a sentence; abbreviations, numbers and open tags do not."""
    assert spoken(list(TextBuffer(3).push(text, 0))) == at_once


def test_what_waits_is_spoken_when_the_oldest_of_it_has_waited_for_the_delay() -> None:
    """Later text does not prolong the wait."""
    buffer = TextBuffer(3)
    assert buffer.next_deadline() is None
    assert not buffer.push("Hello, ", 10)
    assert not buffer.push("world", 12)
    assert buffer.next_deadline() == 13
    assert not buffer.handle_timeout(12.9)
    assert list(buffer.handle_timeout(13)) == [Speak("Hello, world", 1)]
    assert buffer.next_deadline() is None


def test_an_open_tag_waits_once_more() -> None:
    """Text before it is spoken in time; a tag that never closes is spoken after a second delay."""
    buffer = TextBuffer(1)
    assert not buffer.push("Well <break time=", 0)
    assert list(buffer.handle_timeout(1)) == [Speak("Well ", 1)]
    assert list(buffer.push('"1s"/> now. ', 1.5)) == [Speak('<break time="1s"/> now.', 1)]
    assert not buffer.push("<break", 5)
    assert not buffer.handle_timeout(5.9)
    assert not buffer.handle_timeout(6)
    assert list(buffer.handle_timeout(7)) == [Speak("<break", 1)]


def test_flushes_count_from_one_and_end_their_span() -> None:
    """Text before the first flush belongs to span 1, text after it to span 2; an empty span is flushed too."""
    buffer = TextBuffer(3)
    assert not buffer.push("One", 0)
    assert list(buffer.flush()) == [Speak("One", 1), FlushDone(1)]
    assert list(buffer.flush()) == [FlushDone(2)]
    assert not buffer.push("Two", 1)
    assert list(buffer.finish()) == [Speak("Two", 3), Finish()]


def test_old_versions_count_from_zero() -> None:
    """SDK 2 keeps a list of spans and takes the id for its index."""
    assert list(TextBuffer(0, first_flush_id=0).flush()) == [FlushDone(0)]


PIECES = st.lists(st.text(alphabet="ab .!?<>/[]3\n。", max_size=6), max_size=12)


@given(PIECES, st.sampled_from([0, 0.5, 3]), st.lists(st.floats(0, 2), min_size=12, max_size=12))
def test_joined_inputs_equal_what_is_spoken(pieces: list[str], delay: float, waits: list[float]) -> None:
    """Whatever the slicing and the clock: nothing but blanks is lost, nothing is added, the order stays."""
    buffer = TextBuffer(delay)
    jobs: list[Job] = []
    now = 0.0
    for piece, wait in zip(pieces, waits, strict=False):
        jobs += buffer.push(piece, now)
        now += wait
        jobs += buffer.handle_timeout(now)
    jobs += buffer.finish()
    assert "".join(spoken(jobs).split()) == "".join("".join(pieces).split())
    assert jobs[-1] == Finish()
    assert buffer.pending == ""
    assert buffer.next_deadline() is None


@given(PIECES, st.floats(0.1, 3))
def test_text_never_waits_longer_than_two_delays(pieces: list[str], delay: float) -> None:
    """However it is sliced, an untouched buffer is empty two delays after its last input."""
    buffer = TextBuffer(delay)
    now = 0.0
    for piece in pieces:
        buffer.push(piece, now)
        now += delay / 10
    for _ in range(2):
        if (deadline := buffer.next_deadline()) is not None:
            assert deadline <= now + delay
            now = deadline
            buffer.handle_timeout(now)
    assert buffer.next_deadline() is None
    assert buffer.pending == ""
