"""A recording as a source of samples: decoded, mixed down and resampled while it is read."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final, Protocol

from typing_extensions import override

from cartesia_audio._av import MediaReader
from cartesia_audio._pcm import encode
from cartesia_audio._plain import RawReader, WavPipeReader
from cartesia_audio._resampling import Resampler
from cartesia_audio._soundfile import SoundReader
from cartesia_audio.source import PieceSource
from cartesia_core.errors import MissingExtra, SourceError
from cartesia_core.stt.samples import SttFormat

if TYPE_CHECKING:
    from cartesia_audio._pcm import Numbers

__all__ = ["USUAL_FORMAT", "FileSource"]

USUAL_FORMAT: Final = SttFormat("pcm_s16le", 16000)
"""What the vendor recommends to send."""
_HEAD_NBYTES: Final = 12


class _Reader(Protocol):
    @property
    def sample_rate(self) -> int: ...
    @property
    def seconds(self) -> float | None: ...
    def read(self) -> Numbers: ...
    def close(self) -> None: ...


class FileSource(PieceSource):
    """The samples of a recording, of any length in bounded memory. It is opened at once.

    WAV, FLAC, Ogg (Vorbis, Opus), MP3, AIFF, AU and what else libsndfile knows; MP4, M4A, AAC, WebM and what else FFmpeg
    knows with the extra `media`. From a pipe, which cannot be wound back: WAV, and samples without a header; what has
    come is given at once.

    Args:
        file: A path, or an open binary file, which is read from where it stands and is yours to close.
        format: What to give; resampled and encoded as needed.
        raw: What the samples are, where the file has no header.

    Attributes:
        seconds: How long the recording is; None where that is not known before its end.

    Raises:
        SourceError: It cannot be opened, or holds no audio that can be decoded.
        MissingExtra: A library for this kind of file is not installed.
    """

    def __init__(
        self,
        file: str | os.PathLike[str] | BinaryIO,
        *,
        format: SttFormat = USUAL_FORMAT,  # noqa: A002 -- the users' word
        raw: SttFormat | None = None,
    ) -> None:
        super().__init__(format)
        self._name: Final = repr(os.fspath(file)) if isinstance(file, (str, os.PathLike)) else "the audio"
        self._own: BinaryIO | None = None
        self._reader: _Reader | None = None
        self._is_over = False
        try:
            opened = self._opened(file)
            self._reader = RawReader(opened, raw) if raw is not None else self._reader_for(opened)
            self._resampler: Final = Resampler(self._reader.sample_rate, format.sample_rate)
        except BaseException:
            self._release()
            raise
        self.seconds: Final[float | None] = self._reader.seconds

    def _opened(self, file: str | os.PathLike[str] | BinaryIO) -> BinaryIO:
        if not isinstance(file, (str, os.PathLike)):
            return file
        try:
            self._own = Path(file).open("rb")  # noqa: SIM115 -- open as long as the source
        except OSError as error:
            raise SourceError(f"{self._name} cannot be read: {_reason(error)}") from error
        return self._own

    def _reader_for(self, file: BinaryIO) -> _Reader:
        try:
            if not file.seekable():
                return _from_pipe(file)
            start = file.tell()
            head = file.read(_HEAD_NBYTES)
            file.seek(start)
            if not head:
                raise SourceError("it is empty")
            return MediaReader(file) if _is_media(head) else _decoder(file, start)
        except SourceError as error:
            raise self._explained(error) from error
        except OSError as error:
            raise SourceError(f"{self._name} cannot be read: {_reason(error)}") from error

    def _explained(self, error: SourceError) -> SourceError:
        return SourceError(f"{self._name} cannot be decoded: {error}")

    @override
    def _read(self) -> bytes:
        while not self._is_over and self._reader is not None:
            if data := encode(self.format.encoding, self._next(self._reader)):
                return data
        self._release()
        return b""

    def _next(self, reader: _Reader) -> Numbers:
        try:
            block = reader.read()
        except SourceError as error:
            raise self._explained(error) from error
        except OSError as error:
            raise SourceError(f"{self._name} cannot be read on: {_reason(error)}") from error
        self._is_over = not len(block)
        return self._resampler.finish() if self._is_over else self._resampler.feed(block)

    @override
    def _release(self) -> None:
        reader, self._reader = self._reader, None
        own, self._own = self._own, None
        if reader is not None:
            reader.close()
        if own is not None:
            own.close()


def _from_pipe(file: BinaryIO) -> _Reader:
    head = b""
    while len(head) < _HEAD_NBYTES and (data := file.read(_HEAD_NBYTES - len(head))):
        head += data
    if not head:
        raise SourceError("it is empty")
    if not head.startswith(b"RIFF"):
        raise SourceError("only WAV, and samples whose encoding and rate are given, can be read from a pipe")
    return WavPipeReader(file, head)


def _decoder(file: BinaryIO, start: int) -> _Reader:
    """Ask libsndfile first; what it refuses, FFmpeg may know, if it is there: WMA, AMR, AVI."""
    try:
        return SoundReader(file)
    except SourceError as refused:
        file.seek(start)
        try:
            return MediaReader(file)
        except (SourceError, MissingExtra):
            raise refused from None


def _is_media(head: bytes) -> bool:
    """Tell MP4 and its kin, Matroska and WebM, and bare AAC from all else."""
    return head[4:8] == b"ftyp" or head.startswith((b"\x1aE\xdf\xa3", b"\xff\xf1", b"\xff\xf9"))


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()
