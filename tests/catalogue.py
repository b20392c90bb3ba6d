"""The API catalogue, which lies beside the checkout and not in it; without it there is nothing to compare with."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final, TypeAlias

import pytest

Json: TypeAlias = "None | bool | int | float | str | list[Json] | dict[str, Json]"
Spec: TypeAlias = dict[str, Json]
"""What the catalogue says of a field or a value."""

FOLDER: Final = Path(__file__).parents[2] / "shared" / "api"
IS_THERE: Final = (FOLDER / "endpoints.json").exists()
NEWEST: Final = "2026-08-14"

needs_catalogue = pytest.mark.skipif(not IS_THERE, reason="the API catalogue is not beside this checkout")


def _load(name: str) -> Json:
    value: Json = json.loads((FOLDER / name).read_text(encoding="utf-8")) if IS_THERE else None
    return value


def mapping(value: Json) -> Spec:
    """Give an object of the catalogue, empty where there is none."""
    assert isinstance(value, dict) or value is None
    return value or {}


def specs(value: Json) -> list[Spec]:
    """Give the objects of an array of the catalogue, none where there is none."""
    assert isinstance(value, list) or value is None
    return [mapping(item) for item in value or []]


def texts(value: Json) -> list[str]:
    """Give the strings of an array of the catalogue."""
    assert isinstance(value, list)
    return [str(item) for item in value]


_SCHEMAS: Final = mapping(_load("schemas.json"))
ENUMS: Final = mapping(_SCHEMAS.get("enums"))
UNIONS: Final = mapping(_SCHEMAS.get("unions"))
OBJECTS: Final = mapping(_SCHEMAS.get("objects"))
ENDPOINTS: Final[dict[str, Spec]] = {str(entry["name"]): entry for entry in specs(_load("endpoints.json"))}

_KINDS: Final[dict[str, tuple[type, ...]]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "array": (list,),
    "object": (dict,),
}


def fields_of(name: str) -> list[Spec]:
    """Give the fields of an object of the schemas."""
    return specs(mapping(OBJECTS[name])["fields"])


def problems(value: Json, spec: Spec, path: str = "$") -> Iterator[str]:
    """Tell where a value is not what the catalogue says."""
    if value is None:
        if not spec.get("nullable"):
            yield f"{path}: null"
        return
    ref = str(spec["ref"]) if "ref" in spec else None
    if ref in UNIONS:
        variants = mapping(mapping(UNIONS[ref])["variants"]).values()
        if all(list(problems(value, _variant(str(variant)))) for variant in variants):
            yield f"{path}: no variant of {ref}"
    elif ref in OBJECTS:
        yield from _object_problems(value, fields_of(ref), path)
    elif ref is not None:
        yield from _enum_problems(value, mapping(ENUMS[ref]), path)
    else:
        yield from _plain_problems(value, spec, path)


def _variant(name: str) -> Spec:
    return {"type": name} if name in _KINDS else {"ref": name}


def _object_problems(value: Json, fields: list[Spec], path: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{path}: {value!r} is no object"
        return
    known = {str(field["name"]): field for field in fields}
    for name, inner in value.items():
        if name in known:
            yield from problems(inner, known[name], f"{path}.{name}")
        else:
            yield f"{path}.{name}: unknown"
    yield from (f"{path}.{name}: missing" for name, field in known.items() if field["required"] and name not in value)


def _enum_problems(value: Json, enum: Spec, path: str) -> Iterator[str]:
    if type(value) not in _KINDS[str(enum["type"])]:
        yield f"{path}: {value!r} is no {enum['type']}"
    values = enum["values"]
    assert isinstance(values, list)
    if not enum["open"] and value not in values:
        yield f"{path}: {value!r} is not in the enum"


def _plain_problems(value: Json, spec: Spec, path: str) -> Iterator[str]:
    kind = str(spec["type"])
    if type(value) not in _KINDS[kind]:
        yield f"{path}: {value!r} is no {kind}"
    if isinstance(value, list):
        if len(value) != spec.get("length", len(value)):
            yield f"{path}: {len(value)} items"
        for number, item in enumerate(value):
            yield from problems(item, mapping(spec["items"]), f"{path}[{number}]")
