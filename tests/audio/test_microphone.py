"""Microphones: one that a test speaks into, and one of the operating system's that plays a file; a loudspeaker, too."""

from __future__ import annotations

import ctypes.util
import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
import pytest
from typing_extensions import override

from cartesia_audio import Microphone, MicrophoneSource
from cartesia_audio._pcm import decode
from cartesia_audio.microphone import Recorder
from cartesia_core import SttFormat
from cartesia_core.errors import InvalidArgument, LocalProtocolError, MissingExtra, SourceError
from tests.audio.recordings import HERTZ, LEVEL, hertz, level, tone

ALSA: Final = Path("/usr/share/alsa/alsa.conf")
PIECE: Final = bytes(range(200)) * 16
"""A tenth of a second."""


class Device:
    """A device whose test says what it hears."""

    def __init__(self, sample_rate: int | None = None) -> None:
        self.own_rate: Final = sample_rate
        self.sample_rate = 0
        self.asked: Sequence[object] = ()
        self.recorder: Recorder | None = None
        self.closings = 0

    def __call__(self, sample_rate: int, piece_seconds: float, device: int | str | None, to: Recorder, /) -> Microphone:
        """Open it."""
        self.asked = (sample_rate, piece_seconds, device)
        self.sample_rate = self.own_rate or sample_rate
        self.recorder = to
        return self

    def hear(self, *pieces: bytes, is_broken: bool = False) -> None:
        """Hear pieces."""
        assert self.recorder is not None
        for piece in pieces:
            self.recorder.hear(piece, is_broken=is_broken)

    def close(self) -> None:
        """Count it."""
        self.closings += 1


def test_what_is_heard_is_given() -> None:
    """Piece by piece, and the device is closed once."""
    device = Device()
    with MicrophoneSource(device="USB", opener=device) as source:
        device.hear(PIECE, PIECE[::-1])
        assert device.asked == (16000, 0.1, "USB")
        assert [next(source), next(source)] == [PIECE, PIECE[::-1]]
        assert (source.dropped_seconds, source.gaps) == (0, 0)
    source.close()
    assert device.closings == 1
    with pytest.raises(LocalProtocolError):
        iter(source)


def test_a_device_with_a_rate_of_its_own() -> None:
    """Is resampled, and given in the wanted encoding."""
    device = Device(48000)
    with MicrophoneSource(format=SttFormat("pcm_mulaw", 16000), opener=device) as source:
        device.hear(*(piece.tobytes() for piece in np.split((tone(48000) * 32767).astype("<i2"), 20)))
        samples = decode("pcm_mulaw", b"".join(next(source) for _ in range(15)))
    assert abs(hertz(samples[8000:20000]) - HERTZ) <= 1
    assert abs(level(samples[8000:20000]) - LEVEL) < 0.01


def test_what_nobody_takes_is_dropped_and_counted() -> None:
    """The oldest first: who speaks now must not wait for what was said long ago."""
    device = Device()
    with MicrophoneSource(max_waiting_seconds=0.3, opener=device) as source:
        device.hear(*(bytes([number]) * 3200 for number in range(5)))
        assert round(source.dropped_seconds, 3) == 0.2
        assert next(source)[0] == 2


def test_gaps_are_counted() -> None:
    """The system says when it lost audio."""
    device = Device()
    with MicrophoneSource(opener=device) as source:
        device.hear(PIECE, is_broken=True)
        assert source.gaps == 1


def test_closing_ends_a_wait() -> None:
    """From another thread, in the middle of a silence."""
    device = Device()
    source = MicrophoneSource(opener=device)
    got: list[bytes] = []
    thread = threading.Thread(target=lambda: got.extend(source))
    thread.start()
    device.hear(PIECE)
    source.close()
    thread.join(10)
    assert not thread.is_alive()
    assert b"".join(got) in (b"", PIECE)
    assert device.closings == 1


def test_closing_waits_for_who_closes_already() -> None:
    """Whoever comes back from `close` finds the device free: a process may end then, and PortAudio with it."""
    may_end, begun = threading.Event(), threading.Event()

    class SlowDevice(Device):
        @override
        def close(self) -> None:
            begun.set()
            may_end.wait(10)
            super().close()

    device = SlowDevice()
    source = MicrophoneSource(opener=device)
    first, second = (threading.Thread(target=source.close) for _ in range(2))
    first.start()
    begun.wait(10)
    second.start()
    second.join(0.1)
    assert second.is_alive()
    may_end.set()
    second.join(10)
    first.join(10)
    assert device.closings == 1


def test_closing_from_within_closing() -> None:
    """As a signal handler does that comes in the middle of it: closed once, and nothing hangs."""

    class InterruptedDevice(Device):
        @override
        def close(self) -> None:
            source.close()
            super().close()

    device = InterruptedDevice()
    source = MicrophoneSource(opener=device)
    source.close()
    assert device.closings == 1


def test_a_device_that_is_unplugged() -> None:
    """What was heard before is given first."""
    device = Device()
    with MicrophoneSource(opener=device) as source:
        device.hear(PIECE)
        assert device.recorder is not None
        device.recorder.end()
        assert next(source) == PIECE
        with pytest.raises(SourceError, match="has stopped"):
            next(source)


@pytest.mark.parametrize("lengths", [{"piece_seconds": 0.0}, {"piece_seconds": 2.0}, {"max_waiting_seconds": 0.01}])
def test_lengths_that_cannot_be(lengths: dict[str, float]) -> None:
    """Nothing is opened."""
    device = Device()
    with pytest.raises(InvalidArgument, match="_seconds"):
        MicrophoneSource(opener=device, **lengths)  # type: ignore[arg-type]
    assert not device.asked


def test_without_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    """The extra and the system's package are named."""

    def refuse(name: str) -> None:
        raise OSError("PortAudio library not found")

    monkeypatch.setattr("importlib.import_module", refuse)
    with pytest.raises(MissingExtra, match=r"cartesia-core\[audio\].*libportaudio2"):
        MicrophoneSource()


def in_a_system_with_sound(folder: Path, code: str, *, rate: int = 16000) -> str:
    """Run code where the default microphone plays a tone and the loudspeaker writes a file; give what it prints."""
    (folder / "spoken.raw").write_bytes((tone(rate, 20) * 32767).astype("<i2").tobytes())
    (folder / "asound.conf").write_text(
        f"<{ALSA}>\n"
        f'pcm.spoken {{ type file  slave.pcm null  file "{folder / "played.raw"}"  infile "{folder / "spoken.raw"}"  format raw }}\n'
        f"pcm.!default {{ type plug  slave {{ pcm spoken  rate {rate}  format S16_LE  channels 1 }} }}\n"
    )
    environment = {**os.environ, "ALSA_CONFIG_PATH": str(folder / "asound.conf")}
    command = [sys.executable, "-c", code]
    return subprocess.run(command, check=True, env=environment, stdout=subprocess.PIPE, text=True, timeout=60).stdout


needs_alsa = pytest.mark.skipif(
    not (ALSA.exists() and ctypes.util.find_library("portaudio")), reason="needs ALSA and PortAudio"
)


@needs_alsa
@pytest.mark.parametrize("wanted", [16000, 44100])
def test_a_microphone_of_the_system(tmp_path: Path, wanted: int) -> None:
    """PortAudio's thread records what the device plays, at the wanted rate."""
    code = f"""
from cartesia_audio import MicrophoneSource
from cartesia_core import SttFormat
with MicrophoneSource(format=SttFormat("pcm_s16le", {wanted}), max_waiting_seconds=60) as source:
    print(b"".join(next(source) for _ in range(10)).hex())
"""
    samples = np.frombuffer(bytes.fromhex(in_a_system_with_sound(tmp_path, code)), "<i2") / 32768
    assert abs(len(samples) / wanted - 1) < 0.01
    assert abs(hertz(samples) * wanted / 16000 - HERTZ) <= 2
    assert abs(level(samples) - LEVEL) < 0.01


@needs_alsa
def test_a_microphone_that_is_not_there(tmp_path: Path) -> None:
    """Is an error with the library's reason."""
    code = """
from cartesia_audio import MicrophoneSource
from cartesia_core.errors import SourceError
try:
    MicrophoneSource(device="telepathy")
except SourceError as error:
    print(error)
"""
    assert "No input device matching 'telepathy'" in in_a_system_with_sound(tmp_path, code)


@needs_alsa
def test_a_loudspeaker_of_the_system(tmp_path: Path) -> None:
    """What is written to a device arrives there, whole and in order, although it is cut within samples."""
    code = """
from cartesia_audio import DeviceSink
from cartesia_core import RawFormat
from cartesia_core.sinks import opened
from tests.audio.recordings import tone
played = (tone(16000, 1) * 32767).astype("<i2").tobytes()
with opened(DeviceSink(), RawFormat("pcm_s16le", 16000)) as sink:
    for at in range(0, len(played), 777):
        sink.write(played[at : at + 777])
"""
    in_a_system_with_sound(tmp_path, code)
    assert (tone(16000, 1) * 32767).astype("<i2").tobytes() in (tmp_path / "played.raw").read_bytes()
