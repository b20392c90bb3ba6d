"""The only door to `soundfile`, which has no types."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any, Final

from cartesia_audio._watched import WatchedFile
from cartesia_core.errors import MissingExtra, SourceError

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import BinaryIO

    from cartesia_audio._pcm import Numbers

__all__ = ["SoundReader", "SoundWriter", "load"]

_BLOCK_FRAMES: Final = 8192
_UNKNOWN_FRAMES: Final = 2**40


class SoundWriter:
    """Encodes samples into an open file descriptor, which it leaves open.

    Args:
        soundfile: What `load` gave.
        fd: Where the encoded bytes go.
        sample_rate: Hz.
        container: libsndfile's name, e.g. `FLAC`.
        subtype: libsndfile's name, e.g. `PCM_16`.
        failed: Makes the error to be raised from the library's reason.
    """

    def __init__(
        self,
        soundfile: Any,
        *,
        fd: int,
        sample_rate: int,
        container: str,
        subtype: str,
        failed: Callable[[str], Exception],
    ) -> None:
        # An incomplete write is an AssertionError in soundfile, a format that this build of libsndfile lacks a ValueError.
        self._errors: Final = (soundfile.SoundFileError, AssertionError, ValueError)
        self._failed: Final = failed
        self._file: Any = None
        self._file = self._guarded(
            lambda: soundfile.SoundFile(
                fd, "w", samplerate=sample_rate, channels=1, format=container, subtype=subtype, closefd=False
            )
        )

    def write(self, data: bytes, dtype: str) -> None:
        """Encode whole samples, given as `int16` or `float32` in the machine's byte order."""
        self._guarded(lambda: self._file.buffer_write(data, dtype=dtype))

    def close(self) -> None:
        """Complete the stream. Idempotent."""
        self._guarded(self._file.close)

    def _guarded(self, action: Callable[[], Any]) -> Any:
        try:
            return action()
        except self._errors as error:
            reason = str(error).rstrip(".").lower() or "not everything could be written"
            raise self._failed(reason) from error


class SoundReader:
    """Decodes whatever libsndfile knows, block by block, mixed down to one channel.

    Args:
        file: Open at its beginning, and left open.

    Raises:
        SourceError: It holds no audio that libsndfile knows.
        OSError: It cannot be read.
        MissingExtra: `soundfile` is not installed.
    """

    def __init__(self, file: BinaryIO) -> None:
        soundfile = load()
        self._error: Final = soundfile.SoundFileError
        self._watched: Final = WatchedFile(file)
        try:
            self._file: Final[Any] = soundfile.SoundFile(self._watched)
        except self._error as error:
            self._watched.check()
            raise SourceError(_reason(error)) from error
        # soundfile seeks to where it is after every read; an MP3 decoder forgets there what the next block needs.
        self._file.seekable = _never
        self.sample_rate: Final[int] = self._file.samplerate

    @property
    def seconds(self) -> float | None:
        """How long the audio is; None where the header does not say it."""
        frames: int = self._file.frames
        return frames / self.sample_rate if 0 < frames < _UNKNOWN_FRAMES else None

    def read(self) -> Numbers:
        """Give the next block; nothing at the end.

        Raises:
            SourceError: The rest cannot be decoded.
            OSError: The rest cannot be read.
        """
        try:
            block: Numbers = self._file.read(_BLOCK_FRAMES, dtype="float32", always_2d=True)
        except self._error as error:
            self._watched.check()
            raise SourceError(_reason(error)) from error
        self._watched.check()
        mixed: Numbers = block.mean(axis=1, dtype="float32")
        return mixed

    def close(self) -> None:
        """Let go of the decoder."""
        self._file.close()


def _never() -> bool:
    return False


def _reason(error: Exception) -> str:
    return str(error).rpartition(": ")[2].rstrip(".").lower()


def load() -> Any:
    """Import the library.

    Raises:
        MissingExtra: It is not installed, or its libsndfile cannot be loaded.
    """
    try:
        return importlib.import_module("soundfile")
    except (ImportError, OSError) as error:
        raise MissingExtra(
            'Audio files other than raw, wav and a server\'s own mp3 need soundfile: pip install "cartesia-core[audio]".'
        ) from error
