"""Files: raw samples, WAV with a real header, and bytes as they come."""

from __future__ import annotations

from abc import ABC, abstractmethod
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from cartesia_audio._output import OutputFile
from cartesia_audio._samples import Samples
from cartesia_core import wav
from cartesia_core.errors import LocalProtocolError

if TYPE_CHECKING:
    import os

    from cartesia_core.audio import OutputFormat

__all__ = ["Body", "FileSink", "RawFileSink", "VerbatimFileSink", "WavFileSink"]


class Body(Protocol):
    """How one kind of file is written, once it is open."""

    def write(self, data: bytes, /) -> None:
        """Write audio as it arrived, cut anywhere."""
        ...

    def end(self) -> None:
        """Write what completes the file."""
        ...

    def drop(self) -> None:
        """Let go of what is open beside the file; called once, after `end` or instead of it; raises nothing."""
        ...


class FileSink(ABC):
    """What the file sinks share: one file, which appears under its name at `close` and not before.

    A file that was there before is replaced at `close`, and untouched until then. `abort` leaves nothing behind.
    Until `close` the audio is in a hidden file `.NAME.*.part` in the same folder. Not for use by several threads.

    Args:
        path: Where the audio goes.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path: Final = Path(path)
        self._file: OutputFile | None = None
        self._body: Body | None = None
        self._was_opened = False

    @abstractmethod
    def check(self, audio_format: OutputFormat, /) -> None:
        """Do nothing if this file can hold such audio.

        Raises:
            InvalidArgument: It cannot.
        """

    @abstractmethod
    def _begin(self, audio_format: OutputFormat, file: OutputFile, /) -> Body:
        """Write what goes before the audio."""

    def open(self, audio_format: OutputFormat, /) -> None:
        """Begin the file.

        Raises:
            InvalidArgument: This file cannot hold such audio.
            SinkError: The folder is missing or cannot be written to.
            LocalProtocolError: The sink was opened before.
        """
        if self._was_opened:
            raise LocalProtocolError(f"The sink for {str(self.path)!r} was opened before; make one for each file.")
        self.check(audio_format)
        self._file = OutputFile(self.path)
        self._was_opened = True
        try:
            self._body = self._begin(audio_format, self._file)
        except BaseException:
            self.abort()
            raise

    def write(self, data: bytes, /) -> None:
        """Write the next bytes, cut anywhere.

        Raises:
            SinkError: No space, or another reason, which the message gives.
            AudioNotUsable: The bytes are not what `open` was told.
            LocalProtocolError: The sink is not open.
        """
        if self._body is None:
            raise LocalProtocolError(f"The sink for {str(self.path)!r} is not open.")
        self._body.write(data)

    def close(self) -> None:
        """Complete the file and put it in its place.

        Raises:
            SinkError: That failed; nothing remains.
        """
        try:
            if self._body is not None:
                self._body.end()
                self._release()
            if self._file is not None:
                self._file.commit()
        finally:
            self.abort()

    def abort(self) -> None:
        """Leave nothing behind."""
        self._release()
        if self._file is not None:
            self._file.discard()
            self._file = None

    def _release(self) -> None:
        if self._body is not None:
            self._body.drop()
            self._body = None


class VerbatimFileSink(FileSink):
    """Writes the bytes as they come, e.g. an MP3 answer; takes every format."""

    def check(self, audio_format: OutputFormat, /) -> None:
        """Accept everything."""

    def _begin(self, _audio_format: OutputFormat, file: OutputFile, /) -> Body:
        return _Verbatim(file)


class RawFileSink(FileSink):
    """Writes samples without a header; takes raw and WAV."""

    def check(self, audio_format: OutputFormat, /) -> None:
        """Refuse MP3."""
        Samples(audio_format, wanted_by=f"A raw file ({self.path.name})")

    def _begin(self, audio_format: OutputFormat, file: OutputFile, /) -> Body:
        return _Raw(file, Samples(audio_format, wanted_by="A raw file"))


class WavFileSink(FileSink):
    """Writes a WAV file whose header has the real sizes; takes raw and WAV (whose own header is replaced).

    The header says "unknown" until `close`, so even the `.part` file of a process that was killed can be played.
    A pipe or device cannot be patched and keeps the unknown sizes.
    """

    def check(self, audio_format: OutputFormat, /) -> None:
        """Refuse MP3."""
        Samples(audio_format, wanted_by=f"A WAV file ({self.path.name})")

    def _begin(self, audio_format: OutputFormat, file: OutputFile, /) -> Body:
        return _Wav(file, Samples(audio_format, wanted_by="A WAV file"))


class _Verbatim:
    def __init__(self, file: OutputFile) -> None:
        self._file: Final = file

    def write(self, data: bytes, /) -> None:
        self._file.write(data)

    def end(self) -> None:
        pass

    def drop(self) -> None:
        pass


class _Raw(_Verbatim):
    def __init__(self, file: OutputFile, samples: Samples) -> None:
        super().__init__(file)
        self._samples: Final = samples

    def write(self, data: bytes, /) -> None:
        self._file.write(self._samples.feed(data))


class _Wav(_Verbatim):
    def __init__(self, file: OutputFile, samples: Samples) -> None:
        super().__init__(file)
        self._samples: Final = samples
        self._data_nbytes = 0
        file.write(wav.header(samples.format))

    def write(self, data: bytes, /) -> None:
        samples = self._samples.feed(data)
        if self._data_nbytes + len(samples) > wav.MAX_DATA_NBYTES:
            raise self._file.failure("a WAV file holds at most 4 GiB; write to .flac or .raw, or to several files")
        self._file.write(samples)
        self._data_nbytes += len(samples)

    def end(self) -> None:
        if not self._file.is_patchable:
            return
        self._file.write(wav.padding(self._data_nbytes))
        for offset, data in wav.patch(self._samples.format, self._data_nbytes):
            self._file.write_at(offset, data)
