"""Uploaded audio: decoded to the engine's samples, and measured."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, BinaryIO, Final

import numpy as np
import numpy.typing as npt
import soundfile
import soxr
from attrs import field, frozen

from cartesia_local.refusal import Refused
from cartesia_local.sound.pace import syllables_per_second
from cartesia_local.sound.pitch import median_pitch
from cartesia_local.speech.protocol import SAMPLE_RATE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cartesia_local.speech.engine import Float32Array

MAX_SECONDS: Final = 600
"""Of a clip; what is longer is refused, or cut where only measures are taken."""
MAX_SAMPLES: Final = 2**27
"""Of all channels together, that a clip of many channels at a high rate does not fill the memory: half a gigabyte."""
USUAL_SYLLABLES_PER_SECOND: Final = 5.24
"""Of the engine at its normal rate, counted in the same way."""
FORMATS: Final = "WAV, FLAC, OGG (Vorbis, Opus), MP3, AIFF and AU"


RAW_SUBTYPES: Final[Mapping[str, str]] = {
    "pcm_s16le": "PCM_16",
    "pcm_s32le": "PCM_32",
    "pcm_f16le": "",
    "pcm_f32le": "FLOAT",
    "pcm_mulaw": "ULAW",
    "pcm_alaw": "ALAW",
}
"""Encodings of headerless audio, and what libsndfile calls them; it does not know half floats."""


@frozen
class Clip:
    """A clip as the engine has samples.

    Attributes:
        pcm: float32 from -1 to 1, mono, at the engine's rate.
        seconds: How long the file is, even where `pcm` is cut.
    """

    pcm: Float32Array = field(repr=False)
    seconds: float


@frozen
class Measures:
    """What was heard in a clip.

    Attributes:
        pitch_hz: Median fundamental frequency.
        pace: 1 is the engine's normal rate.
    """

    pitch_hz: float
    pace: float


def read_clip(content: BinaryIO, name: str, *, is_cut: bool = False) -> Clip:
    """Decode a file; several channels become one.

    Args:
        content: The file.
        name: Of its field, for messages.
        is_cut: Whether of a file that is too long the beginning is wanted.

    Raises:
        Refused: It is no audio that can be read, holds nothing, or is too long.
    """
    try:
        with soundfile.SoundFile(content) as sound:
            rate, seconds = int(sound.samplerate), sound.frames / sound.samplerate
            most = min(MAX_SECONDS * rate, MAX_SAMPLES // int(sound.channels))
            if sound.frames > most and not is_cut:
                raise Refused(f"{name} is longer than {most / rate:.0f} seconds.", title="Clip too long")
            frames = sound.read(frames=most, dtype="float32", always_2d=True)
    except soundfile.LibsndfileError as error:
        raise Refused(
            f"{name} is not audio that this server can read, which is {FORMATS}.", title="Unreadable audio"
        ) from error
    return _clip(frames, rate, name, seconds)


def read_raw(content: BinaryIO, encoding: str, rate: int) -> Clip:
    """Decode headerless audio, mono and little endian.

    Raises:
        Refused: It holds nothing, or is too long.
    """
    if encoding == "pcm_f16le":
        data = content.read(2 * (MAX_SECONDS * rate + 1))
        frames: npt.NDArray[Any] = np.frombuffer(data[: len(data) // 2 * 2], dtype="<f2").astype(np.float32)[:, None]
    else:
        subtype = RAW_SUBTYPES[encoding]
        with soundfile.SoundFile(content, "r", rate, 1, subtype, "LITTLE", "RAW") as sound:
            frames = sound.read(frames=MAX_SECONDS * rate + 1, dtype="float32", always_2d=True)
    if len(frames) > MAX_SECONDS * rate:
        raise Refused(f"file is longer than {MAX_SECONDS} seconds.", title="Clip too long")
    return _clip(frames, rate, "file", len(frames) / rate)


def _clip(frames: npt.NDArray[Any], rate: int, name: str, seconds: float) -> Clip:
    if not len(frames):
        raise Refused(f"{name} holds no audio.", title="Unreadable audio")
    mono: Float32Array = np.nan_to_num(frames.mean(axis=1, dtype=np.float32))
    return Clip(mono if rate == SAMPLE_RATE else soxr.resample(mono, rate, SAMPLE_RATE), seconds)


def measure(clip: Clip) -> Measures | None:
    """Listen to a clip; None where nobody speaks."""
    pitch = median_pitch(clip.pcm)
    if pitch is None:
        return None
    pace = syllables_per_second(clip.pcm)
    return Measures(round(pitch, 2), 1.0 if pace is None else round(pace / USUAL_SYLLABLES_PER_SECOND, 3))
