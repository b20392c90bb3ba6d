"""Uploaded audio, block by block: samples from -1 to 1 at the file's own rate, all channels in one."""

from __future__ import annotations

import importlib
from contextlib import contextmanager
from itertools import chain
from typing import TYPE_CHECKING, Any, BinaryIO, Final, Protocol

import numpy as np
import soundfile

from cartesia_local.hearing.intake import ENCODINGS
from cartesia_local.refusal import Refused

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from cartesia_local.speech.engine import Float32Array

FORMATS: Final = "WAV, FLAC, OGG (Vorbis, Opus), MP3, AIFF and AU"
MEDIA_FORMATS: Final = "M4A, MP4, AAC and WebM"
BLOCK_FRAMES: Final = 65536
"""So many at once, however many channels there are up to eight; of more channels fewer."""
_HEAD_NBYTES: Final = 16


class Reader(Protocol):
    """Audio that is decoded as it is read."""

    @property
    def sample_rate(self) -> int:
        """In Hz."""
        ...

    def read(self) -> Float32Array:
        """Give the next block; nothing at the end."""
        ...


@contextmanager
def opened(content: BinaryIO, name: str) -> Generator[Reader]:
    """Open a file by what is in it, whatever it is called.

    Args:
        content: The file, at its beginning. It stays open.
        name: Of its field, for messages.

    Raises:
        Refused: It is no audio that can be read, at the beginning or later on.
    """
    is_media = _looks_like_media(content.read(_HEAD_NBYTES))
    content.seek(0)
    with _media(content, name) if is_media else _sound(content, name) as reader:
        yield reader


class RawReader:
    """Headerless audio, mono and little endian; a torn sample at the end is left out.

    Args:
        content: The file.
        encoding: One of `ENCODINGS`.
        sample_rate: In Hz.
    """

    def __init__(self, content: BinaryIO, encoding: str, sample_rate: int) -> None:
        self._content: Final = content
        self._nbytes, self._decode = ENCODINGS[encoding]
        self.sample_rate: Final = sample_rate

    def read(self) -> Float32Array:
        """Give the next block; nothing at the end."""
        data = self._content.read(self._nbytes * BLOCK_FRAMES)
        samples: Float32Array = self._decode(data[: len(data) - len(data) % self._nbytes])
        return samples


class _SoundReader:
    def __init__(self, file: Any, name: str) -> None:
        # The library seeks to where it is after every read; an MP3 decoder forgets there what the next block needs.
        file.seekable = lambda: False
        self._file: Final = file
        self._name: Final = name
        self._frames: Final = BLOCK_FRAMES // (1 + file.channels // 8)
        self.sample_rate: Final[int] = file.samplerate

    def read(self) -> Float32Array:
        try:
            block: Float32Array = self._file.read(self._frames, dtype="float32", always_2d=True)
        except soundfile.LibsndfileError as error:
            raise _unreadable(self._name) from error
        mono: Float32Array = block.mean(axis=1, dtype=np.float32)
        return mono


@contextmanager
def _sound(content: BinaryIO, name: str) -> Generator[Reader]:
    try:
        file = soundfile.SoundFile(content)
    except soundfile.LibsndfileError as error:
        raise _unreadable(name) from error
    with file:
        yield _SoundReader(file, name)


class _MediaReader:
    def __init__(self, av: Any, container: Any, name: str) -> None:
        track = container.streams.audio[0]
        self._name: Final = name
        self._error: Final = av.FFmpegError
        self._mix: Final = av.AudioResampler(format="flt", layout="mono", rate=track.rate)
        self._blocks: Final = self._decoded(container.decode(track))
        self.sample_rate: Final[int] = track.rate

    def read(self) -> Float32Array:
        try:
            return next((block for block in self._blocks if len(block)), np.zeros(0, np.float32))
        except self._error as error:
            raise _unreadable(self._name) from error

    def _decoded(self, frames: Iterator[Any]) -> Iterator[Float32Array]:
        for frame in chain(frames, (None,)):
            for mixed in self._mix.resample(frame):
                yield mixed.to_ndarray().reshape(-1)


@contextmanager
def _media(content: BinaryIO, name: str) -> Generator[Reader]:
    av = _av()
    try:
        container = av.open(content)
    except av.FFmpegError as error:
        raise _unreadable(name) from error
    with container:
        if not container.streams.audio:
            raise Refused(f"{name} has no audio track.", title="Unreadable audio")
        yield _MediaReader(av, container, name)


def _looks_like_media(head: bytes) -> bool:
    """Tell whether it begins as ISO media (MP4, M4A), Matroska (WebM), MPEG programs or AAC frames do."""
    is_aac = len(head) > 1 and head[0] == 0xFF and head[1] & 0xF6 == 0xF0
    return is_aac or head[4:8] == b"ftyp" or head.startswith((b"\x1a\x45\xdf\xa3", b"\x00\x00\x01\xba"))


def _av() -> Any:
    try:
        return importlib.import_module("av")
    except ImportError as error:
        raise Refused(
            f"{MEDIA_FORMATS} need PyAV: pip install 'cartesia-core[media]'. Without it, {FORMATS} can be read.",
            status=501,
            title="No decoder",
        ) from error


def _unreadable(name: str) -> Refused:
    return Refused(
        f"{name} is not audio that this server can read, which is {FORMATS}, and with cartesia-core[media] "
        f"{MEDIA_FORMATS}.",
        title="Unreadable audio",
    )
