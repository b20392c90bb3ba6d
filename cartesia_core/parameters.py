"""Building query and body from parameters: what is not given does not travel, and bad numbers are refused here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
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
    "check_cursors",
    "check_one_of",
    "check_range",
    "check_text",
    "query_of",
    "whole_above_zero",
    "zero_or_above",
]


def body_of(values: Mapping[str, BodyValue | Unset]) -> dict[str, BodyValue]:
    """Give the values that were given; None stays and becomes null."""
    return {name: value for name, value in values.items() if value is not UNSET}


def query_of(values: Mapping[str, str | bool | float | Iterable[str] | None | Unset]) -> Pairs:
    """Give query parameters: repeated keys for several values, true/false in lower case, nothing for None."""
    pairs: list[tuple[str, str]] = []
    for name, value in values.items():
        if value is None or value is UNSET:
            continue
        if isinstance(value, (str, bool, int, float)):
            pairs.append((name, _text(value)))
        else:
            pairs.extend((name, item) for item in value)
    return tuple(pairs)


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


def check_text(name: str, value: str) -> None:
    """Refuse an empty or blank string.

    Raises:
        InvalidArgument: There is nothing in it.
    """
    if not value.strip():
        raise InvalidArgument(f"{name} is empty")
