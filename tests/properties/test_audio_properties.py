"""Formats: arithmetic goes there and back, names are read, samples stay whole."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from cartesia_core import laws
from cartesia_core.audio import ENCODINGS, SAMPLE_RATES, RawFormat, SampleAligner, WavFormat, parse_format

FORMATS = st.builds(RawFormat, st.sampled_from(ENCODINGS), st.sampled_from(SAMPLE_RATES))


@given(FORMATS, st.integers(0, 10**9))
def test_bytes_to_seconds_and_back(form: RawFormat, samples: int) -> None:
    """Whole samples survive the way over seconds."""
    nbytes = samples * form.bytes_per_sample
    assert form.nbytes(form.seconds(nbytes)) == nbytes


@given(FORMATS)
def test_names(form: RawFormat) -> None:
    """Every format's name is read as that format."""
    assert parse_format(f"raw_{form.encoding}_{form.sample_rate}") == form
    wav = WavFormat(form.encoding, form.sample_rate)
    assert parse_format(f"wav_{form.encoding}_{form.sample_rate}") == wav


@given(FORMATS, st.binary(max_size=100), st.lists(st.integers(0, 100)), st.sampled_from([None, 0.0005, 0.001]))
def test_aligner(form: RawFormat, data: bytes, cuts: list[int], frame_seconds: float | None) -> None:
    """All blocks are whole, nothing but half a sample is lost, and only silence is added."""
    aligner = SampleAligner(form, frame_seconds=frame_seconds)
    edges = [0, *sorted(min(cut, len(data)) for cut in cuts), len(data)]
    blocks = [aligner.feed(data[a:b]) for a, b in pairwise(edges)]
    blocks.append(aligner.finish())
    assert all(len(block) % aligner.block_nbytes == 0 for block in blocks)
    whole = data[: len(data) // form.bytes_per_sample * form.bytes_per_sample]
    out = b"".join(blocks)
    assert out[: len(whole)] == whole
    assert set(out[len(whole) :]) <= set(form.silence(0.01))


@given(st.binary(max_size=100).map(lambda data: data[: len(data) // 2 * 2]))
def test_laws_are_idempotent(samples: bytes) -> None:
    """A sample that went through a law once is not changed by it again."""
    once = laws.mulaw_to_s16(laws.s16_to_mulaw(samples))
    assert laws.mulaw_to_s16(laws.s16_to_mulaw(once)) == once
    again = laws.alaw_to_s16(laws.s16_to_alaw(samples))
    assert laws.alaw_to_s16(laws.s16_to_alaw(again)) == again
