"""Signals, pipes and a server that goes away: the command in a process of its own."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from cartesia_core.audio import WavFormat
from cartesia_core.wav import WavReader
from cartesia_local import LocalServer
from tests.cli.command import TIMEOUT_SECONDS, finish, read_wav, start

if TYPE_CHECKING:
    from collections.abc import Generator

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
LONG = "The quick brown fox jumps over the lazy dog, and nobody in the village ever knew why. " * 400


@contextmanager
def long_speech(
    server: LocalServer | None, folder: Path, *arguments: str
) -> Generator[subprocess.Popen[bytes], None, None]:
    """Start a speech of minutes, and wait until its first words are there."""
    (folder / "long.txt").write_text(LONG, encoding="utf-8")
    options = ("--file", str(folder / "long.txt"), "-o", str(folder / "long.wav"), "--timestamps", "--json")
    process = start(server, "speak", *options, *arguments)
    try:
        assert process.stdout is not None
        for _ in range(20):
            assert json.loads(process.stdout.readline())["word"]
        yield process
    finally:
        process.kill()
        process.communicate()


def family(pid: int) -> list[int]:
    """Give the processes below a process."""
    while True:
        try:
            lists = [(task / "children").read_text() for task in Path(f"/proc/{pid}/task").iterdir()]
        except (FileNotFoundError, ProcessLookupError):
            if not Path(f"/proc/{pid}").exists():
                return []
            continue  # a thread ended meanwhile, and its children went to another one
        return [int(child) for children in lists for child in children.split()]


def are_gone(pids: list[int]) -> bool:
    """Wait until none of the processes is there any more."""
    end = time.monotonic() + 5
    while any(Path(f"/proc/{pid}").exists() for pid in pids) and time.monotonic() < end:
        os.sched_yield()
    return not any(Path(f"/proc/{pid}").exists() for pid in pids)


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="needs /proc to see children")
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_interrupted_speech_leaves_a_playable_file_and_no_orphan(
    tmp_path: Path, number: signal.Signals, code: int
) -> None:
    """Ctrl-C reaches the whole group, as at a terminal: the file has true sizes, captions too, and all children end."""
    with long_speech(None, tmp_path, "--local", "--captions", str(tmp_path / "long.srt")) as process:
        children = family(process.pid)
        assert children
        os.killpg(process.pid, number)
        outcome = finish(process)
    assert outcome.code == code
    seconds, _ = read_wav(tmp_path / "long.wav")
    assert 2 < seconds < 1500
    assert outcome.err == f"Interrupted; {tmp_path / 'long.wav'} keeps the first {seconds:.1f} s.\n"
    assert "quick brown" in (tmp_path / "long.srt").read_text()
    assert {path.name for path in tmp_path.iterdir()} == {"long.srt", "long.txt", "long.wav"}
    assert are_gone(children)


def test_interrupted_while_waiting_for_text(server: LocalServer, tmp_path: Path) -> None:
    """Ctrl-C before the first word leaves nothing."""
    process = start(server, "speak", "-", "-o", str(tmp_path / "a.wav"), stdin=subprocess.PIPE)
    while not list(tmp_path.iterdir()):  # the file is begun, so the command is past its start
        assert process.poll() is None
    process.send_signal(signal.SIGINT)
    outcome = finish(process)
    assert (outcome.code, outcome.err.strip()) == (130, "Interrupted.")
    assert list(tmp_path.iterdir()) == []


def test_server_gone_in_mid_stream_keeps_what_was_paid_for(tmp_path: Path) -> None:
    """When the server dies, the sentence tells it, how much came, and that the file keeps it; the code is network."""
    with LocalServer(pace=30) as server, long_speech(server, tmp_path) as process:
        server.stop()
        outcome = finish(process)
    seconds, _ = read_wav(tmp_path / "long.wav")
    assert outcome.code == 4
    assert outcome.err.startswith("Error: the socket ")
    assert outcome.err.endswith(f"{tmp_path / 'long.wav'} keeps the first {seconds:.1f} s.\n")
    assert outcome.err.count("\n") == 1


def test_disk_that_fills_up_in_mid_stream(server: LocalServer, tmp_path: Path) -> None:
    """When no more can be written, the sentence says why, the code is that of the output, and no half file is left."""
    (tmp_path / "long.txt").write_text(LONG, encoding="utf-8")
    options = ("--file", str(tmp_path / "long.txt"), "-o", str(tmp_path / "long.wav"))
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, before[1]))  # the process started next inherits it
    try:
        process = start(server, "speak", *options)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    outcome = finish(process)
    assert outcome.code == 5
    assert outcome.err == f"Error: {str(tmp_path / 'long.wav')!r} could not be written: file too large.\n"
    assert [path.name for path in tmp_path.iterdir()] == ["long.txt"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_local_server_serves_and_stops_cleanly(number: signal.Signals) -> None:
    """It prints URL and key once it listens; a signal ends it with code 0 and no child is left."""
    process = start(None, "local", "--key", "sk_car_mine")
    assert process.stdout is not None
    url = process.stdout.readline().decode().strip().removeprefix("CARTESIA_BASE_URL=")
    assert process.stdout.readline() == b"CARTESIA_API_KEY=sk_car_mine\n"
    assert httpx.get(f"{url}/voices", headers={"X-API-Key": "sk_car_mine"}).status_code == 200
    assert httpx.get(f"{url}/voices", headers={"X-API-Key": "another"}).status_code == 401
    children = family(process.pid) if Path("/proc/self/task").exists() else []
    os.killpg(process.pid, number)
    outcome = finish(process)
    assert (outcome.code, outcome.out) == (0, "")
    assert outcome.err == f"Listening on {url}; Ctrl-C stops it.\nStopped.\n"
    assert are_gone(children)


@pytest.mark.parametrize(("expiry_seconds", "pause_seconds"), [(1.0, 1.3), (0.05, 0.2)])
def test_text_that_comes_slowly_loses_no_word(tmp_path: Path, expiry_seconds: float, pause_seconds: float) -> None:
    """Sentences that come when the one before was spoken long ago are all there, in order, with times that grow.

    With the short expiry the server gives every context up under our hands; with the usual one we finish it before.
    """
    sentences = ["One two three.", "Four five.", "Six seven."]
    words: list[dict[str, str | float]] = []
    with LocalServer(context_expiry_seconds=expiry_seconds) as server:
        options = ("-o", str(tmp_path / "a.wav"), "--timestamps", "--json")
        process = start(server, "speak", "-", *options, stdin=subprocess.PIPE)
        assert process.stdin is not None
        assert process.stdout is not None
        for sentence in sentences:
            process.stdin.write(f"{sentence}\n".encode())
            process.stdin.flush()
            words += [json.loads(process.stdout.readline()) for _ in sentence.split()]
            time.sleep(pause_seconds)  # the passing of time is what this is about
        outcome = finish(process)
    assert outcome.code == 0, outcome.err
    assert outcome.out == ""
    assert [word["word"] for word in words] == " ".join(sentences).split()
    starts = [word["start_seconds"] for word in words]
    assert starts == sorted(set(starts))
    assert float(words[-1]["end_seconds"]) <= read_wav(tmp_path / "a.wav")[0]


def test_standard_output_is_a_wav_that_streams(server: LocalServer) -> None:
    """`-o -` gives WAV that readers of streams take, and everything else goes to stderr."""
    process = start(server, "speak", "Hello, world.", "-o", "-", "--timestamps")
    out, err = process.communicate(timeout=TIMEOUT_SECONDS)
    reader = WavReader()
    data = reader.feed(out)
    reader.finish()
    assert process.returncode == 0
    assert reader.spec is not None
    assert reader.spec.format == WavFormat("pcm_s16le", 44100)
    assert len(data) > 44100
    assert b"world." in err
    assert err.endswith(b"; to standard output.\n")


def test_standard_output_as_bare_samples(server: LocalServer) -> None:
    """With a raw format there is no header."""
    process = start(server, "speak", "Hi.", "-q", "-o", "-", "--format", "raw_pcm_mulaw_8000")
    out, err = process.communicate(timeout=TIMEOUT_SECONDS)
    assert (process.returncode, err) == (0, b"")
    assert b"RIFF" not in out
    assert 0.3 < len(out) / 8000 < 3


def test_without_output_it_is_played(server: LocalServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without `-o` the first player that is installed gets a WAV that streams."""
    player = tmp_path / "ffplay"
    player.write_text(f"#!/bin/sh\nexec cat > '{tmp_path}/heard.wav'\n")
    player.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    outcome = finish(start(server, "speak", "Hello, world."))
    assert (outcome.code, outcome.out) == (0, "")
    assert outcome.err.endswith("; played.\n")
    assert (tmp_path / "heard.wav").read_bytes().startswith(b"RIFF")
    assert (tmp_path / "heard.wav").stat().st_size > 88200


def test_nothing_to_play_with(server: LocalServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing can play, the sentence says what to do instead, before anything is spoken."""
    monkeypatch.setenv("PATH", str(tmp_path))
    outcome = finish(start(server, "speak", "Hello, world."))
    if outcome.code == 0:
        pytest.skip("this machine has a sound device")
    assert outcome.code == 5
    assert outcome.err.startswith("Error: nothing here can play audio; write it to a file with -o hello.wav")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs the device that is always full")
def test_standard_output_on_a_full_disk(server: LocalServer) -> None:
    """Audio and tables alike end with a sentence and code 5."""
    for arguments in (("speak", "Hi", "-o", "-"), ("voices",)):
        with Path("/dev/full").open("wb") as full:
            outcome = finish(start(server, *arguments, stdout=full.fileno()))
        assert outcome.code == 5
        assert outcome.err.startswith("Error: ")
        assert outcome.err.endswith("no space left on device.\n")


def test_reader_that_goes_away(server: LocalServer, tmp_path: Path) -> None:
    """When the other end of the pipe closes, the command ends with a sentence and code 5."""
    (tmp_path / "long.txt").write_text(LONG, encoding="utf-8")
    process = start(server, "speak", "--file", str(tmp_path / "long.txt"), "-o", "-")
    assert process.stdout is not None
    assert process.stdout.read(100)
    process.stdout.close()
    assert process.stderr is not None
    err = process.stderr.read()
    process.stderr.close()
    assert process.wait(TIMEOUT_SECONDS) == 5
    assert err == b"Error: whoever read the audio from standard output stopped reading.\n"


def test_memory_does_not_grow_with_the_text(server: LocalServer, tmp_path: Path) -> None:
    """Ten times the text takes less than 6 MB more, for 12 MB of audio: it is written as it comes."""
    peaks: list[int] = []
    for count in (12, 120):
        (tmp_path / "text.txt").write_text(LONG[: 86 * count], encoding="utf-8")
        options = ("--file", str(tmp_path / "text.txt"), "-o", str(tmp_path / "a.wav"), "-q", "--sample-rate", "16000")
        process = start(server, "speak", *options, stdout=subprocess.DEVNULL)
        with process:
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        assert process.returncode == 0
        peaks.append(usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024))
    assert resource.getpagesize() < peaks[0]
    assert peaks[1] - peaks[0] < 6_000_000
