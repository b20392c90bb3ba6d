"""RIFF/WAVE headers: written, patched once the length is known, and read with placeholder sizes.

Use it as a namespace: `from cartesia_core import wav`, then `wav.header(...)`, `wav.patch(...)`, `wav.WavReader()`.
Sources: Microsoft, "Multimedia Programming Interface and Data Specifications 1.0" (RIFF) and "New Multimedia Data
Types" (format tags, `fact`); the sizes of a streamed answer are not documented, see `WavReader`.
"""

from __future__ import annotations

import struct
from typing import Final

from attrs import frozen

from cartesia_core.audio import Encoding, PcmFormat, WavFormat
from cartesia_core.errors import AudioNotUsable, InvalidArgument

__all__ = ["MAX_DATA_NBYTES", "UNKNOWN_SIZE", "WavReader", "WavSpec", "header", "padding", "patch", "read", "repair"]

UNKNOWN_SIZE: Final = 0xFFFFFFFF
"""What stands in both size fields while the length is not known."""

MAX_DATA_NBYTES: Final = 0xFFFFFFFF - 64
"""Most bytes of samples that one file can hold: its sizes are 32 bits wide, and the header counts too."""

_TAGS: Final[dict[Encoding, int]] = {"pcm_s16le": 1, "pcm_f32le": 3, "pcm_alaw": 6, "pcm_mulaw": 7}
_EXTENSIBLE: Final = 0xFFFE
_ENCODINGS: Final[dict[tuple[int, int], Encoding]] = {
    (1, 16): "pcm_s16le",
    (3, 32): "pcm_f32le",
    (6, 8): "pcm_alaw",
    (7, 8): "pcm_mulaw",
}
# Streaming writers leave a size of 0, of 0xFFFFFFFF, or the largest signed one, some of them less their header or
# rounded down to a page (SoX: 0x7FFFF000).
_SMALLEST_PLACEHOLDER: Final = 0x7FFFF000
_LARGEST_FMT: Final = 1024

_RIFF: Final = struct.Struct("<4sI4s")
_CHUNK: Final = struct.Struct("<4sI")
_FMT: Final = struct.Struct("<HHIIHH")
_SIZE: Final = struct.Struct("<I")


def header(format: PcmFormat, data_nbytes: int | None = None) -> bytes:  # noqa: A002 -- the users' word
    """Give the header that goes before the samples.

    Formats other than 16-bit PCM get the extended `fmt ` chunk and the `fact` chunk that the standard asks for.

    Args:
        format: What the samples are.
        data_nbytes: Bytes of samples that will follow; `None` while unknown, which leaves `UNKNOWN_SIZE`.

    Raises:
        InvalidArgument: `data_nbytes` is negative or above `MAX_DATA_NBYTES`.
    """
    riff, samples, data = _sizes(format, data_nbytes)
    tag = _TAGS[format.encoding]
    size = format.bytes_per_sample
    fmt = _FMT.pack(tag, 1, format.sample_rate, format.sample_rate * size, size, size * 8)
    if tag != 1:
        fmt += b"\0\0"  # no further fields
    parts = [_RIFF.pack(b"RIFF", riff, b"WAVE"), _CHUNK.pack(b"fmt ", len(fmt)), fmt]
    if tag != 1:
        parts += [_CHUNK.pack(b"fact", 4), _SIZE.pack(samples)]
    return b"".join([*parts, _CHUNK.pack(b"data", data)])


def patch(format: PcmFormat, data_nbytes: int) -> tuple[tuple[int, bytes], ...]:  # noqa: A002 -- the users' word
    """Give what to write where, as (offset, bytes), so that a header with unknown sizes gets the real ones.

    Raises:
        InvalidArgument: `data_nbytes` is negative or above `MAX_DATA_NBYTES`.
    """
    riff, samples, data = (_SIZE.pack(size) for size in _sizes(format, data_nbytes))
    if format.encoding == "pcm_s16le":
        return (4, riff), (40, data)
    return (4, riff), (46, samples), (54, data)


def padding(data_nbytes: int) -> bytes:
    """Give the byte that must follow an odd number of bytes of samples; nothing after an even one.

    Only where the sizes are real: behind unknown sizes a reader takes everything to the end for samples.
    """
    return b"\0" if data_nbytes % 2 else b""


def _sizes(format: PcmFormat, data_nbytes: int | None) -> tuple[int, int, int]:  # noqa: A002
    if data_nbytes is None:
        return UNKNOWN_SIZE, UNKNOWN_SIZE, UNKNOWN_SIZE
    if not 0 <= data_nbytes <= MAX_DATA_NBYTES:
        raise InvalidArgument(
            f"A WAV file holds at most {MAX_DATA_NBYTES} bytes of samples (4 GiB), not {data_nbytes}; "
            "write raw samples or FLAC, or several files."
        )
    before = 36 if format.encoding == "pcm_s16le" else 50
    riff = before + data_nbytes + len(padding(data_nbytes))
    return riff, data_nbytes // format.bytes_per_sample, data_nbytes


@frozen
class WavSpec:
    """What the `fmt ` chunk of some WAV file says; it need not be one of this API's formats."""

    tag: int
    """1 integer PCM, 3 float, 6 A-law, 7 mu-law; of an extensible header the tag of its sub-format."""
    channels: int
    sample_rate: int
    """Frames per second."""
    bits_per_sample: int

    @property
    def format(self) -> WavFormat:
        """This API's name for it.

        Raises:
            AudioNotUsable: It is not mono, or an encoding or rate that this API does not know.
        """
        encoding = _ENCODINGS.get((self.tag, self.bits_per_sample))
        if encoding is None or self.channels != 1:
            raise AudioNotUsable(
                f"The WAV data is format {self.tag} with {self.channels} channels of {self.bits_per_sample} bits; "
                "understood are mono s16, f32, mu-law and A-law."
            )
        try:
            return WavFormat(encoding, self.sample_rate)
        except InvalidArgument as error:
            raise AudioNotUsable(f"The WAV data cannot be used: {error.message}") from error


class WavReader:
    """Takes a WAV file in pieces of any length and gives its samples.

    Sizes that cannot be true are not believed: 0, 0xFFFFFFFF, 0x7FFFFFFF and their neighbours are what streaming
    writers leave, so everything to the end is samples then. A believable size ends the samples; what follows
    (padding, further chunks) is dropped. Chunks before `data` are skipped without being held in memory.

    Attributes:
        spec: What the samples are; `None` until the `fmt ` chunk has come.
        data_nbytes: Bytes of samples given so far.
        announced_nbytes: Bytes of samples that the header promises; `None` if it does not know or has not come.
    """

    def __init__(self) -> None:
        self.spec: WavSpec | None = None
        self.data_nbytes: int = 0
        self.announced_nbytes: int | None = None
        self._head = bytearray()
        self._received_nbytes = 0
        self._skip_nbytes = 0
        self._riff_seen = False
        self._in_data = False

    @property
    def missing_nbytes(self) -> int:
        """Bytes of samples that were promised and have not come; 0 where nothing was promised."""
        return 0 if self.announced_nbytes is None else self.announced_nbytes - self.data_nbytes

    def feed(self, data: bytes) -> bytes:
        """Take a piece of the file; give the samples in it, possibly none, possibly ending inside a sample.

        Raises:
            AudioNotUsable: This is no WAV file, or one that makes no sense. It stays so for every later call.
        """
        self._received_nbytes += len(data)
        return self._samples(data if self._in_data else self._after_header(data))

    def finish(self) -> WavSpec:
        """Say that the file is at its end; give what its samples are.

        Raises:
            AudioNotUsable: It ended before the samples began.
        """
        if self.spec is None or not self._in_data:
            raise AudioNotUsable(f"The WAV data ended after {self._received_nbytes} bytes, before any samples.")
        return self.spec

    def _after_header(self, data: bytes) -> bytes:
        self._head += data
        while self._step():
            pass
        if not self._in_data:
            return b""
        samples = bytes(self._head)
        self._head.clear()
        return samples

    def _samples(self, data: bytes) -> bytes:
        if self.announced_nbytes is not None:
            data = data[: self.missing_nbytes]
        self.data_nbytes += len(data)
        return data

    def _step(self) -> bool:
        """Read one thing from the head; False if more bytes are needed or the samples have begun."""
        if self._skip_nbytes:
            return self._skip()
        if not self._riff_seen:
            return self._riff()
        return self._chunk()

    def _skip(self) -> bool:
        nbytes = min(self._skip_nbytes, len(self._head))
        del self._head[:nbytes]
        self._skip_nbytes -= nbytes
        return not self._skip_nbytes

    def _riff(self) -> bool:
        if len(self._head) < _RIFF.size:
            return False
        riff, _, wave = _RIFF.unpack_from(self._head)
        if riff in {b"RF64", b"BW64"}:
            raise AudioNotUsable(
                "This is an RF64 file (WAV beyond 4 GiB), which is not read; convert it, e.g. to FLAC."
            )
        if (riff, wave) != (b"RIFF", b"WAVE"):
            raise AudioNotUsable(f"This is no WAV file: it begins with {bytes(self._head[:12])!r}.")
        del self._head[: _RIFF.size]
        self._riff_seen = True
        return True

    def _chunk(self) -> bool:
        if len(self._head) < _CHUNK.size:
            return False
        name: bytes
        size: int
        name, size = _CHUNK.unpack_from(self._head)
        if name == b"fmt ":
            return self._fmt(size)
        if not (name.isascii() and name.decode("ascii").isprintable()):
            raise AudioNotUsable(f"The WAV header makes no sense: a chunk is called {name!r}.")
        if name == b"data":
            self._data(size)
        else:
            self._skip_nbytes = size + size % 2
        del self._head[: _CHUNK.size]
        return not self._in_data

    def _fmt(self, size: int) -> bool:
        if not _FMT.size <= size <= _LARGEST_FMT:
            raise AudioNotUsable(f"The WAV header makes no sense: its format chunk has {size} bytes.")
        end = _CHUNK.size + size + size % 2
        if len(self._head) < end:
            return False
        tag, channels, rate, _, _, bits = _FMT.unpack_from(self._head, _CHUNK.size)
        if tag == _EXTENSIBLE and size >= 40:
            (tag,) = struct.unpack_from("<H", self._head, _CHUNK.size + 24)
        if not (channels and rate and bits):
            raise AudioNotUsable(f"The WAV header makes no sense: {channels} channels, {rate} Hz, {bits} bits.")
        self.spec = WavSpec(tag, channels, rate, bits)
        del self._head[:end]
        return True

    def _data(self, size: int) -> None:
        if self.spec is None:
            raise AudioNotUsable("The WAV header makes no sense: samples come before their format.")
        if 0 < size < _SMALLEST_PLACEHOLDER:
            self.announced_nbytes = size
        self._in_data = True


def read(content: bytes) -> tuple[WavSpec, bytes]:
    """Read a whole file; give what the samples are, and the samples.

    Raises:
        AudioNotUsable: This is no WAV file, or one that makes no sense.
    """
    reader = WavReader()
    samples = reader.feed(content)
    return reader.finish(), samples


def repair(content: bytes) -> bytes:
    """Give the same samples behind a header with real sizes, e.g. for `wave`, mixers and phones.

    A file that has them already is returned as it is; of any other, chunks beside format and samples are dropped.

    Raises:
        AudioNotUsable: This is no WAV file, or not in one of this API's formats.
    """
    reader = WavReader()
    samples = reader.feed(content)
    spec = reader.finish()
    if reader.announced_nbytes is not None and not reader.missing_nbytes:
        return content
    return header(spec.format, len(samples)) + samples + padding(len(samples))
