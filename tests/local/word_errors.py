"""How many words the recogniser gets wrong: called directly, and through the server in each of the three ways.

`python -m tests.local.word_errors` speaks two sets of 20 sentences with the default voice and prints a table.
"""

from __future__ import annotations

import io
import re
import resource
import sys
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final

import numpy as np
import soundfile
from attrs import frozen

from cartesia_local import LocalServer
from tests.local.client import VOICE, http, spoken
from tests.local.hearing import finals, silence, stream, turns, wrong_words
from tests.local.sentences import HELD_OUT, TUNED

RATE: Final = 16000
PAUSE_SECONDS: Final = 1.5
"""Between sentences, and after the last."""
NOISE_DB: Final = -37
PAD_SECONDS: Final = 0.3
_NO_LETTER: Final = re.compile(r"[^a-z']+")

Way = Callable[[LocalServer, Sequence[bytes]], list[str]]


@frozen
class Result:
    """How one way did.

    Attributes:
        wrong: Words that were wrong, missing or too many.
        heard: Text by text.
        cpu_seconds: Of all processes, with their start.
    """

    wrong: int
    heard: list[str]
    cpu_seconds: float


def plain(text: str) -> str:
    """Give lower-case words without marks."""
    return " ".join(_NO_LETTER.sub("", word.lower()) for word in text.split())


def errors(texts: Sequence[str], heard: Sequence[str]) -> int:
    """Count the words that are wrong in all texts together."""
    assert len(texts) == len(heard), heard
    return sum(wrong_words(plain(text), plain(words)) for text, words in zip(texts, heard, strict=True))


def speak(server: LocalServer, texts: Sequence[str], voice: str = VOICE) -> list[bytes]:
    """Speak each text: 16 bit, mono, 16 kHz."""
    wavs = [spoken(server, text, voice) for text in texts]
    return [bytes(soundfile.read(io.BytesIO(wav), dtype="int16")[0].tobytes()) for wav in wavs]


def directly(recordings: Sequence[bytes], *, has_noise: bool = True) -> list[str]:
    """Call PocketSphinx on each recording as a whole, with a decoder that has heard nothing before."""
    from pocketsphinx import Decoder

    decoder = Decoder(loglevel="FATAL")
    return [_decoded(decoder, noisy(pcm) if has_noise else pcm) for pcm in recordings]


def noisy(pcm: bytes) -> bytes:
    """Put noise under a recording, and silence on both sides: the engine's output is digitally clean.

    It is 37 dB below the speech, and always the same.
    """
    samples = np.frombuffer(pcm, "<i2").astype(np.float64) / 2**15
    level = np.sqrt(np.mean(samples[np.abs(samples) > 0.01 * np.abs(samples).max()] ** 2))
    padded = np.pad(samples, int(PAD_SECONDS * RATE))
    padded += np.random.default_rng(1).normal(0, level * 10 ** (NOISE_DB / 20), len(padded))
    return bytes((padded.clip(-1, 1) * 32767).astype("<i2").tobytes())


def _decoded(decoder: Any, pcm: bytes) -> str:
    decoder.reinit_feat()
    decoder.start_utt()
    decoder.process_raw(pcm, full_utt=True)
    decoder.end_utt()
    hypothesis = decoder.hyp()
    return "" if hypothesis is None else str(hypothesis.hypstr)


def by_batch(server: LocalServer, recordings: Sequence[bytes]) -> list[str]:
    """Send each as a recording."""
    with http(server) as client:
        answers = [
            client.post(
                "/stt",
                params={"encoding": "pcm_s16le", "sample_rate": RATE},
                data={"model": "ink-whisper"},
                files={"file": pcm},
                timeout=60,
            )
            for pcm in recordings
        ]
    return [answer.raise_for_status().json()["text"] for answer in answers]


def by_stream(server: LocalServer, recordings: Sequence[bytes]) -> list[str]:
    """Send one after the other on a socket, with a pause and `finalize` after each."""
    heard: list[str] = []
    with stream(server) as opened:
        for pcm in recordings:
            opened.send(pcm + silence(PAUSE_SECONDS))
            opened.command("finalize")
            heard.append(finals(opened.until("flush_done")))
    return heard


def by_turns(server: LocalServer, recordings: Sequence[bytes]) -> list[str]:
    """Send one after the other on a socket, each as a turn."""
    heard: list[str] = []
    with turns(server, turn_end_threshold=0.05) as opened:
        for pcm in recordings:
            opened.send(pcm + silence(PAUSE_SECONDS))
            heard.append(opened.until("turn.end")[-1]["transcript"])
    return heard


WAYS: Final[dict[str, Way]] = {"POST /stt": by_batch, "/stt/websocket": by_stream, "/stt/turns/websocket": by_turns}


def measured(texts: Sequence[str], hear: Callable[[], list[str]]) -> Result:
    """Hear, and compare."""
    before = _cpu_seconds()
    heard = hear()
    return Result(errors(texts, heard), heard, _cpu_seconds() - before)


def by_server(way: Way, recordings: Sequence[bytes]) -> list[str]:
    """Hear with a server of its own, whose processes have ended then."""
    with LocalServer() as server:
        return way(server, recordings)


def results(texts: Sequence[str], voice: str = VOICE) -> dict[str, Result]:
    """Measure all ways."""
    with LocalServer() as server:
        recordings = speak(server, texts, voice)
    found = {
        "directly, clean": measured(texts, lambda: directly(recordings, has_noise=False)),
        "directly, with noise": measured(texts, lambda: directly(recordings)),
    }
    for name, way in WAYS.items():
        found[name] = measured(texts, partial(by_server, way, recordings))
    return found


def _cpu_seconds() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def main() -> None:
    """Print the table."""
    voice = sys.argv[1] if len(sys.argv) > 1 else VOICE
    for name, texts in (("tuned", TUNED), ("held out", HELD_OUT)):
        sys.stdout.write(table(name, texts, results(texts, voice)))


def table(name: str, texts: Sequence[str], found: dict[str, Result]) -> str:
    """Write figures down, a way a line."""
    words = sum(len(text.split()) for text in texts)
    lines = [f"{name}: {len(texts)} sentences, {words} words"]
    for way, result in found.items():
        share = 100 * result.wrong / words
        lines.append(f"  {way:24} {result.wrong:3} wrong {share:5.1f} % {result.cpu_seconds:6.1f} s of CPU")
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    main()
