"""Settings of turns: limits, order, and their form on the wire."""

from __future__ import annotations

from typing import Any

import pytest

from cartesia_core.errors import InvalidArgument
from cartesia_core.stt.commands import SendAudio, TurnSettings


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("start_threshold", 0.49),
        ("start_threshold", 0.91),
        ("eager_end_threshold", 0.29),
        ("eager_end_threshold", 0.61),
        ("end_threshold", 0.04),
        ("end_threshold", 0.51),
        ("end_timeout_ms", 639),
        ("end_timeout_ms", 11_201),
    ],
)
def test_limits(name: str, wrong: float) -> None:
    """Just beyond them is refused."""
    given: dict[str, Any] = {name: wrong}
    with pytest.raises(InvalidArgument, match=name):
        TurnSettings(**given)


def test_the_defaults_are_in_order() -> None:
    """Giving nothing is right."""
    TurnSettings().check_order()
    assert TurnSettings().given() == {}


@pytest.mark.parametrize(
    "wrong",
    [
        TurnSettings(start_threshold=0.5, eager_end_threshold=0.5),
        TurnSettings(start_threshold=0.5, eager_end_threshold=0.6),
        TurnSettings(eager_end_threshold=0.3, end_threshold=0.3),
        TurnSettings(end_threshold=0.45),
    ],
)
def test_order(wrong: TurnSettings) -> None:
    """Start is above eager end, and that above end; what is not given counts with its default."""
    with pytest.raises(InvalidArgument, match="must be above"):
        wrong.check_order()


def test_changes_are_laid_over_what_holds() -> None:
    """And the order is checked with all of it."""
    before = TurnSettings(start_threshold=0.6, eager_end_threshold=0.5)
    after = before.changed_by(TurnSettings(end_timeout_ms=700, start_threshold=0.7))
    assert after == TurnSettings(start_threshold=0.7, eager_end_threshold=0.5, end_timeout_ms=700)
    with pytest.raises(InvalidArgument, match="must be above"):
        before.changed_by(TurnSettings(start_threshold=0.5))


def test_audio_does_not_fill_logs() -> None:
    """Its size is shown."""
    assert repr(SendAudio(b"abc")) == "SendAudio(data=<3 bytes>)"
