"""Uploaded audio: decoded to the engine's samples, and measured."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO, Final

import numpy as np
import soxr
from attrs import field, frozen

from cartesia_local.refusal import Refused
from cartesia_local.sound.pace import syllables_per_second
from cartesia_local.sound.pitch import median_pitch
from cartesia_local.sound.reading import opened
from cartesia_local.speech.protocol import SAMPLE_RATE

if TYPE_CHECKING:
    from cartesia_local.speech.engine import Float32Array

MAX_SECONDS: Final = 600
"""Of a clip; what is longer is refused, or cut where only measures are taken."""
USUAL_SYLLABLES_PER_SECOND: Final = 5.24
"""Of the engine at its normal rate, counted in the same way."""


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
    with opened(content, name) as reader:
        most = MAX_SECONDS * reader.sample_rate
        blocks: list[Float32Array] = []
        count = 0
        while len(block := reader.read()):
            blocks.append(block[: max(0, most - count)])
            count += len(block)
            if count > most and not is_cut:
                raise Refused(f"{name} is longer than {MAX_SECONDS} seconds.", title="Clip too long")
        if not count:
            raise Refused(f"{name} holds no audio.", title="Unreadable audio")
        mono: Float32Array = np.nan_to_num(np.concatenate(blocks))
        rate, seconds = reader.sample_rate, count / reader.sample_rate
    return Clip(mono if rate == SAMPLE_RATE else soxr.resample(mono, rate, SAMPLE_RATE), seconds)


def measure(clip: Clip) -> Measures | None:
    """Listen to a clip; None where nobody speaks."""
    pitch = median_pitch(clip.pcm)
    if pitch is None:
        return None
    pace = syllables_per_second(clip.pcm)
    return Measures(round(pitch, 2), 1.0 if pace is None else round(pace / USUAL_SYLLABLES_PER_SECOND, 3))
