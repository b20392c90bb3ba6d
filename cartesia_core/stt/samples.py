"""Samples that speech to text listens to, and their arithmetic. All audio of this API is mono.

Source of the encodings: `STTEncoding` in the schema catalogue.
"""

from __future__ import annotations

import math
from typing import Final

from attrs import frozen

from cartesia_core.errors import InvalidArgument
from cartesia_core.parameters import check_one_of
from cartesia_core.stt.models import STT_ENCODINGS, SttEncoding

_HIGHEST_RATE: Final = 768_000
_BYTES_PER_SAMPLE: Final[dict[SttEncoding, int]] = {
    "pcm_s16le": 2,
    "pcm_s32le": 4,
    "pcm_f16le": 2,
    "pcm_f32le": 4,
    "pcm_mulaw": 1,
    "pcm_alaw": 1,
}
# G.711: the code of the smallest positive value; a zero byte would be the loudest one.
_SILENT_BYTE: Final[dict[SttEncoding, bytes]] = {"pcm_mulaw": b"\xff", "pcm_alaw": b"\xd5"}


@frozen
class SttFormat:
    """Bare samples without a header, as they go into speech to text.

    Attributes:
        encoding: One of `STT_ENCODINGS`.
        sample_rate: Samples per second, in Hz; 16000 is recommended.

    Raises:
        InvalidArgument: The encoding is not known, or the rate no whole number from 1 to 768000.
    """

    encoding: SttEncoding
    sample_rate: int

    def __attrs_post_init__(self) -> None:
        if self.encoding not in STT_ENCODINGS:
            check_one_of("encoding", str(self.encoding), STT_ENCODINGS)
        if type(self.sample_rate) is not int or not 1 <= self.sample_rate <= _HIGHEST_RATE:
            raise InvalidArgument(
                f"sample_rate is {self.sample_rate!r}, but must be a whole number from 1 to {_HIGHEST_RATE}; "
                "16000 is recommended"
            )

    @property
    def bytes_per_sample(self) -> int:
        """Bytes of one sample, which in mono is one frame."""
        return _BYTES_PER_SAMPLE[self.encoding]

    @property
    def bytes_per_second(self) -> int:
        """Bytes that last a second."""
        return self.bytes_per_sample * self.sample_rate

    def seconds(self, nbytes: int) -> float:
        """Tell how long that many bytes last; a sample that is not whole does not count."""
        return nbytes // self.bytes_per_sample / self.sample_rate

    def nbytes(self, seconds: float) -> int:
        """Tell how many bytes last that long, rounded down to whole samples.

        Raises:
            InvalidArgument: `seconds` is negative or not finite.
        """
        if not (math.isfinite(seconds) and seconds >= 0):
            raise InvalidArgument(f"seconds is {seconds!r}, but must be a finite number, 0 or above")
        return int(seconds * self.sample_rate) * self.bytes_per_sample

    def silence(self, seconds: float) -> bytes:
        """Give samples of silence, which in mu-law and A-law are not zero bytes.

        Raises:
            InvalidArgument: `seconds` is negative or not finite.
        """
        return _SILENT_BYTE.get(self.encoding, b"\x00") * self.nbytes(seconds)
