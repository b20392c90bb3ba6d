"""What packages say they export."""

from __future__ import annotations

import importlib
import pkgutil

import pytest

import cartesia_asyncio
import cartesia_core
import cartesia_httpx
import cartesia_sync
import cartesia_trio

PACKAGES = (cartesia_core, cartesia_httpx, cartesia_sync, cartesia_trio, cartesia_asyncio)
MODULES = [
    name
    for package in PACKAGES
    for name in (
        package.__name__,
        *(found.name for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")),
    )
]


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


def test_clients_for_event_loops_export_the_same_names() -> None:
    """Whoever changes the loop changes one import; asyncio's has its own idea of a byte stream besides."""
    both = ["Client", "Connection", "Speech", "SttSocket", "TtsContext", "TtsSocket", "TurnsSocket"]
    assert cartesia_trio.__all__ == both
    assert cartesia_asyncio.__all__ == sorted([*both, "ByteStream", "StreamPair"])
    assert set(both) - {"Speech"} <= set(cartesia_sync.__all__) | {"Speech"}


@pytest.mark.parametrize("name", ["Client", "Connection", "SttSocket", "TtsContext", "TtsSocket", "TurnsSocket"])
def test_clients_for_event_loops_have_the_same_public_members(name: str) -> None:
    """Nothing that works in one is missing in the other."""
    one, other = getattr(cartesia_trio, name), getattr(cartesia_asyncio, name)
    members = [{member for member in vars(found) if not member.startswith("_")} for found in (one, other)]
    assert members[0] == members[1]
