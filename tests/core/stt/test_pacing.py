"""No faster than it was spoken."""

from __future__ import annotations

import pytest

from cartesia_core.stt.pacing import Pacer, pieces
from cartesia_core.stt.samples import SttFormat
from tests.core.stt.speech import FORMAT, SECOND


def test_pieces_of_a_tenth_of_a_second() -> None:
    """The last one may be shorter; none is shorter than a sample."""
    assert [len(piece) for piece in pieces(bytes(50), FORMAT)] == [20, 20, 10]
    assert [len(piece) for piece in pieces(bytes(4), SttFormat("pcm_s16le", 2))] == [2, 2]


def test_errors_do_not_add_up() -> None:
    """Each pause ends when the piece is due, however late the one before was."""
    pacer = Pacer(FORMAT)
    assert pacer.pause_seconds(20, now=10.0) == 0.0
    assert pacer.pause_seconds(20, now=10.0) == pytest.approx(0.1)
    assert pacer.pause_seconds(20, now=10.13) == pytest.approx(0.07)
    assert pacer.pause_seconds(20, now=10.5) == 0.0
    assert pacer.pause_seconds(20, now=10.5) == 0.0
    assert pacer.pause_seconds(20, now=10.5) == pytest.approx(0.0, abs=1e-9)
    assert pacer.pause_seconds(20, now=10.5) == pytest.approx(0.1)


def test_who_was_away_for_long_does_not_catch_up() -> None:
    """At most a second is sent at once."""
    pacer = Pacer(FORMAT)
    pacer.pause_seconds(20, now=0.0)
    assert pacer.pause_seconds(20, now=100.0) == 0.0
    sent = sum(pacer.pause_seconds(20, now=100.0) == 0.0 for _ in range(50)) * 20
    assert 180 <= sent <= len(SECOND)
