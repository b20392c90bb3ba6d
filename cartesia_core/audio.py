"""Output formats as values, and the arithmetic of bytes, samples and seconds. All audio of this API is mono.

Source of the allowed values: types of the official SDK 4.2.0 (`RawEncoding`, `SampleRate`, `MP3BitRate`).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, ClassVar, Final, Literal, TypeAlias

from attrs import frozen

from cartesia_core.errors import InvalidArgument

if TYPE_CHECKING:
    from cartesia_core._json import JsonValue

__all__ = [
    "BIT_RATES",
    "ENCODINGS",
    "SAMPLE_RATES",
    "Encoding",
    "Mp3Format",
    "OutputFormat",
    "PcmFormat",
    "RawFormat",
    "SampleAligner",
    "WavFormat",
    "parse_format",
]

Encoding: TypeAlias = Literal["pcm_f32le", "pcm_s16le", "pcm_mulaw", "pcm_alaw"]

ENCODINGS: Final[tuple[Encoding, ...]] = ("pcm_f32le", "pcm_s16le", "pcm_mulaw", "pcm_alaw")
SAMPLE_RATES: Final[tuple[int, ...]] = (8000, 16000, 22050, 24000, 44100, 48000)
"""Hz."""
BIT_RATES: Final[tuple[int, ...]] = (32000, 64000, 96000, 128000, 192000)
"""Bits per second."""

_BYTES_PER_SAMPLE: Final[dict[Encoding, int]] = {"pcm_f32le": 4, "pcm_s16le": 2, "pcm_mulaw": 1, "pcm_alaw": 1}
# G.711: the code of the smallest positive value; a zero byte would be the loudest one.
_SILENT_BYTE: Final[dict[Encoding, bytes]] = {
    "pcm_f32le": b"\x00",
    "pcm_s16le": b"\x00",
    "pcm_mulaw": b"\xff",
    "pcm_alaw": b"\xd5",
}


@frozen
class _Pcm:
    encoding: Encoding
    sample_rate: int
    """Samples per second."""

    def __attrs_post_init__(self) -> None:
        _check("encoding", self.encoding, ENCODINGS)
        _check("sample_rate", self.sample_rate, SAMPLE_RATES)

    @property
    def bytes_per_sample(self) -> int:
        """Bytes of one sample, which in mono is one frame."""
        return _BYTES_PER_SAMPLE[self.encoding]

    def seconds(self, nbytes: int) -> float:
        """Tell how long that many bytes of samples last; a sample that is not whole does not count."""
        return nbytes // self.bytes_per_sample / self.sample_rate

    def nbytes(self, seconds: float) -> int:
        """Tell how many bytes of samples last that long, rounded to whole samples.

        Raises:
            InvalidArgument: `seconds` is negative or not finite.
        """
        if not (math.isfinite(seconds) and seconds >= 0):
            raise InvalidArgument(f"seconds is {seconds!r}; a finite number from 0 on is needed.")
        return round(seconds * self.sample_rate) * self.bytes_per_sample

    def silence(self, seconds: float) -> bytes:
        """Give samples of silence, which in mu-law and A-law are not zero bytes.

        Raises:
            InvalidArgument: `seconds` is negative or not finite.
        """
        return _SILENT_BYTE[self.encoding] * self.nbytes(seconds)


@frozen
class RawFormat(_Pcm):
    """Bare samples without a header; the only container of event streams and sockets.

    Args:
        encoding: How a sample is written; one of `ENCODINGS`.
        sample_rate: Samples per second, in Hz: 8000, 16000, 22050, 24000, 44100 or 48000.

    Raises:
        InvalidArgument: A value is not among the allowed ones, which the message lists.
    """

    container: ClassVar[Literal["raw"]] = "raw"

    def wire(self) -> dict[str, JsonValue]:
        """Give the `output_format` object as it goes over the wire."""
        return {"container": self.container, "encoding": self.encoding, "sample_rate": self.sample_rate}


@frozen
class WavFormat(_Pcm):
    """Samples behind a RIFF header. `seconds` and `nbytes` count the samples, not the header.

    Args:
        encoding: How a sample is written; one of `ENCODINGS`.
        sample_rate: Samples per second, in Hz: 8000, 16000, 22050, 24000, 44100 or 48000.

    Raises:
        InvalidArgument: A value is not among the allowed ones, which the message lists.
    """

    container: ClassVar[Literal["wav"]] = "wav"

    def wire(self) -> dict[str, JsonValue]:
        """Give the `output_format` object as it goes over the wire."""
        return {"container": self.container, "encoding": self.encoding, "sample_rate": self.sample_rate}


@frozen
class Mp3Format:
    """MP3 at a constant bit rate.

    Args:
        sample_rate: Samples per second, in Hz: 8000, 16000, 22050, 24000, 44100 or 48000.
        bit_rate: 32000, 64000, 96000, 128000 or 192000, in bits per second.

    Raises:
        InvalidArgument: A value is not among the allowed ones, which the message lists.
    """

    container: ClassVar[Literal["mp3"]] = "mp3"

    sample_rate: int
    bit_rate: int

    def __attrs_post_init__(self) -> None:
        _check("sample_rate", self.sample_rate, SAMPLE_RATES)
        _check("bit_rate", self.bit_rate, BIT_RATES)

    def wire(self) -> dict[str, JsonValue]:
        """Give the `output_format` object as it goes over the wire."""
        return {"container": self.container, "sample_rate": self.sample_rate, "bit_rate": self.bit_rate}

    def seconds(self, nbytes: int) -> float:
        """Estimate from the bit rate how long that many bytes last; tags and encoder padding count as sound."""
        return nbytes * 8 / self.bit_rate


PcmFormat: TypeAlias = RawFormat | WavFormat
OutputFormat: TypeAlias = RawFormat | WavFormat | Mp3Format


def _check(name: str, value: object, allowed: tuple[object, ...]) -> None:
    # The type counts too: 44100.0 equals 44100, but the server wants an integer.
    if not isinstance(value, type(allowed[0])) or value not in allowed:
        raise InvalidArgument(f"{name} is {value!r}; allowed are {', '.join(map(str, allowed))}.")


# The short names are those of the official SDK 1.0.
_BY_NAME: Final[dict[str, Encoding]] = {
    "pcm_f32le": "pcm_f32le",
    "pcm_s16le": "pcm_s16le",
    "pcm_mulaw": "pcm_mulaw",
    "pcm_alaw": "pcm_alaw",
    "fp32": "pcm_f32le",
    "pcm": "pcm_s16le",
    "mulaw": "pcm_mulaw",
    "alaw": "pcm_alaw",
}
_OLD_NAMES: Final[dict[str, OutputFormat]] = {
    "fp32": RawFormat("pcm_f32le", 44100),
    "pcm": RawFormat("pcm_s16le", 44100),
}


def parse_format(text: str) -> OutputFormat:
    """Read a format's name.

    Understood are `raw_<encoding>_<rate>` and `wav_<encoding>_<rate>` (e.g. `raw_pcm_f32le_44100`),
    `mp3_<rate>_<bit rate>` (`mp3_44100_128000`), and the names of the official SDK 1: `fp32` and `pcm` (44100 Hz),
    `fp32_<rate>`, `pcm_<rate>`, `mulaw_8000`, `alaw_8000`.

    Raises:
        InvalidArgument: The name is none of these, or names a value that is not allowed.
    """
    name = text.strip().lower()
    if known := _OLD_NAMES.get(name):
        return known
    head, _, number = name.rpartition("_")
    container, _, rest = head.partition("_")
    if number.isdecimal():
        if container == "mp3" and rest.isdecimal():
            return Mp3Format(int(rest), int(number))
        if container == "wav" and rest in _BY_NAME:
            return WavFormat(_BY_NAME[rest], int(number))
        encoding = rest if container == "raw" else head
        if encoding in _BY_NAME:
            return RawFormat(_BY_NAME[encoding], int(number))
    raise InvalidArgument(
        f"{text!r} is no output format; write raw_<encoding>_<rate>, wav_<encoding>_<rate> or mp3_<rate>_<bit rate>, "
        f"e.g. wav_pcm_s16le_44100. Encodings: {', '.join(ENCODINGS)}. Rates: {', '.join(map(str, SAMPLE_RATES))}. "
        f"Bit rates: {', '.join(map(str, BIT_RATES))}."
    )


class SampleAligner:
    """Makes chunks that end in the middle of a sample whole, by holding the remainder back until the next one.

    Chunk boundaries of this API need not fall on samples (the documentation does not promise it), while players
    and devices crash or hiss on half a sample.

    Args:
        format: What the bytes are.
        frame_seconds: Give whole blocks of this length instead of whole samples, e.g. 0.02 for telephony.

    Raises:
        InvalidArgument: `frame_seconds` is shorter than one sample or not a finite number.
    """

    def __init__(self, format: PcmFormat, *, frame_seconds: float | None = None) -> None:  # noqa: A002 -- the users' word
        self.format: Final = format
        self.block_nbytes: Final = format.bytes_per_sample if frame_seconds is None else format.nbytes(frame_seconds)
        if not self.block_nbytes:
            raise InvalidArgument(f"frame_seconds is {frame_seconds!r}, shorter than one sample.")
        self._rest: bytes = b""

    @property
    def held_nbytes(self) -> int:
        """Bytes held back for the next call."""
        return len(self._rest)

    def feed(self, data: bytes) -> bytes:
        """Take a chunk of any length; give what is whole by now, possibly nothing."""
        if self._rest:
            data = self._rest + data
        cut = len(data) % self.block_nbytes
        if not cut:
            self._rest = b""
            return data
        self._rest = data[-cut:]
        return data[:-cut]

    def finish(self) -> bytes:
        """End the stream: give the last block filled up with silence, or nothing.

        A part of a sample cannot be filled up to anything meaningful and is dropped; `held_nbytes` tells before.
        """
        size = self.format.bytes_per_sample
        whole = self._rest[: len(self._rest) // size * size]
        self._rest = b""
        missing = -len(whole) % self.block_nbytes if whole else 0
        return whole + _SILENT_BYTE[self.format.encoding] * missing
