"""Reading typed fields out of a JSON object; what does not fit is refused with its path and what would fit."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final, TypeGuard

from cartesia_core._fast import loads
from cartesia_local.refusal import Refused

if TYPE_CHECKING:
    from cartesia_core._json import JsonObject, JsonValue

_NAME: Final = re.compile(r"([^\[\]]+)((?:\[[^\[\]]+\])*(?:\[\])?)")
MAX_DEPTH: Final = 8
_BRACKETS: Final = re.compile(r"\[([^\[\]]*)\]")


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

    def is_null(self, key: str) -> bool:
        """Tell whether a field is there as null."""
        return key in self._data and self._data[key] is None

    def missing(self, key: str) -> Refused:
        """Say that a field is missing."""
        return Refused(f"{self.name(key)} is missing.", title="Missing field")

    def text(self, key: str) -> str:
        """Give a string that must be there."""
        value = self.optional_text(key)
        if value is None:
            raise self.missing(key)
        return value

    def filled(self, key: str, longest: int = 100_000) -> str:
        """Give a string that must be there and must not be blank or too long."""
        value = self.text(key)
        if not value.strip() or len(value) > longest:
            raise self.misfit(key, f"a text of 1 to {longest} characters")
        return value

    def optional_filled(self, key: str) -> str | None:
        """Give a string that is not blank, or None."""
        return None if self.optional_text(key) is None else self.filled(key)

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

    def member(self, key: str, allowed: Sequence[int]) -> int:
        """Give one of a closed set of whole numbers; it must be there."""
        value = self._data.get(key)
        if value is None:
            raise self.missing(key)
        if not isinstance(value, int) or isinstance(value, bool) or value not in allowed:
            raise self.misfit(key, "one of " + ", ".join(map(str, allowed)))
        return value

    def inner(self, key: str) -> Fields | None:
        """Give an object's fields, or None."""
        value = self._data.get(key)
        if value is None:
            return None
        if _is_object(value):
            return self._of(value, self.name(key))
        raise self.misfit(key, "an object")

    def _of(self, data: JsonObject, path: str) -> Fields:
        return Fields(data, path)

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


class FormFields(Fields):
    """The fields of a form, where numbers and booleans are text. An empty number counts as absent."""

    def flag(self, key: str) -> bool:
        """Give a boolean, False where absent."""
        value = self.optional_text(key)
        if value is None or value in {"true", "false"}:
            return value == "true"
        raise self.misfit(key, "true or false")

    def number(self, key: str, lowest: float, highest: float) -> float | None:
        """Give a number within limits (inclusive), or None."""
        return Fields({key: self._parsed(key)}, self._path).number(key, lowest, highest)

    def integer(self, key: str, lowest: int, highest: int) -> int | None:
        """Give a whole number within limits (inclusive), or None."""
        return Fields({key: self._parsed(key)}, self._path).integer(key, lowest, highest)

    def member(self, key: str, allowed: Sequence[int]) -> int:
        """Give one of a closed set of whole numbers; it must be there."""
        return Fields({key: self._parsed(key)}, self._path).member(key, allowed)

    def _parsed(self, key: str) -> JsonValue:
        value = self._data.get(key)
        if not isinstance(value, str):
            return value
        if re.fullmatch(r"-?\d{1,15}", value, re.ASCII):
            return int(value)
        return float(value) if re.fullmatch(r"-?\d{1,15}\.\d{1,15}", value, re.ASCII) else value or None

    def _of(self, data: JsonObject, path: str) -> Fields:
        return FormFields(data, path)


def nested(texts: Sequence[tuple[str, str]]) -> JsonObject:
    """Put the names of a form together: `a[b]` is a field of an object, `a[]` an item of an array.

    Raises:
        Refused: A name is malformed, or is both one thing and another.
    """
    whole: dict[str, JsonValue] = {}
    for name, text in texts:
        match = _NAME.fullmatch(name)
        keys: list[str] = [] if match is None else [match[1], *_BRACKETS.findall(match[2])]
        if not 1 <= len(keys) <= MAX_DEPTH:
            raise Refused(f"The field name {name[:80]!r} makes no sense.", title="Malformed form")
        _put(whole, name, keys, text)
    return whole


def _put(whole: dict[str, JsonValue], name: str, keys: Sequence[str], text: str) -> None:
    key, *rest = keys
    found = whole.get(key)
    if not rest:
        fits, whole[key] = not isinstance(found, (list, dict)), text
    elif rest == [""]:
        items = found if isinstance(found, list) else []
        fits, whole[key] = found is None or isinstance(found, list), [*items, text]
    else:
        inner: dict[str, JsonValue] = found if isinstance(found, dict) else {}
        fits, whole[key] = found is None or isinstance(found, dict), inner
        _put(inner, name, rest, text)
    if not fits:
        raise Refused(f"The field {name[:80]!r} is given as two different things.", title="Malformed form")


def _shown(value: JsonValue) -> str:
    """Show a scalar; of anything else only the kind, for messages must stay short and free of braces."""
    if isinstance(value, str):
        return repr(value if len(value) <= 80 else value[:80] + "...")
    if isinstance(value, (bool, int, float)):
        return str(value).lower() if isinstance(value, bool) else str(value)
    return "null" if value is None else "an object" if isinstance(value, Mapping) else "an array"
