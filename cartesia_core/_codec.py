"""The one door for untyped data: JSON to frozen attrs values and nothing looser.

The only user of cattrs. Types are checked strictly (the string "5" is not a number), unknown fields are kept in
`extra`, unknown enum values stay strings, and what does not fit becomes one `DecodeError` that lists the paths.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, Generic, Literal, TypeVar, Union, get_args, get_origin

from attrs import field as attribute
from attrs import fields, fields_dict, frozen, has
from cattrs import ClassValidationError, Converter, IterableValidationError
from cattrs.cols import list_structure_factory
from cattrs.gen import make_dict_structure_fn, override

from cartesia_core._fast import loads
from cartesia_core._json import WIRE_NAME, Extra, JsonObject, JsonValue, is_object, no_fields
from cartesia_core.auth import ApiKey
from cartesia_core.errors import DecodeError, InvalidArgument

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


def _is_mapping(kind: Any) -> bool:
    return get_origin(kind) is Mapping


def _mapping_factory(kind: Any, converter: Any) -> _Hook:
    dict_of: Any = dict
    build = converter.get_structure_hook(dict_of[get_args(kind)])
    return lambda value, _: build(_fields(value), dict)


def _secret(value: Any, _: Any) -> ApiKey:
    if type(value) is not str:
        raise _misfit("string", value)
    try:
        return ApiKey(value)
    except InvalidArgument:
        raise _MisfitError("expected a token, got an empty string or characters that no token has") from None


def _has_extra(kind: Any) -> bool:
    return has(kind) and any(field.name == _EXTRA for field in fields(get_origin(kind) or kind))


def _fields(value: JsonValue) -> JsonObject:
    if not is_object(value):
        raise _misfit("object", value)
    return value


def _wire_name(field: Any) -> str:
    name: str = field.metadata.get(WIRE_NAME, field.name)
    return name


def _class_factory(kind: Any, converter: Any) -> _Hook:
    names = {field.name: _wire_name(field) for field in fields(get_origin(kind) or kind) if field.name != _EXTRA}
    known = frozenset(names.values())
    special: dict[str, Any] = {name: override(rename=wire) for name, wire in names.items() if wire != name}
    build = make_dict_structure_fn(kind, converter, **special, extra=override(omit=True))

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
    converter.register_structure_hook(ApiKey, _secret)
    converter.register_structure_hook_func(lambda kind: kind is object, lambda value, _: value)
    converter.register_structure_hook_factory(_is_open_enum, _open_enum_factory)
    converter.register_structure_hook_factory(_is_tuple, _tuple_factory)
    converter.register_structure_hook_factory(_is_mapping, _mapping_factory)
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
        problems = _problems(error, path)
        raise DecodeError("the answer has not the documented shape: " + "; ".join(problems)) from None


def structure_array(item: type[T], value: JsonValue) -> tuple[T, ...]:
    """Turn a JSON array into a tuple.

    Raises:
        DecodeError: It does not fit; the message lists where.
    """
    many: Any = tuple
    return structure(many[item, ...], value)


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
        return Envelope(structure_array(item, value), has_more=False)
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


def as_sent(extra: Extra) -> JsonObject:
    """Give fields that this library does not know as something to send; what is no JSON is refused when it is written."""
    fields: Any = extra
    given: JsonObject = fields
    return given


def _problems(error: BaseException, path: str) -> Iterator[str]:
    """Tell every problem in a tree of cattrs' errors, each after its path in the JSON."""
    if not isinstance(error, (ClassValidationError, IterableValidationError)):
        yield f"{path}: {'required field is missing' if isinstance(error, KeyError) else error}"
        return
    placed, elsewhere = error.group_exceptions()
    for inner, note in placed:
        yield from _problems(inner, path + _step(error, note))
    for inner in elsewhere:
        yield from _problems(inner, path)


def _step(error: Any, note: Any) -> str:
    if isinstance(error, IterableValidationError):
        return f"[{note.index!r}]"
    return "." + _wire_name(fields_dict(get_origin(error.cl) or error.cl)[note.name])
