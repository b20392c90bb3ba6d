"""JSON and base64 at the speed of orjson and pybase64, or by the standard library where these have no wheels.

Both ways are strict and agree on what they read: NaN, numbers beyond a float, half surrogate pairs, other encodings than
UTF-8, junk inside base64 and missing padding are `ValueError`, not guesses.
"""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Callable
from typing import Final, NoReturn

from cartesia_core._json import JsonValue
from cartesia_core.errors import InvalidArgument

__all__ = ["b64decode", "dumps", "loads"]


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")


def _float(text: str) -> float:
    value = float(text)
    if math.isinf(value):
        raise ValueError(f"{text[:20]}... is beyond every float")
    return value


def _int(text: str) -> int | float:
    """Read integers of 64 bits exactly and larger ones as floats, as orjson does."""
    value = _float(text)
    if abs(value) > 2.0**64:
        return value
    exact = int(text)
    return exact if -(2**63) <= exact < 2**64 else value


def std_loads(data: bytes | str) -> JsonValue:
    """Parse JSON with the standard library."""
    text = data if isinstance(data, str) else data.decode()  # json.loads would guess UTF-16 and drop a byte order mark
    text.encode()  # half a surrogate pair, as it is
    try:
        value: JsonValue = json.loads(text, parse_constant=_refuse, parse_float=_float, parse_int=_int)
    except RecursionError:
        raise ValueError("arrays or objects are nested too deeply") from None
    if "\\u" in text:
        json.dumps(value, ensure_ascii=False).encode()  # half a surrogate pair, escaped
    return value


def std_dumps(value: JsonValue) -> bytes:
    """Write compact UTF-8 JSON with the standard library."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


def std_b64decode(data: str) -> bytes:
    """Decode base64 with the standard library."""
    if len(data) % 4:  # Python 3.10 passes a lone "="
        raise ValueError("the length of base64 is no multiple of 4")
    return base64.b64decode(data, validate=True)


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

    def _by_pybase64(data: str) -> bytes:
        return pybase64.b64decode(data, None, True)  # by position: naming an argument costs a quarter more

    _b64decode = _by_pybase64

loads: Final = _loads
b64decode: Final = _b64decode


def dumps(value: JsonValue) -> bytes:
    """Write compact UTF-8 JSON.

    Raises:
        InvalidArgument: A text holds half of a surrogate pair (as texts from the command line do that are not UTF-8).
    """
    try:
        return _dumps(value)
    except (TypeError, ValueError) as error:
        raise InvalidArgument(f"this cannot be sent as JSON: {error}") from None
