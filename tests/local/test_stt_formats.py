"""`POST /stt`: every format that the API names, whatever the file is called, decoded block by block."""

from __future__ import annotations

import io
import struct
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

import httpx
import numpy as np
import pytest
import soundfile

from cartesia_local import LocalServer
from cartesia_local.refusal import Refused
from cartesia_local.sound import reading
from tests.local.client import VOICE, http, spoken

if TYPE_CHECKING:
    from collections.abc import Iterator

SAID: Final = "I would like a table for two by the window."
RATE: Final = 48000
"""Opus knows few rates, this one among them."""
WRITTEN_BY_SOUNDFILE: Final = {
    "wav": ("WAV", "PCM_16"),
    "flac": ("FLAC", "PCM_16"),
    "ogg": ("OGG", "VORBIS"),
    "oga": ("OGG", "OPUS"),
    "mp3": ("MP3", "MPEG_LAYER_III"),
    "mpeg": ("MP3", "MPEG_LAYER_III"),
    "mpga": ("MP3", "MPEG_LAYER_III"),
}
WRITTEN_BY_AV: Final = {
    "m4a": ("ipod", "aac"),
    "mp4": ("mp4", "aac"),
    "webm": ("webm", "libopus"),
    "aac": ("adts", "aac"),
}
FORMATS: Final = (*WRITTEN_BY_SOUNDFILE, *WRITTEN_BY_AV)


@pytest.fixture(scope="module")
def sure() -> Iterator[LocalServer]:
    """A server that hears one sentence and nothing else."""
    pytest.importorskip("pocketsphinx")
    with LocalServer(stt_phrases=[SAID]) as running:
        yield running


@pytest.fixture(scope="module")
def recording(server: LocalServer) -> bytes:
    """The sentence, as a WAV file whose sizes are placeholders, as the API sends it."""
    return spoken(server, SAID, VOICE)


@pytest.fixture(scope="module")
def pcm(recording: bytes) -> Any:
    """The sentence at a rate that every format knows."""
    return np.repeat(soundfile.read(io.BytesIO(recording), dtype="float32")[0], RATE // 16000)


def encoded(pcm: Any, name: str) -> bytes:
    """Write a file in a format, as one of its names asks for."""
    file = io.BytesIO()
    if name in WRITTEN_BY_SOUNDFILE:
        container, subtype = WRITTEN_BY_SOUNDFILE[name]
        soundfile.write(file, np.stack([pcm, pcm], axis=1), RATE, subtype, format=container)
    else:
        _write_media(file, pcm, *WRITTEN_BY_AV[name])
    return file.getvalue()


def _write_media(file: io.BytesIO, pcm: Any, container: str, codec: str) -> None:
    av = pytest.importorskip("av")
    with av.open(file, "w", format=container) as output:
        track = output.add_stream(codec, rate=RATE)
        frame = av.AudioFrame.from_ndarray(pcm[None].astype(np.float32), format="flt", layout="mono")
        frame.sample_rate = RATE
        for packet in (*track.encode(frame), *track.encode(None)):
            output.mux(packet)


def send(client: httpx.Client, file: bytes, filename: str) -> httpx.Response:
    """Upload."""
    return client.post("/stt", data={"model": "ink-whisper"}, files={"file": (filename, file)}, timeout=60)


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_of_the_api(sure: LocalServer, pcm: Any, name: str) -> None:
    """The same words, by what is in the file; the name may say nothing, or something else."""
    file = encoded(pcm, name)
    with http(sure) as client:
        answer = send(client, file, "recording").raise_for_status().json()
    assert answer["text"] == SAID
    assert answer["duration"] == pytest.approx(len(pcm) / RATE, abs=0.1)


@pytest.mark.parametrize("name", FORMATS)
def test_blocks_are_the_whole(pcm: Any, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """However large they are: what comes of small ones is what comes of one that holds the file."""

    def read(frames: int) -> Any:
        monkeypatch.setattr(reading, "BLOCK_FRAMES", frames)
        with reading.opened(io.BytesIO(file), "file") as reader:
            assert reader.sample_rate == RATE
            return np.concatenate([*iter(lambda: tuple(reader.read()), ())])

    file = encoded(pcm, name)
    whole = read(2**24)
    assert np.array_equal(read(1000), whole)
    assert len(whole) == pytest.approx(len(pcm), abs=RATE / 10)


def test_sizes_that_are_placeholders(sure: LocalServer, recording: bytes) -> None:
    """A WAV file may have been written to a pipe; what follows its header counts."""
    assert struct.unpack_from("<I", recording, 4) == (0xFFFFFFFF,)
    with http(sure) as client:
        answer = send(client, recording, "-").raise_for_status().json()
    assert answer["text"] == SAID
    assert answer["duration"] == pytest.approx((len(recording) - 44) / 32000, abs=0.001)


@pytest.mark.parametrize("name", WRITTEN_BY_AV)
def test_without_pyav(pcm: Any, name: str, server: LocalServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """A 501 that names the extra; what libsndfile reads does not need it."""
    file = encoded(pcm, name)
    monkeypatch.setitem(sys.modules, "av", None)
    with http(server) as client:
        answer = send(client, file, f"recording.{name}")
    assert answer.status_code == 501
    assert "cartesia-core[media]" in answer.json()["message"]


def count(file: bytes) -> int:
    """Count the samples that can be read."""
    with reading.opened(io.BytesIO(file), "file") as reader:
        return sum(len(block) for block in iter(lambda: tuple(reader.read()), ()))


@pytest.mark.parametrize("name", FORMATS)
def test_files_that_are_cut(pcm: Any, name: str) -> None:
    """A head alone is refused, or holds next to nothing; of a half what can be read is read, or it is refused."""
    file = encoded(pcm, name)
    for nbytes, most in ((20, 0), (len(file) // 2, 0.75 * len(pcm))):
        with suppress(Refused):
            assert count(file[:nbytes]) <= most


def test_a_film_without_sound(server: LocalServer) -> None:
    """It is told that there is no audio track in it."""
    av = pytest.importorskip("av")
    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as output:
        track = output.add_stream("mpeg4", rate=10)
        track.width, track.height, track.pix_fmt = 16, 16, "yuv420p"
        frame = av.VideoFrame.from_ndarray(np.zeros((16, 16, 3), np.uint8), format="rgb24")
        for packet in (*track.encode(frame), *track.encode(None)):
            output.mux(packet)
    with http(server) as client:
        answer = send(client, file.getvalue(), "film.mp4")
    assert answer.status_code == 400
    assert "no audio track" in answer.json()["message"]
