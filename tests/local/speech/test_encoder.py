"""Encodings, rates and containers."""

from __future__ import annotations

import io
import sys
import warnings
from functools import cache
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
import pytest
import soundfile

from cartesia_core import laws, wav
from cartesia_core.audio import (
    BIT_RATES,
    ENCODINGS,
    SAMPLE_RATES,
    Encoding,
    Mp3Format,
    OutputFormat,
    RawFormat,
    WavFormat,
)
from cartesia_core.errors import MissingExtra
from cartesia_local.speech.companding import to_alaw, to_mulaw
from cartesia_local.speech.encoder import encoder_for
from cartesia_local.speech.protocol import SAMPLE_RATE
from tests.local.speech.saying import SENTENCE, say

if TYPE_CHECKING:
    from cartesia_local.speech.engine import Float32Array

EVERY_SAMPLE = np.arange(0x10000, dtype=np.uint16).astype(np.int16)


@cache
def speech() -> Float32Array:
    return say(SENTENCE).pcm


def encoded(format: OutputFormat, samples: Float32Array, block: int = 1323) -> bytes:  # noqa: A002
    encoder = encoder_for(format)
    blocks = [encoder.encode(samples[at : at + block]) for at in range(0, len(samples), block)]
    return b"".join([*blocks, encoder.finish()])


def decoded(content: bytes) -> tuple[Float32Array, int]:
    samples, rate = soundfile.read(io.BytesIO(content), dtype="float32")
    return samples, rate


def likeness(samples: Float32Array, rate: int) -> float:
    """Compare loudness over time with the speech, at the best delay up to 0.2 s: 1 is the same, 0 unrelated."""
    mine = loudness(speech(), SAMPLE_RATE)
    other = loudness(np.pad(samples, (0, rate)), rate)
    return max(float(np.corrcoef(mine, other[delay : delay + len(mine)])[0, 1]) for delay in range(20))


def loudness(samples: Float32Array, rate: int) -> Float32Array:
    """Give the level of each hundredth of a second."""
    edges = np.arange(0, len(samples) * 100 // rate) * rate // 100
    return np.sqrt(np.add.reduceat(samples.astype(np.float64) ** 2, edges)).astype(np.float32)


@pytest.mark.parametrize(("encoding", "sample_rate"), list(product(ENCODINGS, SAMPLE_RATES)))
def test_raw_and_wav_last_as_long_as_the_speech(encoding: Encoding, sample_rate: int) -> None:
    """To the millisecond in every encoding at every rate; WAV is the same behind a header, and decodes to the speech."""
    raw = RawFormat(encoding, sample_rate)
    data = encoded(raw, speech())
    assert raw.seconds(len(data)) == pytest.approx(len(speech()) / SAMPLE_RATE, abs=1e-3)
    container = encoded(WavFormat(encoding, sample_rate), speech())
    assert container == wav.header(WavFormat(encoding, sample_rate)) + data
    samples, rate = decoded(wav.repair(container))
    assert rate == sample_rate
    assert len(samples) * raw.bytes_per_sample == len(data)
    assert likeness(samples, rate) > 0.97


@pytest.mark.parametrize(("sample_rate", "bit_rate"), list(product(SAMPLE_RATES, BIT_RATES)))
def test_mp3_lasts_as_long_as_the_speech(sample_rate: int, bit_rate: int) -> None:
    """Up to 0.2 s of the format's own silence; the bit rate is the one asked for, or the most that the rate allows."""
    content = encoded(Mp3Format(sample_rate, bit_rate), speech())
    samples, rate = decoded(content)
    assert rate == sample_rate
    assert 0 <= len(samples) / rate - len(speech()) / SAMPLE_RATE < 0.2
    most = 64000 if sample_rate == 8000 else 160000 if sample_rate < 32000 else bit_rate
    assert len(content) * 8 / (len(samples) / rate) == pytest.approx(min(bit_rate, most), rel=0.02)
    assert likeness(samples, rate) > 0.9


@pytest.mark.parametrize(
    "format", [RawFormat("pcm_s16le", 8000), WavFormat("pcm_f32le", 48000), Mp3Format(44100, 64000)]
)
def test_bytes_do_not_depend_on_how_the_samples_come(format: OutputFormat) -> None:  # noqa: A002
    """Small blocks, large blocks, one block: the same stream."""
    assert len({encoded(format, speech(), block) for block in (100, 1323, len(speech()))}) == 1


@pytest.mark.parametrize(
    "format", [WavFormat("pcm_s16le", 44100), RawFormat("pcm_alaw", 8000), Mp3Format(44100, 64000)]
)
def test_no_samples_make_an_empty_stream(format: OutputFormat) -> None:  # noqa: A002
    """WAV still has its header, so that it is a file."""
    expected = wav.header(format) if isinstance(format, WavFormat) else b""
    assert encoded(format, np.zeros(0, dtype=np.float32)) == expected


def test_the_engines_own_samples_pass_unchanged() -> None:
    """At 22050 Hz 16-bit samples are the engine's, bit for bit; what is too loud stops at the ends of the scale."""
    pcm = np.frombuffer(encoded(RawFormat("pcm_s16le", SAMPLE_RATE), speech()), dtype="<i2")
    assert np.array_equal(pcm.astype(np.float32) / 32768, speech())
    loud = np.array([-2.0, -1.0, 1.0, 2.0], dtype=np.float32)
    assert (
        encoded(RawFormat("pcm_s16le", SAMPLE_RATE), loud) == np.array([-32768, -32768, 32767, 32767], "<i2").tobytes()
    )


def test_resampling_keeps_the_pitch() -> None:
    """A tone of 440 Hz stays one at every rate."""
    tone = np.sin(2 * np.pi * 440 * np.arange(SAMPLE_RATE) / SAMPLE_RATE).astype(np.float32)
    for rate in SAMPLE_RATES:
        pcm = np.frombuffer(encoded(RawFormat("pcm_f32le", rate), tone), dtype="<f4")
        assert np.argmax(np.abs(np.fft.rfft(pcm))) * rate / len(pcm) == pytest.approx(440, abs=1.5)


def test_laws_equal_those_of_the_core() -> None:
    """Every one of the 65,536 samples, both laws."""
    data = EVERY_SAMPLE.astype("<i2").tobytes()
    assert to_mulaw(EVERY_SAMPLE).tobytes() == laws.s16_to_mulaw(data)
    assert to_alaw(EVERY_SAMPLE).tobytes() == laws.s16_to_alaw(data)


@pytest.mark.skipif(sys.version_info >= (3, 13), reason="audioop is gone")
def test_laws_equal_those_of_audioop() -> None:
    """Every one of the 65,536 samples, both laws, against the former standard library."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        audioop = pytest.importorskip("audioop")
    data = EVERY_SAMPLE.tobytes()
    assert to_mulaw(EVERY_SAMPLE).tobytes() == audioop.lin2ulaw(data, 2)
    assert to_alaw(EVERY_SAMPLE).tobytes() == audioop.lin2alaw(data, 2)


def test_missing_lame_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """MP3 without lameenc says what to install."""
    monkeypatch.setitem(sys.modules, "lameenc", None)
    with pytest.raises(MissingExtra, match=r"cartesia-core\[local\]"):
        encoder_for(Mp3Format(44100, 64000))
