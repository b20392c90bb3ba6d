"""API versions."""

from __future__ import annotations

import pytest

from cartesia_core.errors import InvalidArgument
from cartesia_core.versions import KNOWN, NEWEST, check_version


def test_known_versions_are_in_order_and_end_with_the_default() -> None:
    """Comparing versions as strings is comparing dates."""
    assert list(KNOWN) == sorted(KNOWN)
    assert KNOWN[-1] == NEWEST


@pytest.mark.parametrize("version", [*KNOWN, "2027-01-31"])
def test_known_and_future_versions_pass(version: str) -> None:
    """A version newer than this library is the caller's choice."""
    assert check_version(version) == version


@pytest.mark.parametrize("version", ["", "latest", "2026-8-14", "2026-08-14\n", " 2026-08-14", "20260814"])
def test_what_is_no_date_is_refused(version: str) -> None:
    """The header must be of the form YYYY-MM-DD."""
    with pytest.raises(InvalidArgument, match="YYYY-MM-DD"):
        check_version(version)


def test_dates_that_never_were_versions_are_refused_with_the_known_ones() -> None:
    """A typing error shows at once, with what to choose from."""
    with pytest.raises(InvalidArgument, match="2024-06-10, 2024-11-13"):
        check_version("2025-04-17")
