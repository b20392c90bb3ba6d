"""Mu-law and A-law, compared with the module that Python had until 3.12."""

from __future__ import annotations

import importlib
import struct
import warnings

import pytest

from cartesia_core import laws
from cartesia_core.errors import AudioNotUsable

EVERY_SAMPLE = struct.pack("<65536h", *range(-32768, 32768))
EVERY_CODE = bytes(range(256))


def test_same_as_audioop() -> None:
    """All samples and all codes, both laws, both ways, bit for bit."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        audioop = pytest.importorskip("audioop")
    assert laws.s16_to_mulaw(EVERY_SAMPLE) == audioop.lin2ulaw(EVERY_SAMPLE, 2)
    assert laws.s16_to_alaw(EVERY_SAMPLE) == audioop.lin2alaw(EVERY_SAMPLE, 2)
    assert laws.mulaw_to_s16(EVERY_CODE) == audioop.ulaw2lin(EVERY_CODE, 2)
    assert laws.alaw_to_s16(EVERY_CODE) == audioop.alaw2lin(EVERY_CODE, 2)


def test_known_values() -> None:
    """Values that the standard's tables give, so that this holds where `audioop` is gone."""
    assert laws.mulaw_to_s16(b"\x00\x7f\x80\xff") == struct.pack("<4h", -32124, 0, 32124, 0)
    assert laws.alaw_to_s16(b"\x2a\xaa\xd5\x55") == struct.pack("<4h", -32256, 32256, 8, -8)
    assert laws.s16_to_mulaw(struct.pack("<4h", 0, -1, 32767, -32768)) == b"\xff\x7e\x80\x00"
    assert laws.s16_to_alaw(struct.pack("<4h", 0, -1, 32767, -32768)) == b"\xd5\x55\xaa\x2a"


def test_codes_survive() -> None:
    """Expanding and compressing gives the same code; only mu-law's second zero becomes the first."""
    assert laws.s16_to_alaw(laws.alaw_to_s16(EVERY_CODE)) == EVERY_CODE
    assert laws.s16_to_mulaw(laws.mulaw_to_s16(EVERY_CODE)) == EVERY_CODE.replace(b"\x7f", b"\xff")


@pytest.mark.parametrize("name", ["s16_to_mulaw", "s16_to_alaw"])
def test_half_a_sample(name: str) -> None:
    """An odd number of bytes is no 16-bit audio."""
    compress = getattr(importlib.import_module("cartesia_core.laws"), name)
    with pytest.raises(AudioNotUsable, match="3 bytes"):
        compress(b"abc")
