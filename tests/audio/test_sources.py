"""Sources of samples: recordings of every kind, pipes, memory."""

from __future__ import annotations

import io
import os
import threading
import tracemalloc
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
import soundfile

from cartesia_audio import BytesSource, FileSource, IterableSource, MicrophoneSource, PieceSource
from cartesia_audio._pcm import decode
from cartesia_core import AudioSource, SttFormat, WavFormat, laws, wav
from cartesia_core.errors import LocalProtocolError, MissingExtra, SourceError
from cartesia_core.stt.models import STT_ENCODINGS, SttEncoding
from tests.audio.recordings import CODECS, HERTZ, LEVEL, SECONDS, hertz, level, record, tone

S16 = SttFormat("pcm_s16le", 16000)
KINDS = ("wav", "flac", "ogg", "mp3", "aiff", "au", "m4a", "mp4", "aac", "webm", "mka")


@pytest.mark.parametrize("kind", KINDS)
def test_recordings_of_every_kind(tmp_path: Path, kind: str) -> None:
    """The tone comes at the wanted rate, as loud and as long as it was recorded."""
    with FileSource(record(tmp_path / f"tone.{kind}")) as source:
        samples = decode("pcm_s16le", b"".join(source))
    assert abs(len(samples) / 16000 - SECONDS) < 0.06
    middle = samples[8000:24000]
    assert abs(hertz(middle) - HERTZ) <= 1
    assert abs(level(middle) - LEVEL) < 0.01
    if kind != "aac":  # which has no header to say it
        assert source.seconds is not None
        assert abs(source.seconds - SECONDS) < 0.06


@pytest.mark.parametrize("rate", [8000, 16000, 22050, 44100, 96000])
def test_two_channels_of_any_rate(tmp_path: Path, rate: int) -> None:
    """They are mixed down, and no sample is lost or added."""
    with FileSource(str(record(tmp_path / "tone.wav", rate, channels=2))) as source:
        samples = decode("pcm_s16le", b"".join(source))
    assert abs(len(samples) - SECONDS * 16000) <= 1
    assert abs(level(samples) - LEVEL) < 0.01


@pytest.mark.parametrize("encoding", STT_ENCODINGS)
def test_every_encoding(tmp_path: Path, encoding: SttEncoding) -> None:
    """Whole samples come, which say what was recorded."""
    recorded = record(tmp_path / "tone.wav", 16000)
    data = b"".join(FileSource(recorded, format=SttFormat(encoding, 16000)))
    assert SttFormat(encoding, 16000).seconds(len(data)) == SECONDS
    loss = 0.02 if encoding.endswith("law") else 0.001
    assert np.abs(decode(encoding, data) - tone(16000)).max() < loss


def test_samples_of_the_same_kind_pass_unchanged(tmp_path: Path) -> None:
    """Not a bit is lost where nothing is to be done."""
    samples = np.arange(-32768, 32768, 7, dtype=np.int16)
    soundfile.write(tmp_path / "all.wav", samples, 16000)
    assert b"".join(FileSource(tmp_path / "all.wav")) == samples.astype("<i2").tobytes()


def test_what_is_too_loud_is_clipped(tmp_path: Path) -> None:
    """It does not wrap around."""
    loud = np.array([2.0, -2.0, np.nan, np.inf], "<f4").tobytes()
    data = b"".join(FileSource(io.BytesIO(loud), raw=SttFormat("pcm_f32le", 16000)))
    assert np.frombuffer(data, "<i2").tolist() == [32767, -32768, 0, 32767]


def test_an_open_file_is_read_from_where_it_stands_and_left_open(tmp_path: Path) -> None:
    """It is its owner's."""
    whole = b"junk" + record(tmp_path / "tone.wav", 16000).read_bytes()
    file = io.BytesIO(whole)
    file.seek(0)
    raw = FileSource(io.BytesIO(bytes(3200)), raw=S16)
    assert b"".join(raw) == bytes(3200)
    file = io.BytesIO(whole[4:])
    with FileSource(file) as source:
        assert len(b"".join(source)) == SECONDS * 32000
    assert not file.closed


class Pipe(io.RawIOBase):
    """What cannot be wound back, and gives a little at a time."""

    def __init__(self, data: bytes) -> None:
        self._rest = data

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Give at most 7 bytes."""
        piece, self._rest = self._rest[: min(7, len(buffer))], self._rest[min(7, len(buffer)) :]
        buffer[: len(piece)] = piece
        return len(piece)


def pipe(data: bytes) -> Any:
    """Give data through a pipe."""
    return Pipe(data)


@pytest.mark.parametrize("encoding", ["pcm_s16le", "pcm_f32le", "pcm_mulaw", "pcm_alaw"])
def test_wav_through_a_pipe(encoding: Any) -> None:
    """As a streaming program writes it, which does not know its length."""
    samples = (tone(16000)[:2000] * 32767).astype("<i2").tobytes()
    written = {
        "pcm_s16le": samples,
        "pcm_f32le": tone(16000)[:2000].astype("<f4").tobytes(),
        "pcm_mulaw": laws.s16_to_mulaw(samples),
        "pcm_alaw": laws.s16_to_alaw(samples),
    }[encoding]
    with FileSource(pipe(wav.header(WavFormat(encoding, 16000)) + written)) as source:
        got = decode("pcm_s16le", b"".join(source))
    assert source.seconds is None
    assert len(got) == 2000
    assert np.abs(got - tone(16000)[:2000]).max() < 0.02


def test_samples_through_a_pipe() -> None:
    """What they are is told; half a sample at the end is left out."""
    data = np.arange(1000, dtype="<i2").tobytes()
    assert b"".join(FileSource(pipe(data + b"x"), raw=S16)) == data


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "cannot be decoded: it is empty"),
        (b"Hello, this is no audio at all.", "cannot be decoded: format not recognised"),
        (b"RIFF\x00\x00\x00\x00WAVEjunk", "cannot be decoded"),
        (b"\x00\x00\x00\x20ftypM4A rubbish", "cannot be decoded: invalid data"),
    ],
)
def test_what_is_no_audio(tmp_path: Path, data: bytes, message: str) -> None:
    """Is refused at once, by name."""
    (tmp_path / "no.wav").write_bytes(data)
    with pytest.raises(SourceError, match=message) as refused:
        FileSource(tmp_path / "no.wav")
    assert "no.wav" in str(refused.value)
    assert not refused.value.may_have_been_billed


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "it is empty"),
        (b"ID3 and so on, an MP3 file", "only WAV"),
        (b"RIFF\x00\x00\x00\x00WAVE", "ended after 12 bytes"),
        (wav.header(WavFormat("pcm_s16le", 8000)).replace(b"\x10\x00data", b"\x18\x00data"), "24 bits can be read"),
    ],
)
def test_what_cannot_come_through_a_pipe(data: bytes, message: str) -> None:
    """Says what can."""
    with pytest.raises(SourceError, match=message):
        FileSource(pipe(data))


def test_files_that_are_not_there(tmp_path: Path) -> None:
    """An `OSError` too, with the reason in words."""
    with pytest.raises(SourceError, match=r"none\.wav' cannot be read: no such file or directory") as missing:
        FileSource(tmp_path / "none.wav")
    assert isinstance(missing.value, OSError)
    with pytest.raises(SourceError, match="is a directory"):
        FileSource(tmp_path)


@pytest.mark.parametrize("kind", ["mp3", "m4a"])
def test_libraries_that_are_not_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    """The extra is named."""
    recorded = record(tmp_path / f"tone.{kind}")

    def refuse(name: str) -> None:
        raise ImportError(name)

    monkeypatch.setattr("importlib.import_module", refuse)
    with pytest.raises(MissingExtra, match=r"cartesia-core\[(media|audio)\]"):
        FileSource(recorded)


def test_a_long_recording_in_little_memory(tmp_path: Path) -> None:
    """Twenty minutes, 19 MB, pass through a megabyte or two."""
    with soundfile.SoundFile(tmp_path / "long.flac", "w", 8000, 1) as file:
        for _ in range(20):
            file.write(np.zeros(8000 * 60, np.int16))
    tracemalloc.start()
    try:
        with FileSource(tmp_path / "long.flac", format=SttFormat("pcm_s16le", 8000)) as source:
            nbytes = sum(map(len, source))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert nbytes == 1200 * 8000 * 2
    assert peak < 2_000_000


def test_memory_and_iterables() -> None:
    """They know what they are; empty pieces are no end."""
    assert b"".join(BytesSource(bytes(100_001), S16)) == bytes(100_001)
    assert BytesSource(bytes(32_000), S16).seconds == 1
    assert list(IterableSource([b"ab", b"", b"cd"], S16)) == [b"ab", b"cd"]
    sources: list[AudioSource] = [BytesSource(b"", S16), IterableSource([], S16)]
    assert [source.format for source in sources] == [S16, S16]
    assert all(isinstance(source, AudioSource) for source in sources)
    assert issubclass(FileSource, PieceSource)
    assert issubclass(MicrophoneSource, PieceSource)


def test_closing_an_iterable() -> None:
    """A generator is closed with its source, which gives no more."""
    ends: list[str] = []

    def pieces() -> Iterator[bytes]:
        try:
            yield b"ab"
            yield b"cd"
        finally:
            ends.append("closed")

    with IterableSource(pieces(), S16) as source:
        assert next(source) == b"ab"
    source.close()
    assert ends == ["closed"]
    with pytest.raises(LocalProtocolError, match="closed"):
        iter(source)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_closing_in_the_middle_of_a_read() -> None:
    """It does not wait for the read, which ends the iteration when it is over."""
    reading, writing = os.pipe()
    with os.fdopen(reading, "rb", buffering=0) as end:
        source = FileSource(cast("Any", end), raw=S16)
        got: list[bytes] = []
        thread = threading.Thread(target=lambda: got.extend(source))
        thread.start()
        source.close()
        os.write(writing, b"abcd")
        os.close(writing)
        thread.join(10)
        assert not thread.is_alive()
    assert b"".join(got) in (b"", b"abcd")
    with pytest.raises(LocalProtocolError):
        iter(source)


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="needs /proc")
def test_nothing_is_left_open(tmp_path: Path) -> None:
    """Neither after an error, nor at the end of the audio, nor after the block."""
    (tmp_path / "no.wav").write_bytes(b"no audio")
    with pytest.raises(SourceError):
        FileSource(tmp_path / "no.wav")
    whole = FileSource(record(tmp_path / "whole.flac"))
    assert sum(map(len, whole))
    with FileSource(record(tmp_path / "part.mp3")) as source:
        next(source)
        assert any("part.mp3" in name for name in open_files())
    assert not any(str(tmp_path) in name for name in open_files())


def open_files() -> list[str]:
    """Give the names of the files that are open."""
    found: list[str] = []
    for link in Path("/proc/self/fd").iterdir():
        with suppress(FileNotFoundError):  # the folder's own
            found.append(str(link.readlink()))
    return found


def test_codecs_are_those_that_are_claimed() -> None:
    """What the extra `media` is for is tried above."""
    assert set(CODECS) < set(KINDS)


def test_two_channels_through_a_pipe() -> None:
    """They are mixed down there, too."""
    one = wav.header(WavFormat("pcm_s16le", 16000))
    head = one[:22] + b"\x02\x00" + one[24:]  # the number of channels
    frames = np.array([[100, 300], [-200, 0]], "<i2").tobytes()
    assert np.frombuffer(b"".join(FileSource(pipe(head + frames))), "<i2").tolist() == [200, -100]
