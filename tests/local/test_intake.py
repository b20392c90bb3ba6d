"""Audio of streams, before it is recognised."""

from __future__ import annotations

import numpy as np
import pytest

from cartesia_local.hearing.intake import ENCODINGS, FRAME_SAMPLES, Dress, Intake, volume
from cartesia_local.stt.settings import MAX_RATE, MIN_RATE

TONE = np.sin(np.arange(16000) / 5).astype(np.float32) / 2


def frames(intake: Intake, data: bytes, nbytes: int) -> list[bytes]:
    """Give all pieces of data that comes in messages of so many bytes."""
    pieces = [data[begin : begin + nbytes] for begin in range(0, len(data), nbytes)]
    found = [frame for piece in pieces for frame in intake.frames(piece)]
    return [frame.tobytes() for frame in (*found, *intake.finish())]


@pytest.mark.parametrize("rate", [8000, 16000, 44100])
def test_pieces_do_not_depend_on_messages(rate: int) -> None:
    """Nor on where a message cuts a sample; all are of 30 ms, and the last is filled up."""
    data = TONE.tobytes()
    whole = frames(Intake("pcm_f32le", rate), data, len(data))
    assert {len(frame) for frame in whole} == {4 * FRAME_SAMPLES}
    assert len(whole) == pytest.approx(len(TONE) / rate / 0.03, abs=1)
    torn = frames(Intake("pcm_f32le", rate), data, 1001)
    assert np.allclose(np.frombuffer(b"".join(torn), "f4"), np.frombuffer(b"".join(whole), "f4"), atol=1e-4)


@pytest.mark.parametrize("rate", [MIN_RATE, MAX_RATE])
def test_rates_at_the_limits(rate: int) -> None:
    """A second stays a second."""
    data = bytes(2 * rate)
    assert len(frames(Intake("pcm_s16le", rate), data, 999)) == pytest.approx(34, abs=1)


@pytest.mark.parametrize("encoding", ["pcm_f16le", "pcm_f32le"])
def test_what_is_no_number_is_harmless(encoding: str) -> None:
    """It becomes silence or full scale, and what follows is as it was."""
    dtype = {"pcm_f16le": "<f2", "pcm_f32le": "<f4"}[encoding]
    samples = np.concatenate([np.array([np.nan, np.inf, -np.inf, 60000]), TONE]).astype(dtype)
    found = np.frombuffer(b"".join(frames(Intake(encoding, 16000), samples.tobytes(), 4000)), "f4")
    assert found[:4].tolist() == [0, 1, -1, 1]
    assert np.allclose(found[4 : 4 + len(TONE)], TONE, atol=1e-3)


def test_every_encoding_of_the_api_is_known() -> None:
    """With its bytes of a sample."""
    assert {name: nbytes for name, (nbytes, _) in ENCODINGS.items()} == {
        "pcm_s16le": 2,
        "pcm_s32le": 4,
        "pcm_f16le": 2,
        "pcm_f32le": 4,
        "pcm_mulaw": 1,
        "pcm_alaw": 1,
    }


def test_noise_is_always_the_same_and_follows_the_speech() -> None:
    """37 dB below it, once some has been heard."""
    quiet = np.zeros(FRAME_SAMPLES, np.float32)

    def noise(loudness: float) -> float:
        dress = Dress()
        for _ in range(100):
            dress.put_on(np.full(FRAME_SAMPLES, loudness, np.float32))
        return volume((np.frombuffer(dress.put_on(quiet), "<i2") / 32767).astype(np.float32))

    assert Dress().put_on(quiet) == Dress().put_on(quiet)
    for loudness in (0.05, 0.5):
        assert 20 * np.log10(noise(loudness) / loudness) == pytest.approx(-37, abs=3)
