"""Help, the demo, the doctor, and the entry points."""

from __future__ import annotations

import json
import re
import sys
from typing import TYPE_CHECKING

import pytest

from cartesia_cli import __main__ as entry
from cartesia_cli import demo
from cartesia_core import __version__
from tests.cli.command import SECRET, invoke, read_wav
from tests.cli.test_errors import free_port

if TYPE_CHECKING:
    from pathlib import Path

    from cartesia_local import LocalServer

COMMANDS = ("speak", "voices", "local", "doctor")


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help(command: str) -> None:
    """Each help explains itself, lists the exit codes, and shows no key of the environment."""
    outcome = invoke(None, *command.split(), "--help", CARTESIA_API_KEY=SECRET)
    assert outcome.code == 0
    assert f"Usage: cartesia-core {command}".rstrip() in outcome.out
    assert "130 interrupted" in " ".join(outcome.out.split())
    assert SECRET not in outcome.out
    assert "\\b" not in outcome.out
    options = re.findall(r"^  (?:-\w, )?(--[\w-]+)(.*)$", outcome.out, re.MULTILINE)
    assert {"--help", "--debug"} <= {name for name, _ in options}


def test_version() -> None:
    """`--version` gives the package's version."""
    assert invoke(None, "--version").out == f"cartesia-core {__version__}\n"


def test_doctor_with_its_own_server() -> None:
    """With `--local` everything is well, and a word is really spoken."""
    outcome = invoke(None, "doctor", "--local", "--json")
    checks = {check["check"]: check for check in json.loads(outcome.out)}
    assert outcome.code == 0
    assert {check["verdict"] for check in checks.values()} <= {"ok", "note"}
    assert re.match(r"\d\.\d s spoken, the first audio after \d+ ms", checks["speech"]["finding"])


def test_doctor_of_a_reachable_server(server: LocalServer) -> None:
    """Each step to the server is a line of its own; the key is accepted and not shown."""
    outcome = invoke(server, "doctor")
    assert outcome.code == 0
    assert [line.split()[1] for line in outcome.out.splitlines()][-6:] == [
        "DNS", "TCP", "API", "clock", "key", "socket",
    ]  # fmt: skip
    assert server.key not in outcome.out


@pytest.mark.parametrize(
    ("arguments", "code", "name"),
    [
        (("--api-key", SECRET), 3, "key accepted"),
        (("--api-key", " "), 3, "API key"),
        (("--api-key", SECRET, "--base-url", "nowhere"), 2, "base URL"),
        (("--api-key", SECRET, "--base-url", "http://no-such-host.invalid"), 4, "DNS"),
        (("--api-key", SECRET, "--base-url", f"http://127.0.0.1:{free_port()}"), 4, "TCP"),
    ],
)
def test_doctor_finds_what_is_wrong(server: LocalServer, arguments: tuple[str, ...], code: int, name: str) -> None:
    """The first check that fails has a name, advice, and gives the exit code."""
    outcome = invoke(server, "doctor", "--json", *arguments)
    failed = [check["check"] for check in json.loads(outcome.out) if check["verdict"] == "fail"]
    assert (outcome.code, failed[0]) == (code, name)
    assert SECRET not in outcome.out


def test_doctor_greets_with_tls(server: LocalServer) -> None:
    """A server that speaks no TLS behind an https URL is found out at that step."""
    outcome = invoke(server, "doctor", "--base-url", server.url.replace("http:", "https:"))
    assert outcome.code == 4
    assert re.search(r"FAIL +TLS +TLS failed", outcome.out)


def test_demo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """It writes speech and captions that end within it, and tells what it did."""
    monkeypatch.chdir(tmp_path)
    assert demo.main() == 0
    said = capsys.readouterr().out
    seconds, _ = read_wav(tmp_path / "hello.wav")
    captions = (tmp_path / "hello.srt").read_text(encoding="utf-8")
    end = re.findall(r"--> 00:00:(\d\d),(\d\d\d)", captions)[-1]
    assert 10 < seconds < 60
    assert int(end[0]) + int(end[1]) / 1000 <= seconds
    assert f"{seconds:.1f} s of speech" in said
    assert {line.split("  ")[0] for line in said.splitlines()} >= {"voice", "audio", "first audio", "words", "files"}
    assert str(tmp_path / "hello.wav") in said


def test_demo_in_a_folder_that_cannot_be_written_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It says so in a sentence."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "hello.wav").mkdir()
    assert demo.main() == 5
    assert capsys.readouterr().err.startswith("Error: 'hello.wav' could not be written: ")


def test_missing_library_is_a_sentence(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Without the extra the entry point says what to install."""
    for name in [name for name in sys.modules if name.partition(".")[0] == "click" or name == "cartesia_cli.app"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "click", None)
    with pytest.raises(SystemExit) as ended:
        entry.main()
    assert ended.value.code == 1
    assert capsys.readouterr().err == "Error: click is not installed; run: pip install 'cartesia-core[cli]'.\n"
