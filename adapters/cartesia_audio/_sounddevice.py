"""The only door to `sounddevice`, which has no types."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any, Final

from cartesia_core.errors import MissingExtra, SinkError, SourceError

if TYPE_CHECKING:
    from collections.abc import Callable

    from cartesia_audio.microphone import Recorder

__all__ = ["DeviceStream", "InputStream", "open_device", "open_microphone"]


class DeviceStream:
    """One output stream of PortAudio: mono, blocking."""

    def __init__(self, sounddevice: Any, *, sample_rate: int, dtype: str, device: int | str | None) -> None:
        self._error: Final = sounddevice.PortAudioError
        self._stream: Any = None
        self._stream = self._guarded(
            lambda: sounddevice.RawOutputStream(samplerate=sample_rate, channels=1, dtype=dtype, device=device)
        )
        self._guarded(self._stream.start)

    def write(self, data: bytes) -> None:
        """Play whole samples; waits while the device has enough."""
        self._guarded(lambda: self._stream.write(data))

    def finish(self) -> None:
        """Wait until everything was heard, then let go of the device."""
        self._guarded(self._stream.stop)
        self._guarded(self._stream.close)

    def drop(self) -> None:
        """Fall silent at once and let go of the device; raises nothing."""
        self._stream.abort(ignore_errors=True)
        self._stream.close(ignore_errors=True)

    def _guarded(self, action: Callable[[], Any]) -> Any:
        try:
            return action()
        except (self._error, ValueError) as error:  # ValueError: no such device
            raise SinkError(f"The audio device could not be used: {error}.") from error


def open_device(sample_rate: int, dtype: str, device: int | str | None) -> DeviceStream:
    """Open an output device for `int16` or `float32` samples.

    Raises:
        MissingExtra: `sounddevice`, or the PortAudio library that it needs, is not installed.
        SinkError: There is no such device, or it cannot play at that rate.
    """
    return DeviceStream(_load("Playing on a device"), sample_rate=sample_rate, dtype=dtype, device=device)


class InputStream:
    """One input stream of PortAudio: mono, 16 bit, recorded by a thread of its own.

    Args:
        sounddevice: What `_load` gave.
        sample_rate: Hz.
        piece_seconds: Length of a piece.
        device: Number or part of the name of a device; None for the default.
        to: Who hears it.
    """

    def __init__(
        self, sounddevice: Any, *, sample_rate: int, piece_seconds: float, device: int | str | None, to: Recorder
    ) -> None:
        self.sample_rate: Final = sample_rate

        def hear(samples: Any, frames: int, time: Any, status: Any) -> None:  # noqa: ARG001 -- the library's signature
            to.hear(bytes(samples), is_broken=bool(status.input_overflow))

        self._stream: Final[Any] = sounddevice.RawInputStream(
            samplerate=sample_rate,
            blocksize=max(1, round(piece_seconds * sample_rate)),
            device=device,
            channels=1,
            dtype="int16",
            callback=hear,
            finished_callback=to.end,
        )
        self._stream.start()

    def close(self) -> None:
        """Stop at once and let go of the device; raises nothing."""
        self._stream.abort(ignore_errors=True)
        self._stream.close(ignore_errors=True)


def open_microphone(sample_rate: int, piece_seconds: float, device: int | str | None, to: Recorder, /) -> InputStream:
    """Open an input device, with a rate of its own if it does not know the one that is wanted.

    Raises:
        MissingExtra: `sounddevice`, or the PortAudio library that it needs, is not installed.
        SourceError: There is no such device, or it cannot be opened.
    """
    sounddevice = _load("Recording")
    try:
        rate = _possible_rate(sounddevice, sample_rate, device)
        return InputStream(sounddevice, sample_rate=rate, piece_seconds=piece_seconds, device=device, to=to)
    except (sounddevice.PortAudioError, ValueError) as error:  # ValueError: no such device
        raise SourceError(f"The microphone could not be used: {error}.") from error


def _possible_rate(sounddevice: Any, sample_rate: int, device: int | str | None) -> int:
    if device is None and sounddevice.default.device[0] < 0:
        raise SourceError("The microphone could not be used: the system has none.")
    own: float = sounddevice.query_devices(device, "input")["default_samplerate"]
    try:
        sounddevice.check_input_settings(device=device, channels=1, dtype="int16", samplerate=sample_rate)
    except sounddevice.PortAudioError:
        return round(own)
    return sample_rate


def _load(what: str) -> Any:
    try:
        return importlib.import_module("sounddevice")
    except (ImportError, OSError) as error:
        raise MissingExtra(
            f'{what} needs sounddevice and PortAudio: pip install "cartesia-core[audio]", '
            "on Linux also the package libportaudio2."
        ) from error
