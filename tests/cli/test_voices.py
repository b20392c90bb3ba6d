"""`voices`, and finding a voice by its name."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from cartesia_cli.voice_choice import match_voice, speaks
from cartesia_core.errors import InvalidArgument
from cartesia_core.voices import Voice
from tests.cli.command import invoke

if TYPE_CHECKING:
    from cartesia_local import LocalServer


def listed(server: LocalServer, *arguments: str) -> list[dict[str, str]]:
    """Give what `voices --json` prints."""
    outcome = invoke(server, "voices", "--json", *arguments)
    assert (outcome.code, outcome.err) == (0, "")
    voices: list[dict[str, str]] = json.loads(outcome.out)
    return voices


def test_all_voices_on_all_pages(server: LocalServer) -> None:
    """Without a limit all voices come, each once."""
    voices = listed(server)
    assert len({voice["id"] for voice in voices}) == len(voices) > 20
    assert set(voices[0]) >= {"id", "name", "language", "gender", "description"}


def test_filters(server: LocalServer) -> None:
    """Language, gender in either word, search and limit narrow the list."""
    assert {voice["language"] for voice in listed(server, "--language", "fr")} == {"fr"}
    assert {voice["language"] for voice in listed(server, "--language", "fr-FR")} == {"fr"}
    female = listed(server, "--gender", "female")
    assert female == listed(server, "--gender", "feminine")
    assert {voice["gender"] for voice in female} == {"feminine"}
    assert [voice["name"] for voice in listed(server, "--search", "camille")] == ["Camille"]
    assert len(listed(server, "--limit", "3")) == 3


def test_older_versions_are_filtered_here(server: LocalServer) -> None:
    """Where the API version knows no such parameter, the list is narrowed all the same."""
    voices = listed(server, "--language", "de", "--version-date", "2024-06-10")
    assert {voice["language"] for voice in voices} == {"de"}


def test_table_in_a_pipe_has_a_line_for_each_voice(server: LocalServer) -> None:
    """Nothing is folded or cut where the output is no terminal: grep finds a whole voice."""
    outcome = invoke(server, "voices")
    line = next(line for line in outcome.out.splitlines() if "George" in line)
    assert "0d9a7a0e-5f1b-4b86-8f0e-3f6d1c7e2b42" in line
    assert "masculine" in line


def test_nothing_matches(server: LocalServer) -> None:
    """An empty list is no error; JSON stays JSON."""
    outcome = invoke(server, "voices", "--search", "no such voice")
    assert (outcome.code, outcome.out, outcome.err) == (0, "", "No voice matches.\n")
    assert listed(server, "--search", "no such voice") == []


def voice(name: str) -> Voice:
    """Make a voice of that name."""
    return Voice(id=f"id-{name}", name=name, description="", language="en", created_at="")


KNOWN = [voice(name) for name in ("Ann", "Anna", "ANNA", "Joanna", "Bob", "Bobby")]


@pytest.mark.parametrize(
    ("wanted", "name"),
    [("Anna", "Anna"), ("ann", "Ann"), ("bobb", "Bobby"), ("joan", "Joanna"), ("oann", "Joanna"), ("id-Bob", "Bob")],
)
def test_best_match_wins(wanted: str, name: str) -> None:
    """Exact names come before other cases, those before beginnings, those before parts."""
    assert match_voice(wanted, KNOWN).name == name


def test_ambiguous_name_lists_the_candidates() -> None:
    """The message has what is needed to choose."""
    with pytest.raises(InvalidArgument, match=r"^2 voices match 'anna'.*: Anna \(id-Anna\), ANNA \(id-ANNA\)$"):
        match_voice("anna", KNOWN)
    with pytest.raises(InvalidArgument, match=r"^20 voices match.*, \.\.\.$"):
        match_voice("v", [voice(f"v{number}") for number in range(20)])


def test_language_without_region() -> None:
    """Regions are left aside."""
    assert speaks("pt", "pt-BR")
    assert speaks("EN-us", "en")
    assert not speaks("en", "eo")
