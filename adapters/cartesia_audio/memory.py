"""Sinks that need no file: memory, an open stream, several sinks at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO, Final

from cartesia_core.errors import LocalProtocolError, SinkError

if TYPE_CHECKING:
    from collections.abc import Callable

    from cartesia_core.audio import OutputFormat
    from cartesia_core.sinks import AudioSink

__all__ = ["MemorySink", "StreamSink", "TeeSink"]


class MemorySink:
    """Collects the bytes as they come.

    Attributes:
        format: What they are; `None` until `open`.
    """

    def __init__(self) -> None:
        self.format: OutputFormat | None = None
        self._data = bytearray()
        self._is_open = False

    @property
    def content(self) -> bytes:
        """What was written so far."""
        return bytes(self._data)

    def open(self, audio_format: OutputFormat, /) -> None:
        """Begin.

        Raises:
            LocalProtocolError: The sink was opened before.
        """
        if self.format is not None:
            raise LocalProtocolError("The memory sink was opened before; make a new one for each answer.")
        self.format = audio_format
        self._is_open = True

    def write(self, data: bytes, /) -> None:
        """Keep the next bytes.

        Raises:
            LocalProtocolError: The sink is not open.
        """
        if not self._is_open:
            raise LocalProtocolError("The memory sink is not open.")
        self._data += data

    def close(self) -> None:
        """End; `content` stays."""
        self._is_open = False

    def abort(self) -> None:
        """Forget what was written, unless it was closed before."""
        if self._is_open:
            self._data.clear()
            self._is_open = False


class StreamSink:
    """Writes the bytes as they come to a binary stream that somebody else opened and will close, e.g. standard output.

    Args:
        stream: Where they go.
        name: How messages call it.
    """

    def __init__(self, stream: BinaryIO, *, name: str = "the stream") -> None:
        self._stream: Final = stream
        self._name: Final = name
        self._is_open = False

    def open(self, _audio_format: OutputFormat, /) -> None:
        """Begin; takes every format."""
        self._is_open = True

    def write(self, data: bytes, /) -> None:
        """Write the next bytes.

        Raises:
            SinkError: The stream is closed, its reader is gone, ...
            LocalProtocolError: The sink is not open.
        """
        if not self._is_open:
            raise LocalProtocolError(f"The sink for {self._name} is not open.")
        self._guarded(lambda: self._stream.write(data))

    def close(self) -> None:
        """Flush what the stream may hold back; the stream stays open.

        Raises:
            SinkError: That failed.
        """
        if self._is_open:
            self._is_open = False
            self._guarded(self._stream.flush)

    def abort(self) -> None:
        """Write nothing more. What was written cannot be taken back."""
        self._is_open = False

    def _guarded(self, action: Callable[[], object]) -> None:
        try:
            action()
        except (OSError, ValueError) as error:
            reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
            raise SinkError(f"The audio could not be written to {self._name}: {reason.lower()}.") from error


class TeeSink:
    """Gives the same audio to several sinks, e.g. a file and a player.

    Args:
        sinks: Sinks that were not opened yet. If one fails, the error is raised and none is written to any more.
    """

    def __init__(self, *sinks: AudioSink) -> None:
        self._sinks: Final = sinks

    def open(self, audio_format: OutputFormat, /) -> None:
        """Open all; if one cannot be opened, abort those that were.

        Raises:
            InvalidArgument: One of them cannot take such audio.
            SinkError: One of them cannot be opened.
        """
        try:
            for sink in self._sinks:
                sink.open(audio_format)
        except BaseException:
            self.abort()
            raise

    def write(self, data: bytes, /) -> None:
        """Write to all, in order.

        Raises:
            SinkError: One of them failed.
        """
        for sink in self._sinks:
            sink.write(data)

    def close(self) -> None:
        """Close all, also behind one that fails.

        Raises:
            SinkError: One of them failed: the first of these errors.
        """
        failures = [failure for sink in self._sinks if (failure := _closed(sink)) is not None]
        if failures:
            raise failures[0]

    def abort(self) -> None:
        """Abort all."""
        for sink in self._sinks:
            sink.abort()


def _closed(sink: AudioSink) -> SinkError | None:
    try:
        sink.close()
    except SinkError as error:
        return error
    return None
