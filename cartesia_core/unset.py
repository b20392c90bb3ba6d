"""The difference between *not given* and null, which the wire knows and Python's None does not."""

from __future__ import annotations

from enum import Enum
from typing import Final


class Unset(Enum):
    """Type of `UNSET`; an enum, so that type checkers narrow `is UNSET`."""

    TOKEN = 0

    def __repr__(self) -> str:
        """Show the name that callers write."""
        return "UNSET"


UNSET: Final = Unset.TOKEN
"""A parameter that was not given: nothing goes on the wire for it. None goes out as null."""
