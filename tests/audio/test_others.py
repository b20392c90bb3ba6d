"""Sinks that are no files: memory, streams, several at once, players, devices."""

from __future__ import annotations

import io
import os
import sys
import wave
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace

import pytest

from cartesia_audio import PLAYERS, DeviceSink, MemorySink, PlayerSink, StreamSink, TeeSink, WavFileSink
from cartesia_core import laws, wav
from cartesia_core.audio import Mp3Format, OutputFormat, RawFormat, WavFormat
from cartesia_core.errors import InvalidArgument, LocalProtocolError, MissingExtra, SinkError
from cartesia_core.sinks import AudioSink, opened

S16 = RawFormat("pcm_s16le", 16000)
MP3 = Mp3Format(44100, 128000)


def test_everything_is_a_sink() -> None:
    """All sinks fit the protocol."""
    sinks: list[AudioSink] = [
        MemorySink(),
        StreamSink(io.BytesIO()),
        TeeSink(),
        PlayerSink(["cat"]),
        DeviceSink(),
        WavFileSink("a.wav"),
    ]
    assert all(isinstance(sink, AudioSink) for sink in sinks)


def test_memory() -> None:
    """Memory keeps what was written, also after the end."""
    sink = MemorySink()
    with opened(sink, S16):
        sink.write(b"ab")
        sink.write(b"cd")
    assert (sink.content, sink.format) == (b"abcd", S16)
    with pytest.raises(LocalProtocolError, match="not open"):
        sink.write(b"x")
    with pytest.raises(LocalProtocolError, match="opened before"):
        sink.open(S16)


def test_memory_after_an_error() -> None:
    """An abort forgets."""
    sink = MemorySink()
    sink.open(MP3)
    sink.write(b"ab")
    sink.abort()
    assert sink.content == b""


def test_stream() -> None:
    """A stream gets the bytes as they come, is flushed, and stays open."""
    stream = io.BytesIO()
    sink = StreamSink(stream)
    with pytest.raises(LocalProtocolError, match="not open"):
        sink.write(b"x")
    with opened(sink, MP3):
        sink.write(b"ab")
    assert stream.getvalue() == b"ab"
    sink.close()


def test_stream_that_fails() -> None:
    """A closed stream and a reader that left are one kind of error, which names the stream."""
    closed = io.BytesIO()
    closed.close()
    with (
        pytest.raises(SinkError, match=r"written to standard output: .*closed"),
        opened(StreamSink(closed, name="standard output"), S16) as sink,
    ):
        sink.write(b"x")
    reading, writing = os.pipe()
    os.close(reading)
    with (
        os.fdopen(writing, "wb", buffering=0) as pipe,
        pytest.raises(SinkError, match="broken pipe"),
        opened(StreamSink(pipe), S16) as sink,
    ):
        sink.write(b"x")


def test_tee(tmp_path: Path) -> None:
    """All sinks get the same audio."""
    memory = MemorySink()
    with opened(TeeSink(memory, WavFileSink(tmp_path / "a.wav")), S16) as sink:
        sink.write(b"abcd")
    assert memory.content == b"abcd"
    assert wav.read((tmp_path / "a.wav").read_bytes())[1] == b"abcd"


def test_tee_with_a_sink_that_cannot_open(tmp_path: Path) -> None:
    """If one cannot be opened, those before it are aborted."""
    with (
        pytest.raises(SinkError, match="no folder"),
        opened(TeeSink(WavFileSink(tmp_path / "a.wav"), WavFileSink(tmp_path / "no" / "b.wav")), S16),
    ):
        pytest.fail("the block must not run")
    assert not list(tmp_path.iterdir())


class Stubborn(MemorySink):
    """A sink that cannot be closed."""

    def close(self) -> None:
        """Fail."""
        raise SinkError("stubborn")


def test_tee_closes_all(tmp_path: Path) -> None:
    """One that cannot be closed does not keep the others from being complete."""
    with (
        pytest.raises(SinkError, match="stubborn"),
        opened(TeeSink(Stubborn(), WavFileSink(tmp_path / "a.wav")), S16) as s,
    ):
        s.write(b"abcd")
    assert wav.read((tmp_path / "a.wav").read_bytes())[1] == b"abcd"


def recorder(path: Path, then: str = "") -> list[str]:
    """Give a player that writes what it hears to a file."""
    code = f"import sys; data = sys.stdin.buffer.read(); open({str(path)!r}, 'wb').write(data); {then}"
    return [sys.executable, "-c", code]


def test_player_hears_everything(tmp_path: Path) -> None:
    """Raw samples reach the player as WAV of unknown length; `close` waits for it."""
    heard = tmp_path / "heard"
    with opened(PlayerSink(recorder(heard)), S16) as sink:
        for _ in range(100):
            sink.write(b"abc" * 1000)
    assert wav.read(heard.read_bytes()) == (wav.WavSpec(1, 1, 16000, 16), b"abc" * 100000)


def test_player_of_mp3(tmp_path: Path) -> None:
    """MP3 reaches the player as it is."""
    with opened(PlayerSink(recorder(tmp_path / "heard")), MP3) as sink:
        sink.write(b"\xff\xfb")
    assert (tmp_path / "heard").read_bytes() == b"\xff\xfb"


def test_player_that_fails(tmp_path: Path) -> None:
    """A player's bad end is an error with its last words."""
    command = recorder(tmp_path / "heard", "sys.exit('ALSA: no cards')")
    with pytest.raises(SinkError, match="ended early with status 1: ALSA: no cards"), opened(PlayerSink(command), S16):
        pass


def test_player_that_ends_in_mid_stream() -> None:
    """A player that leaves is noticed while writing."""
    sink = PlayerSink([sys.executable, "-c", ""])

    def play() -> None:
        for _ in range(100):
            sink.write(bytes(100000))

    with pytest.raises(SinkError, match=r"ended early with status 0\."), opened(sink, S16):
        play()


def test_player_that_only_stops_listening() -> None:
    """A player that closes its input and stays is ended."""
    sink = PlayerSink([sys.executable, "-c", "import os, time; os.close(0); time.sleep(60)"])

    def play() -> None:
        for _ in range(100):
            sink.write(bytes(100000))

    with pytest.raises(SinkError, match="ended early"), opened(sink, S16):
        play()


def test_abort_is_immediate() -> None:
    """Aborting ends the player without waiting for it."""
    sink = PlayerSink([sys.executable, "-c", "import time; time.sleep(60)"])
    with pytest.raises(ZeroDivisionError), opened(sink, S16):
        raise ZeroDivisionError
    assert sink._process is None


def test_player_that_is_not_there() -> None:
    """A program that does not exist, or no command at all, is refused."""
    with pytest.raises(SinkError, match="could not be started: No such file"), opened(PlayerSink(["/no/such"]), S16):
        pytest.fail("the block must not run")
    with pytest.raises(InvalidArgument, match="empty"):
        PlayerSink([]).open(S16)


def test_order_of_calls_of_a_player() -> None:
    """Writing before, and opening twice, are the caller's mistakes; closing what is not open is none."""
    sink = PlayerSink(["cat"])
    sink.close()
    with pytest.raises(LocalProtocolError, match="not open"):
        sink.write(b"x")
    with opened(sink, S16), pytest.raises(LocalProtocolError, match="open already"):
        sink.open(S16)


def install(folder: Path, name: str, heard: Path) -> None:
    """Put a program of that name into a folder, which notes its arguments and what it hears."""
    program = folder / name
    program.write_text(f'#!/bin/sh\necho "$0" "$@" > "{heard}.arguments"\nexec /bin/cat > "{heard}"\n')
    program.chmod(0o755)


@pytest.mark.parametrize(
    ("installed", "audio_format", "chosen"),
    [
        (PLAYERS, S16, "ffplay"),
        (("aplay", "play"), WavFormat("pcm_s16le", 8000), "play"),
        (("aplay",), S16, "aplay"),
        (("aplay", "mpv"), MP3, "mpv"),
    ],
)
def test_player_that_is_found(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    installed: tuple[str, ...],
    audio_format: OutputFormat,
    chosen: str,
) -> None:
    """The first program that is installed and can play such audio is taken, told to read its standard input."""
    heard = tmp_path / "heard"
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in installed:
        install(folder, name, heard)
    monkeypatch.setenv("PATH", str(folder))
    with opened(PlayerSink(), audio_format):
        pass
    arguments = Path(f"{heard}.arguments").read_text().split()
    assert Path(arguments[0]).name == chosen
    assert arguments[-1] in {"-", "pipe:0"}


def test_no_player_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a program the message says which would do; aplay cannot play MP3."""
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SinkError, match="install one of ffplay, mpv, play, aplay"):
        PlayerSink().open(S16)
    install(tmp_path, "aplay", tmp_path / "heard")
    with pytest.raises(SinkError, match="play mp3 audio"):
        PlayerSink().open(MP3)


class Speaker:
    """A device that notes what it plays."""

    def __init__(self, sample_rate: int, dtype: str, device: int | str | None) -> None:
        self.opened_with = (sample_rate, dtype, device)
        self.heard = b""
        self.ended: list[str] = []

    def write(self, data: bytes) -> None:
        """Note it."""
        self.heard += data

    def finish(self) -> None:
        """Note it."""
        self.ended.append("finish")

    def drop(self) -> None:
        """Note it."""
        self.ended.append("drop")


class Shop:
    """Opens speakers and keeps them."""

    def __init__(self) -> None:
        self.speakers: list[Speaker] = []

    def __call__(self, sample_rate: int, dtype: str, device: int | str | None) -> Speaker:
        """Open one."""
        self.speakers.append(Speaker(sample_rate, dtype, device))
        return self.speakers[-1]


@pytest.mark.parametrize(
    ("audio_format", "sent", "dtype", "heard"),
    [
        (S16, b"abcde", "int16", b"abcd"),
        (RawFormat("pcm_f32le", 16000), b"abcde", "float32", b"abcd"),
        (RawFormat("pcm_mulaw", 16000), b"ab", "int16", laws.mulaw_to_s16(b"ab")),
        (RawFormat("pcm_alaw", 16000), b"ab", "int16", laws.alaw_to_s16(b"ab")),
        (WavFormat("pcm_s16le", 16000), wav.header(S16) + b"ab", "int16", b"ab"),
    ],
)
def test_device(audio_format: OutputFormat, sent: bytes, dtype: str, heard: bytes) -> None:
    """A device gets whole samples of a kind it knows, and is waited for at the end."""
    shop = Shop()
    with opened(DeviceSink("desk", opener=shop), audio_format) as sink:
        for at in range(len(sent)):
            sink.write(sent[at : at + 1])
    (speaker,) = shop.speakers
    assert (speaker.opened_with, speaker.heard, speaker.ended) == ((16000, dtype, "desk"), heard, ["finish"])


def test_device_falls_silent_on_abort() -> None:
    """Aborting drops what was not heard yet."""
    shop = Shop()
    with pytest.raises(ZeroDivisionError), opened(DeviceSink(opener=shop), S16):
        raise ZeroDivisionError
    assert shop.speakers[0].ended == ["drop"]


def test_order_of_calls_of_a_device() -> None:
    """Writing before, and opening twice, are the caller's mistakes; MP3 cannot be played."""
    sink = DeviceSink(opener=Shop())
    sink.close()
    with pytest.raises(LocalProtocolError, match="not open"):
        sink.write(b"x")
    with pytest.raises(InvalidArgument, match="mp3 would arrive"):
        sink.open(MP3)
    sink.open(S16)
    with pytest.raises(LocalProtocolError, match="open already"):
        sink.open(S16)
    sink.abort()


class PortAudioError(Exception):
    """What `sounddevice` raises."""


class FakeStream:
    """Stands in for a stream of `sounddevice`: machines that run tests have no loudspeaker."""

    def __init__(self, calls: list[str], device: object) -> None:
        if device == "none":
            raise ValueError("No output device matching 'none'")
        self._calls = calls

    def start(self) -> None:
        """Note it."""
        self._calls.append("start")

    def write(self, data: bytes) -> None:
        """Note it, or fail."""
        if data == b"!!":
            raise PortAudioError("Device unavailable [PaErrorCode -9985]")
        self._calls.append(f"write {data!r}")

    def stop(self) -> None:
        """Note it."""
        self._calls.append("stop")

    def abort(self, *, ignore_errors: bool) -> None:
        """Note it."""
        self._calls.append(f"abort {ignore_errors}")

    def close(self, *, ignore_errors: bool = True) -> None:
        """Note it."""
        self._calls.append(f"close {ignore_errors}")


@pytest.fixture
def portaudio(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Install the stand-in; give what is asked of it."""
    calls: list[str] = []

    def stream(*, samplerate: int, channels: int, dtype: str, device: object) -> FakeStream:
        calls.append(f"{samplerate} {channels} {dtype} {device}")
        return FakeStream(calls, device)

    library = SimpleNamespace(RawOutputStream=stream, PortAudioError=PortAudioError)
    monkeypatch.setitem(sys.modules, "sounddevice", library)
    return calls


def test_sounddevice_is_used_as_documented(portaudio: list[str]) -> None:
    """One mono stream is started, written, stopped (which waits) and closed."""
    with opened(DeviceSink(3), S16) as sink:
        sink.write(b"ab")
    assert portaudio == ["16000 1 int16 3", "start", "write b'ab'", "stop", "close True"]


def test_device_that_fails(portaudio: list[str]) -> None:
    """A missing device and one that goes away are told in a sentence; the stream is dropped."""
    with pytest.raises(SinkError, match="No output device matching"):
        DeviceSink("none").open(S16)
    portaudio.clear()
    with pytest.raises(SinkError, match="Device unavailable"), opened(DeviceSink(), S16) as sink:
        sink.write(b"!!")
    assert portaudio == ["16000 1 int16 None", "start", "abort True", "close True"]


def test_real_device_or_a_clear_word() -> None:
    """On this machine there is a device, or one sentence about what is missing."""
    with suppress(MissingExtra, SinkError):
        sink = DeviceSink()
        sink.open(RawFormat("pcm_s16le", 44100))
        sink.abort()


def test_without_sounddevice(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the library the extra is named."""
    monkeypatch.setitem(sys.modules, "sounddevice", None)
    with pytest.raises(MissingExtra, match=r"cartesia-core\[audio\]"):
        DeviceSink().open(S16)


def test_wave_module_reads_what_a_player_gets() -> None:
    """The stream's header is one that readers of files understand after repair."""
    with wave.open(io.BytesIO(wav.repair(wav.header(S16) + b"abcd"))) as file:
        assert file.getnframes() == 2
