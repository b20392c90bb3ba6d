"""Building query and body, and refusing bad numbers."""

from __future__ import annotations

import math

import pytest
from attrs import field, frozen

from cartesia_core.errors import InvalidArgument
from cartesia_core.parameters import (
    body_of,
    check_cursors,
    check_one_of,
    check_range,
    check_text,
    query_of,
    whole_above_zero,
)
from cartesia_core.unset import UNSET


def test_bodies_keep_null_and_drop_what_was_not_given() -> None:
    """Absent and null differ on the wire."""
    assert body_of({"a": None, "b": UNSET, "c": 0, "d": ""}) == {"a": None, "c": 0, "d": ""}
    assert repr(UNSET) == "UNSET"


def test_queries_drop_null_too() -> None:
    """Booleans in lower case, a key again for each of several values, nothing for none."""
    assert query_of(
        {"a": None, "b": UNSET, "c": True, "d": False, "e": 5, "f": 0.5, "g": "", "h": ["x", "y"], "i": ()}
    ) == (("c", "true"), ("d", "false"), ("e", "5"), ("f", "0.5"), ("g", ""), ("h", "x"), ("h", "y"))


@pytest.mark.parametrize("value", [None, UNSET, 0, 1, 0.5, True])
def test_numbers_in_range_pass(value: float | None) -> None:
    """The limits belong to the range; nothing given is fine."""
    check_range("x", value, 0, 1)


@pytest.mark.parametrize("value", [-0.001, 1.001, math.nan, math.inf, -math.inf, "0.5", [], b""])
def test_numbers_out_of_range_are_refused_with_the_limits(value: float) -> None:
    """NaN, which compares false with everything, and what is no number at all included."""
    with pytest.raises(InvalidArgument, match=r"x is .* must be a number from 0 to 1"):
        check_range("x", value, 0, 1)


@frozen
class Counted:
    """Something of which there are so many."""

    pieces: int | None = field(validator=whole_above_zero)


@pytest.mark.parametrize("value", [None, 1, 2, 10**20])
def test_whole_numbers_above_zero_pass(value: int | None) -> None:
    """None means that there is no limit."""
    assert Counted(value).pieces == value


@pytest.mark.parametrize("value", [0, -1, 1.0, 0.5, math.nan, math.inf, True, "1", []])
def test_what_is_no_whole_number_above_zero_is_refused(value: int) -> None:
    """A truth value is none, though Python counts with it."""
    with pytest.raises(InvalidArgument, match=r"pieces is .* must be a whole number above 0"):
        Counted(value)


def test_closed_sets() -> None:
    """What is not in the set is refused with the set."""
    for value in (None, UNSET, "a"):
        check_one_of("x", value, ("a", "b"))
    with pytest.raises(InvalidArgument, match="x is 'c', but must be one of 'a', 'b'"):
        check_one_of("x", "c", ("a", "b"))


def test_two_cursors_are_one_too_many() -> None:
    """What the server does with both is not documented."""
    check_cursors(None, None)
    check_cursors("a", None)
    check_cursors(None, "b")
    with pytest.raises(InvalidArgument, match="not both"):
        check_cursors("a", "b")


@pytest.mark.parametrize("value", ["", " ", "\n\t\u3000"])
def test_blank_texts_are_refused(value: str) -> None:
    """There is nothing in them."""
    with pytest.raises(InvalidArgument, match="x is empty"):
        check_text("x", value)
    check_text("x", f"{value}a")
