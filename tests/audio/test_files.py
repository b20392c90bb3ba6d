"""File sinks: what is in the file, when it appears, and what remains when something goes wrong."""

from __future__ import annotations

import math
import multiprocessing
import os
import stat
import struct
import subprocess
import sys
import wave
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import soundfile
from attrs import evolve

from cartesia_audio import (
    ENCODED_SUFFIXES,
    FILE_SUFFIXES,
    EncodedFileSink,
    RawFileSink,
    VerbatimFileSink,
    WavFileSink,
    open_sink,
    sink_for,
)
from cartesia_core import laws, wav
from cartesia_core.audio import ENCODINGS, Encoding, Mp3Format, OutputFormat, RawFormat, WavFormat
from cartesia_core.errors import AudioNotUsable, InvalidArgument, LocalProtocolError, MissingExtra, SinkError

if TYPE_CHECKING:
    from cartesia_core.sinks import Keep

S16 = RawFormat("pcm_s16le", 16000)
TONE = struct.pack("<16000h", *(int(9000 * math.sin(index / 7)) for index in range(16000)))
MP3 = Mp3Format(44100, 128000)

needs_full_device = pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device that is always full")


def names(folder: Path) -> list[str]:
    """Give the names of what is in a folder, hidden files too."""
    return sorted(path.name for path in folder.iterdir())


def stop_after(path: Path, content: bytes, reason: type[BaseException], keep: Keep = "interrupted") -> None:
    """Write content, then fail for that reason."""

    def work() -> None:
        with open_sink(path, S16, keep=keep) as sink:
            sink.write(content)
            raise reason

    with pytest.raises(reason):
        work()


def write(path: Path, audio_format: OutputFormat, content: bytes, size: int = 4097) -> None:
    """Write content in pieces of an odd size."""
    with open_sink(path, audio_format) as sink:
        for at in range(0, len(content), size):
            sink.write(content[at : at + size])


def test_wav_has_real_sizes(tmp_path: Path) -> None:
    """The standard library reads the file: it has the real sizes and every sample."""
    write(tmp_path / "a.wav", S16, TONE)
    with wave.open(str(tmp_path / "a.wav")) as file:
        assert (file.getframerate(), file.getnframes()) == (16000, 16000)
        assert file.readframes(16000) == TONE


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_wav_of_every_encoding(tmp_path: Path, encoding: Encoding) -> None:
    """Samples that arrive raw, or behind a header of unknown sizes, make the same file; odd lengths are padded."""
    raw, wrapped = RawFormat(encoding, 8000), WavFormat(encoding, 8000)
    samples = raw.silence(1.0) + raw.silence(1 / 8000)
    write(tmp_path / "raw.wav", raw, samples)
    write(tmp_path / "wav.wave", wrapped, wav.header(wrapped) + samples, size=11)
    wanted = wav.header(wrapped, len(samples)) + samples + wav.padding(len(samples))
    assert (tmp_path / "raw.wav").read_bytes() == wanted == (tmp_path / "wav.wave").read_bytes()


def test_raw_file_is_bare_samples(tmp_path: Path) -> None:
    """A header that arrives is taken off; half a sample at the end is dropped."""
    write(tmp_path / "a.pcm", WavFormat("pcm_s16le", 16000), wav.header(WavFormat("pcm_s16le", 16000)) + TONE + b"x")
    write(tmp_path / "b.raw", S16, TONE)
    assert (tmp_path / "a.pcm").read_bytes() == TONE == (tmp_path / "b.raw").read_bytes()


def test_mp3_goes_through(tmp_path: Path) -> None:
    """MP3 bytes are written as they come."""
    write(tmp_path / "a.mp3", MP3, b"\xff\xfb" * 5000)
    assert (tmp_path / "a.mp3").read_bytes() == b"\xff\xfb" * 5000


@pytest.mark.parametrize("suffix", ENCODED_SUFFIXES)
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_encoded_files_hold_the_sound(tmp_path: Path, suffix: str, encoding: Encoding) -> None:
    """Every other extension gives a file of that format, as long as the audio."""
    audio_format = RawFormat(encoding, 16000)
    content = {
        "pcm_s16le": TONE,
        "pcm_f32le": struct.pack("<16000f", *(0.3 * math.sin(index / 7) for index in range(16000))),
        "pcm_mulaw": laws.s16_to_mulaw(TONE),
        "pcm_alaw": laws.s16_to_alaw(TONE),
    }[encoding]
    write(tmp_path / f"a{suffix}", audio_format, content)
    data, rate = soundfile.read(tmp_path / f"a{suffix}")
    assert len(data) / rate == pytest.approx(1.0, abs=0.15)
    # The effective value in the middle: lossy codecs ring where a tone begins and ends.
    assert data[4000:12000].std() == pytest.approx(0.2, abs=0.03)


def test_lossless_is_lossless(tmp_path: Path) -> None:
    """FLAC gives the very samples back, also when they arrive byte by byte."""
    write(tmp_path / "a.flac", S16, TONE[:3000], size=1)
    data, _ = soundfile.read(tmp_path / "a.flac", dtype="int16")
    assert data.tobytes() == TONE[:3000]


def test_the_file_appears_at_the_end(tmp_path: Path) -> None:
    """Until then an older file of the name is untouched, and the audio so far can be played from the hidden one."""
    path = tmp_path / "a.wav"
    path.write_bytes(b"old")
    with open_sink(path, S16) as sink:
        sink.write(TONE)
        assert path.read_bytes() == b"old"
        (part,) = tmp_path.glob(".a.wav.*.part")
        assert wav.read(part.read_bytes())[1] == TONE
    assert names(tmp_path) == ["a.wav"]
    assert wav.read(path.read_bytes())[1] == TONE


def test_permissions_and_links_stay(tmp_path: Path) -> None:
    """A replaced file keeps its permissions; a link keeps pointing to the file; a new file has the usual ones."""
    target, link = tmp_path / "real.wav", tmp_path / "link.wav"
    target.write_bytes(b"")
    target.chmod(0o640)
    link.symlink_to(target)
    write(link, S16, TONE)
    assert link.is_symlink()
    assert stat.S_IMODE(target.stat().st_mode) == 0o640
    plain = tmp_path / "plain"
    plain.write_bytes(b"")
    write(tmp_path / "new.wav", S16, TONE)
    assert (tmp_path / "new.wav").stat().st_mode == plain.stat().st_mode


@pytest.mark.parametrize("suffix", [".wav", ".raw", ".flac", ".ogg", ".mp3"])
def test_interruption_leaves_a_playable_file(tmp_path: Path, suffix: str) -> None:
    """Ctrl-C keeps what was written, complete; nothing else remains."""
    path = tmp_path / f"a{suffix}"
    stop_after(path, TONE[:8001], KeyboardInterrupt)
    assert names(tmp_path) == [path.name]
    if suffix == ".raw":
        assert path.read_bytes() == TONE[:8000]
    else:
        assert soundfile.info(path).duration == pytest.approx(0.25, abs=0.15)


@pytest.mark.parametrize("suffix", [".wav", ".raw", ".flac", ".mp3"])
def test_error_leaves_nothing(tmp_path: Path, suffix: str) -> None:
    """After an error there is no file, not even the hidden one; an older one is still there."""
    path = tmp_path / f"a{suffix}"
    path.write_bytes(b"old")
    stop_after(path, TONE, ZeroDivisionError)
    assert names(tmp_path) == [path.name]
    assert path.read_bytes() == b"old"


def test_keep_always_and_never(tmp_path: Path) -> None:
    """The caller may keep a part after an error, or nothing after an interruption."""
    stop_after(tmp_path / "a.wav", TONE, ZeroDivisionError, "always")
    stop_after(tmp_path / "b.wav", TONE, KeyboardInterrupt, "never")
    assert names(tmp_path) == ["a.wav"]
    assert wav.read((tmp_path / "a.wav").read_bytes())[1] == TONE


def test_killed_process_leaves_a_playable_part(tmp_path: Path) -> None:
    """Even a process that is killed leaves its hidden file, whose header says that the size is unknown."""
    script = (
        "import os, signal, sys\n"
        "from cartesia_audio import open_sink\n"
        "from cartesia_core.audio import RawFormat\n"
        "with open_sink(sys.argv[1], RawFormat('pcm_s16le', 16000)) as sink:\n"
        "    sink.write(bytes(32000))\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    subprocess.run([sys.executable, "-c", script, tmp_path / "a.wav"], check=False, timeout=30)
    (part,) = tmp_path.iterdir()
    assert wav.read(part.read_bytes()) == (wav.WavSpec(1, 1, 16000, 16), bytes(32000))


@pytest.mark.parametrize("suffix", [".wav", ".raw", ".flac"])
def test_places_that_cannot_be_written(tmp_path: Path, suffix: str) -> None:
    """A missing folder, a folder of the name and a file for a folder are told apart, and the path is named."""
    (tmp_path / f"folder{suffix}").mkdir()
    (tmp_path / "file").write_bytes(b"")
    for name, reason in [
        (f"no/a{suffix}", "no folder"),
        (f"folder{suffix}", "folder"),
        (f"file/a{suffix}", "directory"),
    ]:
        with pytest.raises(SinkError, match=reason) as caught, open_sink(tmp_path / name, S16):
            pytest.fail("the block must not run")
        assert name in str(caught.value)
        assert caught.value.may_have_been_billed
    assert len(names(tmp_path)) == 2


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="everything may be written by root")
def test_folder_without_permission(tmp_path: Path) -> None:
    """A folder that cannot be written to is named with the reason."""
    tmp_path.chmod(0o500)
    with pytest.raises(SinkError, match="permission denied"), open_sink(tmp_path / "a.wav", S16):
        pytest.fail("the block must not run")
    tmp_path.chmod(0o700)


@needs_full_device
@pytest.mark.parametrize("suffix", [".wav", ".raw", ".flac"])
def test_full_device(tmp_path: Path, suffix: str) -> None:
    """A full device is named with the reason; it is written to directly and not replaced."""
    path = tmp_path / f"a{suffix}"
    path.symlink_to("/dev/full")
    with pytest.raises(SinkError, match="no space left on device") as caught:
        write(path, S16, TONE)
    assert str(path) in str(caught.value)
    assert stat.S_ISCHR(path.stat().st_mode)
    assert names(tmp_path) == [path.name]


def fill(path: Path, audio_format: OutputFormat, answer: multiprocessing.Queue[str]) -> None:
    """Write more than this process may, and say what came of it."""
    import resource

    resource.setrlimit(resource.RLIMIT_FSIZE, (20000, 20000))
    try:
        write(path, audio_format, os.urandom(400000))
    except SinkError as error:
        answer.put(str(error))
    else:
        answer.put("nothing was noticed")


@pytest.mark.skipif(sys.platform == "win32", reason="there are no file size limits")
@pytest.mark.parametrize("suffix", [".wav", ".raw", ".flac", ".ogg", ".mp3", ".aiff"])
def test_full_disk_in_mid_stream(tmp_path: Path, suffix: str) -> None:
    """Running out of room says so, and the hidden file does not stay."""
    context = multiprocessing.get_context("spawn")
    answer: multiprocessing.Queue[str] = context.Queue()
    process = context.Process(target=fill, args=(tmp_path / f"a{suffix}", S16, answer))
    process.start()
    assert f"a{suffix}' could not be written: file too large." in answer.get(timeout=30)
    process.join(30)
    process.close()
    answer.close()
    answer.join_thread()
    assert names(tmp_path) == []


def test_pipe_keeps_unknown_sizes(tmp_path: Path) -> None:
    """A pipe is written to directly; its header cannot be patched."""
    path = tmp_path / "pipe.wav"
    os.mkfifo(path)
    reader = subprocess.Popen(["cat", path], stdout=subprocess.PIPE)
    write(path, S16, TONE[:1000])
    content, _ = reader.communicate(timeout=10)
    assert content == wav.header(S16) + TONE[:1000]
    assert stat.S_ISFIFO(path.stat().st_mode)


def test_four_gibibytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A WAV file that would become too long says so; the limit is made smaller here."""
    monkeypatch.setattr(wav, "MAX_DATA_NBYTES", 40000)
    with pytest.raises(SinkError, match="at most 4 GiB"):
        write(tmp_path / "a.wav", S16, TONE * 2)
    assert names(tmp_path) == []


def test_wrong_wav_arrives(tmp_path: Path) -> None:
    """A body that is no WAV, or another one than asked for, is refused."""
    asked = WavFormat("pcm_s16le", 16000)
    with pytest.raises(AudioNotUsable, match="no WAV file"):
        write(tmp_path / "a.wav", asked, b"<html>" * 10)
    with pytest.raises(AudioNotUsable, match="8000"):
        write(tmp_path / "a.wav", asked, wav.header(WavFormat("pcm_s16le", 8000)) + TONE)
    assert names(tmp_path) == []


@pytest.mark.parametrize(
    ("name", "audio_format", "kind"),
    [
        ("a.wav", S16, WavFileSink),
        ("a.WAV", WavFormat("pcm_s16le", 8000), WavFileSink),
        ("a.raw", S16, RawFileSink),
        ("a.mp3", MP3, VerbatimFileSink),
        ("a.mp3", S16, EncodedFileSink),
        ("a.flac", S16, EncodedFileSink),
    ],
)
def test_the_extension_decides(name: str, audio_format: OutputFormat, kind: type[object]) -> None:
    """Each extension has its sink; nothing is written before it is opened."""
    assert type(sink_for(name, audio_format)) is kind


@pytest.mark.parametrize(
    ("name", "audio_format", "problem"),
    [
        ("a", S16, ".wav, .wave, .raw"),
        ("a.txt", S16, "none of the extensions"),
        ("a.wav", MP3, "ask for RawFormat or WavFormat"),
        ("a.raw", MP3, "ask for RawFormat or WavFormat"),
        ("a.flac", MP3, "ask for RawFormat or WavFormat"),
        ("a.opus", RawFormat("pcm_s16le", 44100), "ask for one of 8000, 16000, 24000, 48000"),
    ],
)
def test_impossible_combinations(name: str, audio_format: OutputFormat, problem: str) -> None:
    """What cannot work is refused before anything is generated, with a way out."""
    with pytest.raises(InvalidArgument, match=problem):
        sink_for(name, audio_format)


def test_sinks_check_for_themselves(tmp_path: Path) -> None:
    """Without the chooser too, MP3 goes into no sample file and unknown extensions into no encoder."""
    for sink in (WavFileSink(tmp_path / "a"), RawFileSink(tmp_path / "a"), EncodedFileSink(tmp_path / "a.flac")):
        with pytest.raises(InvalidArgument, match="mp3 would arrive"):
            sink.open(MP3)
    with pytest.raises(InvalidArgument, match="none of the extensions"):
        EncodedFileSink(tmp_path / "a.wav")
    assert names(tmp_path) == []
    assert set(ENCODED_SUFFIXES) < set(FILE_SUFFIXES)


def test_order_of_calls(tmp_path: Path) -> None:
    """Writing before or after, and opening twice, are the caller's mistakes; ending twice is not."""
    sink = WavFileSink(tmp_path / "a.wav")
    sink.close()
    sink.abort()
    with pytest.raises(LocalProtocolError, match="not open"):
        sink.write(b"x")
    sink.open(S16)
    sink.write(TONE)
    sink.close()
    sink.close()
    sink.abort()
    with pytest.raises(LocalProtocolError, match="not open"):
        sink.write(b"x")
    with pytest.raises(LocalProtocolError, match="opened before"):
        sink.open(S16)
    assert wav.read((tmp_path / "a.wav").read_bytes())[1] == TONE


def test_encoder_that_cannot_begin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the library refuses, its reason is told and nothing remains."""
    sink = EncodedFileSink(tmp_path / "a.flac")
    monkeypatch.setattr(sink, "_codec", evolve(sink._codec, subtype="VORBIS"))
    with pytest.raises(SinkError, match=r"a\.flac' could not be written: invalid combination of format"):
        sink.open(S16)
    assert names(tmp_path) == []


def test_without_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without `soundfile` the extra is named; WAV and raw files need none."""
    monkeypatch.setitem(sys.modules, "soundfile", None)
    with pytest.raises(MissingExtra, match=r'pip install "cartesia-core\[audio\]"'):
        sink_for("a.flac", S16)
    assert isinstance(sink_for("a.wav", S16), WavFileSink)


def test_folder_that_goes_away(tmp_path: Path) -> None:
    """If the file cannot be put in its place, the error says so and nothing else goes wrong."""
    folder = tmp_path / "folder"
    folder.mkdir()
    sink = WavFileSink(folder / "a.wav")
    sink.open(S16)
    sink.write(TONE)
    for part in folder.iterdir():
        part.unlink()
    folder.rmdir()
    with pytest.raises(SinkError, match="no folder"):
        sink.close()
    sink.abort()
