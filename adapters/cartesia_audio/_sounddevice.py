"""The only door to `sounddevice`, which has no types."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any, Final

from cartesia_core.errors import MissingExtra, SinkError

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["DeviceStream", "open_device"]


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
    try:
        sounddevice = importlib.import_module("sounddevice")
    except (ImportError, OSError) as error:
        raise MissingExtra(
            'Playing on a device needs sounddevice and PortAudio: pip install "cartesia-core[audio]", '
            "on Linux also the package libportaudio2."
        ) from error
    return DeviceStream(sounddevice, sample_rate=sample_rate, dtype=dtype, device=device)
