"""What was said so far, put together from the events of a stream; utterances and words for captions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from attrs import field, frozen

from cartesia_core.parameters import check_range
from cartesia_core.stt.events import ManualEvent, Reconnected, Transcript, TurnEagerEnd, TurnEnd, TurnEvent, TurnUpdate
from cartesia_core.stt.models import TranscribedWord
from cartesia_core.words import Word, join_words


class TranscriptBuilder:
    """Joins final texts verbatim, and keeps the latest partial one behind them. Serves both sockets.

    Attributes:
        final_text: What will not change any more.
        partial_text: What may be revised: it is behind `final_text`, and void when the socket is replaced.
        words: The words of the final texts, where the server gave them.
    """

    def __init__(self) -> None:
        self.final_text: str = ""
        self.partial_text: str = ""
        self.words: Final[list[TranscribedWord]] = []

    @property
    def text(self) -> str:
        """All that is understood so far."""
        return self.final_text + self.partial_text

    def add(self, event: ManualEvent | TurnEvent) -> None:
        """Take in an event; those without text change nothing."""
        if isinstance(event, Transcript):
            self._settle(event.text, is_final=event.is_final)
            if event.is_final:
                self.words.extend(event.words or ())
        elif isinstance(event, TurnEnd):
            self._settle(event.transcript, is_final=True)
        elif isinstance(event, (TurnUpdate, TurnEagerEnd)):
            self._settle(event.transcript, is_final=False)
        elif isinstance(event, Reconnected):
            self.partial_text = ""

    def _settle(self, text: str, *, is_final: bool) -> None:
        if is_final:
            self.final_text += text
        self.partial_text = "" if is_final else text


@frozen
class Utterance:
    """Words that were said without a longer pause.

    Attributes:
        text: The words, joined as the language writes them.
        start: Seconds from the beginning of the audio.
        end: Seconds from the beginning of the audio.
        words: The words.
    """

    text: str
    start: float
    end: float
    words: tuple[TranscribedWord, ...] = field(repr=lambda words: f"<{len(words)} words>")


def utterances(
    words: Iterable[TranscribedWord], *, pause_seconds: float = 0.8, language: str | None = None
) -> list[Utterance]:
    """Divide words where nobody spoke for a while.

    Args:
        words: In the order in which they were said.
        pause_seconds: A pause from this length on divides.
        language: Decides whether words are joined with spaces; None goes by the characters.

    Raises:
        InvalidArgument: The pause is negative.
    """
    check_range("pause_seconds", pause_seconds, 0.0, float("inf"))
    groups: list[list[TranscribedWord]] = []
    for word in words:
        if groups and word.start - groups[-1][-1].end < pause_seconds:
            groups[-1].append(word)
        else:
            groups.append([word])
    return [
        Utterance(join_words((word.word for word in group), language), group[0].start, group[-1].end, tuple(group))
        for group in groups
    ]


def caption_words(words: Iterable[TranscribedWord]) -> list[Word]:
    """Give words as `to_srt` and `to_vtt` take them."""
    return [Word(word.word, word.start, word.end) for word in words]
