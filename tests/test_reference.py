"""The reference says what the code says, of every call; the links of the documentation lead somewhere."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[1]
REFERENCE: Final = ROOT / "docs" / "reference"
PAGES: Final = sorted({*(ROOT / "docs").rglob("*.md"), ROOT / "README.md"})
_LINK: Final = re.compile(r"\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)")
_FENCE: Final = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)


@pytest.fixture(scope="module")
def generator() -> Iterator[ModuleType]:
    """Load the script that writes the pages."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(REFERENCE)
        yield importlib.import_module("generate")


def test_pages_are_up_to_date(generator: ModuleType) -> None:
    """`python docs/reference/generate.py` changes nothing."""
    for page, text in generator.pages().items():
        assert (REFERENCE / f"{page}.md").read_text(encoding="utf-8") == text, page


def test_every_call_has_its_place(generator: ModuleType) -> None:
    """Each call of the facade, earlier names included, stands on one page; each page stands in the index."""
    index = (REFERENCE / "calls.md").read_text(encoding="utf-8")
    for member in generator.members():
        text = (REFERENCE / f"{member.page}.md").read_text(encoding="utf-8")
        assert text.count(f"\n### `{member.name}`\n") == 1
        assert all(f"`{other}`" in text for other in member.others)
        assert f"({member.page}.md)" in index


def test_every_page_has_an_example_on_the_local_server(generator: ModuleType) -> None:
    """What is written by hand above the tables can be run as it stands, and makes a call of the page."""
    for page in generator.pages():
        head, _, _ = (REFERENCE / f"{page}.md").read_text(encoding="utf-8").partition(generator.MARK)
        programs = "".join(re.findall(r"^```python\n(.*?)^```", head, re.DOTALL | re.MULTILINE))
        assert "LocalServer(" in programs
        assert any(f".{member.name}(" in programs for member in generator.members() if member.page == page), page


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    """Each relative link of a page names a file that is there, and a heading in it."""
    for file, anchor in _LINK.findall(_FENCE.sub("", page.read_text(encoding="utf-8"))):
        target = (page.parent / file).resolve() if file else page
        assert target.exists(), file
        assert not anchor or anchor in _anchors(target), f"{file}#{anchor}"


def _anchors(page: Path) -> set[str]:
    """Give what the headings of a page are called in links, as GitHub does it."""
    headings = re.findall(r"^#+ (.+)$", _FENCE.sub("", page.read_text(encoding="utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
