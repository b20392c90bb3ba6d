"""Reads docstrings for the pages of the reference."""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Callable, Iterator
from typing import NamedTuple


class Docs(NamedTuple):
    """A docstring, taken apart."""

    text: str
    sections: dict[str, dict[str, str]]


def docs_of(thing: object) -> Docs:
    """Take a docstring apart: what comes first, and its sections of `name: meaning`."""
    head, *rest = re.split(r"^(Args|Attributes|Raises|Source):", inspect.getdoc(thing) or "", flags=re.MULTILINE)
    sections = {title: dict(_entries(body)) for title, body in zip(rest[::2], rest[1::2], strict=True)}
    return Docs(_paragraphs(head), sections)


def _entries(body: str) -> Iterator[tuple[str, str]]:
    for entry in re.split(r"\n    (?=\w)", body.rstrip()):
        name, colon, meaning = entry.strip().partition(":")
        if colon:
            yield name, " ".join(meaning.split())


def _paragraphs(text: str) -> str:
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in text.strip().split("\n\n"))


def source_of(build: Callable[..., object]) -> tuple[str, str]:
    """Give what the module says of where its facts come from, and since which version they hold."""
    found = re.search(
        r"^Source: (.+?)(?:\n\n|\Z)", inspect.getdoc(inspect.getmodule(build)) or "", re.DOTALL | re.MULTILINE
    )
    source, _, more = " ".join(found[1].split()).rstrip(".").partition(". ") if found else ("", "", "")
    return source, f"; {more[0].lower()}{more[1:]}" if re.fullmatch(r"From [\d-]+ on", more) else ""


def public_name(build: Callable[..., object]) -> str:
    """Give the shortest name under which a function can be had."""
    module, _, _ = build.__module__.rpartition(".")
    outer = getattr(sys.modules[module], build.__name__, None)
    return f"{module if outer is build else build.__module__}.{build.__name__}"
