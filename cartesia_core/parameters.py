"""Building query and body from parameters: what is not given does not travel, and bad numbers are refused here."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sized
from typing import TYPE_CHECKING, Protocol, TypeVar

from cartesia_core.errors import InvalidArgument
from cartesia_core.unset import UNSET, Unset

if TYPE_CHECKING:
    from cartesia_core.http import BodyValue, Pairs

T = TypeVar("T")


class Named(Protocol):
    """What validators need to know of an attribute."""

    @property
    def name(self) -> str:
        """Its name."""
        ...


__all__ = [
    "above_zero",
    "body_of",
    "check_count",
    "check_cursors",
    "check_encodable",
    "check_length",
    "check_one_of",
    "check_range",
    "check_text",
    "check_whole",
    "paging",
    "query_of",
    "whole_above_zero",
    "zero_or_above",
]


def body_of(values: Mapping[str, BodyValue | Unset]) -> dict[str, BodyValue]:
    """Give the values that were given; None stays and becomes null."""
    return {name: value for name, value in values.items() if value is not UNSET}


def query_of(values: Mapping[str, str | bool | float | Iterable[str] | None | Unset]) -> Pairs:
    """Give query parameters: repeated keys for several values, true/false in lower case, nothing for None.

    Raises:
        InvalidArgument: A text holds half of a surrogate pair.
    """
    pairs: list[tuple[str, str]] = []
    for name, value in values.items():
        if value is None or value is UNSET:
            continue
        if isinstance(value, (str, bool, int, float)):
            pairs.append((name, _text(value)))
        else:
            pairs.extend((name, item) for item in value)
    for name, text in pairs:
        check_encodable(name, text)
    return tuple(pairs)


def paging(
    limit: int | None, starting_after: str | None, ending_before: str | None = None
) -> dict[str, int | str | None]:
    """Give the query parameters that every list takes.

    Args:
        limit: Items a page.
        starting_after: Id of the item before the page.
        ending_before: Id of the item after it.

    Raises:
        InvalidArgument: `limit` is no whole number from 1 to 100, or both cursors are given.
    """
    check_whole("limit", limit, 1, 100)
    check_cursors(starting_after, ending_before)
    return {"limit": limit, "starting_after": starting_after, "ending_before": ending_before}


def _text(value: str | float) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def check_range(name: str, value: float | None | Unset, low: float, high: float) -> None:
    """Refuse a number outside of its limits, NaN included.

    Raises:
        InvalidArgument: With the limits.
    """
    if value is None or value is UNSET:
        return
    if not _is_number(value, lambda number: low <= number <= high):
        raise InvalidArgument(f"{name} is {value!r}, but must be a number from {low} to {high}")


def check_whole(name: str, value: int | None | Unset, low: int, high: int) -> None:
    """Refuse what is no whole number within its limits.

    Raises:
        InvalidArgument: With the limits.
    """
    if value is not None and value is not UNSET and (type(value) is not int or not low <= value <= high):
        raise InvalidArgument(f"{name} is {value!r}, but must be a whole number from {low} to {high}")


def check_length(name: str, value: str | None | Unset, most: int) -> None:
    """Refuse a text of more characters than documented.

    Raises:
        InvalidArgument: With both lengths.
    """
    if isinstance(value, str) and len(value) > most:
        raise InvalidArgument(f"{name} has {len(value)} characters, but may have {most}")


def check_count(name: str, values: Sized, low: int, high: float = math.inf) -> None:
    """Refuse fewer or more values than documented; and one string, which would be taken for its letters.

    Raises:
        InvalidArgument: With the limits.
    """
    if isinstance(values, str):
        raise InvalidArgument(f"{name} is {values!r}, but must be several values: put it into a list")
    if not low <= len(values) <= high:
        limits = f"at least {low}" if high == math.inf else f"{low} to {high}"
        raise InvalidArgument(f"{name} has {len(values)} values, but must have {limits}")


def above_zero(_: object, attribute: Named, value: float | None) -> None:
    """Refuse what is not above 0, as a validator of attrs; None passes.

    Raises:
        InvalidArgument: It is 0, negative or no number.
    """
    if value is not None and not _is_number(value, lambda number: number > 0):
        raise InvalidArgument(f"{attribute.name} is {value!r}, but must be a number above 0")


def whole_above_zero(_: object, attribute: Named, value: int | None) -> None:
    """Refuse what is no whole number above 0, as a validator of attrs; None passes.

    Raises:
        InvalidArgument: It is 0, negative, or no whole number.
    """
    if value is not None and not (type(value) is int and value > 0):
        raise InvalidArgument(f"{attribute.name} is {value!r}, but must be a whole number above 0")


def zero_or_above(_: object, attribute: Named, value: float) -> None:
    """Refuse negative numbers, as a validator of attrs.

    Raises:
        InvalidArgument: It is negative or no number.
    """
    if not _is_number(value, lambda number: number >= 0):
        raise InvalidArgument(f"{attribute.name} is {value!r}, but must be a number, 0 or above")


def _is_number(value: float, fits: Callable[[float], bool]) -> bool:
    try:
        return fits(value)
    except TypeError:
        return False


def check_one_of(name: str, value: T | None | Unset, allowed: Iterable[T]) -> None:
    """Refuse a value that is not one of a closed set.

    Raises:
        InvalidArgument: With the set.
    """
    choices = list(allowed)
    if value is not None and value is not UNSET and value not in choices:
        raise InvalidArgument(f"{name} is {value!r}, but must be one of {', '.join(map(repr, choices))}")


def check_cursors(starting_after: str | None, ending_before: str | None) -> None:
    """Refuse two cursors at once: what the server does with both is not documented.

    Raises:
        InvalidArgument: Both were given.
    """
    if starting_after is not None and ending_before is not None:
        raise InvalidArgument("give starting_after or ending_before, not both")


def check_encodable(name: str, value: str) -> None:
    """Refuse what is no string, and half of a surrogate pair, as texts from the command line have that are not UTF-8.

    Raises:
        InvalidArgument: It cannot be written as UTF-8.
    """
    try:
        str.encode(value)
    except TypeError:
        raise InvalidArgument(f"{name} is {value!r}, but must be a string") from None
    except UnicodeEncodeError:
        raise InvalidArgument(f"{name} is {value!r}, which cannot be written as UTF-8") from None


def check_text(name: str, value: str) -> None:
    """Refuse an empty or blank string, and what is none.

    Raises:
        InvalidArgument: There is nothing in it, or it is no string.
    """
    check_encodable(name, value)
    if not value.strip():
        raise InvalidArgument(f"{name} is empty")
