"""Word times as they come: a table, or JSON lines."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

import click

from cartesia_cli.outputs import print_line

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cartesia_core.words import Word

__all__ = ["WordPrinter"]


class WordPrinter:
    """Prints words.

    Args:
        is_json: One JSON object a line instead of columns.
        on_stderr: Standard output is taken.
    """

    def __init__(self, *, is_json: bool, on_stderr: bool) -> None:
        self._is_json: Final = is_json
        self._on_stderr: Final = on_stderr
        self._has_begun = False

    def add(self, words: Iterable[Word]) -> None:
        """Print words."""
        for word in words:
            if self._is_json:
                self._print(json.dumps(_fields(word), ensure_ascii=False))
            else:
                self._print_row(word)

    def _print_row(self, word: Word) -> None:
        if not self._has_begun:
            self._print(f"{'start':>9}  {'end':>9}  word")
            self._has_begun = True
        self._print(f"{word.start_seconds:>9.3f}  {word.end_seconds:>9.3f}  {word.text}")

    def _print(self, line: str) -> None:
        if self._on_stderr:
            click.echo(line, err=True)
        else:
            print_line(line)


def _fields(word: Word) -> dict[str, str | float]:
    return {
        "word": word.text,
        "start_seconds": round(word.start_seconds, 4),
        "end_seconds": round(word.end_seconds, 4),
    }
