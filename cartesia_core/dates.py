"""HTTP dates, read without the modules that would load sockets (`email.utils` does)."""

from __future__ import annotations

import re
from datetime import datetime, timezone
from typing import Final

_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_IMF_FIXDATE: Final = re.compile(
    r"\w{3}, (?P<day>\d{2}) (?P<month>\w{3}) (?P<year>\d{4}) (?P<hour>\d{2}):(?P<minute>\d{2}):(?P<second>\d{2}) GMT\Z"
)


def seconds_until(text: str, now: float) -> float | None:
    """Give the seconds from `now` (since the epoch) to an HTTP date (RFC 9110, 5.6.7); 0 if it has passed.

    Returns:
        None if the text is not a date of the preferred form.
    """
    match = _IMF_FIXDATE.match(text.strip())
    if match is None or match["month"] not in _MONTHS:
        return None
    numbers = [int(match[name]) for name in ("year", "day", "hour", "minute", "second")]
    year, day, hour, minute, second = numbers
    try:
        when = datetime(year, _MONTHS.index(match["month"]) + 1, day, hour, minute, second, tzinfo=timezone.utc)
    except ValueError:
        return None
    return max(0.0, when.timestamp() - now)
