"""An hour of speech, as a recording and on both sockets one after the other, with the memory of all processes over time.

`python -m tests.local.soak` takes the recogniser as it is, which is an hour of work on two cores; `--phrases` tells it
what is said, which takes a quarter of that; `--minutes 10` is shorter. It fails where words are missing, or where the
memory grows after the first tenth.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Thread
from typing import Final

from attrs import field, frozen

from tests.local.client import http
from tests.local.hearing import MANUAL, RATE, Stream, say, silence, stream, turns, wrong_words
from tests.local.processes import Memory, Served, served
from tests.local.sentences import HELD_OUT, TUNED
from tests.local.word_errors import plain

SENTENCES: Final = (*TUNED, *HELD_OUT)
PAUSE_SECONDS: Final = 0.9
"""Between two sentences."""
EVERY_SECONDS: Final = 5.0
"""Memory is looked at."""
MAY_GROW_MIB: Final = 32
MAY_BE_WRONG: Final = 0.2


@frozen
class Speech:
    """Sentences over and over.

    Attributes:
        pieces: Each sentence with its pause: 16 bit, 16 kHz.
        count: How many pieces follow each other, from the first on again and again.
    """

    pieces: list[bytes] = field(repr=False)
    count: int

    @property
    def seconds(self) -> float:
        """How long all is."""
        return sum(map(len, self)) / 2 / RATE

    @property
    def text(self) -> str:
        """What is said."""
        return " ".join(plain(SENTENCES[number % len(SENTENCES)]) for number in range(self.count))

    def __iter__(self) -> Iterator[bytes]:
        """Give piece by piece."""
        return (self.pieces[number % len(self.pieces)] for number in range(self.count))


Way = Callable[[Served, Speech], str]


def by_recording(server: Served, speech: Speech) -> str:
    """Upload it, from the disk."""
    with TemporaryDirectory() as folder, http(server.running) as client:
        path = Path(folder) / "hour.pcm"
        with path.open("wb") as file:
            file.writelines(speech)
        with path.open("rb") as file:
            query = {"encoding": "pcm_s16le", "sample_rate": str(RATE)}
            fields = {"model": "ink-whisper"}
            answer = client.post("/stt", params=query, data=fields, files={"file": file}, timeout=None)
        text: str = answer.raise_for_status().json()["text"]
    return text


def by_stream(server: Served, speech: Speech) -> str:
    """Send it on the socket for streams."""
    with stream(server.running, MANUAL) as heard:
        sending = _sending(heard, speech, "close")
        finals = [message["text"] for message in heard.rest() if message.get("is_final")]
        sending.join()
    return "".join(finals)


def by_turns(server: Served, speech: Speech) -> str:
    """Send it on the socket for turns."""
    with turns(server.running) as heard:
        sending = _sending(heard, speech, '{"type": "close"}')
        ends = [message["transcript"] for message in heard.rest() if message["type"] == "turn.end"]
        sending.join()
    return "".join(ends)


def _sending(heard: Stream, speech: Speech, end: str) -> Thread:
    """Send from a thread, so that what is told meanwhile is taken."""

    def send() -> None:
        for piece in speech:
            heard.send(piece)
        heard.command(end)

    thread = Thread(target=send)
    thread.start()
    return thread


WAYS: Final[dict[str, Way]] = {"POST /stt": by_recording, "/stt/websocket": by_stream, "/stt/turns/websocket": by_turns}


def watched(server: Served, work: Callable[[], str]) -> tuple[str, list[Memory]]:
    """Do something, and look at the memory meanwhile."""
    seen: list[Memory] = []
    is_done = Event()

    def watch() -> None:
        while not is_done.wait(EVERY_SECONDS):
            seen.append(server.memory)

    watching = Thread(target=watch)
    watching.start()
    try:
        return work(), seen
    finally:
        is_done.set()
        watching.join()


def soaked(server: Served, name: str, speech: Speech) -> bool:
    """Go one way, print what it took, and tell whether all is well."""
    began = time.monotonic()
    text, seen = watched(server, lambda: WAYS[name](server, speech))
    took = time.monotonic() - began
    shown = [seen[len(seen) * tenth // 10] for tenth in range(10)] + seen[-1:]
    wrong = sum(wrong_words(*pair) for pair in _chunks(speech.text, plain(text)))
    share = wrong / len(speech.text.split())
    sys.stdout.write(
        f"{name}: {speech.seconds / 60:.1f} minutes in {took:.0f} s, {100 * share:.1f} % of the words wrong\n"
        f"  MiB of the server:      {' '.join(f'{each.server:.0f}' for each in shown)}\n"
        f"  MiB of its recognisers: {' '.join(f'{each.children:.0f}' for each in shown)}\n"
    )
    sys.stdout.flush()
    growth = shown[-1].server - shown[1].server
    return share <= MAY_BE_WRONG and growth <= MAY_GROW_MIB


def _chunks(wanted: str, found: str, count: int = 400) -> Iterator[tuple[str, str]]:
    """Cut two texts at the same shares, as comparing them whole would take hours; a cut may cost a word or two."""
    one, two = wanted.split(), found.split()
    pieces = max(1, len(one) // count)
    for number in range(pieces):
        yield _piece(one, number, pieces), _piece(two, number, pieces)


def _piece(words: list[str], number: int, pieces: int) -> str:
    """Give one of so many equal pieces of a text."""
    return " ".join(words[len(words) * number // pieces : len(words) * (number + 1) // pieces])


def main() -> None:
    """Go every way."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--phrases", action="store_true")
    parser.add_argument("--way", choices=list(WAYS), action="append")
    options = parser.parse_args()
    with served(SENTENCES if options.phrases else None) as server:
        pieces = [say(server.running, text) + silence(PAUSE_SECONDS) for text in SENTENCES]
        round_seconds = sum(map(len, pieces)) / 2 / RATE
        speech = Speech(pieces, round(options.minutes * 60 / round_seconds * len(pieces)))
        good = [soaked(server, name, speech) for name in options.way or WAYS]
    sys.exit(not all(good))


if __name__ == "__main__":
    main()
