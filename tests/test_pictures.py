"""The pictures of the documentation are those that the code draws today."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

IMAGES = Path(__file__).parents[1] / "docs" / "images"


@pytest.mark.parametrize("name", ["architecture.svg", "context.svg", "pool.svg"])
def test_pictures_are_up_to_date(name: str, tmp_path: Path) -> None:
    """`python docs/images/draw.py` changes nothing; the life of a context is drawn from its table."""
    script = shutil.copy(IMAGES / "draw.py", tmp_path)
    subprocess.run([sys.executable, script], check=True)
    assert (tmp_path / name).read_text(encoding="utf-8") == (IMAGES / name).read_text(encoding="utf-8")
