"""`cartesia-core voices`."""

from __future__ import annotations

import json
from itertools import islice
from typing import TYPE_CHECKING, Final, Literal

import click
from typing_extensions import Unpack

from cartesia_cli.exits import EPILOG
from cartesia_cli.reach import Reach, opened_client, reach_options
from cartesia_cli.voice_choice import speaks

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cartesia_core.voices import Voice
    from cartesia_sync import Client

__all__ = ["command"]

Gender = Literal["masculine", "feminine", "gender_neutral"]
_GENDERS: Final[dict[str, Gender]] = {
    "masculine": "masculine",
    "feminine": "feminine",
    "gender_neutral": "gender_neutral",
    "male": "masculine",
    "female": "feminine",
    "neutral": "gender_neutral",
}
_PAGE: Final = 100
_FIELDS: Final = ("id", "name", "tagline", "language", "gender", "description", "created_at", "access", "is_owner")


class _Wanted(Reach):
    language: str | None
    gender: str | None
    search: str | None
    limit: int | None
    is_json: bool


@click.command("voices", epilog=EPILOG)
@click.option("--language", metavar="CODE", help="Only voices of this language, e.g. fr.")
@click.option("--gender", type=click.Choice(list(_GENDERS)), help="Only voices presenting so.")
@click.option("--search", metavar="TEXT", help="Only voices with this text in name, description or id.")
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="At most so many voices; all unless given.")
@click.option("--json", "is_json", is_flag=True, help="Print a JSON array instead of a table.")
@reach_options
def command(**wanted: Unpack[_Wanted]) -> None:
    """List the voices there are."""
    with opened_client(wanted) as client:
        voices = list(islice(_matching(client, wanted), wanted["limit"]))
    if wanted["is_json"]:
        click.echo(json.dumps([_fields(voice) for voice in voices], ensure_ascii=False, indent=2))
    elif voices:
        _print_table(voices)
    else:
        click.echo("No voice matches.", err=True)


def _matching(client: Client, wanted: _Wanted) -> Iterator[Voice]:
    """Ask the server to choose, and choose again here: not every API version knows every parameter."""
    gender = _GENDERS.get(wanted["gender"] or "")
    language = wanted["language"]
    voices = client.voices.list(q=wanted["search"], gender=gender, language=language, limit=_PAGE)
    for voice in voices:
        if (language is None or speaks(voice.language, language)) and gender in {None, voice.gender}:
            yield voice


def _fields(voice: Voice) -> dict[str, object]:
    given: dict[str, object] = {name: getattr(voice, name) for name in _FIELDS}
    return {name: value for name, value in given.items() if value is not None}


def _print_table(voices: Sequence[Voice]) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table

    console = Console()
    if not console.is_terminal:
        # A pipe has no width; 80 columns would fold what grep and cut should see on one line.
        console = Console(width=1000)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("Name", overflow="fold")
    # Ids are there to be copied: never cut.
    table.add_column("Id", no_wrap=True, min_width=36)
    table.add_column("Language", no_wrap=True, min_width=8)
    table.add_column("Gender", no_wrap=True, min_width=9)
    table.add_column("Description", overflow="fold")
    for voice in voices:
        table.add_row(voice.name, voice.id, voice.language, (voice.gender or "").replace("_", " "), voice.description)
    console.print(table, markup=False)
