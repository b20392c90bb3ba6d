"""What calls carry: JSON objects and forms, as values that are rendered when the API version is known."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Container, Iterable, Mapping
from typing import TypeAlias

from attrs import evolve, field, frozen

from cartesia_core._json import JsonValue
from cartesia_core.errors import InvalidArgument
from cartesia_core.files import FileUpload, Progress

__all__ = [
    "Body",
    "BodyValue",
    "FormBody",
    "FormValue",
    "JsonBody",
    "Versioned",
    "check_new",
    "extended",
]


class Versioned(ABC):
    """A parameter whose form on the wire depends on the API version."""

    __slots__ = ()

    @abstractmethod
    def wire(self, version: str) -> JsonValue:
        """Give the JSON value for this API version.

        Raises:
            InvalidArgument: This version has no form for the value.
        """


BodyValue: TypeAlias = "JsonValue | Versioned"


@frozen
class JsonBody:
    """A JSON object to be sent; values that depend on the API version are rendered when it is known.

    Its repr names the fields only: what people have spoken does not belong into logs.
    """

    value: Mapping[str, BodyValue] = field(repr=lambda value: f"<{', '.join(value)}>")

    def render(self, version: str) -> dict[str, JsonValue]:
        """Give the JSON object as it goes out under this API version."""
        return {
            name: value.wire(version) if isinstance(value, Versioned) else value for name, value in self.value.items()
        }


FormValue: TypeAlias = "BodyValue | FileUpload"


@frozen
class FormBody:
    """A form to be sent, with files or without; `cartesia_core.multipart` encodes it.

    Its repr names the fields only.

    Attributes:
        value: Fields and files by name; objects and arrays are spread over several fields, None is left out.
        progress: Whom to tell how much of it was sent.
    """

    value: Mapping[str, FormValue] = field(repr=lambda value: f"<{', '.join(value)}>")
    progress: Progress | None = field(default=None, repr=False, eq=False)


Body: TypeAlias = "JsonBody | FormBody | None"


def extended(body: Body, extra: Mapping[str, FormValue]) -> Body:
    """Give a body with further fields.

    Raises:
        InvalidArgument: A name is there already, there is no body, or a file is given for a JSON object.
    """
    if not extra:
        return body
    if body is None:
        raise InvalidArgument("this call has no body to put further fields into")
    check_new("field of the body", extra, body.value)
    if isinstance(body, FormBody):
        return evolve(body, value={**body.value, **extra})
    value = dict(body.value)
    for name, item in extra.items():
        if isinstance(item, FileUpload):
            raise InvalidArgument(f"{name} is a file, but this call sends JSON")
        value[name] = item
    return JsonBody(value)


def check_new(what: str, names: Iterable[str], known: Container[str]) -> None:
    """Refuse names that are known.

    Raises:
        InvalidArgument: One is.
    """
    for name in names:
        if name in known:
            raise InvalidArgument(f"the {what} {name!r} is set already; extra fields overwrite nothing")
