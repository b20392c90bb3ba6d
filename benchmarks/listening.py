"""The cases of speech to text, for clients for threads: the same words for all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from threading import Thread
from typing import Any, Final, TypeAlias

from attrs import define

from benchmarks.canned_speech import BURST, FRAME, FRAMES_PER_SECOND, FRAMES_PER_TRANSCRIPT, TALKATIVE
from benchmarks.measure import Case, cpu_microseconds

STREAMS: Final = 50
OPTIONS: Final[dict[str, Any]] = {"model": "ink-whisper", "encoding": "pcm_s16le", "sample_rate": 16000}


@define
class Listening:
    """One stream.

    Attributes:
        send: Sends a frame.
        finalize: Has what was sent transcribed.
        events: What comes.
        flush_done: What tells that `finalize` is done.
        sent_nbytes: Audio sent so far.
    """

    send: Callable[[bytes], object]
    finalize: Callable[[], object]
    events: Iterator[Any]
    flush_done: type[Any]
    sent_nbytes: int = 0

    def exchange(self, frames: int, transcripts: int) -> None:
        """Send so much, and take what comes until the server confirms that it has all of it."""
        for _ in range(frames):
            self.send(FRAME)
        self.sent_nbytes += frames * len(FRAME)
        self.finalize()
        came, text = -1, ""  # the last one says how much was heard
        for event in self.events:
            if isinstance(event, self.flush_done):
                check(text, self.sent_nbytes, came, transcripts)
                return
            text = event.text
            came += bool(text)


def check(heard_nbytes: str, sent_nbytes: int, came: int, wanted: int) -> None:
    """Refuse figures of work that was not done."""
    if heard_nbytes != f"{sent_nbytes}" or came != wanted:
        raise SystemExit(f"{heard_nbytes} of {sent_nbytes} bytes were heard, {came} of {wanted} transcripts came")


def all_at_once(streams: Sequence[Listening], frames: int) -> None:
    """Have every stream send its share, in a thread of its own."""
    failed: list[BaseException] = []

    def work(stream: Listening) -> None:
        try:
            stream.exchange(frames, frames // FRAMES_PER_TRANSCRIPT)
        except BaseException as error:
            failed.append(error)

    threads = [Thread(target=work, args=(stream,)) for stream in streams]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]


Open: TypeAlias = Callable[[str, int, Mapping[str, Any]], AbstractContextManager[list[Listening]]]
"""Opens so many streams of a server with these options."""


def cases(open_streams: Open) -> Mapping[str, Case]:
    """Give the cases for a client."""

    def stt_frame(url: str, count: int) -> float:
        with open_streams(url, 1, {}) as (stream,):
            return cpu_microseconds(lambda n: stream.exchange(n, 0), count)

    def stt_transcript(url: str, count: int) -> float:
        def work(n: int) -> None:
            for _ in range(n // BURST):
                stream.exchange(0, BURST)

        with open_streams(url, 1, {}) as (stream,):
            return cpu_microseconds(work, count)

    def stt_streams(url: str, count: int) -> float:
        with open_streams(url, STREAMS, TALKATIVE) as streams:
            return cpu_microseconds(lambda n: all_at_once(streams, n // STREAMS), count) * FRAMES_PER_SECOND

    return {"stt_frame": stt_frame, "stt_transcript": stt_transcript, "stt_streams": stt_streams}
