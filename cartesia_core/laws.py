"""Mu-law and A-law to and from 16-bit samples. Source: ITU-T G.711; same results as the former `audioop`.

Bytes in, bytes out: 16-bit samples are little-endian, as on the wire. Tables are built at the first use.
"""

from __future__ import annotations

import struct
from functools import cache
from typing import TYPE_CHECKING, Final

from cartesia_core.errors import AudioNotUsable

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["alaw_to_s16", "mulaw_to_s16", "s16_to_alaw", "s16_to_mulaw"]

# G.711, table 2: the bias is added before the segment is looked for, and the sum must fit 13 bits.
_MULAW_BIAS: Final = 33
_MULAW_LARGEST: Final = 8159


def mulaw_to_s16(data: bytes) -> bytes:
    """Expand mu-law bytes to 16-bit samples."""
    return _expand(data, *_expanding(_mulaw_expanded))


def alaw_to_s16(data: bytes) -> bytes:
    """Expand A-law bytes to 16-bit samples."""
    return _expand(data, *_expanding(_alaw_expanded))


def s16_to_mulaw(data: bytes) -> bytes:
    """Compress 16-bit samples to mu-law.

    Raises:
        AudioNotUsable: The data ends in the middle of a sample.
    """
    return _compress(data, _compressing(_mulaw_code))


def s16_to_alaw(data: bytes) -> bytes:
    """Compress 16-bit samples to A-law.

    Raises:
        AudioNotUsable: The data ends in the middle of a sample.
    """
    return _compress(data, _compressing(_alaw_code))


def _expand(data: bytes, low: bytes, high: bytes) -> bytes:
    samples = bytearray(2 * len(data))
    samples[0::2] = data.translate(low)
    samples[1::2] = data.translate(high)
    return bytes(samples)


def _compress(data: bytes, table: bytes) -> bytes:
    if len(data) % 2:
        raise AudioNotUsable(f"{len(data)} bytes are no whole number of 16-bit samples; see `SampleAligner`.")
    return bytes(map(table.__getitem__, struct.unpack(f"<{len(data) // 2}H", data)))


@cache
def _expanding(expanded: Callable[[int], int]) -> tuple[bytes, bytes]:
    """Give the low and the high byte of each code's sample."""
    samples = [expanded(code).to_bytes(2, "little", signed=True) for code in range(256)]
    return bytes(sample[0] for sample in samples), bytes(sample[1] for sample in samples)


@cache
def _compressing(code: Callable[[int], int]) -> bytes:
    """Give the code of each sample, by the sample's bits read as unsigned."""
    return bytes(code(bits - 0x10000 if bits & 0x8000 else bits) for bits in range(0x10000))


def _mulaw_expanded(code: int) -> int:
    code ^= 0xFF
    magnitude = ((((code & 0x0F) << 1) + _MULAW_BIAS) << ((code & 0x70) >> 4)) - _MULAW_BIAS
    return 4 * (-magnitude if code & 0x80 else magnitude)


def _mulaw_code(sample: int) -> int:
    level = sample >> 2  # the law is defined over 14 bits; the shift rounds down, also below zero
    sign = 0x7F if level < 0 else 0xFF
    biased = min(abs(level), _MULAW_LARGEST) + _MULAW_BIAS
    segment = biased.bit_length() - 6
    # The loudest code has no neighbour above it.
    return (0x7F if segment > 7 else segment << 4 | (biased >> segment + 1) & 0x0F) ^ sign


def _alaw_expanded(code: int) -> int:
    code ^= 0x55
    segment = (code & 0x70) >> 4
    level = ((code & 0x0F) << 4) + (8 if segment == 0 else 0x108)
    magnitude = level << max(segment - 1, 0)
    return magnitude if code & 0x80 else -magnitude


def _alaw_code(sample: int) -> int:
    level = sample >> 3  # the law is defined over 13 bits
    sign = 0xD5 if level >= 0 else 0x55
    magnitude = level if level >= 0 else -level - 1
    segment = max(magnitude.bit_length() - 5, 0)
    return (segment << 4 | (magnitude >> max(segment, 1)) & 0x0F) ^ sign
