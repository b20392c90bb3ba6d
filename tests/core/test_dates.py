"""HTTP dates, and times in queries."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from cartesia_core.dates import iso_time, seconds_until
from cartesia_core.errors import InvalidArgument

NOW = 784_111_777.0  # Sun, 06 Nov 1994 08:49:37 GMT, the example of RFC 9110


def test_seconds_until_a_date() -> None:
    """Ahead it is the difference, behind it is 0."""
    assert seconds_until("Sun, 06 Nov 1994 08:49:37 GMT", NOW) == 0
    assert seconds_until(" Sun, 06 Nov 1994 08:50:37 GMT ", NOW) == 60
    assert seconds_until("Sun, 06 Nov 1994 08:50:37 GMT", NOW + 100) == 0


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "Sunday, 06-Nov-94 08:49:37 GMT",
        "Sun, 06 Foo 1994 08:49:37 GMT",
        "Sun, 31 Feb 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 25:49:37 GMT",
        "Sun, 06 Nov 1994 08:49:37 CET",
        "Sun, 06 Nov 0000 08:49:37 GMT",
    ],
)
def test_what_is_no_date_is_none(text: str) -> None:
    """The caller then falls back to its own wait."""
    assert seconds_until(text, NOW) is None


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-31",
        "2026-01-31T12:30",
        "2026-01-31T12:30:00",
        "2026-01-31t12:30:00z",
        "2026-01-31 12:30:00.123456Z",
        "2026-01-31T12:30:00+01:00",
        "2026-01-31T12:30:00-0130",
        None,
    ],
)
def test_iso_8601_passes_as_it_is(text: str | None) -> None:
    """Days, times, and nothing."""
    assert iso_time("x", text) == text


@pytest.mark.parametrize("text", ["", "yesterday", "31.1.2026", "2026-01", "2026-01-31T", "2026-01-31\n", "1769862600"])
def test_other_texts_are_no_times(text: str) -> None:
    """With an example of what is one."""
    with pytest.raises(InvalidArgument, match="x is .*, but must be an ISO 8601 date or time such as"):
        iso_time("x", text)


def test_times_are_written_with_their_zone() -> None:
    """Without one, nobody knows which moment is meant."""
    zone = timezone(timedelta(hours=-5))
    assert iso_time("x", datetime(2026, 1, 31, 12, 30, tzinfo=zone)) == "2026-01-31T12:30:00-05:00"
    with pytest.raises(InvalidArgument, match="without a time zone; give it tzinfo"):
        iso_time("x", datetime(2026, 1, 31))  # noqa: DTZ001 - the mistake that is looked for
