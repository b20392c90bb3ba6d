"""Times at which something is due, where there may be nothing to wait for."""

from __future__ import annotations


def sooner(one: float | None, other: float | None) -> float | None:
    """Give the earlier of two times; None stands for never."""
    if one is None or other is None:
        return other if one is None else one
    return min(one, other)
