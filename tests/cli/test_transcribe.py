"""`transcribe`: recordings and streams to text, words, captions and JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import soundfile

from cartesia_core import RawFormat
from cartesia_local import LocalServer
from cartesia_local.faults import HttpStatus, SendError
from tests.cli.command import SECRET, Outcome, invoke
from tests.local.hearing import RATE, say, silence

pytest.importorskip("pocketsphinx")
ONE = "Please send the report to my manager."
TWO = "The weather is nice today."


@pytest.fixture(scope="module")
def server() -> Iterator[LocalServer]:
    """A server that hears two sentences and nothing else."""
    with LocalServer(stt_phrases=[ONE, TWO]) as running:
        yield running


@pytest.fixture(scope="module")
def pcm(server: LocalServer) -> bytes:
    """Both, with a pause between them and one behind: 16 bit, 16 kHz."""
    return say(server, ONE) + silence(1.5) + say(server, TWO) + silence(1.5)


@pytest.fixture(scope="module")
def talk(pcm: bytes, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same as a recording."""
    path = tmp_path_factory.mktemp("talk") / "talk.flac"
    with soundfile.SoundFile(path, "w", RATE, 1, "PCM_16") as file:
        file.buffer_write(pcm, "int16")
    return path


def lines(outcome: Outcome) -> list[str]:
    """Give the lines of the standard output of a run that went well."""
    assert outcome.code == 0, outcome.err
    return outcome.out.splitlines()


def test_a_recording(server: LocalServer, talk: Path) -> None:
    """The text goes to standard output, and a line about it to standard error."""
    outcome = invoke(server, "transcribe", str(talk))
    assert lines(outcome) == [f"{ONE} {TWO}"]
    assert re.fullmatch(
        r"Transcribed \d+\.\d s of audio in \d+\.\d s, \d+\.\d times as fast as it was spoken: 12 words\.\n",
        outcome.err,
    )
    assert invoke(server, "transcribe", "-q", str(talk)).err == ""


def test_words_captions_and_text_in_files(server: LocalServer, talk: Path, tmp_path: Path) -> None:
    """All at once, from one call."""
    text, captions = tmp_path / "talk.txt", tmp_path / "talk.srt"
    outcome = invoke(server, "transcribe", str(talk), "--words", "-o", str(text), "--captions", str(captions))
    head, *rows = lines(outcome)
    assert head.split() == ["start", "end", "word"]
    assert [row.split()[2] for row in rows] == [*ONE.split(), *TWO.split()]
    times = [tuple(map(float, row.split()[:2])) for row in rows]
    assert all(start < end for start, end in times)
    assert times == sorted(times)
    assert text.read_text() == f"{ONE} {TWO}\n"
    assert captions.read_text().startswith("1\n00:00:00,")
    assert outcome.err.endswith(f"12 words; wrote {text} and {captions}.\n")


def test_json(server: LocalServer, talk: Path, pcm: bytes) -> None:
    """One object, with words if they are asked for."""
    plain: dict[str, object] = json.loads(invoke(server, "transcribe", str(talk), "--json").out)
    assert set(plain) == {"text", "language", "duration_seconds", "request_id"}
    assert plain["text"] == f"{ONE} {TWO}"
    assert plain["duration_seconds"] == pytest.approx(len(pcm) / 32000, abs=0.01)
    timed = json.loads(invoke(server, "transcribe", str(talk), "--json", "--words").out)
    assert [word["word"] for word in timed["words"]] == [*ONE.split(), *TWO.split()]
    assert set(timed["words"][0]) == {"word", "start_seconds", "end_seconds"}


def test_samples_without_a_header(server: LocalServer, pcm: bytes) -> None:
    """What they are is told."""
    options = ("--encoding", "pcm_s16le", "--sample-rate", "16000")
    assert lines(invoke(server, "transcribe", "-", *options, text=pcm)) == [f"{ONE} {TWO}"]
    assert lines(invoke(server, "transcribe", "--live", "--fast", "-", *options, text=pcm)) == [ONE, TWO]


def test_live(server: LocalServer, talk: Path, tmp_path: Path) -> None:
    """A line for each part, as soon as it is final; words and captions, too."""
    outcome = invoke(server, "transcribe", "--live", "--fast", str(talk))
    assert lines(outcome) == [ONE, TWO]
    assert "s of audio in " in outcome.err
    assert outcome.err.endswith(": 2 parts, 12 words.\n")
    captions = tmp_path / "talk.vtt"
    words = invoke(server, "transcribe", "--live", "--fast", "--words", "--captions", str(captions), str(talk))
    assert [row.split()[2] for row in lines(words)[1:]] == [*ONE.split(), *TWO.split()]
    assert captions.read_text().startswith("WEBVTT")


def test_turns(server: LocalServer, talk: Path) -> None:
    """A line for each turn; as JSON, every event."""
    outcome = invoke(server, "transcribe", "--live", "--turns", "--fast", str(talk))
    assert lines(outcome) == [ONE, TWO]
    assert outcome.err.endswith(": 2 turns, 12 words.\n")
    events = [
        json.loads(line)
        for line in lines(invoke(server, "transcribe", "--live", "--turns", "--fast", "--json", str(talk)))
    ]
    assert events[0]["type"] == "connected"
    assert [event["transcript"].strip() for event in events if event["type"] == "turn.end"] == [ONE, TWO]
    assert len({event["request_id"] for event in events}) == 1


def test_live_events_as_json(server: LocalServer, talk: Path) -> None:
    """Partial texts too, with words."""
    events = [json.loads(line) for line in lines(invoke(server, "transcribe", "--live", "--fast", "--json", str(talk)))]
    finals = [event for event in events if event.get("is_final")]
    assert "".join(event["text"] for event in finals) == f"{ONE} {TWO}"
    assert finals[0]["words"][0]["word"] == "Please"
    assert any(not event["is_final"] for event in events)


def test_only_a_part_of_the_audio(server: LocalServer, talk: Path, pcm: bytes) -> None:
    """`--seconds` ends it, and what came before is transcribed."""
    seconds = len(say(server, ONE)) / 32000 + 0.5
    outcome = invoke(server, "transcribe", "--live", "--fast", "--seconds", f"{seconds:.3f}", str(talk))
    assert lines(outcome) == [ONE]
    assert f"Heard {seconds:.1f} s of audio" in outcome.err
    assert len(pcm) / 32000 > 2 * seconds


def test_a_file_is_heard_at_the_pace_at_which_it_was_spoken(server: LocalServer, talk: Path) -> None:
    """Without `--fast` a second takes a second."""
    outcome = invoke(server, "transcribe", "--live", "--seconds", "0.5", str(talk))
    assert outcome.code == 0
    assert outcome.err.startswith("Heard 0.5 s of audio: ")


@pytest.fixture
def folder(talk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with a recording, an empty file and a text."""
    monkeypatch.chdir(tmp_path)
    Path("empty.wav").touch()
    Path("text.txt").write_text("This is no audio, however long one listens to it.")
    Path("talk.flac").write_bytes(talk.read_bytes())
    return tmp_path


@pytest.mark.parametrize(
    ("arguments", "code", "part"),
    [
        ([], 2, "there is no FILE"),
        (["missing.mp3"], 2, "'missing.mp3' cannot be read: no such file or directory"),
        (["/"], 2, "'/' cannot be read: is a directory"),
        (["empty.wav"], 2, "'empty.wav' is empty"),
        (["text.txt"], 1, "status 400"),
        (["--live", "missing.mp3"], 2, "'missing.mp3' cannot be read: no such file or directory"),
        (["--live", "text.txt"], 2, "'text.txt' cannot be decoded: format not recognised"),
        (["--live", "empty.wav"], 2, "it is empty"),
        (["text.txt", "--captions", "a.txt"], 2, "named .srt or .vtt"),
        (["text.txt", "--captions", "/no/such/a.srt"], 5, "there is no folder '/no/such'"),
        (["text.txt", "-o", "/no/such/a.txt"], 5, "there is no folder '/no/such'"),
        (["text.txt", "--turns"], 2, "--turns goes with --live"),
        (["text.txt", "--keyterm", "x"], 2, "--keyterm goes with --live"),
        (["text.txt", "--seconds", "3"], 2, "--seconds goes with --live"),
        (["--live", "--turns", "--words"], 2, "tells no word times"),
        (["--live", "--fast"], 2, "--fast goes with a FILE"),
        (["--live", "--device", "1", "text.txt"], 2, "not both"),
        (["--live", "--words", "--json"], 2, "leave --words out"),
        (["text.txt", "--encoding", "pcm_s16le"], 2, "give both"),
        (["text.txt", "--encoding", "mp3", "--sample-rate", "8000"], 2, "--encoding is 'mp3'; allowed are pcm_s16le"),
        (["--live", "--device", "telepathy"], 2, "microphone"),
        (["--live", "--fast", "talk.flac", "--model", "none"], 1, "status 400"),
        (["text.txt", "--local", "--api-key", SECRET], 2, "exclude each other"),
    ],
)
def test_what_cannot_be(server: LocalServer, folder: Path, arguments: list[str], code: int, part: str) -> None:
    """One sentence on standard error, and a code; nothing is left behind."""
    outcome = invoke(server, "transcribe", *arguments)
    if "telepathy" in arguments and "PortAudio" in outcome.err:
        pytest.skip("needs PortAudio")
    assert (outcome.code, outcome.out) == (code, ""), outcome.err
    assert outcome.err.startswith("Error: ")
    assert outcome.err.count("\n") == 1
    assert part in outcome.err
    assert SECRET not in outcome.err
    assert {path.name for path in folder.iterdir()} == {"empty.wav", "text.txt", "talk.flac"}


def test_nothing_on_standard_input(server: LocalServer) -> None:
    """Is said, in both ways."""
    for live in ([], ["--live", "--fast"]):
        outcome = invoke(server, "transcribe", *live, "-", text=b"")
        assert outcome.code == 2
        assert "is empty" in outcome.err


def test_the_server_fails(talk: Path) -> None:
    """A recording, and a stream: with its status, and its own words."""
    with LocalServer(stt_phrases=[ONE]) as failing:
        failing.faults.add(HttpStatus(503), path="/stt", times=None)
        batch = invoke(failing, "transcribe", str(talk))
        failing.faults.clear()
        failing.faults.add(SendError(status=500, message="the recogniser is tired"), path="/stt/websocket")
        live = invoke(failing, "transcribe", "--live", "--fast", str(talk))
    assert batch.code == live.code == 1
    assert "status 503" in batch.err
    assert "the recogniser is tired" in live.err
    assert batch.out == live.out == ""


def test_silence(server: LocalServer) -> None:
    """Is no error: nothing was said."""
    options = ("--encoding", "pcm_s16le", "--sample-rate", "16000")
    outcome = invoke(server, "transcribe", "-", *options, text=silence(1))
    assert (outcome.code, outcome.out) == (0, "\n")
    assert outcome.err.endswith(": 0 words.\n")
    assert RawFormat("pcm_s16le", RATE).seconds(len(silence(1))) == 1
