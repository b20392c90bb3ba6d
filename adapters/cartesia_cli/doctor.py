"""`cartesia-core doctor`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click
from typing_extensions import Unpack

from cartesia_cli.checks import run_checks
from cartesia_cli.exits import EPILOG, Exit
from cartesia_cli.finding import Check, Verdict
from cartesia_cli.reach import Reach, reach_options

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["command"]

_MARKS = {Verdict.GOOD: "[green]ok[/]", Verdict.NOTE: "[yellow]note[/]", Verdict.BAD: "[red]FAIL[/]"}


class _Wanted(Reach):
    is_json: bool


@click.command("doctor", epilog=EPILOG, short_help="Find out why something does not work.")
@click.option("--json", "is_json", is_flag=True, help="Print JSON instead of a table.")
@reach_options
def command(**wanted: Unpack[_Wanted]) -> int:
    """Find out what is wrong: extras, key, proxy, DNS, TLS, clock, the API's answer and its socket.

    Nothing that costs credits is done. With --local a server is started here and speaks a word. The exit code is that
    of the first check that failed.
    """
    checks = list(run_checks(wanted))
    if wanted["is_json"]:
        click.echo(json.dumps([check.fields() for check in checks], ensure_ascii=False, indent=2))
    else:
        _print(checks)
    return next((check.code for check in checks if check.verdict is Verdict.BAD), Exit.OK)


def _print(checks: Sequence[Check]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for check in checks:
        table.add_row(_MARKS[check.verdict], check.name, Text(check.finding))
    console = Console()
    console = console if console.is_terminal else Console(width=1000)
    console.print(table)
