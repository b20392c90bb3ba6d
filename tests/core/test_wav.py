"""WAV headers: written, patched, read with sizes that cannot be true, repaired."""

from __future__ import annotations

import io
import struct
import wave

import pytest
import soundfile

from cartesia_core import wav
from cartesia_core.audio import ENCODINGS, Encoding, WavFormat
from cartesia_core.errors import AudioNotUsable, InvalidArgument

S16 = WavFormat("pcm_s16le", 16000)
HEAD = wav.header(S16, 4)


def chunk(name: bytes, body: bytes) -> bytes:
    """Give one RIFF chunk, padded."""
    return name + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)


def riff(*chunks: bytes) -> bytes:
    """Give a RIFF file of these chunks."""
    body = b"WAVE" + b"".join(chunks)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def fmt(tag: int = 1, channels: int = 1, rate: int = 16000, bits: int = 16, more: bytes = b"") -> bytes:
    """Give a `fmt ` chunk."""
    frame = channels * bits // 8
    return chunk(b"fmt ", struct.pack("<HHIIHH", tag, channels, rate, rate * frame, frame, bits) + more)


def test_plain_header_is_what_the_standard_library_reads() -> None:
    """`wave` reads 16-bit files with real sizes."""
    with wave.open(io.BytesIO(HEAD + b"abcd")) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth(), file.getnframes()) == (16000, 1, 2, 2)
        assert file.readframes(9) == b"abcd"


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("is_known", [True, False])
def test_headers_are_what_a_library_reads(encoding: Encoding, *, is_known: bool) -> None:
    """Libsndfile reads every encoding, with real sizes and with unknown ones."""
    form = WavFormat(encoding, 8000)
    samples = form.silence(0.5)
    content = wav.header(form, len(samples) if is_known else None) + samples
    info = soundfile.info(io.BytesIO(content))
    assert (info.frames, info.samplerate, info.channels) == (4000, 8000, 1)


def test_tags_and_fact_chunk() -> None:
    """Other encodings than 16-bit PCM have their own tag, the longer format chunk and a count of samples."""
    content = wav.header(WavFormat("pcm_mulaw", 8000), 5)
    assert struct.unpack_from("<IHH", content, 16) == (18, 7, 1)
    assert content[38:50] == b"fact" + struct.pack("<II", 4, 5)
    assert content[50:58] == b"data" + struct.pack("<I", 5)
    assert struct.unpack_from("<I", content, 4) == (58 + 5 + 1 - 8,)
    assert b"fact" not in HEAD
    assert len(HEAD) == 44


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_patching_makes_the_real_header(encoding: Encoding) -> None:
    """An unknown header with the patches applied is the header of the known length."""
    form = WavFormat(encoding, 44100)
    content = bytearray(wav.header(form))
    for offset, data in wav.patch(form, 12):
        content[offset : offset + len(data)] = data
    assert bytes(content) == wav.header(form, 12)


def test_padding_is_for_odd_lengths() -> None:
    """Chunks have an even length in the file."""
    assert (wav.padding(0), wav.padding(1), wav.padding(2)) == (b"", b"\0", b"")


@pytest.mark.parametrize("nbytes", [-1, wav.MAX_DATA_NBYTES + 1])
def test_impossible_lengths(nbytes: int) -> None:
    """More than 4 GiB does not fit, and the message says what to do."""
    with pytest.raises(InvalidArgument, match="4 GiB"):
        wav.header(S16, nbytes)
    with pytest.raises(InvalidArgument, match="FLAC"):
        wav.patch(S16, nbytes)
    assert len(wav.header(S16, wav.MAX_DATA_NBYTES)) == 44


@pytest.mark.parametrize("size", [0, 0x7FFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF - 36, 0x7FFFF000])
def test_placeholder_sizes_mean_everything(size: int) -> None:
    """Sizes that streaming writers leave are not believed."""
    content = HEAD[:40] + struct.pack("<I", size) + b"abcdef"
    reader = wav.WavReader()
    assert reader.feed(content) == b"abcdef"
    assert (reader.announced_nbytes, reader.missing_nbytes, reader.data_nbytes) == (None, 0, 6)
    assert reader.finish().format == S16


def test_too_large_size_tells_what_is_missing() -> None:
    """A believable size beyond the end gives what is there, and tells the difference."""
    reader = wav.WavReader()
    assert reader.feed(wav.header(S16, 100) + b"abcd") == b"abcd"
    assert (reader.announced_nbytes, reader.missing_nbytes) == (100, 96)


def test_what_follows_the_samples_is_dropped() -> None:
    """Padding and chunks behind the samples are no samples, at once or later."""
    reader = wav.WavReader()
    assert reader.feed(wav.header(S16, 3) + b"abc\0LIST") == b"abc"
    assert reader.feed(b"....") == b""


def test_chunks_before_the_samples_are_skipped() -> None:
    """Odd and large chunks before `data` do not matter."""
    content = riff(chunk(b"LIST", b"x" * 7), fmt(), chunk(b"bext", b"y" * 70000), chunk(b"data", b"abcd"))
    assert wav.read(content) == (wav.WavSpec(1, 1, 16000, 16), b"abcd")
    reader = wav.WavReader()
    assert b"".join(reader.feed(content[at : at + 1]) for at in range(len(content))) == b"abcd"


def test_extensible_header() -> None:
    """An extensible header has its real tag in the sub-format."""
    more = struct.pack("<HHI", 22, 32, 4) + struct.pack("<H", 3) + bytes(14)
    spec, _ = wav.read(riff(fmt(0xFFFE, bits=32, more=more), chunk(b"data", b"")))
    assert spec.format == WavFormat("pcm_f32le", 16000)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"<html><body>no", "no WAV file"),
        (b"ID3\x04" + bytes(20), "no WAV file"),
        (b"RF64" + b"\xff" * 4 + b"WAVE", "4 GiB"),
        (b"RIFF", "ended after 4 bytes"),
        (b"", "ended after 0 bytes"),
        (HEAD[:30], "ended after 30 bytes"),
        (riff(fmt()), "before any samples"),
        (riff(chunk(b"data", b"abcd")), "before their form"),
        (riff(b"\0\1\2\3" + bytes(8)), "a chunk is called"),
        (riff(chunk(b"fmt ", b"12")), "format chunk has 2 bytes"),
        (riff(chunk(b"fmt ", bytes(2000))), "format chunk has 2000 bytes"),
        (riff(fmt(channels=0)), "0 channels"),
    ],
)
def test_nonsense(content: bytes, problem: str) -> None:
    """What is no WAV file is refused with the reason, at once or at the end."""
    with pytest.raises(AudioNotUsable, match=problem):
        wav.read(content)


@pytest.mark.parametrize(
    ("header", "problem"),
    [
        (fmt(channels=2), "2 channels"),
        (fmt(bits=24), "24 bits"),
        (fmt(tag=85), "format 85"),
        (fmt(rate=11025), "sample_rate is 11025"),
    ],
)
def test_formats_of_others(header: bytes, problem: str) -> None:
    """A file can be read that is not in this API's formats; only its name is refused."""
    spec, samples = wav.read(riff(header, chunk(b"data", b"abcd")))
    assert samples == b"abcd"
    with pytest.raises(AudioNotUsable, match=problem):
        _ = spec.format


def test_repair() -> None:
    """Unknown and wrong sizes become the real ones, padding included; real ones stay as they are."""
    law = WavFormat("pcm_mulaw", 8000)
    real = wav.header(law, 3) + b"abc\0"
    assert wav.repair(wav.header(law) + b"abc") == real
    assert wav.repair(wav.header(law, 1000) + b"abc") == real
    assert wav.repair(real) is real
