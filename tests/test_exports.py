"""What packages say they export."""

from __future__ import annotations

import importlib
import pkgutil

import pytest

import cartesia_core

MODULES = ["cartesia_core", *(found.name for found in pkgutil.walk_packages(cartesia_core.__path__, "cartesia_core."))]


@pytest.mark.parametrize("name", MODULES)
def test_every_exported_name_exists_once_and_in_order(name: str) -> None:
    """`__all__` can be trusted: sorted as ruff sorts it (constants, classes, functions), without doubles."""
    module = importlib.import_module(name)
    exported: list[str] = list(getattr(module, "__all__", ()))
    assert [each for each in exported if not hasattr(module, each)] == []
    assert len(exported) == len(set(exported))
    assert exported == sorted(exported, key=_isort_style)


def _isort_style(name: str) -> tuple[int, str]:
    if name.isupper() and len(name) > 1:
        return 0, name
    return (1 if name[0].isupper() else 2), name


@pytest.mark.parametrize("name", MODULES)
def test_every_module_says_what_it_is(name: str) -> None:
    """The first thing that `help` shows."""
    assert importlib.import_module(name).__doc__ or name == "cartesia_core._version"


def test_the_names_of_a_first_program_are_at_the_top() -> None:
    """Those that README and documentation rely on."""
    for name in ("AudioChunk", "Mp3Format", "RawFormat", "WavFormat", "WordTimestamps", "PhonemeTimestamps", "tts"):
        assert name in cartesia_core.__all__
