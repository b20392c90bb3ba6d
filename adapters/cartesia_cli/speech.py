"""Speaking a text of any length, at any pace, over the TTS socket.

All of the text goes through one context as long as it keeps coming. The server gives a context up a second after its
last audio, so a context whose text has run dry is finished before that, and the next text opens another one; the
times of its words count from the beginning of the whole audio.

Pieces are sentences, and the server is told not to collect text (`max_buffer_delay_ms` 0): it then reports a flush for
each piece that it has spoken. By these reports the text is kept only a few minutes ahead of the audio, so that an
interruption leaves little that was paid for and not heard; and what a context that expired has not spoken is spoken by
the next one. Source: protocol notes, section 9. API versions before 2025-04-16 report nothing.
"""

from __future__ import annotations

from itertools import islice
from threading import Event, Lock
from typing import TYPE_CHECKING, Final

from attrs import frozen

from cartesia_core.audio import SampleAligner
from cartesia_core.errors import ContextClosed, RemoteProtocolError
from cartesia_core.tts.events import AudioChunk, FlushDone, WordTimestamps
from cartesia_core.versions import V2025_04_16
from cartesia_core.words import Word, words_of

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator

    from cartesia_cli.feed import Feed
    from cartesia_core.ports import SyncTtsSocket
    from cartesia_core.tts.commands import ContextKeywords
    from cartesia_core.tts.handle import ContextEvent

__all__ = ["Speech", "Spoken", "has_reports"]

QUIET_SECONDS: Final = 0.5
"""A context without text to send and without a sign of the server for so long is finished."""
AHEAD_CHARACTERS: Final = 4000
"""Text that may be sent and not spoken yet."""
_LOOK_SECONDS: Final = 0.05


def has_reports(version: str) -> bool:
    """Tell whether the server reports every piece that it has spoken."""
    return version >= V2025_04_16


@frozen
class Spoken:
    """What came since the last one: whole samples, and words with their times from the beginning of all audio."""

    audio: bytes = b""
    words: tuple[Word, ...] = ()


class Ledger:
    """The pieces for one context, and how many of them were spoken. It gives none once the context is over.

    One thread takes the pieces to send them, another one notes what comes back; no number is written by both.

    Args:
        feed: Where the pieces come from.
        clock: Seconds.
        reports: Whether to wait for the server's reports when enough was sent.
    """

    def __init__(self, feed: Feed, clock: Callable[[], float], *, reports: bool) -> None:
        self._feed: Final = feed
        self._clock: Final = clock
        self._reports: Final = reports
        self._taking: Final = Lock()
        self._moved: Final = Event()
        self._given: Final[list[str]] = []
        self._given_characters = 0
        self._spoken_characters = 0
        self._spoken_pieces = 0
        self._is_over = False
        self._sign = clock()
        self.began: float | None = None
        """When the first piece was given."""
        self.is_exhausted: bool = False
        """Whether the sender was told that no more text follows."""

    def __iter__(self) -> Iterator[str]:
        """Give the pieces."""
        return self

    def __next__(self) -> str:
        """Wait for the next piece; stop when the text has run dry."""
        while True:
            with self._taking:
                if self._is_over:
                    raise StopIteration
                is_full = self._is_full()
                if not is_full and (piece := self._feed.take(_LOOK_SECONDS)) is not None:
                    return self._give(piece)
                if not is_full and (self._feed.is_over or self._is_quiet()):
                    self.is_exhausted = True
                    raise StopIteration
            if is_full:
                self._moved.wait(_LOOK_SECONDS)
                self._moved.clear()

    def _give(self, piece: str) -> str:
        self._sign = self._clock()
        self.began = self.began or self._sign
        self._given.append(piece)
        self._given_characters += len(piece)
        return piece

    @property
    def characters(self) -> int:
        """How much text was given."""
        return self._given_characters

    def _is_full(self) -> bool:
        # A server that is quiet with so much to speak has spoken all and does not report.
        is_ahead = self._given_characters - self._spoken_characters > AHEAD_CHARACTERS
        return self._reports and is_ahead and not self._is_quiet()

    def _is_quiet(self) -> bool:
        return self._clock() - self._sign > QUIET_SECONDS

    def note(self, event: ContextEvent) -> None:
        """Take notice of what the server sent."""
        self._sign = self._clock()
        if isinstance(event, FlushDone) and self._spoken_pieces < len(self._given):
            self._spoken_characters += len(self._given[self._spoken_pieces])
            self._spoken_pieces += 1
            self._moved.set()

    def close(self) -> list[str]:
        """Give no more; give back what the context left unspoken, if it ended before its text did.

        Raises:
            RemoteProtocolError: It did, and what was spoken cannot be known.
        """
        self._is_over = True
        with self._taking:  # nobody is between taking and giving any more
            if self.is_exhausted:
                return []
            if not self._spoken_pieces:
                raise RemoteProtocolError("the server ended the speech early, without a reason; try again")
            return list(islice(self._given, self._spoken_pieces, None))

    def abandon(self) -> None:
        """Give no more; what is left does not matter."""
        self._is_over = True


class Speech:
    """One text spoken over as many contexts as its pauses make necessary.

    Args:
        socket: The socket to speak over.
        feed: The text.
        options: What all contexts have in common.
        clock: Seconds.
        reports: See `has_reports`.
    """

    def __init__(
        self,
        socket: SyncTtsSocket,
        feed: Feed,
        options: ContextKeywords,
        clock: Callable[[], float],
        *,
        reports: bool,
    ) -> None:
        self._socket: Final = socket
        self._feed: Final = feed
        self._options: Final[ContextKeywords] = {**options, "max_buffer_delay_ms": 0}
        self._clock: Final = clock
        self._reports: Final = reports
        self._nbytes = 0
        self._characters_before = 0
        self._ledger: Ledger | None = None
        self.contexts: int = 0
        """How many contexts there were."""
        self.first_audio_seconds: float | None = None
        """From the first text to the first audio."""

    @property
    def seconds(self) -> float:
        """How much audio there is."""
        return self._options["output_format"].seconds(self._nbytes)

    @property
    def characters(self) -> int:
        """How much text was sent."""
        return self._characters_before + (self._ledger.characters if self._ledger else 0)

    def __iter__(self) -> Generator[Spoken, None, None]:
        """Speak, and give what comes.

        Raises:
            CartesiaError: The server refused or failed, the network did, or the text could not be read.
        """
        while self._feed.wait():
            self._ledger = Ledger(self._feed, self._clock, reports=self._reports)
            self.contexts += 1
            yield from self._context(self._ledger)
            left = self._ledger.close()
            self._feed.put_back(left)
            self._characters_before, self._ledger = self.characters - sum(map(len, left)), None

    def _context(self, ledger: Ledger) -> Iterator[Spoken]:
        aligner = SampleAligner(self._options["output_format"])
        before = self.seconds
        try:
            for event in self._socket.speak(ledger, **self._options):
                ledger.note(event)
                if isinstance(event, AudioChunk):
                    yield self._audio(aligner.feed(event.audio), ledger)
                elif isinstance(event, WordTimestamps):
                    yield Spoken(words=_shifted(event, before))
        except ContextClosed:  # it expired while text was on its way, which is still in the ledger
            pass
        except BaseException:
            ledger.abandon()
            raise

    def _audio(self, samples: bytes, ledger: Ledger) -> Spoken:
        if self.first_audio_seconds is None and ledger.began is not None:
            self.first_audio_seconds = self._clock() - ledger.began
        self._nbytes += len(samples)
        return Spoken(audio=samples)


def _shifted(event: WordTimestamps, seconds: float) -> tuple[Word, ...]:
    return tuple(Word(word.text, word.start_seconds + seconds, word.end_seconds + seconds) for word in words_of(event))
