"""Every failure is one sentence on stderr, with its exit code, without a traceback and without the key."""

from __future__ import annotations

import socket
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from cartesia_cli.exits import Exit, exit_of, sentence
from cartesia_core.errors import (
    AuthenticationError,
    CartesiaError,
    ConnectionLost,
    ContextInterrupted,
    InvalidArgument,
    RateLimitedError,
    SinkError,
)
from tests.cli.command import SECRET, Outcome, invoke

if TYPE_CHECKING:
    from cartesia_local import LocalServer


def check(outcome: Outcome, code: int, *parts: str) -> None:
    """Check that it is one sentence with these parts, and shows no key."""
    assert outcome.code == code, outcome.err
    assert outcome.out == ""
    assert outcome.err.count("\n") == 1
    assert outcome.err.startswith("Error: ")
    assert outcome.err.endswith(".\n")
    assert all(part in outcome.err for part in parts), outcome.err
    assert "Traceback" not in outcome.err
    assert SECRET not in outcome.err


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, which is the current one."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("arguments", "code", "part"),
    [
        (["", "-o", "a.wav"], 2, "empty or blank"),
        ([" \n\t", "-o", "a.wav"], 2, "empty or blank"),
        (["-o", "a.wav"], 2, "there is no TEXT"),
        (["Hi", "--file", "x.txt", "-o", "a.wav"], 2, "not both"),
        (["--file", "missing.txt", "-o", "a.wav"], 2, "'missing.txt' cannot be read: no such file or directory"),
        (["--file", "/", "-o", "a.wav"], 2, "'/' cannot be read: is a directory"),
        (["<spell>AB", "-o", "a.wav"], 2, "<spell>"),
        (["Hi", "-o", "a.wav", "--sample-rate", "12345"], 2, "sample_rate is 12345; allowed are 8000, 16000"),
        (["Hi", "-o", "a.wav", "--encoding", "pcm"], 2, "encoding is 'pcm'; allowed are pcm_f32le"),
        (["Hi", "-o", "a.wav", "--format", "wav"], 2, "'wav' is no output format"),
        (["Hi", "-o", "a.mp3", "--format", "mp3_44100_128000"], 2, "the socket carries no MP3"),
        (["Hi", "-o", "a.wav", "--format", "raw_pcm_s16le_8000"], 2, "does not fit a file named 'a.wav'"),
        (["Hi", "-o", "a.wav", "--format", "wav_pcm_s16le_8000", "--sample-rate", "8000"], 2, "--format says it all"),
        (["Hi", "-o", "hello"], 2, "'hello' has no extension"),
        (["Hi", "-o", "hello.xyz"], 2, "'hello.xyz' has no extension that says"),
        (["Hi", "-o", "a.opus", "--sample-rate", "44100"], 2, ".opus cannot hold 44100 Hz"),
        (["Hi", "-o", "a.wav", "--captions", "a.txt"], 2, "captions go into a file named .srt or .vtt"),
        (["Hi", "-o", "a.wav", "--json"], 2, "--json goes with --timestamps"),
        (["Hi", "-o", "a.wav", "--speed", "9"], 2, "speed is 9"),
        (["Hi", "-o", "a.wav", "--speed", "x"], 2, "'x' is not a valid float"),
        (["Hi", "-o", "a.wav", "--language", "en", "--locale", "en-US"], 2, "language or locale, not both"),
        (["Hi", "-o", "a.wav", "--version-date", "2020-01-01"], 2, "API version 2020-01-01 does not exist"),
        (["Hi", "-o", "a.wav", "--base-url", "nowhere"], 2, "'nowhere' is not an absolute"),
        (["Hi", "-o", "a.wav", "--local", "--base-url", "http://localhost"], 2, "--local and --base-url exclude"),
        (["Hi", "-o", "a.wav", "--local", "--api-key", SECRET], 2, "--local and --api-key exclude"),
        (["Hi", "-o", "a.wav", "--nope"], 2, "`cartesia-core speak --help` explains the usage"),
        (["Hi", "-o", "a.wav", "--voice", "nobody"], 2, "no voice is called 'nobody'; `cartesia-core voices`"),
        (["Hi", "-o", "a.wav", "--voice", " "], 2, "--voice is empty"),
        (["Hi", "-o", "a.wav", "--voice", "c"], 2, "2 voices match 'c', give a whole name or an id: "),
        (["Hi", "-o", "a.wav", "--language", "xx"], 2, "no voice speaks 'xx'"),
        (["Hi", "-o", "a.wav", "--voice", "00000000-0000-4000-8000-000000000000"], 1, "lists the voices"),
        (["Hi", "-o", "a.wav", "--model", "sonic-none"], 1, "check --model"),
        (["Hi", "-o", "a.wav", "--api-key", SECRET], 3, "check the API key"),
        (["Hi", "-o", "a.wav", "--api-key", " "], 3, "there is no API key; set CARTESIA_API_KEY"),
        (["Hi", "-o", "no/such/folder/a.wav"], 5, "could not be written: there is no folder"),
        (["Hi", "-o", "a.wav", "--captions", "no/such/a.srt"], 5, "could not be written: there is no folder"),
    ],
)
def test_what_goes_wrong_is_said_in_a_sentence(
    server: LocalServer, folder: Path, arguments: list[str], code: int, part: str
) -> None:
    """Each mistake gives its exit code and its sentence, and leaves no file."""
    check(invoke(server, "speak", *arguments), code, part)
    assert list(folder.iterdir()) == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs the device that is always full")
def test_full_disk(server: LocalServer) -> None:
    """A disk without space is named, with the reason."""
    outcome = invoke(server, "speak", "Hello.", "-o", "/dev/full", "--format", "wav_pcm_s16le_44100")
    check(outcome, 5, "'/dev/full' could not be written", "no space left on device")


def test_no_key_at_all() -> None:
    """Without a key the user is told where to put one, and that there is a way without."""
    check(invoke(None, "voices"), 3, "set CARTESIA_API_KEY", "--local")
    check(invoke(None, "speak", "Hi", "-o", "a.wav"), 3, "set CARTESIA_API_KEY", "--local")


def test_blank_text_is_noticed_before_anything_is_sent(tmp_path: Path) -> None:
    """Blank text fails as such even where no server could be reached: nobody was asked."""
    (tmp_path / "blank.txt").write_text(" \n\n\t\n", encoding="utf-8")
    nowhere = ("--base-url", f"http://127.0.0.1:{free_port()}", "--api-key", SECRET, "-o", str(tmp_path / "a.wav"))
    check(invoke(None, "speak", "  ", *nowhere), 2, "blank")
    check(invoke(None, "speak", "-", *nowhere, text=" \n "), 2, "the text is empty or blank")
    check(invoke(None, "speak", "--file", str(tmp_path / "blank.txt"), *nowhere), 2, "blank")


def test_file_that_is_no_text(server: LocalServer, tmp_path: Path) -> None:
    """A file of another encoding is refused whole."""
    (tmp_path / "latin.txt").write_bytes("Füße.".encode("latin-1"))
    check(invoke(server, "speak", "--file", str(tmp_path / "latin.txt"), "-o", "a.wav"), 2, "is not UTF-8 text")


def test_nobody_listens(tmp_path: Path) -> None:
    """A refused connection is a network failure, with advice."""
    where = ("--base-url", f"http://127.0.0.1:{free_port()}", "--api-key", SECRET)
    outcome = invoke(None, "speak", "Hi", "-o", str(tmp_path / "a.wav"), *where)
    check(outcome, 4, "no connection", "`cartesia-core doctor`")


def test_port_is_taken(server: LocalServer) -> None:
    """A server that cannot listen says so."""
    port = server.url.rpartition(":")[2]
    check(invoke(None, "local", "--port", port), 1, "Cannot listen on 127.0.0.1 port")


def test_unknown_command() -> None:
    """A mistyped command points to the help."""
    check(invoke(None, "speek"), 2, "No such command 'speek'", "`cartesia-core --help`")


@pytest.mark.parametrize("arguments", [("--debug", "speak", "Hi"), ("speak", "Hi", "--debug")])
def test_debug_shows_the_traceback(arguments: tuple[str, ...]) -> None:
    """With `--debug` the traceback comes before the sentence, wherever the option stands, and still without the key."""
    outcome = invoke(None, *arguments, "-o", "a.wav", "--sample-rate", "1", "--api-key", SECRET)
    assert outcome.code == 2
    assert "Traceback (most recent call last)" in outcome.err
    assert outcome.err.splitlines()[-1].startswith("Error: sample_rate is 1;")
    assert SECRET not in outcome.err


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (CartesiaError("x"), Exit.FAILED),
        (RateLimitedError("x"), Exit.FAILED),
        (ValueError("x"), Exit.FAILED),
        (InvalidArgument("x"), Exit.USAGE),
        (AuthenticationError("x"), Exit.AUTHENTICATION),
        (ConnectionLost("x"), Exit.NETWORK),
        (ContextInterrupted("x"), Exit.NETWORK),
        (SinkError("x"), Exit.OUTPUT),
        (KeyboardInterrupt(), Exit.INTERRUPTED),
    ],
)
def test_exit_codes(error: BaseException, code: Exit) -> None:
    """Each kind of error has its code."""
    assert exit_of(error) is code


def test_a_sentence_is_one_line() -> None:
    """Line breaks in a server's text do not break ours, and the request id is there for the support."""
    said = sentence(CartesiaError("one\ntwo.", request_id="r-1"))
    assert said == "one two. (request id r-1)."


def free_port() -> int:
    """Give a port that nobody listens on."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
