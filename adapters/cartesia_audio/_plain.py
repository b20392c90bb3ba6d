"""Decoding without a library and without seeking: samples as they come, and WAV through a pipe."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from cartesia_audio._pcm import Numbers, decode
from cartesia_core.errors import AudioNotUsable, SourceError
from cartesia_core.stt.samples import SttFormat
from cartesia_core.wav import WavReader

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import BinaryIO

    from cartesia_core.stt.models import SttEncoding
    from cartesia_core.wav import WavSpec

__all__ = ["RawReader", "WavPipeReader"]

_NBYTES: Final = 65536
_ENCODINGS: Final[Mapping[tuple[int, int], SttEncoding]] = {
    (1, 16): "pcm_s16le",
    (1, 32): "pcm_s32le",
    (3, 32): "pcm_f32le",
    (6, 8): "pcm_alaw",
    (7, 8): "pcm_mulaw",
}
"""Tag and bits of WAV samples."""


class RawReader:
    """Reads samples without a header.

    Args:
        file: Where they come from; left open.
        format: What they are.
        channels: How many are interleaved; they are mixed down to one.
        begun: What was read of them before.
    """

    seconds: float | None = None

    def __init__(self, file: BinaryIO, format: SttFormat, *, channels: int = 1, begun: bytes = b"") -> None:  # noqa: A002
        self._file: Final = file
        self._encoding: Final = format.encoding
        self._channels: Final = channels
        self._frame_nbytes: Final = format.bytes_per_sample * channels
        self._rest = begun
        self.sample_rate: Final[int] = format.sample_rate

    def read(self) -> Numbers:
        """Give the next block; nothing at the end. A sample that is not whole at the end is left out."""
        while len(self._rest) < self._frame_nbytes:
            data = _some(self._file)
            if not data:
                return np.zeros(0, np.float32)
            self._rest += self._taken(data)
        whole = len(self._rest) - len(self._rest) % self._frame_nbytes
        data, self._rest = self._rest[:whole], self._rest[whole:]
        samples = decode(self._encoding, data)
        return samples if self._channels == 1 else _mixed(samples, self._channels)

    def _taken(self, data: bytes) -> bytes:
        return data

    def close(self) -> None:
        """Nothing is held."""


def _some(file: BinaryIO) -> bytes:
    """Give what has come: a buffered `read` waits until there are seconds of it, which somebody who speaks must not."""
    read: Callable[[int], bytes] = getattr(file, "read1", file.read)
    return read(_NBYTES)


def _mixed(samples: Numbers, channels: int) -> Numbers:
    total: Numbers = np.zeros(len(samples) // channels, np.float32)
    for number in range(channels):
        total += samples[number::channels]
    total /= channels
    return total


class WavPipeReader(RawReader):
    """Reads WAV from what cannot be wound back, also with sizes that were not known when it was begun.

    Args:
        file: Where it comes from; left open.
        begun: What was read of it before.

    Raises:
        SourceError: It is no WAV of an encoding that is known here.
    """

    def __init__(self, file: BinaryIO, begun: bytes) -> None:
        self._reader: Final = WavReader()
        try:
            samples = self._reader.feed(begun)
            while self._reader.spec is None and (data := _some(file)):
                samples += self._reader.feed(data)
            spec = self._reader.spec or self._reader.finish()
        except AudioNotUsable as error:
            raise SourceError(str(error).rstrip(".")) from error
        super().__init__(file, _format_of(spec), channels=spec.channels, begun=samples)

    def _taken(self, data: bytes) -> bytes:
        return self._reader.feed(data)


def _format_of(spec: WavSpec) -> SttFormat:
    encoding = _ENCODINGS.get((spec.tag, spec.bits_per_sample))
    if encoding is None or spec.channels < 1:
        raise SourceError(
            f"WAV of format {spec.tag} with {spec.bits_per_sample} bits can be read from a file, but not from a pipe"
        )
    return SttFormat(encoding, spec.sample_rate)
