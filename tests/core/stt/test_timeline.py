"""The caller's audio among silence of ours."""

from __future__ import annotations

from cartesia_core.stt.timeline import Timeline


def test_without_silence_both_are_the_same() -> None:
    """And nothing lies behind the end."""
    line = Timeline()
    line.add_audio(10)
    assert (line.said_by(4), line.said_by(99)) == (4, 10)


def test_silence_does_not_count() -> None:
    """Before, between and after; pieces in a row are one."""
    line = Timeline()
    line.add_silence(2)
    line.add_audio(10)
    line.add_silence(3)
    line.add_silence(5)
    line.add_audio(1)
    assert (line.heard, line.said) == (21, 11)
    assert [line.said_by(at) for at in (0, 1, 2, 7, 12, 14, 20, 21)] == [0, 0, 0, 5, 10, 10, 10, 11]
