"""Samples that speech to text listens to."""

from __future__ import annotations

import math
from typing import Any

import pytest

from cartesia_core.errors import InvalidArgument
from cartesia_core.stt.models import STT_ENCODINGS
from cartesia_core.stt.samples import SttFormat

WIDTHS = {"pcm_s16le": 2, "pcm_s32le": 4, "pcm_f16le": 2, "pcm_f32le": 4, "pcm_mulaw": 1, "pcm_alaw": 1}


@pytest.mark.parametrize("encoding", STT_ENCODINGS)
def test_arithmetic(encoding: Any) -> None:
    """Seconds and bytes are two views of the same samples, in every encoding."""
    samples = SttFormat(encoding, 16000)
    assert samples.bytes_per_sample == WIDTHS[encoding]
    assert samples.bytes_per_second == 16000 * WIDTHS[encoding]
    assert samples.nbytes(1.5) == 24000 * WIDTHS[encoding]
    assert samples.seconds(samples.nbytes(0.25)) == 0.25
    assert samples.seconds(WIDTHS[encoding] - 1) == 0.0


def test_seconds_are_rounded_down_to_whole_samples() -> None:
    """Nothing ends within a sample."""
    assert SttFormat("pcm_s32le", 8000).nbytes(0.00024) == 4


def test_silence() -> None:
    """In mu-law and A-law it is no zero byte."""
    assert SttFormat("pcm_s16le", 100).silence(0.02) == bytes(4)
    assert SttFormat("pcm_mulaw", 100).silence(0.02) == b"\xff\xff"
    assert SttFormat("pcm_alaw", 100).silence(0.02) == b"\xd5\xd5"


@pytest.mark.parametrize(
    ("encoding", "sample_rate", "text"),
    [
        ("pcm_s24le", 16000, "must be one of 'pcm_s16le'"),
        (None, 16000, "must be one of"),
        ("pcm_s16le", 0, "whole number from 1"),
        ("pcm_s16le", 16000.0, "whole number from 1"),
        ("pcm_s16le", None, "16000 is recommended"),
    ],
)
def test_what_is_wrong_is_refused(encoding: Any, sample_rate: Any, text: str) -> None:
    """Before anything is sent."""
    with pytest.raises(InvalidArgument, match=text):
        SttFormat(encoding, sample_rate)


@pytest.mark.parametrize("seconds", [-1.0, math.nan, math.inf])
def test_times_that_are_none(seconds: float) -> None:
    """They are refused rather than rounded."""
    with pytest.raises(InvalidArgument, match="finite number"):
        SttFormat("pcm_s16le", 16000).nbytes(seconds)
