"""The only door to `soundfile`, which has no types."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any, Final

from cartesia_core.errors import MissingExtra

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["SoundWriter", "load"]


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
