"""The word error rate."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cartesia_core.stt.word_errors import WordErrors, word_errors

TEXTS = st.lists(st.sampled_from(["a", "b", "c"]), max_size=7).map(" ".join)


@pytest.mark.parametrize(
    ("said", "understood", "errors"),
    [
        ("Turn the lights off.", "turn the lights off", WordErrors(0, 0, 0, 4)),
        ("Turn the lights off.", "Turn the light off", WordErrors(1, 0, 0, 4)),
        ("Turn the lights off.", "Turn lights off", WordErrors(0, 1, 0, 4)),
        ("Turn the lights off.", "Turn the the lights off", WordErrors(0, 0, 1, 4)),
        ("Turn the lights off.", "", WordErrors(0, 4, 0, 4)),
        ("a b c", "x b c d", WordErrors(1, 0, 1, 3)),
        ("Don't 'quote'", "don't 'quote' '", WordErrors(0, 0, 0, 2)),
    ],
)
def test_counts(said: str, understood: str, errors: WordErrors) -> None:
    """Substitutions, deletions and insertions; capitals and punctuation are none."""
    assert word_errors(said, understood) == errors


def test_rates() -> None:
    """Errors for each word said; what was understood of silence is all wrong."""
    assert word_errors("a b c d", "a x c").rate == 0.5
    assert word_errors("", "").rate == 0.0
    assert word_errors("", "a b").rate == 1.0


@given(TEXTS, TEXTS)
def test_laws(one: str, other: str) -> None:
    """Nothing differs from itself; the way back is as long; the lengths differ by what was added and is missing."""
    there, back = word_errors(one, other), word_errors(other, one)
    assert word_errors(one, one).total == 0
    assert there.total == back.total
    assert len(other.split()) - len(one.split()) == there.insertions - there.deletions
    assert abs(there.insertions - there.deletions) <= there.total <= max(len(one.split()), len(other.split()))
