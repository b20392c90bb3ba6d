"""Makes every fault happen.

`python -m tests.adapters.faults` shows the page of the documentation, `--write` writes it, and `--judge` compares the
official clients with it.
"""

from __future__ import annotations

import logging
import sys
from typing import Final

from tests.adapters.faults.page import PAGE, read, render
from tests.adapters.faults.running import official_differences, official_findings, our_findings

UNHURRIED: Final = 3
"""Official clients at once: a busy machine must not look like one that hangs."""


def main() -> int:
    """Run the catalogue."""
    logging.lastResort = None
    if "--judge" in sys.argv[1:]:
        return judge()
    text = render(official_findings(UNHURRIED), our_findings())
    if "--write" in sys.argv[1:]:
        PAGE.write_text(text, encoding="utf-8")
    else:
        print(text)  # noqa: T201 - a command
    return 0


def judge() -> int:
    """Compare the official clients with the page."""
    rows = read(PAGE.read_text(encoding="utf-8"))
    documented = {(fault, name): said for fault, row in rows.items() for name, said in row.official.items()}
    differing = official_differences(documented)
    for (fault, name), (found, stands) in sorted(differing.items()):
        print(f"{fault} {name}: {found}, but the page says: {stands}")  # noqa: T201 - a command
    if not differing:
        print(f"{len(documented)} cells agree")  # noqa: T201 - a command
    return bool(differing)


if __name__ == "__main__":
    sys.exit(main())
