"""Audio kept until it is transcribed."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cartesia_core.stt.tape import AudioTape


def test_the_oldest_goes_first() -> None:
    """Whole pieces or parts of them; what is kept is the newest."""
    tape = AudioTape(6, 2)
    for piece in (b"abcd", b"ef", b"gh"):
        tape.add(piece)
    assert b"".join(tape.rest()) == b"cdefgh"
    assert (tape.start, tape.end, tape.dropped_nbytes) == (2, 8, 2)


def test_samples_stay_whole() -> None:
    """Whatever the size of the pieces."""
    tape = AudioTape(5, 4)
    tape.add(b"abc")
    tape.add(b"defgh")
    assert (tape.start, b"".join(tape.rest())) == (4, b"efgh")
    tape.accept(6)
    assert (tape.start, tape.accepted) == (4, 6)


def test_what_is_accepted_is_forgotten() -> None:
    """And is not lost."""
    tape = AudioTape(100, 2)
    tape.add(b"abcdef")
    tape.accept(4)
    tape.accept(2)
    assert (tape.start, tape.accepted, tape.rest()) == (4, 4, [b"ef"])
    tape.accept(1000)
    assert (tape.start, tape.accepted, tape.rest()) == (6, 6, [])


def test_without_memory_it_counts() -> None:
    """As for streams that are not replayed."""
    tape = AudioTape(0, 2)
    tape.add(b"abc")
    assert (tape.end, tape.rest(), tape.accepted) == (3, [], 0)


def test_a_new_session_begins_with_what_is_kept() -> None:
    """What was dropped by then is told once."""
    tape = AudioTape(2, 1)
    tape.add(b"abcd")
    assert tape.dropped_nbytes == 2
    tape.restart()
    assert (tape.dropped_nbytes, tape.accepted) == (0, 2)
    tape.accept(3)
    tape.restart()
    assert tape.accepted == 3


@given(
    st.integers(0, 40),
    st.sampled_from([1, 2, 4]),
    st.lists(st.one_of(st.binary(max_size=15), st.integers(0, 100)), max_size=30),
)
def test_what_is_kept_is_the_end_of_what_came(limit: int, size: int, steps: list[bytes | int]) -> None:
    """Within the limit, cut between samples, and nothing that is neither accepted nor dropped is missing."""
    tape, whole = AudioTape(limit, size), b""
    for step in steps:
        if isinstance(step, int):
            tape.accept(step)
        else:
            tape.add(step)
            whole += step
        kept = b"".join(tape.rest())
        assert kept == whole[tape.start :]
        assert len(kept) <= max(limit, size - 1 + limit)
        assert tape.start % size == 0 or not kept
        assert tape.end == len(whole)
        assert tape.start <= max(tape.accepted, tape.accepted + tape.dropped_nbytes)
