"""JSON and base64 at the speed of orjson and pybase64, or by the standard library where these have no wheels.

Both ways are strict and agree on what they read: NaN, junk inside base64 and missing padding are `ValueError`, not guesses.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from functools import partial
from typing import Final, NoReturn

from cartesia_core._json import JsonValue

__all__ = ["b64decode", "dumps", "loads"]


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")


def std_loads(data: bytes | str) -> JsonValue:
    """Parse JSON with the standard library."""
    value: JsonValue = json.loads(data, parse_constant=_refuse)
    return value


def std_dumps(value: JsonValue) -> bytes:
    """Write compact UTF-8 JSON with the standard library."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


std_b64decode: Final[Callable[[str], bytes]] = partial(base64.b64decode, validate=True)

_loads: Callable[[bytes | str], JsonValue] = std_loads
_dumps: Callable[[JsonValue], bytes] = std_dumps
_b64decode: Callable[[str], bytes] = std_b64decode

try:
    import orjson
except ImportError:  # pragma: no cover - other interpreters than CPython
    pass
else:
    _loads, _dumps = orjson.loads, orjson.dumps

try:
    import pybase64
except ImportError:  # pragma: no cover - other interpreters than CPython
    pass
else:
    _b64decode = partial(pybase64.b64decode, validate=True)

loads: Final = _loads
dumps: Final = _dumps
b64decode: Final = _b64decode
