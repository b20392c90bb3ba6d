"""What tests ask of calls that send forms."""

from __future__ import annotations

from cartesia_core.http import Call, FormBody
from cartesia_core.multipart import TextPart, parts_of
from cartesia_core.versions import NEWEST


def fields_of(call: Call) -> list[tuple[str, str]]:
    """Give the fields of a call's form, in order, without its files."""
    assert isinstance(call.body, FormBody)
    return [(p.name, p.value) for p in parts_of(call.body, call.version or NEWEST) if isinstance(p, TextPart)]


def files_of(call: Call) -> dict[str, object]:
    """Give what the files of a call's form are made of, by field."""
    assert isinstance(call.body, FormBody)
    parts = parts_of(call.body, call.version or NEWEST)
    return {p.name: p.file.content for p in parts if not isinstance(p, TextPart)}
