"""Voices as 192 numbers: what API versions up to 2024-11-13 take and give."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from cartesia_core.errors import InvalidArgument
from cartesia_core.parameters import check_range

EMBEDDING_LENGTH: Final = 192


def as_embedding(values: Iterable[float]) -> tuple[float, ...]:
    """Give an embedding as a tuple.

    Raises:
        InvalidArgument: It has not 192 numbers, or one of them is infinite or NaN.
    """
    try:
        numbers = tuple(float(value) for value in values)
    except (TypeError, ValueError):
        raise InvalidArgument("a voice embedding consists of numbers, but something else was given") from None
    if len(numbers) != EMBEDDING_LENGTH:
        raise InvalidArgument(f"a voice embedding has {EMBEDDING_LENGTH} numbers, not {len(numbers)}")
    for number in numbers:
        check_range("embedding", number, -1e38, 1e38)
    return numbers
