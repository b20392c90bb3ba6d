"""The door to lameenc, which has no types."""

from __future__ import annotations

from importlib import import_module
from typing import Final, Protocol

from cartesia_core.errors import MissingExtra

__all__ = ["Lame", "open_lame"]

# 2 is the best, 7 the fastest.
_QUALITY: Final = 5


class Lame(Protocol):
    """An MP3 encoder, as lameenc makes them."""

    def silence(self) -> None:
        """Print nothing."""
        ...

    def set_channels(self, count: int, /) -> None:
        """Say how many channels there are."""
        ...

    def set_in_sample_rate(self, sample_rate: int, /) -> None:
        """Say at what rate samples come (Hz)."""
        ...

    def set_out_sample_rate(self, sample_rate: int, /) -> None:
        """Say at what rate they shall be played (Hz)."""
        ...

    def set_bit_rate(self, kilobits: int, /) -> None:
        """Say how many kilobits a second shall have."""
        ...

    def set_quality(self, quality: int, /) -> None:
        """Say how much work to spend: 2 much, 7 little."""
        ...

    def encode(self, pcm: bytes, /) -> bytes:
        """Take 16-bit samples; give what frames are ready."""
        ...

    def flush(self) -> bytes:
        """Give the last frames. An error if there was no sample."""
        ...


def open_lame(sample_rate: int, bit_rate: int) -> Lame:
    """Open an encoder for mono at a constant bit rate (bits per second).

    Raises:
        MissingExtra: lameenc is not installed.
    """
    try:
        encoder: Lame = import_module("lameenc").Encoder()
    except ModuleNotFoundError as error:
        raise MissingExtra("MP3 needs lameenc: pip install 'cartesia-core[local]'.") from error
    encoder.silence()
    encoder.set_channels(1)
    encoder.set_in_sample_rate(sample_rate)
    encoder.set_out_sample_rate(sample_rate)
    encoder.set_bit_rate(bit_rate // 1000)
    encoder.set_quality(_QUALITY)
    return encoder
