"""API versions: the values of `Cartesia-Version`.

Source: protocol notes, sections 1 and 11. Versions are dates and compare as strings.
"""

from __future__ import annotations

import re
from typing import Final

from cartesia_core.errors import InvalidArgument

V2024_06_10: Final = "2024-06-10"
V2024_11_13: Final = "2024-11-13"
V2025_04_16: Final = "2025-04-16"
V2025_11_04: Final = "2025-11-04"
V2026_03_01: Final = "2026-03-01"
V2026_08_14: Final = "2026-08-14"

KNOWN: Final = (V2024_06_10, V2024_11_13, V2025_04_16, V2025_11_04, V2026_03_01, V2026_08_14)
NEWEST: Final = V2026_08_14

_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}\Z")


def check_version(version: str) -> str:
    """Return the version if it is a date, known here or newer than all known.

    Raises:
        InvalidArgument: It is not of the form YYYY-MM-DD, or an old date that never was a version.
    """
    if not _DATE.match(version):
        raise InvalidArgument(f"API version {version!r} is not a date of the form YYYY-MM-DD")
    if version not in KNOWN and version < NEWEST:
        raise InvalidArgument(f"API version {version} does not exist; known are {', '.join(KNOWN)}")
    return version
