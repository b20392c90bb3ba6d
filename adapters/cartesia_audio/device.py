"""Playing on a sound device, through PortAudio (optional extra `audio`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

from cartesia_audio._samples import Samples, linear
from cartesia_audio._sounddevice import open_device
from cartesia_core.errors import LocalProtocolError

if TYPE_CHECKING:
    from collections.abc import Callable

    from cartesia_core.audio import OutputFormat

__all__ = ["DeviceSink", "Loudspeaker"]


class Loudspeaker(Protocol):
    """What a device must do; raises `SinkError` where it cannot."""

    def write(self, data: bytes) -> None:
        """Play whole samples; waits while the device has enough."""
        ...

    def finish(self) -> None:
        """Wait until everything was heard, then let go of the device."""
        ...

    def drop(self) -> None:
        """Fall silent at once and let go of the device; raises nothing."""
        ...


class DeviceSink:
    """Plays raw or WAV audio as it arrives. `close` waits until everything was heard, `abort` falls silent at once.

    Args:
        device: Number or part of the name of a device; `None` for the system's default.
        opener: Opens the device for (sample rate, `int16` or `float32`, `device`); by default through `sounddevice`.
    """

    def __init__(
        self,
        device: int | str | None = None,
        *,
        opener: Callable[[int, str, int | str | None], Loudspeaker] = open_device,
    ) -> None:
        self._device: Final = device
        self._opener: Final = opener
        self._samples: Samples | None = None
        self._speaker: Loudspeaker | None = None

    def open(self, audio_format: OutputFormat, /) -> None:
        """Open the device.

        Raises:
            InvalidArgument: MP3 would arrive.
            MissingExtra: `sounddevice` or PortAudio is not installed.
            SinkError: There is no such device, or it cannot play at that rate.
            LocalProtocolError: The sink is open already.
        """
        if self._speaker is not None:
            raise LocalProtocolError("The device is open already.")
        self._samples = Samples(audio_format, wanted_by="A sound device")
        dtype = "float32" if self._samples.format.encoding == "pcm_f32le" else "int16"
        self._speaker = self._opener(audio_format.sample_rate, dtype, self._device)

    def write(self, data: bytes, /) -> None:
        """Play the next bytes, cut anywhere.

        Raises:
            SinkError: The device is gone.
            LocalProtocolError: The sink is not open.
        """
        if self._speaker is None or self._samples is None:
            raise LocalProtocolError("The device is not open.")
        if samples := self._samples.feed(data):
            self._speaker.write(linear(self._samples.format, samples))

    def close(self) -> None:
        """Wait until everything was heard.

        Raises:
            SinkError: The device is gone.
        """
        try:
            if self._speaker is not None:
                self._speaker.finish()
                self._speaker = None
        finally:
            self.abort()

    def abort(self) -> None:
        """Fall silent at once."""
        speaker, self._speaker = self._speaker, None
        if speaker is not None:
            speaker.drop()
