"""Output formats: what is allowed, the wire object, the arithmetic, names, whole samples."""

from __future__ import annotations

import pickle

import attrs
import pytest

from cartesia_core.audio import (
    BIT_RATES,
    ENCODINGS,
    SAMPLE_RATES,
    Encoding,
    Mp3Format,
    OutputFormat,
    RawFormat,
    SampleAligner,
    WavFormat,
    parse_format,
)
from cartesia_core.errors import InvalidArgument


@pytest.mark.parametrize(
    ("form", "wire"),
    [
        (RawFormat("pcm_f32le", 44100), {"container": "raw", "encoding": "pcm_f32le", "sample_rate": 44100}),
        (WavFormat("pcm_alaw", 8000), {"container": "wav", "encoding": "pcm_alaw", "sample_rate": 8000}),
        (Mp3Format(48000, 192000), {"container": "mp3", "sample_rate": 48000, "bit_rate": 192000}),
        (Mp3Format(bit_rate=32000, sample_rate=16000), {"container": "mp3", "sample_rate": 16000, "bit_rate": 32000}),
    ],
)
def test_wire_object(form: OutputFormat, wire: dict[str, object]) -> None:
    """A format gives the object that goes over the wire, with its container."""
    assert form.wire() == wire
    assert form.container == wire["container"]


def test_formats_are_values() -> None:
    """Equal fields are equal values, another container is not; they can be pickled and not be changed."""
    assert RawFormat("pcm_s16le", 8000) == RawFormat(encoding="pcm_s16le", sample_rate=8000)
    assert len({RawFormat("pcm_s16le", 8000), WavFormat("pcm_s16le", 8000)}) == 2
    assert pickle.loads(pickle.dumps(WavFormat("pcm_s16le", 8000))) == WavFormat("pcm_s16le", 8000)
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        RawFormat("pcm_s16le", 8000).sample_rate = 16000  # type: ignore[misc]


def test_everything_allowed_is_accepted() -> None:
    """Every documented combination can be made."""
    for rate in SAMPLE_RATES:
        for encoding in ENCODINGS:
            assert RawFormat(encoding, rate).wire() | {"container": "wav"} == WavFormat(encoding, rate).wire()
        for bit_rate in BIT_RATES:
            assert Mp3Format(rate, bit_rate).bit_rate == bit_rate


@pytest.mark.parametrize("rate", [12345, 0, -8000, 44100.0, True, "44100"])
def test_wrong_sample_rate_lists_the_right_ones(rate: int) -> None:
    """A sample rate that is not allowed, or no integer, is refused with the list."""
    with pytest.raises(InvalidArgument, match="8000, 16000, 22050, 24000, 44100, 48000") as caught:
        WavFormat("pcm_s16le", rate)
    assert repr(rate) in str(caught.value)


def test_other_wrong_values_list_the_right_ones() -> None:
    """Encodings and bit rates are checked in the same way."""
    wrong: Encoding = "pcm_s32le"  # type: ignore[assignment]
    with pytest.raises(InvalidArgument, match="pcm_f32le, pcm_s16le, pcm_mulaw, pcm_alaw"):
        RawFormat(wrong, 8000)
    with pytest.raises(InvalidArgument, match="32000, 64000, 96000, 128000, 192000"):
        Mp3Format(44100, 128)
    with pytest.raises(InvalidArgument, match="sample_rate is 11025"):
        Mp3Format(11025, 128000)


@pytest.mark.parametrize(("encoding", "size"), [("pcm_f32le", 4), ("pcm_s16le", 2), ("pcm_mulaw", 1), ("pcm_alaw", 1)])
def test_bytes_and_seconds(encoding: Encoding, size: int) -> None:
    """Seconds count whole samples, bytes come in whole samples."""
    form = RawFormat(encoding, 22050)
    assert form.bytes_per_sample == size
    assert form.seconds(22050 * size) == 1.0
    assert form.seconds(22050 * size + size - 1) == 1.0
    assert form.nbytes(0.00007) == 2 * size
    assert form.nbytes(0) == 0


@pytest.mark.parametrize("seconds", [-0.1, float("nan"), float("inf")])
def test_impossible_seconds(seconds: float) -> None:
    """A length that cannot be is refused."""
    with pytest.raises(InvalidArgument, match="finite number from 0 on"):
        WavFormat("pcm_s16le", 8000).nbytes(seconds)


@pytest.mark.parametrize(
    ("encoding", "silence"),
    [
        ("pcm_f32le", b"\0\0\0\0" * 8),
        ("pcm_s16le", b"\0\0" * 8),
        ("pcm_mulaw", b"\xff" * 8),
        ("pcm_alaw", b"\xd5" * 8),
    ],
)
def test_silence(encoding: Encoding, silence: bytes) -> None:
    """Silence is the code of zero, which is no zero byte in mu-law and A-law."""
    assert WavFormat(encoding, 8000).silence(0.001) == silence


def test_mp3_seconds() -> None:
    """The length of an MP3 follows from its constant bit rate."""
    assert Mp3Format(44100, 128000).seconds(16000) == 1.0


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("raw_pcm_f32le_44100", RawFormat("pcm_f32le", 44100)),
        ("raw_pcm_mulaw_8000", RawFormat("pcm_mulaw", 8000)),
        ("wav_pcm_s16le_44100", WavFormat("pcm_s16le", 44100)),
        (" WAV_PCM_S16LE_44100 ", WavFormat("pcm_s16le", 44100)),
        ("mp3_44100_128000", Mp3Format(44100, 128000)),
        ("fp32", RawFormat("pcm_f32le", 44100)),
        ("pcm", RawFormat("pcm_s16le", 44100)),
        ("fp32_22050", RawFormat("pcm_f32le", 22050)),
        ("pcm_16000", RawFormat("pcm_s16le", 16000)),
        ("mulaw_8000", RawFormat("pcm_mulaw", 8000)),
        ("alaw_8000", RawFormat("pcm_alaw", 8000)),
    ],
)
def test_names(name: str, form: OutputFormat) -> None:
    """The names of earlier SDKs and their sisters for the other containers are understood."""
    assert parse_format(name) == form


@pytest.mark.parametrize(
    "name", ["", "raw", "flac_44100", "raw_pcm_s16le", "mp3_44100", "mp3_x_128000", "wav_gsm_8000"]
)
def test_unknown_names(name: str) -> None:
    """A name that says nothing is refused with what can be written instead."""
    with pytest.raises(InvalidArgument, match="raw_<encoding>_<rate>"):
        parse_format(name)


def test_name_with_a_wrong_value() -> None:
    """A good name with a bad rate says which rates there are."""
    with pytest.raises(InvalidArgument, match="sample_rate is 12345"):
        parse_format("raw_pcm_s16le_12345")


def test_aligner_holds_half_samples_back() -> None:
    """Whole samples come out at once, the rest with the next chunk; a half sample at the end is dropped."""
    aligner = SampleAligner(RawFormat("pcm_s16le", 8000))
    assert [aligner.feed(data) for data in (b"abc", b"", b"d", b"ef", b"g")] == [b"ab", b"", b"cd", b"ef", b""]
    assert aligner.held_nbytes == 1
    assert aligner.finish() == b""
    assert aligner.held_nbytes == 0


def test_aligner_fills_the_last_frame_with_silence() -> None:
    """Frames of a fixed length: the last one is filled up, in the encoding's own silence."""
    aligner = SampleAligner(WavFormat("pcm_mulaw", 8000), frame_seconds=0.001)
    assert aligner.block_nbytes == 8
    assert aligner.feed(b"0123456789") == b"01234567"
    assert aligner.finish() == b"89" + b"\xff" * 6
    assert aligner.finish() == b""


def test_frame_shorter_than_a_sample() -> None:
    """A frame must hold at least one sample."""
    with pytest.raises(InvalidArgument, match="shorter than one sample"):
        SampleAligner(RawFormat("pcm_s16le", 8000), frame_seconds=0.00001)
