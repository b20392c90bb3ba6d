"""The names at the top are loaded when they are asked for."""

from __future__ import annotations

import subprocess
import sys

import pytest

import cartesia_core


@pytest.mark.parametrize("name", [name for name in cartesia_core.__all__ if name != "__version__"])
def test_names_are_found_where_they_live(name: str) -> None:
    """Those of modules, and modules themselves."""
    assert cartesia_core.__getattr__(name) is getattr(cartesia_core, name)


def test_other_names_are_none() -> None:
    """As for any module."""
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        cartesia_core.__getattr__("nothing")


def test_editors_see_the_names_before_they_are_loaded() -> None:
    """`dir` gives all of them."""
    assert set(cartesia_core.__all__) <= set(dir(cartesia_core))


def test_formats_come_without_sockets() -> None:
    """Whoever needs the audio alone does not pay for the rest."""
    program = "import sys; from cartesia_core import RawFormat; sys.exit('wsproto' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
