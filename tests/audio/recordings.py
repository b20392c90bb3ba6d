"""Recordings of a tone, made with the libraries that others use."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import av
import numpy as np
import numpy.typing as npt
import soundfile

HERTZ: Final = 440
SECONDS: Final = 2
LEVEL: Final = 0.35355
"""Of the tone, as the root of the mean square."""
CODECS: Final = {"m4a": "aac", "mp4": "aac", "aac": "aac", "webm": "libopus", "mka": "libopus"}

Samples = npt.NDArray[np.float32]


def tone(rate: int, seconds: float = SECONDS) -> Samples:
    """Give a tone of half the full scale."""
    at = np.arange(round(seconds * rate)) / rate
    return (0.5 * np.sin(2 * np.pi * HERTZ * at)).astype(np.float32)


def record(path: Path, rate: int = 48000, channels: int = 1) -> Path:
    """Write the tone into a file of the kind that its name says."""
    samples = tone(rate)
    kind = path.suffix.removeprefix(".")
    if kind in CODECS:
        record_media(path, samples, rate, CODECS[kind])
    else:
        soundfile.write(path, np.stack([samples] * channels, 1), rate)
    return path


def record_media(path: Path, samples: Samples, rate: int, codec: str) -> None:
    """Write samples with FFmpeg into a file of the kind that its name says."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=rate)
        assert isinstance(stream, av.AudioStream)
        stream.layout = "mono"
        stream.codec_context.open()
        step = stream.codec_context.frame_size
        convert = av.AudioResampler(format=stream.codec_context.format, layout="mono", rate=rate)
        for at in range(0, len(samples), step):
            frame = av.AudioFrame.from_ndarray(samples[at : at + step].reshape(1, -1), format="fltp", layout="mono")
            frame.sample_rate, frame.pts = rate, at
            for each in convert.resample(frame):
                container.mux(stream.encode(each))
        container.mux(stream.encode(None))


def hertz(samples: npt.NDArray[np.floating]) -> float:
    """Give the frequency that is strongest, at 16 kHz."""
    return float(np.argmax(np.abs(np.fft.rfft(samples))) / len(samples) * 16000)


def level(samples: npt.NDArray[np.floating]) -> float:
    """Give the root of the mean square."""
    return float(np.sqrt(np.mean(samples.astype(np.float64) ** 2)))
