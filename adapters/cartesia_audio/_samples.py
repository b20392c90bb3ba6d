"""What arrives, as whole samples without a header."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cartesia_core import laws
from cartesia_core.audio import RawFormat, SampleAligner, WavFormat
from cartesia_core.errors import AudioNotUsable, InvalidArgument
from cartesia_core.wav import WavReader

if TYPE_CHECKING:
    from cartesia_core.audio import OutputFormat, PcmFormat

__all__ = ["Samples", "linear"]


class Samples:
    """Takes raw or WAV bytes, cut anywhere, and gives whole samples.

    Attributes:
        format: What the samples are.

    Raises:
        InvalidArgument: The format has no samples (MP3).
    """

    def __init__(self, audio_format: OutputFormat, *, wanted_by: str) -> None:
        if not isinstance(audio_format, (RawFormat, WavFormat)):
            raise InvalidArgument(
                f"{wanted_by} needs raw or wav audio, but {audio_format.container} would arrive; "
                "ask for RawFormat or WavFormat, or write to an .mp3 file."
            )
        self.format: Final[PcmFormat] = audio_format
        self._reader: Final = WavReader() if isinstance(audio_format, WavFormat) else None
        self._aligner: Final = SampleAligner(audio_format)

    def feed(self, data: bytes) -> bytes:
        """Take the next bytes; give the samples that are whole by now.

        Raises:
            AudioNotUsable: What should be WAV is not, or is of another format than announced.
        """
        return self._aligner.feed(data if self._reader is None else self._unwrapped(self._reader, data))

    def _unwrapped(self, reader: WavReader, data: bytes) -> bytes:
        samples = reader.feed(data)
        if samples and reader.spec is not None and reader.spec.format != self.format:
            raise AudioNotUsable(f"The audio should be {self.format}, but its header says {reader.spec.format}.")
        return samples


def linear(audio_format: PcmFormat, data: bytes) -> bytes:
    """Give mu-law and A-law as 16-bit samples, anything else as it is."""
    if audio_format.encoding == "pcm_mulaw":
        return laws.mulaw_to_s16(data)
    return laws.alaw_to_s16(data) if audio_format.encoding == "pcm_alaw" else data
