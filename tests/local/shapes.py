"""Helper: compare answers with the documented shapes, field by field."""

from __future__ import annotations

from typing import Any

from tests.local.client import Json, api_facts

KINDS: dict[str, type | tuple[type, ...]] = {
    "string": str,
    "boolean": bool,
    "array": list,
    "object": dict,
    "number": (int, float),
    "integer": int,
}


def check(value: Any, ref: str) -> None:
    """Assert that a value has every required field of an object of the wire facts, and no unknown one."""
    _check_object(value, api_facts("schemas.json")["objects"][ref], ref)


def _check_object(value: Any, shape: Json, path: str) -> None:
    fields = {field["name"]: field for field in shape["fields"]}
    assert isinstance(value, dict), path
    assert not {name for name, field in fields.items() if field["required"]} - set(value), path
    assert set(value) <= set(fields), path
    for name, field in fields.items():
        if value.get(name) is None:
            assert name not in value or field.get("nullable", False), f"{path}.{name}"
        else:
            _check(value[name], field, f"{path}.{name}")


def _check(value: Any, field: Json, path: str) -> None:
    schemas = api_facts("schemas.json")
    if "ref" in field and field["ref"] in schemas["enums"]:
        enum = schemas["enums"][field["ref"]]
        assert value in enum["values"] or enum["open"], path
    elif "ref" in field:
        _check_object(value, schemas["objects"][field["ref"]], path)
    elif field["type"] == "any":
        pass
    else:
        assert isinstance(value, KINDS[field["type"]]), path
        if isinstance(value, list):
            for place, item in enumerate(value):
                _check(item, field["items"], f"{path}[{place}]")
