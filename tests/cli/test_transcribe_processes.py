"""`transcribe` in a process of its own: pipes, signals, terminals, a microphone."""

from __future__ import annotations

import ctypes.util
import fcntl
import itertools
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from cartesia_core import WavFormat, wav
from cartesia_local import LocalServer
from tests.cli.command import TIMEOUT_SECONDS, environment, finish, start
from tests.local.hearing import say, silence

pytest.importorskip("pocketsphinx")
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals and terminals")
ONE = "Please send the report to my manager."
TWO = "The weather is nice today."
ALSA = Path("/usr/share/alsa/alsa.conf")
PIECE_NBYTES = 3200
"""What PortAudio reads at a time of 16,000 samples a second, when asked for pieces of 100 ms."""


@pytest.fixture(scope="module")
def server() -> Iterator[LocalServer]:
    """A server that hears two sentences and nothing else."""
    with LocalServer(stt_phrases=[ONE, TWO]) as running:
        yield running


@pytest.fixture(scope="module")
def talk(server: LocalServer, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Both, with a pause between them and a long one behind."""
    pcm = say(server, ONE) + silence(1.5) + say(server, TWO) + silence(20)
    path = tmp_path_factory.mktemp("talk") / "talk.wav"
    path.write_bytes(wav.header(WavFormat("pcm_s16le", 16000), len(pcm)) + pcm)
    return path


def test_from_text_to_text_through_a_pipe() -> None:
    """`speak --local | transcribe --local`, with nothing told of what may be heard: most words come back."""
    text = "the weather is nice today we are going to the market"
    speak = start(None, "speak", "--local", text, "-o", "-", "-q")
    with speak:
        assert speak.stdout is not None
        heard = finish(start(None, "transcribe", "--local", "-", stdin=speak.stdout.fileno()))
    assert (speak.returncode, heard.code) == (0, 0), heard.err
    assert len(set(text.split()) & set(heard.out.split())) >= 7
    assert "s of audio in" in heard.err


def test_a_pipe_that_is_heard_while_it_is_spoken() -> None:
    """The same with `--live`: nothing waits for the end of the pipe."""
    speak = start(None, "speak", "--local", "the weather is nice today", "-o", "-", "-q")
    with speak:
        assert speak.stdout is not None
        heard = finish(start(None, "transcribe", "--local", "--live", "--fast", "-", stdin=speak.stdout.fileno()))
    assert heard.code == 0, heard.err
    assert "weather" in heard.out


def test_ctrl_c_ends_the_audio_and_keeps_the_text(server: LocalServer, talk: Path) -> None:
    """What was sent is transcribed to its end, and the command has done what it was to do."""
    process = start(server, "transcribe", "--live", "--json", str(talk))
    assert process.stdout is not None
    while b"transcript" not in process.stdout.readline():
        assert process.poll() is None
    process.send_signal(signal.SIGINT)
    outcome = finish(process)
    assert outcome.code == 0, outcome.err
    assert "Please" in outcome.out.splitlines()[-1]
    assert outcome.err.startswith("Heard ")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_interrupting_a_recording(server: LocalServer, tmp_path: Path, number: signal.Signals) -> None:
    """A signal while standard input is waited for ends it at once; no file is left."""
    reading, writing = os.pipe()
    try:
        process = start(server, "transcribe", "-", "-o", str(tmp_path / "a.txt"), stdin=reading)
        until_it_reads(process)
        process.send_signal(number)
        outcome = finish(process)
    finally:
        os.close(reading)
        os.close(writing)
    assert outcome.code == 128 + number
    assert outcome.err.strip() in {"Interrupted.", "Terminated."}
    assert list(tmp_path.iterdir()) == []


def until_it_reads(process: subprocess.Popen[bytes]) -> None:
    """Wait until a process waits in the reading of a pipe, as the system tells."""
    where = Path(f"/proc/{process.pid}/wchan")
    if not where.exists():
        pytest.skip("needs /proc")
    while "pipe" not in where.read_text():
        assert process.poll() is None
        os.sched_yield()


def test_a_reader_that_goes_away(server: LocalServer, talk: Path) -> None:
    """Is one sentence, and code 5."""
    process = start(server, "transcribe", "--live", "--fast", "--json", str(talk))
    assert process.stdout is not None
    process.stdout.readline()
    process.stdout.close()
    assert process.stderr is not None
    err = process.stderr.read()
    process.stderr.close()
    assert process.wait(TIMEOUT_SECONDS) == 5
    assert err == b"Error: whoever read the standard output stopped reading.\n"


def test_a_terminal_shows_what_is_not_final_yet_in_place(server: LocalServer, talk: Path) -> None:
    """The line grows and is taken back; what is final stays, whole, and nothing else does."""
    pty = pytest.importorskip("pty")
    main, terminal = pty.openpty()
    process = start(server, "transcribe", "--live", "--fast", "--seconds", "7", "-q", str(talk), stdout=terminal)
    os.close(terminal)
    shown = b""
    with suppress(OSError):  # a terminal ends like that
        while data := os.read(main, 65536):
            shown += data
    os.close(main)
    assert finish(process).code == 0
    text = shown.decode()
    assert "Please send" in text
    assert text.count("\x1b[2K") > 3  # lines that were taken back
    assert screen(text) == [ONE, TWO]


def screen(text: str) -> list[str]:
    """Give the lines that a terminal shows in the end, as far as it is told to write, to clear and to go back."""
    lines, row, column, rest = [""], 0, 0, text
    while rest:
        if rest.startswith("\x1b["):
            end = next(at for at, each in enumerate(rest[2:], 2) if each.isalpha())
            if rest[end] == "K":
                lines[row] = ""
            elif rest[end] == "A":
                row -= int(rest[2:end] or 1)
            rest = rest[end + 1 :]
            continue
        if rest[0] == "\n":
            row += 1
            lines += [""] * (row + 1 - len(lines))
        elif rest[0] == "\r":
            column = 0
        else:
            lines[row] = lines[row][:column].ljust(column) + rest[0] + lines[row][column + 1 :]
            column += 1
        rest = rest[1:]
    return [line.rstrip() for line in lines if line.strip()]


@contextmanager
def speaking_into(fifo: Path, pcm: bytes) -> Iterator[None]:
    """Speak again and again into what a device reads, as fast as one speaks.

    Each write is what one read takes, and there is room for one: nothing is torn, and nothing waits from before.
    """
    os.mkfifo(fifo)
    descriptor = os.open(fifo, os.O_RDWR)  # for reading too, so that neither end waits for the other one to open it
    fcntl.fcntl(descriptor, fcntl.F_SETPIPE_SZ, 4096)
    is_over = threading.Event()

    def speak() -> None:
        for begin in itertools.cycle(range(0, len(pcm), PIECE_NBYTES)):
            os.write(descriptor, pcm[begin : begin + PIECE_NBYTES])
            if is_over.wait(PIECE_NBYTES / 2 / 16000):
                return

    speaker = threading.Thread(target=speak)
    speaker.start()
    try:
        yield
    finally:
        is_over.set()
        os.set_blocking(descriptor, False)
        with suppress(BlockingIOError):  # make room, should nobody have read
            os.read(descriptor, PIECE_NBYTES)
        speaker.join()
        os.close(descriptor)


@pytest.mark.skipif(not (ALSA.exists() and ctypes.util.find_library("portaudio")), reason="needs ALSA and PortAudio")
def test_a_microphone(server: LocalServer, tmp_path: Path) -> None:
    """One of the operating system's, which hears a sentence again and again: so does the command."""
    spoken = say(server, ONE) + silence(1.0)
    spoken += bytes(-len(spoken) % PIECE_NBYTES)
    (tmp_path / "asound.conf").write_text(
        f"<{ALSA}>\n"
        f'pcm.spoken {{ type file  slave.pcm null  file "/dev/null"  infile "{tmp_path / "spoken"}"  format raw }}\n'
        "pcm.!default { type plug  slave { pcm spoken  rate 16000  format S16_LE  channels 1 } }\n"
    )
    more = {**environment(server), "ALSA_CONFIG_PATH": str(tmp_path / "asound.conf")}
    given = {**os.environ, **{name: value for name, value in more.items() if value is not None}}
    command = [sys.executable, "-m", "cartesia_cli", "transcribe", "--live", "--seconds", "5"]
    with speaking_into(tmp_path / "spoken", spoken):
        done = subprocess.run(command, check=True, env=given, capture_output=True, text=True, timeout=TIMEOUT_SECONDS)
    assert done.stdout.startswith(ONE), done.stderr
    assert "Heard 5.0 s of audio" in done.stderr
