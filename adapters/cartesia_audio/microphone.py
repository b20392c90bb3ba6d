"""A microphone as a source of samples, through PortAudio (optional extra `audio`)."""

from __future__ import annotations

from collections import deque
from threading import Condition, RLock
from typing import TYPE_CHECKING, Final, Protocol

from typing_extensions import override

from cartesia_audio._pcm import decode, encode
from cartesia_audio._resampling import Resampler
from cartesia_audio._sounddevice import open_microphone
from cartesia_audio.file_source import USUAL_FORMAT
from cartesia_audio.source import PieceSource
from cartesia_core.errors import SourceError
from cartesia_core.parameters import check_range

if TYPE_CHECKING:
    from cartesia_core.stt.samples import SttFormat

__all__ = ["Microphone", "MicrophoneOpener", "MicrophoneSource"]

_LOOK_SECONDS: Final = 0.1


class Microphone(Protocol):
    """What a device must do."""

    @property
    def sample_rate(self) -> int:
        """What it was opened with, in Hz; need not be what was asked for."""
        ...

    def close(self) -> None:
        """Stop, and let go of the device; raises nothing."""
        ...


class Recorder(Protocol):
    """Takes what a device hears, from a thread of the device's."""

    def hear(self, samples: bytes, *, is_broken: bool) -> None:
        """Take samples of 16 bit, mono; `is_broken`: some before them were lost."""
        ...

    def end(self) -> None:
        """Take notice that nothing more comes."""
        ...


class MicrophoneOpener(Protocol):
    """Opens a device and begins to record."""

    def __call__(self, sample_rate: int, piece_seconds: float, device: int | str | None, to: Recorder, /) -> Microphone:
        """Open it. Raises `SourceError` or `MissingExtra`."""
        ...


class MicrophoneSource(PieceSource):
    """Records from now on, until it is closed. Iterating gives a piece as soon as it was spoken.

    What is not taken waits in bounded memory; beyond that the oldest is dropped, and counted.

    Args:
        format: What to give. A device that does not know the rate is opened with its own, and resampled.
        device: Number or part of the name of a device; None for the system's default.
        piece_seconds: Length of a piece.
        max_waiting_seconds: So much audio may wait to be taken.
        opener: Opens the device; by default through `sounddevice`.

    Attributes:
        dropped_seconds: Audio that was dropped because it was not taken in time.
        gaps: How often the system lost audio before it came here.

    Raises:
        MissingExtra: `sounddevice` or PortAudio is not installed.
        SourceError: There is no such device, or it cannot be opened.
        InvalidArgument: A length is out of range.
    """

    def __init__(
        self,
        *,
        format: SttFormat = USUAL_FORMAT,  # noqa: A002 -- the users' word
        device: int | str | None = None,
        piece_seconds: float = 0.1,
        max_waiting_seconds: float = 10.0,
        opener: MicrophoneOpener = open_microphone,
    ) -> None:
        super().__init__(format)
        check_range("piece_seconds", piece_seconds, 0.01, 1.0)
        check_range("max_waiting_seconds", max_waiting_seconds, piece_seconds, 3600.0)
        self._max_waiting: Final = max_waiting_seconds
        self._changed: Final = Condition()
        self._closing: Final = RLock()
        self._waiting: Final[deque[bytes]] = deque()
        self._waiting_nbytes = 0
        self._has_ended = False
        self.dropped_seconds: float = 0.0
        self.gaps: int = 0
        self._rate = format.sample_rate  # until the device is open, which may hear before that is known here
        self._microphone: Microphone | None = opener(format.sample_rate, piece_seconds, device, self)
        self._rate = self._microphone.sample_rate
        self._resampler: Final = Resampler(self._rate, format.sample_rate)

    def hear(self, samples: bytes, *, is_broken: bool) -> None:
        """Take samples of the device. For the device."""
        with self._changed:
            self.gaps += is_broken
            self._waiting.append(samples)
            self._waiting_nbytes += len(samples)
            while self._seconds(self._waiting_nbytes) > self._max_waiting:
                self._drop()
            self._changed.notify_all()

    def end(self) -> None:
        """Take notice that the device has ended. For the device."""
        with self._changed:
            self._has_ended = True
            self._changed.notify_all()

    def _drop(self) -> None:
        nbytes = len(self._waiting.popleft())
        self._waiting_nbytes -= nbytes
        self.dropped_seconds += self._seconds(nbytes)

    def _seconds(self, nbytes: int) -> float:
        return nbytes / 2 / self._rate

    @override
    def _read(self) -> bytes:
        while samples := self._next():
            if data := encode(self.format.encoding, self._resampler.feed(decode("pcm_s16le", samples))):
                return data
        return b""

    def _next(self) -> bytes:
        with self._changed:
            while not self._waiting:
                if self._is_closed:
                    return b""
                if self._has_ended:
                    raise SourceError("the microphone has stopped: it was unplugged, or another program took it")
                self._changed.wait(_LOOK_SECONDS)
            samples = self._waiting.popleft()
            self._waiting_nbytes -= len(samples)
            return samples

    @override
    def close(self) -> None:
        """Let go of the device, a read in progress or not: it is free afterwards. Waits for who closes it already."""
        self._is_closed = True
        self._release()

    @override
    def _release(self) -> None:
        # PortAudio does not survive that a process ends, or that the stream is closed once more, in the middle of this.
        with self._closing:
            microphone, self._microphone = self._microphone, None
            if microphone is not None:
                microphone.close()
