"""Forms as they go over the wire: fields and files in parts (RFC 7578).

The boundary is a parameter: randomness is the adapters' business. Files stay descriptions between the bytes, so that
whoever sends a form can stream them.

Source: protocol notes, section 5: nested values in brackets, arrays as `name[]`, no nulls, numbers and booleans as text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final, TypeAlias

from attrs import field, frozen

from cartesia_core._json import JsonValue, is_object
from cartesia_core.errors import InvalidArgument
from cartesia_core.files import FileUpload, Progress
from cartesia_core.http import FormBody, Versioned

__all__ = ["FilePart", "FormContent", "Part", "TextPart", "content_type", "encode", "form_content", "parts_of"]

# RFC 2046, 5.1.1, without the characters that would have to be quoted.
_BOUNDARY: Final = re.compile(r"[0-9A-Za-z'+_.-]{1,70}\Z")
# Browsers write line breaks and quotes so (HTML, "multipart/form-data encoding algorithm"); a backslash would escape
# what follows for readers who take the value for a quoted string.
_ESCAPES: Final = {code: f"%{code:02X}" for code in (*range(0x20), 0x22, 0x7F)} | {0x5C: "\\\\"}


@frozen
class TextPart:
    """A field of a form.

    Attributes:
        name: Its name.
        value: Its text.
    """

    name: str
    value: str = field(repr=False)


@frozen
class FilePart:
    """A file of a form.

    Attributes:
        name: Name of its field.
        file: The file.
    """

    name: str
    file: FileUpload


Part: TypeAlias = TextPart | FilePart


@frozen
class FormContent:
    """An encoded form: bytes, and files in between that whoever sends it reads.

    Attributes:
        pieces: What to send, in order.
        progress: Whom to tell how much was sent.
    """

    pieces: tuple[bytes | FileUpload, ...] = field(repr=lambda pieces: f"<{len(pieces)} pieces>")
    progress: Progress | None = field(default=None, repr=False, eq=False)


def form_content(body: FormBody, version: str, boundary: str) -> FormContent:
    """Encode a form for an API version.

    Raises:
        InvalidArgument: The boundary is unusable, or a value has no form on this version or cannot be sent.
    """
    return FormContent(encode(parts_of(body, version), boundary), body.progress)


def content_type(boundary: str) -> str:
    """Give the value of the `Content-Type` header."""
    return f"multipart/form-data; boundary={boundary}"


def parts_of(body: FormBody, version: str) -> tuple[Part, ...]:
    """Take a form apart: fields first, so that a server knows what the files behind them are for."""
    texts: list[Part] = []
    files: list[Part] = []
    for name, value in body.value.items():
        if isinstance(value, FileUpload):
            files.append(FilePart(name, value))
        else:
            texts.extend(_flat(name, value.wire(version) if isinstance(value, Versioned) else value))
    return (*texts, *files)


def _flat(name: str, value: JsonValue) -> Iterator[TextPart]:
    if value is None:
        return
    if isinstance(value, bool):
        yield TextPart(name, "true" if value else "false")
    elif isinstance(value, (str, int, float)):
        yield TextPart(name, str(value))
    elif is_object(value):
        for key, inner in value.items():
            yield from _flat(f"{name}[{key}]", inner)
    else:
        for inner in value:
            yield from _flat(f"{name}[]", inner)


def encode(parts: Iterable[Part], boundary: str) -> tuple[bytes | FileUpload, ...]:
    """Give the pieces of a form: bytes and files in turn.

    Args:
        parts: What is in it. A form without any has only its end mark.
        boundary: What parts them; must not occur in them, so take it from a good source of randomness.

    Raises:
        InvalidArgument: The boundary is unusable, or a name or text is not Unicode.
    """
    if not _BOUNDARY.match(boundary):
        raise InvalidArgument("a form needs a boundary of 1 to 70 letters, digits or '+_.-; make it at random")
    pieces: list[bytes | FileUpload] = []
    text = ""
    for part in parts:
        text += f"--{boundary}\r\nContent-Disposition: form-data; name={_quoted(part.name)}"
        if isinstance(part, TextPart):
            text += f"\r\n\r\n{part.value}\r\n"
            continue
        text += f"; filename={_quoted(part.file.filename)}\r\nContent-Type: {part.file.content_type}\r\n\r\n"
        pieces += [_bytes(text), part.file]
        text = "\r\n"
    return (*pieces, _bytes(f"{text}--{boundary}--\r\n"))


def _quoted(name: str) -> str:
    return f'"{name.translate(_ESCAPES)}"'


def _bytes(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise InvalidArgument(f"this cannot be sent in a form: {error.reason}") from None
