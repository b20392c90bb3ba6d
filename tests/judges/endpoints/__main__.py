"""Makes every call: `python -m tests.judges.endpoints` shows the page of the documentation, `--write` writes it."""

from __future__ import annotations

import sys

from tests.judges.endpoints.judging import judged
from tests.judges.endpoints.page import PAGE, render
from tests.judges.endpoints.running import everything


def main() -> None:
    """Judge all forms."""
    text = render(judged(everything()))
    if "--write" in sys.argv[1:]:
        PAGE.write_text(text, encoding="utf-8")
    else:
        print(text)  # noqa: T201 - a command


if __name__ == "__main__":
    main()
