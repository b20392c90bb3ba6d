"""WAV files: what is written is read, however it is sliced and whatever the sizes say."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from cartesia_core import wav
from cartesia_core.audio import ENCODINGS, SAMPLE_RATES, WavFormat
from cartesia_core.errors import AudioNotUsable

FORMATS = st.builds(WavFormat, st.sampled_from(ENCODINGS), st.sampled_from(SAMPLE_RATES))


@given(form=FORMATS, samples=st.binary(max_size=200), cuts=st.lists(st.integers(0, 260)), is_known=st.booleans())
def test_read_gives_what_was_written(*, form: WavFormat, samples: bytes, cuts: list[int], is_known: bool) -> None:
    """Real and unknown sizes, any slicing: the same format and samples."""
    # Padding only where sizes are real; an empty known file looks like an unknown one and reads the same.
    content = wav.header(form, len(samples) if is_known else None) + samples
    content += wav.padding(len(samples)) if is_known else b""
    reader = wav.WavReader()
    edges = [0, *sorted(min(cut, len(content)) for cut in cuts), len(content)]
    assert b"".join(reader.feed(content[a:b]) for a, b in pairwise(edges)) == samples
    assert reader.finish().format == form


@given(FORMATS, st.binary(max_size=100))
def test_repaired_files_have_real_sizes(form: WavFormat, samples: bytes) -> None:
    """A repaired file is the one that would have been written with the length known."""
    repaired = wav.repair(wav.header(form) + samples)
    assert repaired == wav.header(form, len(samples)) + samples + wav.padding(len(samples))


@given(st.binary(max_size=100), st.integers(0, 60))
def test_nonsense_is_refused_or_read(noise: bytes, kept: int) -> None:
    """Whatever comes, even behind half a good header, there are samples or one typed error."""
    content = wav.header(WavFormat("pcm_f32le", 8000), 10)[:kept] + noise
    try:
        _, samples = wav.read(content)
    except AudioNotUsable:
        return
    assert content.find(samples) >= 0
