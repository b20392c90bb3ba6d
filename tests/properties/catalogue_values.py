"""Answers made from the schemas of the API catalogue, and values as the JSON they came from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Final

from attrs import fields, has
from hypothesis import strategies as st

from cartesia_core._json import WIRE_NAME
from cartesia_core.auth import ApiKey
from tests.catalogue import ENUMS, OBJECTS, Json, Spec, fields_of, mapping, texts

NUMBERS: Final = st.integers(-(2**53), 2**53) | st.floats(-1e9, 1e9)
ANYTHING: Final[st.SearchStrategy[Json]] = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
NULL: Final[st.SearchStrategy[Json]] = st.none()
NEW_FIELDS: Final = st.dictionaries(st.text(max_size=5).map(lambda name: f"new_{name}"), ANYTHING, max_size=2)
# What a token looks like; the models keep it in a type that refuses others.
TOKENS: Final = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=9)


def values_of(spec: Spec) -> st.SearchStrategy[Json]:
    """Make values of a field, null among them where it is allowed, and new members of enums."""
    made = _values_of(spec)
    return NULL | made if spec.get("nullable") else made


def _values_of(spec: Spec) -> st.SearchStrategy[Json]:
    if spec.get("ref") in OBJECTS:
        return objects_of(str(spec["ref"]))
    if "ref" in spec:
        known: st.SearchStrategy[Json] = st.sampled_from(texts(mapping(ENUMS[str(spec["ref"])])["values"]))
        return st.one_of(known, st.text(max_size=5))
    return _PLAIN[str(spec["type"])](spec)


def _arrays(spec: Spec) -> st.SearchStrategy[Json]:
    items = values_of(mapping(spec["items"]))
    length = spec.get("length")
    if isinstance(length, int):
        return items.map(lambda item: [item] * length)
    return st.lists(items, max_size=3).map(lambda made: [*made])


def _dictionaries(spec: Spec) -> st.SearchStrategy[Json]:
    inner = values_of(mapping(spec["additional"])) if "additional" in spec else ANYTHING
    return st.dictionaries(st.text(max_size=5), inner, max_size=3).map(lambda made: {**made})


_PLAIN: Final[dict[str, Callable[[Spec], st.SearchStrategy[Json]]]] = {
    "string": lambda _: st.text(max_size=8),
    "integer": lambda _: st.integers(-(2**53), 2**53),
    "number": lambda _: NUMBERS,
    "boolean": lambda _: st.booleans(),
    "any": lambda _: ANYTHING,
    "array": _arrays,
    "object": _dictionaries,
}


@cache
def objects_of(name: str) -> st.SearchStrategy[Json]:
    """Make objects of a schema: required fields, some of the optional ones, and some that nobody knows."""
    made = {str(field["name"]): TOKENS if field["name"] == "token" else values_of(field) for field in fields_of(name)}
    required = {str(field["name"]) for field in fields_of(name) if field["required"]}
    known = st.fixed_dictionaries(
        {key: made[key] for key in made if key in required},
        optional={key: made[key] for key in made if key not in required},
    )
    return st.tuples(known, NEW_FIELDS).map(lambda pair: {**pair[1], **pair[0]})


def answers_of(schema: Spec) -> st.SearchStrategy[Json]:
    """Make whole answers."""
    return values_of(schema)


def without_nulls(value: Json, spec: Spec) -> Json:
    """Give a value as a model tells it again: a known field that is null is not there."""
    if isinstance(value, dict) and spec.get("ref") in OBJECTS:
        known = {str(field["name"]): field for field in fields_of(str(spec["ref"]))}
        return {
            name: without_nulls(inner, known[name]) if name in known else inner
            for name, inner in value.items()
            if not (inner is None and name in known)
        }
    if isinstance(value, list) and "items" in spec:
        return [without_nulls(item, mapping(spec["items"])) for item in value]
    return value


def to_json(value: object) -> object:
    """Give a value of a model as the JSON that it came from; fields that are None are left out."""
    if isinstance(value, ApiKey):
        return value.reveal()
    if isinstance(value, tuple):
        return [to_json(item) for item in value]
    kind = type(value)
    if not has(kind):
        return value
    given = {field.metadata.get(WIRE_NAME, field.name): getattr(value, field.name) for field in fields(kind)}
    extra = given.pop("extra")
    return {**extra, **{name: to_json(inner) for name, inner in given.items() if inner is not None}}


def complete(spec: Spec) -> Json:
    """Make one value of a field with every field of every object, and one item in every array."""
    if spec.get("ref") in OBJECTS:
        return {str(field["name"]): complete(field) for field in fields_of(str(spec["ref"]))}
    if "ref" in spec:
        return texts(mapping(ENUMS[str(spec["ref"])])["values"])[0]
    if spec["type"] == "array":
        length = spec.get("length", 1)
        assert isinstance(length, int)
        return [complete(mapping(spec["items"]))] * length
    if spec["type"] == "object":
        return {"key": "value"}
    plain: dict[str, Json] = {"string": "text", "integer": 5, "number": 0.5, "boolean": True, "any": None}
    return plain[str(spec["type"])]


def required_paths(spec: Spec, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Give where in a complete value the required fields stand."""
    if spec.get("ref") in OBJECTS:
        for field in fields_of(str(spec["ref"])):
            here = (*path, str(field["name"]))
            if field["required"]:
                yield here
            yield from required_paths(field, here)
    elif spec.get("type") == "array":
        yield from required_paths(mapping(spec["items"]), (*path, 0))


def spelled(path: tuple[str | int, ...]) -> str:
    """Give a path as errors spell it."""
    return "$" + "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)


def cut(value: Json, path: tuple[str | int, ...]) -> Json:
    """Give a value without what stands at a path."""
    step, *rest = path
    if isinstance(step, int):
        assert isinstance(value, list)
        return [cut(item, tuple(rest)) for item in value]
    assert isinstance(value, Mapping)
    if rest:
        return {**value, step: cut(value[step], tuple(rest))}
    return {name: inner for name, inner in value.items() if name != step}
