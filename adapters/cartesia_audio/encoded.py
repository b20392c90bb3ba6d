"""Files in other formats, encoded on the way by libsndfile (optional extra `audio`)."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final

from attrs import frozen

from cartesia_audio._samples import Samples, linear
from cartesia_audio._soundfile import SoundWriter, load
from cartesia_audio.files import FileSink
from cartesia_core.errors import InvalidArgument, SinkError

if TYPE_CHECKING:
    import os

    from cartesia_audio._output import OutputFile
    from cartesia_audio.files import Body
    from cartesia_core.audio import OutputFormat

__all__ = ["ENCODED_SUFFIXES", "EncodedFileSink"]


@frozen
class _Codec:
    container: str
    subtype: str
    float_subtype: str | None = None
    """For float samples, where the format has something better for them."""
    sample_rates: tuple[int, ...] | None = None
    """`None`: all of this API's."""


_CODECS: Final[dict[str, _Codec]] = {
    ".flac": _Codec("FLAC", "PCM_16", "PCM_24"),
    ".ogg": _Codec("OGG", "VORBIS"),
    ".oga": _Codec("OGG", "VORBIS"),
    # Opus knows no other rates (RFC 6716, section 2).
    ".opus": _Codec("OGG", "OPUS", sample_rates=(8000, 16000, 24000, 48000)),
    ".mp3": _Codec("MP3", "MPEG_LAYER_III"),
    ".aiff": _Codec("AIFF", "PCM_16", "FLOAT"),
    ".aif": _Codec("AIFF", "PCM_16", "FLOAT"),
    ".au": _Codec("AU", "PCM_16", "FLOAT"),
    ".caf": _Codec("CAF", "PCM_16", "FLOAT"),
    ".w64": _Codec("W64", "PCM_16", "FLOAT"),
}

ENCODED_SUFFIXES: Final[tuple[str, ...]] = tuple(_CODECS)
"""The extensions that `EncodedFileSink` knows."""


class EncodedFileSink(FileSink):
    """Encodes samples by the path's extension, one of `ENCODED_SUFFIXES`; takes raw and WAV.

    Raises:
        InvalidArgument: The extension is unknown.
        MissingExtra: `soundfile` is not installed.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        super().__init__(path)
        codec = _CODECS.get(self.path.suffix.lower())
        if codec is None:
            raise InvalidArgument(f"{self.path.name!r} has none of the extensions {', '.join(ENCODED_SUFFIXES)}.")
        self._codec: Final = codec
        self._library: Final = load()

    def check(self, audio_format: OutputFormat, /) -> None:
        """Refuse MP3, and sample rates that the format does not know."""
        Samples(audio_format, wanted_by=f"Encoding {self.path.name}")
        rates = self._codec.sample_rates
        if rates and audio_format.sample_rate not in rates:
            raise InvalidArgument(
                f"{self.path.suffix} cannot hold {audio_format.sample_rate} Hz; "
                f"ask for one of {', '.join(map(str, rates))}."
            )

    def _begin(self, audio_format: OutputFormat, file: OutputFile, /) -> Body:
        samples = Samples(audio_format, wanted_by="Encoding")
        is_float = samples.format.encoding == "pcm_f32le"
        writer = SoundWriter(
            self._library,
            fd=file.fd,
            sample_rate=audio_format.sample_rate,
            container=self._codec.container,
            subtype=(self._codec.float_subtype if is_float else None) or self._codec.subtype,
            failed=file.diagnosed,
        )
        return _Encoded(samples, writer)


class _Encoded:
    def __init__(self, samples: Samples, writer: SoundWriter) -> None:
        self._samples: Final = samples
        self._writer: Final = writer
        self._dtype: Final = "float32" if samples.format.encoding == "pcm_f32le" else "int16"

    def write(self, data: bytes, /) -> None:
        if samples := self._samples.feed(data):
            self._writer.write(linear(self._samples.format, samples), self._dtype)

    def end(self) -> None:
        self._writer.close()

    def drop(self) -> None:
        with suppress(SinkError):  # complete by now, or unwanted
            self._writer.close()
