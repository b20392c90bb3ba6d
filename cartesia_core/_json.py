"""The type of a decoded JSON document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias, TypeGuard

JsonValue: TypeAlias = None | bool | int | float | str | Sequence["JsonValue"] | Mapping[str, "JsonValue"]
JsonObject: TypeAlias = Mapping[str, JsonValue]


def is_object(value: JsonValue) -> TypeGuard[JsonObject]:
    """Whether a value is a JSON object."""
    return isinstance(value, dict)


Extra: TypeAlias = Mapping[str, object]
"""Fields of an answer that this library does not know, as the JSON parser gave them."""


def no_fields() -> Extra:
    """Give no fields: the default of `extra`."""
    return {}


WIRE_NAME: Final = "wire name"


def on_the_wire(name: str) -> Mapping[str, str]:
    """Give the metadata of an attrs field whose name on the wire differs from its own."""
    return {WIRE_NAME: name}
