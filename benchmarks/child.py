"""One case of one side, in this process: prints its figure. `python -m benchmarks.child SIDE CASE URL COUNT`."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from benchmarks.measure import Case


def main(side: str, case: str, url: str, count: str) -> None:
    """Run the case and print the figure. Only the side asked for is imported."""
    cases: Mapping[str, Case] = import_module(f"benchmarks.{side}").CASES
    print(repr(cases[case](url, int(count))))


if __name__ == "__main__":
    main(*sys.argv[1:])
