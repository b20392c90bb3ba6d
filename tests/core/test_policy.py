"""Limits of clients and calls: where they are found, and what they refuse."""

from __future__ import annotations

import pytest

import cartesia_core
from cartesia_core import policy, retry, settings
from cartesia_core.errors import InvalidArgument


def test_limits_have_one_home_and_their_usual_addresses() -> None:
    """Whichever module they are imported from, they are the same."""
    assert retry.RetryPolicy is policy.RetryPolicy is cartesia_core.RetryPolicy
    assert settings.Timeouts is policy.Timeouts is cartesia_core.Timeouts
    assert policy.NO_RETRIES.max_retries == 0


@pytest.mark.parametrize("name", ["max_retries", "first_delay", "max_delay", "deadline"])
def test_policies_refuse_what_is_below_zero(name: str) -> None:
    """By name."""
    with pytest.raises(InvalidArgument, match=name):
        policy.RetryPolicy(**{name: -1})
