"""HTTP dates, read without the modules that would load sockets (`email.utils` does), and ISO 8601 times for queries."""

from __future__ import annotations

import re
from datetime import datetime, timezone
from typing import Final, TypeAlias

from cartesia_core.errors import InvalidArgument

_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_IMF_FIXDATE: Final = re.compile(
    r"\w{3}, (?P<day>\d{2}) (?P<month>\w{3}) (?P<year>\d{4}) (?P<hour>\d{2}):(?P<minute>\d{2}):(?P<second>\d{2}) GMT\Z"
)

_ISO_8601: Final = re.compile(r"\d{4}-\d{2}-\d{2}([Tt ]\d{2}:\d{2}(:\d{2}([.,]\d+)?)?([Zz]|[+-]\d{2}:?\d{2})?)?\Z")


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


Time: TypeAlias = str | datetime
"""A time as parameters take it: ISO 8601 text, or a time with its zone."""


def iso_time(name: str, value: Time | None) -> str | None:
    """Give a time as the API reads it.

    Args:
        name: Of the parameter.
        value: ISO 8601 text, which is passed on as it is, or a time with its zone.

    Raises:
        InvalidArgument: The text is no date or time, or nobody knows in which zone the time is.
    """
    if isinstance(value, datetime):
        if value.utcoffset() is None:
            raise InvalidArgument(f"{name} is {value!r}, without a time zone; give it tzinfo")
        return value.isoformat()
    if value is not None and not _ISO_8601.match(value):
        raise InvalidArgument(f"{name} is {value!r}, but must be an ISO 8601 date or time such as 2026-01-31T00:00:00Z")
    return value
