"""Reading typed fields out of a JSON object; what does not fit is refused with its path and what would fit."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final, TypeGuard

from cartesia_core._fast import loads
from cartesia_local.refusal import Refused

if TYPE_CHECKING:
    from cartesia_core._json import JsonObject, JsonValue


def parse_object(data: bytes | str, what: str) -> JsonObject:
    """Parse a JSON object.

    Raises:
        Refused: It is something else; the message begins with `what`.
    """
    try:
        value = loads(data)
    except ValueError as error:
        raise Refused(f"{what} is not JSON: {error}.", title="Malformed JSON") from error
    if not _is_object(value):
        raise Refused(f"{what} is not a JSON object.", title="Malformed JSON")
    return value


def _is_object(value: JsonValue) -> TypeGuard[JsonObject]:
    return isinstance(value, Mapping)


class Fields:
    """The fields of one JSON object. A null counts as absent, as it does for the vendor's optional fields.

    Args:
        data: The object.
        path: Where it stands, for messages, e.g. `generation_config`.
    """

    def __init__(self, data: JsonObject, path: str = "") -> None:
        self._data: Final = data
        self._path: Final = path

    def name(self, key: str) -> str:
        """Give a field's full path."""
        return f"{self._path}.{key}" if self._path else key

    def value(self, key: str) -> JsonValue:
        """Give a field as it is, None where absent."""
        return self._data.get(key)

    def has(self, key: str) -> bool:
        """Tell whether a field is there and not null."""
        return self._data.get(key) is not None

    def text(self, key: str) -> str:
        """Give a string that must be there."""
        value = self.optional_text(key)
        if value is None:
            raise Refused(f"{self.name(key)} is missing.", title="Missing field")
        return value

    def optional_text(self, key: str) -> str | None:
        """Give a string or None."""
        value = self._data.get(key)
        if value is None or isinstance(value, str):
            return value
        raise self.misfit(key, "a string")

    def choice(self, key: str, allowed: Sequence[str]) -> str | None:
        """Give one of a closed set of strings, or None."""
        value = self.optional_text(key)
        if value is not None and value not in allowed:
            raise self.misfit(key, "one of " + ", ".join(allowed))
        return value

    def flag(self, key: str) -> bool:
        """Give a boolean, False where absent."""
        value = self._data.get(key)
        if value is None or isinstance(value, bool):
            return bool(value)
        raise self.misfit(key, "true or false")

    def number(self, key: str, lowest: float, highest: float) -> float | None:
        """Give a number within limits (inclusive), or None."""
        value = self._data.get(key)
        if value is None:
            return None
        if isinstance(value, (int, float)) and not isinstance(value, bool) and lowest <= value <= highest:
            return float(value)
        raise self.misfit(key, f"a number from {lowest:g} " + ("up" if math.isinf(highest) else f"to {highest:g}"))

    def integer(self, key: str, lowest: int, highest: int) -> int | None:
        """Give a whole number within limits (inclusive), or None."""
        value = self._data.get(key)
        if value is None:
            return None
        if isinstance(value, int) and not isinstance(value, bool) and lowest <= value <= highest:
            return value
        raise self.misfit(key, f"a whole number from {lowest} to {highest}")

    def inner(self, key: str) -> Fields | None:
        """Give an object's fields, or None."""
        value = self._data.get(key)
        if value is None:
            return None
        if _is_object(value):
            return Fields(value, self.name(key))
        raise self.misfit(key, "an object")

    def items(self, key: str) -> Sequence[JsonValue] | None:
        """Give an array, or None."""
        value = self._data.get(key)
        if value is None:
            return None
        if isinstance(value, Sequence) and not isinstance(value, str):
            return value
        raise self.misfit(key, "an array")

    def misfit(self, key: str, wanted: str) -> Refused:
        """Say what a field is and what it should be."""
        return Refused(f"{self.name(key)} is {_shown(self._data.get(key))}; {wanted} is needed.", title="Invalid field")


def _shown(value: JsonValue) -> str:
    """Show a scalar; of anything else only the kind, for messages must stay short and free of braces."""
    if isinstance(value, str):
        return repr(value if len(value) <= 80 else value[:80] + "...")
    if isinstance(value, (bool, int, float)):
        return str(value).lower() if isinstance(value, bool) else str(value)
    return "null" if value is None else "an object" if isinstance(value, Mapping) else "an array"
