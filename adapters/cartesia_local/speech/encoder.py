"""From the engine's samples to the bytes of an output format, as a stream."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

import numpy as np
import soxr

from cartesia_core import wav
from cartesia_core.audio import Encoding, Mp3Format, OutputFormat, RawFormat, WavFormat
from cartesia_local.speech._lame import open_lame
from cartesia_local.speech.companding import Int16Array, to_alaw, to_mulaw
from cartesia_local.speech.protocol import SAMPLE_RATE

if TYPE_CHECKING:
    from collections.abc import Callable

    from cartesia_local.speech.engine import Float32Array

__all__ = ["Encoder", "encoder_for"]

_FULL_SCALE: Final = 32768


class Encoder(Protocol):
    """Makes one stream of bytes out of the samples of one utterance or of several in a row."""

    def encode(self, samples: Float32Array, /) -> bytes:
        """Take samples at the engine's rate; give the bytes that are ready, perhaps none: filters look ahead."""
        ...

    def finish(self) -> bytes:
        """End the stream; give the last bytes. The encoder is of no use afterwards."""
        ...


def encoder_for(format: OutputFormat) -> Encoder:  # noqa: A002 -- the users' word
    """Give an encoder.

    WAV begins with a header whose sizes are left open, as the length is not known. MP3 has a constant bit rate; 16 to
    24 kHz end at 160 kbit/s and 8 kHz at 64, so more is not delivered there. Its sound is
    40 to 95 ms longer than the samples, as every encoder of this kind puts silence before and behind.
    """
    if isinstance(format, Mp3Format):
        return _Mp3(format)
    return _Pcm(format)


class _Resampler:
    """Changes the rate without adding or losing time; nothing is done where it is the engine's own."""

    def __init__(self, sample_rate: int) -> None:
        self._stream: Final = (
            None if sample_rate == SAMPLE_RATE else soxr.ResampleStream(SAMPLE_RATE, sample_rate, 1, dtype="float32")
        )

    def feed(self, samples: Float32Array) -> Float32Array:
        return samples if self._stream is None else self._stream.resample_chunk(samples)

    def finish(self) -> Float32Array:
        empty = np.zeros(0, dtype=np.float32)
        return empty if self._stream is None else self._stream.resample_chunk(empty, last=True)


class _Pcm:
    """Samples, bare or behind a WAV header."""

    def __init__(self, format: RawFormat | WavFormat) -> None:  # noqa: A002
        self._resampler = _Resampler(format.sample_rate)
        self._coder = _CODERS[format.encoding]
        self._header = wav.header(format) if isinstance(format, WavFormat) else b""

    def encode(self, samples: Float32Array, /) -> bytes:
        return self._headed(self._coder(self._resampler.feed(samples)))

    def finish(self) -> bytes:
        return self._headed(self._coder(self._resampler.finish()))

    def _headed(self, data: bytes) -> bytes:
        header, self._header = self._header, b""
        return header + data


class _Mp3:
    def __init__(self, format: Mp3Format) -> None:  # noqa: A002
        self._resampler = _Resampler(format.sample_rate)
        self._lame = open_lame(format.sample_rate, format.bit_rate)
        self._begun = False

    def encode(self, samples: Float32Array, /) -> bytes:
        return self._encode(self._resampler.feed(samples))

    def finish(self) -> bytes:
        last = self._encode(self._resampler.finish())
        # Without a sample before it, lame's flush is an error.
        return last + bytes(self._lame.flush()) if self._begun else last

    def _encode(self, samples: Float32Array) -> bytes:
        if not len(samples):
            return b""
        self._begun = True
        return bytes(self._lame.encode(_s16(samples)))


def _integers(samples: Float32Array) -> Int16Array:
    levels: Float32Array = np.rint(samples * np.float32(_FULL_SCALE))
    np.maximum(levels, -_FULL_SCALE, out=levels)
    np.minimum(levels, _FULL_SCALE - 1, out=levels)
    return levels.astype(np.int16)


def _f32(samples: Float32Array) -> bytes:
    return samples.astype("<f4").tobytes()


def _s16(samples: Float32Array) -> bytes:
    return _integers(samples).astype("<i2").tobytes()


def _mulaw(samples: Float32Array) -> bytes:
    return to_mulaw(_integers(samples)).tobytes()


def _alaw(samples: Float32Array) -> bytes:
    return to_alaw(_integers(samples)).tobytes()


_CODERS: Final[dict[Encoding, Callable[[Float32Array], bytes]]] = {
    "pcm_f32le": _f32,
    "pcm_s16le": _s16,
    "pcm_mulaw": _mulaw,
    "pcm_alaw": _alaw,
}
