"""`speak`: audio, captions, word times, voices, options."""

from __future__ import annotations

import json
import re
import struct
from typing import TYPE_CHECKING

import pytest

from tests.cli.command import Outcome, invoke, read_wav

if TYPE_CHECKING:
    from pathlib import Path

    from cartesia_local import LocalServer


def spoken(outcome: Outcome) -> str:
    """Give the summary of a run that must have gone well."""
    assert outcome.code == 0, outcome.err
    return outcome.err


def test_wav_is_speech_with_true_sizes(server: LocalServer, tmp_path: Path) -> None:
    """The file plays in readers that believe the header, lasts as long as such a text does, and is not silence."""
    said = spoken(invoke(server, "speak", "Hello, world.", "-o", str(tmp_path / "hello.wav")))
    seconds, data = read_wav(tmp_path / "hello.wav")
    samples = struct.unpack(f"<{len(data) // 2}h", data)
    assert 0.6 < seconds < 3
    assert max(samples) > 3000
    assert re.fullmatch(
        r"Spoke 13 characters with the default voice: \d\.\d s of audio, the first after \d+ ms; wrote \S+hello\.wav\.\n",
        said,
    )


@pytest.mark.parametrize(
    ("name", "beginning"),
    [
        ("a.wav", b"RIFF"),
        ("a.flac", b"fLaC"),
        ("a.ogg", b"OggS"),
        ("a.opus", b"OggS"),
        ("a.aiff", b"FORM"),
        ("a.mp3", b"\xff"),
    ],
)
def test_extension_says_what_is_written(server: LocalServer, tmp_path: Path, name: str, beginning: bytes) -> None:
    """Each extension gives a file of its kind."""
    spoken(invoke(server, "speak", "Hello.", "-o", str(tmp_path / name), "--quiet"))
    data = (tmp_path / name).read_bytes()
    assert data.startswith((beginning, b"ID3") if name == "a.mp3" else beginning)
    assert len(data) > 2000


def test_format_option_rules_the_samples(server: LocalServer, tmp_path: Path) -> None:
    """`--format` and the pair `--encoding`, `--sample-rate` give what they say."""
    for options in (("--format", "wav_pcm_mulaw_8000"), ("--encoding", "pcm_mulaw", "--sample-rate", "8000")):
        spoken(invoke(server, "speak", "Hello.", "-o", str(tmp_path / "a.wav"), *options))
        header = (tmp_path / "a.wav").read_bytes()[:32]
        assert struct.unpack_from("<HHI", header, 20) == (7, 1, 8000)


def test_raw_has_no_header(server: LocalServer, tmp_path: Path) -> None:
    """A raw file is as long as the WAV without its header."""
    spoken(invoke(server, "speak", "Hello.", "-o", str(tmp_path / "a.raw")))
    spoken(invoke(server, "speak", "Hello.", "-o", str(tmp_path / "a.wav")))
    assert (tmp_path / "a.raw").stat().st_size == len(read_wav(tmp_path / "a.wav")[1])


def test_word_times_as_table(server: LocalServer, tmp_path: Path) -> None:
    """`--timestamps` prints a row for each word on standard output."""
    outcome = invoke(server, "speak", "Hello, little world.", "-o", str(tmp_path / "a.wav"), "--timestamps")
    spoken(outcome)
    rows = [line.split() for line in outcome.out.splitlines()]
    assert rows[0] == ["start", "end", "word"]
    assert [row[2] for row in rows[1:]] == ["Hello,", "little", "world."]


def test_word_times_as_json_lie_within_the_audio(server: LocalServer, tmp_path: Path) -> None:
    """`--json` prints one object a line; times grow and end within the audio."""
    path = tmp_path / "a.wav"
    outcome = invoke(server, "speak", "One two. Three four.", "-o", str(path), "--timestamps", "--json")
    spoken(outcome)
    words = [json.loads(line) for line in outcome.out.splitlines()]
    assert [word["word"] for word in words] == ["One", "two.", "Three", "four."]
    times = [time for word in words for time in (word["start_seconds"], word["end_seconds"])]
    assert times == sorted(times)
    assert times[-1] <= read_wav(path)[0]


@pytest.mark.parametrize(("name", "beginning"), [("a.srt", "1\n00:00:00,"), ("a.vtt", "WEBVTT\n\n00:00:00.")])
def test_captions_end_within_the_audio(server: LocalServer, tmp_path: Path, name: str, beginning: str) -> None:
    """Captions of both kinds hold the words, and the last one ends within the audio."""
    path = tmp_path / "a.wav"
    said = spoken(invoke(server, "speak", "Hello, world.", "-o", str(path), "--captions", str(tmp_path / name)))
    text = (tmp_path / name).read_text(encoding="utf-8")
    end = re.findall(r"--> 00:00:(\d\d)[.,](\d\d\d)", text)[-1]
    assert text.startswith(beginning)
    assert "Hello, world." in text
    assert int(end[0]) + int(end[1]) / 1000 <= read_wav(path)[0]
    assert said.rstrip().endswith(f"{path} and {tmp_path / name}.")


@pytest.mark.parametrize("name", ["George", "GEORGE", "geor", "eorg", "0d9a7a0e-5f1b-4b86-8f0e-3f6d1c7e2b42"])
def test_voice_by_name_or_id(server: LocalServer, tmp_path: Path, name: str) -> None:
    """A voice goes by its id, its name in any case, the beginning of it or a part of it."""
    said = spoken(invoke(server, "speak", "Hello.", "-o", str(tmp_path / "a.wav"), "--voice", name))
    assert ("with George:" in said) is ("-" not in name)


def test_language_chooses_a_voice(server: LocalServer, tmp_path: Path) -> None:
    """Without `--voice`, a language other than English takes a voice that speaks it."""
    said = spoken(invoke(server, "speak", "Bonjour.", "-o", str(tmp_path / "a.wav"), "--language", "fr"))
    assert "with Camille:" in said


def test_speed_is_heard(server: LocalServer, tmp_path: Path) -> None:
    """Half as fast again is shorter."""
    text = "The quick brown fox jumps over the lazy dog."
    for name, speed in (("slow.wav", "0.7"), ("fast.wav", "1.4")):
        options = ("--speed", speed, "--volume", "1.2", "--emotion", "calm")
        spoken(invoke(server, "speak", text, "-o", str(tmp_path / name), *options))
    assert read_wav(tmp_path / "slow.wav")[0] > 1.3 * read_wav(tmp_path / "fast.wav")[0]


def test_tags_pass_through(server: LocalServer, tmp_path: Path) -> None:
    """A break tag of one second makes the audio about a second longer, and is no word."""
    plain, tagged = tmp_path / "plain.wav", tmp_path / "tagged.wav"
    spoken(invoke(server, "speak", "Hello, world.", "-o", str(plain)))
    outcome = invoke(server, "speak", 'Hello, <break time="1s"/> world.', "-o", str(tagged), "--timestamps")
    spoken(outcome)
    assert 0.7 < read_wav(tagged)[0] - read_wav(plain)[0] < 1.3
    assert "break" not in outcome.out


@pytest.mark.parametrize("version", ["2024-11-13", "2025-04-16", "2026-03-01"])
def test_older_api_versions(server: LocalServer, tmp_path: Path, version: str) -> None:
    """Older API versions speak as well, and voices are found by name there too."""
    options = ("--version-date", version, "--voice", "susan")
    assert "with Susan" in spoken(invoke(server, "speak", "Hello. World.", "-o", str(tmp_path / "a.wav"), *options))


def test_file_with_many_sentences(server: LocalServer, tmp_path: Path) -> None:
    """A text file, byte-order mark and all, is spoken word for word, in order."""
    words = [f"word{number}" for number in range(300)]
    text = " ".join(word + ("." if number % 7 == 6 else "") for number, word in enumerate(words)) + "."
    (tmp_path / "book.txt").write_text("\ufeff\n\n" + text, encoding="utf-8")
    options = ("--file", str(tmp_path / "book.txt"), "--sample-rate", "8000", "--timestamps", "--json")
    outcome = invoke(server, "speak", *options, "-o", str(tmp_path / "book.wav"))
    spoken(outcome)
    assert [json.loads(line)["word"].rstrip(".") for line in outcome.out.splitlines()] == words


def test_file_is_replaced_only_at_the_end(server: LocalServer, tmp_path: Path) -> None:
    """What was there before stays when the call fails, and nothing else is left in the folder."""
    path = tmp_path / "a.wav"
    path.write_bytes(b"precious")
    assert invoke(server, "speak", "Hello.", "-o", str(path), "--model", "no-such-model").code == 1
    assert path.read_bytes() == b"precious"
    assert list(tmp_path.iterdir()) == [path]


def test_local_needs_no_key(tmp_path: Path) -> None:
    """`--local` runs against a server of its own, and a key in the environment does not matter."""
    outcome = invoke(None, "speak", "Hello.", "--local", "-o", str(tmp_path / "a.wav"), CARTESIA_API_KEY="other")
    spoken(outcome)
    assert read_wav(tmp_path / "a.wav")[0] > 0.3
