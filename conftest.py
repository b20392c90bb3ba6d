"""Runs every code block of the documentation: Python as it stands, consoles line by line, programs as files."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from sybil import Document, Example, Region, Sybil
from sybil.parsers.markdown import CodeBlockParser, PythonCodeBlockParser, SkipParser
from sybil.parsers.markdown.lexers import DirectiveInHTMLCommentLexer, RawFencedCodeBlockLexer

PROGRAM = RawFencedCodeBlockLexer(re.compile(r"python file=(?P<name>\S+)$\n", re.MULTILINE))
PROGRAMS_OF = DirectiveInHTMLCommentLexer("files-of", r"\S+")


def run_console(example: Example) -> None:
    """Run each `$ ` line in a shell; it has to succeed, and to print what stands below it."""
    command: str | None = None
    expected: list[str] = []
    for line in [*str(example.parsed).splitlines(), "$ true"]:
        if not line.startswith("$ "):
            expected.append(line)
            continue
        if command is not None:
            _check(command, expected)
        command, expected = line[2:], []


def _check(command: str, expected: list[str]) -> None:
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    done = subprocess.run(
        command, shell=True, capture_output=True, text=True, timeout=120, env={**os.environ, "PATH": path}
    )
    assert done.returncode == 0, f"{shlex.quote(command)}: {done.stderr}"
    for line in expected:
        if line and line != "...":
            assert line in done.stdout + done.stderr, f"{command} did not print: {line}\n{done.stdout}{done.stderr}"


def save_programs(regions: Iterable[Region]) -> None:
    """Save the blocks that begin with ```python file=NAME."""
    for region in regions:
        Path(region.lexemes["name"]).write_text(str(region.lexemes["source"]), encoding="utf-8")


def save_programs_of(example: Example) -> None:
    """Save the programs of another page."""
    page = Path(example.path).with_name(example.parsed)
    save_programs(PROGRAM(Document(page.read_text(encoding="utf-8"), str(page))))


def find_programs(document: Document) -> Iterator[Region]:
    """Find programs, and comments that ask for those of another page: <!--- files-of: PAGE -->."""
    for region in PROGRAM(document):
        region.parsed = region.lexemes["name"]
        region.evaluator = lambda example: save_programs([example.region])
        yield region
    for region in PROGRAMS_OF(document):
        region.parsed = region.lexemes["arguments"]
        region.evaluator = save_programs_of
        yield region


@pytest.fixture(scope="module")
def in_a_folder_of_its_own(tmp_path_factory: pytest.TempPathFactory) -> object:
    """Files that examples write land in a temporary folder; what they set in the environment ends with their page."""
    before, environment = Path.cwd(), dict(os.environ)
    os.chdir(tmp_path_factory.mktemp("docs"))
    yield
    os.chdir(before)
    os.environ.clear()
    os.environ.update(environment)


pytest_collect_file = Sybil(
    parsers=[
        find_programs,
        PythonCodeBlockParser(),
        CodeBlockParser(language="console", evaluator=run_console),
        SkipParser(),
    ],
    patterns=["README.md", "docs/**/*.md"],
    fixtures=["in_a_folder_of_its_own"],
).pytest()
