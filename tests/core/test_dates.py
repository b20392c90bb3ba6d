"""HTTP dates."""

from __future__ import annotations

import pytest

from cartesia_core.dates import seconds_until

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
