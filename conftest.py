"""Runs every code block of the documentation: Python as it stands, consoles line by line."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from sybil import Example, Sybil
from sybil.parsers.markdown import CodeBlockParser, PythonCodeBlockParser, SkipParser


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


@pytest.fixture(scope="module")
def in_a_folder_of_its_own(tmp_path_factory: pytest.TempPathFactory) -> object:
    """Files that examples write land in a temporary folder."""
    before = Path.cwd()
    os.chdir(tmp_path_factory.mktemp("docs"))
    yield
    os.chdir(before)


pytest_collect_file = Sybil(
    parsers=[PythonCodeBlockParser(), CodeBlockParser(language="console", evaluator=run_console), SkipParser()],
    patterns=["README.md", "docs/**/*.md"],
    fixtures=["in_a_folder_of_its_own"],
).pytest()
