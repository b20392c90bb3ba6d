"""The one door for untyped data: JSON to frozen attrs values and nothing looser.

The only user of cattrs. Types are checked strictly (the string "5" is not a number), unknown fields are kept in
`extra`, unknown enum values stay strings, and what does not fit becomes one `DecodeError` that lists the paths.
"""

from __future__ import annotations

import types
from collections.abc import Callable
from typing import Any, Final, Generic, Literal, TypeVar, Union, get_args, get_origin

from attrs import field as attribute
from attrs import fields, frozen, has
from cattrs import Converter, transform_error
from cattrs.cols import list_structure_factory
from cattrs.gen import make_dict_structure_fn, override

from cartesia_core._fast import loads
from cartesia_core._json import Extra, JsonObject, JsonValue, is_object, no_fields
from cartesia_core.errors import DecodeError

T = TypeVar("T")
_Hook = Callable[[Any, Any], Any]

_EXTRA: Final = "extra"
_KINDS: Final = {"NoneType": "null", "dict": "object", "list": "array", "str": "string", "bool": "boolean"}


class _MisfitError(ValueError):
    """A JSON value of another kind than the field's."""


def _misfit(expected: str, value: object) -> _MisfitError:
    kind = type(value).__name__
    return _MisfitError(f"expected {expected}, got {_KINDS.get(kind, kind)}")


def _exactly(kind: type, name: str) -> _Hook:
    def check(value: Any, _: Any) -> Any:
        if type(value) is not kind:
            raise _misfit(name, value)
        return value

    return check


def _number(value: Any, _: Any) -> float:
    if type(value) is float or type(value) is int:
        return float(value)
    raise _misfit("number", value)


def _is_open_enum(kind: Any) -> bool:
    """Match `Literal[...] | str`, with or without None: known values of a set that the server may extend."""
    if get_origin(kind) not in (Union, types.UnionType):
        return False
    parts = get_args(kind)
    return str in parts and all(part in (str, types.NoneType) or get_origin(part) is Literal for part in parts)


def _open_enum_factory(kind: Any, _: Any) -> _Hook:
    check = _exactly(str, "string")
    if types.NoneType not in get_args(kind):
        return check
    return lambda value, kind: None if value is None else check(value, kind)


def _is_tuple(kind: Any) -> bool:
    return get_origin(kind) is tuple and get_args(kind)[1:] == (Ellipsis,)


def _tuple_factory(kind: Any, converter: Any) -> _Hook:
    list_of: Any = list
    items = list_structure_factory(list_of[get_args(kind)[0]], converter)

    def structure(value: Any, _: Any) -> Any:
        if type(value) is not list:
            raise _misfit("array", value)
        return tuple(items(value, list))

    return structure


def _has_extra(kind: Any) -> bool:
    return has(kind) and any(field.name == _EXTRA for field in fields(get_origin(kind) or kind))


def _fields(value: JsonValue) -> JsonObject:
    if not is_object(value):
        raise _misfit("object", value)
    return value


def _class_factory(kind: Any, converter: Any) -> _Hook:
    known = frozenset(field.name for field in fields(get_origin(kind) or kind)) - {_EXTRA}
    build = make_dict_structure_fn(kind, converter, extra=override(omit=True))

    def structure(value: Any, _: Any) -> Any:
        given = _fields(value)
        built = build(given, kind)
        if not known.issuperset(given):
            unknown = {name: given[name] for name in given if name not in known}
            object.__setattr__(built, _EXTRA, unknown)  # frozen, but nobody else holds it yet
        return built

    return structure


def _make(*, detailed: bool) -> Converter:
    converter = Converter(detailed_validation=detailed)
    for kind, name in ((str, "string"), (int, "integer"), (bool, "boolean")):
        converter.register_structure_hook(kind, _exactly(kind, name))
    converter.register_structure_hook(float, _number)
    converter.register_structure_hook_factory(_is_open_enum, _open_enum_factory)
    converter.register_structure_hook_factory(_is_tuple, _tuple_factory)
    converter.register_structure_hook_factory(_has_extra, _class_factory)
    return converter


_QUICK: Final = _make(detailed=False)
_DETAILED: Final = _make(detailed=True)


def structure(kind: type[T], value: JsonValue, *, path: str = "$") -> T:
    """Turn a JSON value into a `kind`.

    Args:
        kind: What to make.
        value: Of what.
        path: Where the value stands in the answer.

    Raises:
        DecodeError: It does not fit; the message lists where.
    """
    try:
        return _QUICK.structure(value, kind)
    except Exception:  # noqa: S110 - told below, with paths: looking for them costs, so only now
        pass
    try:
        return _DETAILED.structure(value, kind)
    except Exception as error:
        paths = transform_error(error, path=path, format_exception=_describe)
        raise DecodeError("the answer has not the documented shape: " + "; ".join(map(_path_first, paths))) from None


@frozen
class Envelope(Generic[T]):
    """What a list answers: its items and whether there are more."""

    data: tuple[T, ...]
    has_more: bool | None = None
    next_page: str | None = None
    extra: Extra = attribute(factory=no_fields)


def structure_envelope(item: type[T], value: JsonValue) -> Envelope[T]:
    """Turn a JSON value into a page of items; a bare array (2024-06-10) is all there is.

    Raises:
        DecodeError: It does not fit; the message lists where.
    """
    if not is_object(value):
        many: Any = tuple
        return Envelope(structure(many[item, ...], value), has_more=False)
    envelope: Any = Envelope
    return structure(envelope[item], value)


def load(kind: type[T], data: bytes) -> T:
    """Turn JSON bytes into a `kind`.

    Raises:
        DecodeError: It is not JSON, or does not fit; the message lists where.
    """
    return structure(kind, parse(data))


def parse(data: bytes | str) -> JsonValue:
    """Parse JSON.

    Raises:
        DecodeError: It is not JSON.
    """
    try:
        return loads(data)
    except ValueError as error:
        raise DecodeError(f"the answer is not JSON: {error}") from None


def _describe(error: BaseException, _: Any) -> str:
    if isinstance(error, KeyError):
        return "required field is missing"
    return str(error)


def _path_first(text: str) -> str:
    what, _, path = text.rpartition(" @ ")
    return f"{path}: {what}"
