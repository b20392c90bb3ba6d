"""Voices as numbers."""

from __future__ import annotations

import pytest

from cartesia_core.embeddings import as_embedding
from cartesia_core.errors import InvalidArgument


def test_embeddings_are_tuples_of_floats() -> None:
    """From anything that gives 192 numbers."""
    assert as_embedding(iter([1] * 192)) == (1.0,) * 192
    assert isinstance(as_embedding([1] * 192)[0], float)


def test_other_lengths_and_no_numbers_are_refused() -> None:
    """With what was given."""
    with pytest.raises(InvalidArgument, match="has 192 numbers, not 3"):
        as_embedding([1, 2, 3])
    for wrong in (["a"], [None], None):
        with pytest.raises(InvalidArgument, match="consists of numbers"):
            as_embedding(wrong)  # type: ignore[arg-type]
    with pytest.raises(InvalidArgument, match="embedding is nan"):
        as_embedding([0.0] * 191 + [float("nan")])
