"""A recogniser that knows nothing of the engine understands it."""

from __future__ import annotations

import numpy as np
import pytest

from cartesia_core.audio import RawFormat
from cartesia_local.speech.encoder import encoder_for
from tests.local.speech.saying import say

TEXT = "the people of this city want to know what happened at the station in the morning"
RATE = 16000


def test_a_recogniser_finds_most_of_the_words() -> None:
    """At least two thirds of the words of a sentence, with an open vocabulary.

    Noise 37 dB below the speech is added first: the engine's output is digitally clean, which no recogniser knows.
    """
    pocketsphinx = pytest.importorskip("pocketsphinx")
    encoder = encoder_for(RawFormat("pcm_f32le", RATE))
    pcm = np.frombuffer(encoder.encode(say(TEXT).pcm) + encoder.finish(), dtype="<f4").astype(np.float64)
    level = np.sqrt(np.mean(pcm[np.abs(pcm) > 0.01 * np.abs(pcm).max()] ** 2))
    padded = np.pad(pcm, int(0.3 * RATE))
    noisy = padded + np.random.default_rng(1).normal(0, level * 10 ** (-37 / 20), len(padded))
    decoder = pocketsphinx.Decoder(loglevel="FATAL")
    decoder.start_utt()
    decoder.process_raw((np.clip(noisy, -1, 1) * 32767).astype("<i2").tobytes(), full_utt=True)
    decoder.end_utt()
    heard = decoder.hyp().hypstr.split()
    missing = [word for word in TEXT.split() if word not in heard]
    assert len(missing) <= len(TEXT.split()) / 3, heard
