"""What goes wrong with recordings while they are read, and what must not wait."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
import soundfile
from typing_extensions import override

from cartesia_audio import FileSource
from cartesia_core import SttFormat, WavFormat, wav
from cartesia_core.errors import SourceError
from tests.audio.recordings import CODECS, HERTZ, hertz, record, record_media, tone

S16 = SttFormat("pcm_s16le", 16000)


class BadDisk(io.BytesIO):
    """A file whose second half cannot be read."""

    @override
    def read(self, size: int | None = -1, /) -> bytes:
        """Fail in the second half, as a disk or a network drive does."""
        if self.tell() > len(self.getbuffer()) // 2:
            raise OSError(5, "Input/output error")
        return super().read(size)


@pytest.mark.parametrize("kind", ["wav", "flac", "mp3", "ogg", "m4a", "webm"])
def test_a_disk_that_fails(tmp_path: Path, kind: str) -> None:
    """It is no end of the recording, whichever library reads."""
    recorded = tmp_path / f"noise.{kind}"
    if kind in CODECS:
        record_media(recorded, tone(48000, 20), 48000, CODECS[kind])
    else:
        soundfile.write(recorded, np.random.default_rng(1).uniform(-0.5, 0.5, 320_000), 16000)
    with pytest.raises(SourceError, match="input/output error"), FileSource(BadDisk(recorded.read_bytes())) as source:
        list(source)


def test_a_file_that_its_owner_closes(tmp_path: Path) -> None:
    """In the middle, which is no end either."""
    file = record(tmp_path / "tone.flac").open("rb")
    with FileSource(file) as source:
        next(source)
        file.close()
        with pytest.raises(ValueError, match="closed file"):
            list(source)


@pytest.mark.parametrize("head", [b"", wav.header(WavFormat("pcm_s16le", 16000))])
def test_what_comes_through_a_pipe_is_given_at_once(head: bytes) -> None:
    """A tenth of a second must not wait for the next two, though the pipe is buffered."""
    reading, writing = os.pipe()
    os.write(writing, head + bytes(3200))
    closing = threading.Timer(10, os.close, [writing])  # or a test that fails would hang
    closing.start()
    try:
        with os.fdopen(reading, "rb") as pipe, FileSource(pipe, raw=None if head else S16) as source:
            assert next(source) == bytes(3200)
            assert closing.is_alive(), "it waited for more"
    finally:
        closing.cancel()
        if closing.is_alive():
            os.close(writing)


def test_samples_without_a_header_and_without_a_word_about_them(tmp_path: Path) -> None:
    """The suffix alone does not say what they are."""
    (tmp_path / "samples.raw").write_bytes(bytes(1000))
    with pytest.raises(SourceError, match="not recognised"):
        FileSource(tmp_path / "samples.raw")


def test_what_only_ffmpeg_knows(tmp_path: Path) -> None:
    """A kind that libsndfile refuses, and that is not known by its first bytes here."""
    record_media(tmp_path / "tone.avi", tone(16000), 16000, "aac")
    with FileSource(tmp_path / "tone.avi") as source:
        got = np.frombuffer(b"".join(source), "<i2")
    assert abs(hertz(got[8000:24000] / 32768) - HERTZ) <= 1


def test_what_needs_no_library_does_without() -> None:
    """Plain files and memory work without the extra, which is named where it is needed."""
    program = """
import sys
sys.modules["numpy"] = sys.modules["soundfile"] = sys.modules["soxr"] = None
from cartesia_audio import BytesSource, MemorySink, PlayerSink, WavFileSink
import cartesia_audio
try:
    cartesia_audio.FileSource
except ImportError as error:
    print(type(error).__name__, error)
"""
    done = subprocess.run([sys.executable, "-c", program], check=True, stdout=subprocess.PIPE, text=True, timeout=60)
    assert done.stdout.startswith("MissingExtra FileSource needs numpy")
    assert "cartesia-core[audio]" in done.stdout
