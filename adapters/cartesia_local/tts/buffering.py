"""When the text of a context is spoken: the buffering machine of the TTS socket. Pure; time is an argument.

Inputs are joined byte for byte. With a delay of 0 every input is spoken as it comes. With a delay, text is held until
whole sentences are there, a flush or the end comes, or the oldest of it has waited for the delay. A sentence is whole
when white space follows its terminal punctuation, so that "3." may still become "3.14". A tag is never cut, except
when it stays open through a whole delay.

Source: protocol notes, section 9; socket notes, `buffering` and `lifecycle`; client notes 7 and 8.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, TypeAlias

from attrs import frozen

if TYPE_CHECKING:
    from collections.abc import Sequence


@frozen
class Speak:
    """Speak this; it belongs to the span that ends with the flush of that id."""

    text: str
    flush_id: int


@frozen
class FlushDone:
    """All audio of this span is out; say so."""

    flush_id: int


@frozen
class Finish:
    """All audio is out; say `done`."""


Job: TypeAlias = Speak | FlushDone | Finish

_ABBREVIATIONS: Final = frozenset(
    ["mr", "mrs", "ms", "dr", "prof", "st", "vs", "etc", "no", "fig", "jr", "sr", "e.g", "i.e"]
)
# Terminal punctuation with what closes around it, then what proves that the sentence is over: white space.
_WESTERN: Final = r"[.!?…]+[\"'”’»)\]]*(?=\s)"  # noqa: RUF001 -- meant
_OTHER: Final = r"[。！？।؟۔]+[\"'”’」』）]*"  # noqa: RUF001 -- meant
_END: Final = re.compile(rf"{_WESTERN}|{_OTHER}|\n+")
_TAG: Final = re.compile(r"<spell>.*?</spell>|<<.*?>>|<[a-zA-Z/][^<>]*>", re.DOTALL)
_OPEN_TAG: Final = re.compile(r"<<(?:(?!>>).)*\Z|<[a-zA-Z/][^<>]*\Z|<\Z|\[[a-z]*\Z", re.DOTALL)
_SPELL_OPEN: Final = re.compile(r"<spell>(?:(?!</spell>).)*\Z", re.DOTALL)


class TextBuffer:
    """The buffer of one context. Each call gives the jobs that are to be done now, in order.

    Args:
        delay_seconds: `max_buffer_delay_ms` in seconds; 0 does not buffer.
        first_flush_id: 1, or 0 for versions up to 2024-11-13.
        is_every_input_flushed: Whether with a delay of 0 every input is its own span, ended by an unasked flush.
    """

    def __init__(self, delay_seconds: float, *, first_flush_id: int = 1, is_every_input_flushed: bool = False) -> None:
        self._delay: Final = delay_seconds
        self._flushes_inputs: Final = is_every_input_flushed and delay_seconds == 0
        self._flush_id = first_flush_id
        self._text = ""
        self._since: float | None = None

    @property
    def pending(self) -> str:
        """Text that waits; blanks alone do not wait, they go with what follows."""
        return self._text if self._text.strip() else ""

    def push(self, text: str, now: float) -> Sequence[Job]:
        """Take text."""
        self._text += text
        if self._delay == 0:
            jobs = self.release()
            return [*jobs, *self.flush()] if self._flushes_inputs and jobs else jobs
        jobs = self._speak(_whole_sentences(self._text))
        if jobs or self._since is None:
            self._since = now
        if not self.pending:
            self._since = None
        return jobs

    def release(self) -> Sequence[Job]:
        """Speak all that waits."""
        self._since = None
        return self._speak(len(self._text))

    def flush(self) -> Sequence[Job]:
        """End the span: speak all that waits, then say that it is done."""
        jobs = [*self.release(), FlushDone(self._flush_id)]
        self._flush_id += 1
        return jobs

    def finish(self) -> Sequence[Job]:
        """End the context."""
        return [*self.release(), Finish()]

    def next_deadline(self) -> float | None:
        """Tell when to call `handle_timeout`, on the clock of `now`."""
        return None if self._since is None else self._since + self._delay

    def handle_timeout(self, now: float) -> Sequence[Job]:
        """Speak what has waited long enough; a tag that is still open waits once more."""
        deadline = self.next_deadline()
        if deadline is None or now < deadline:
            return ()
        cut = _open_tag_start(self._text)
        jobs = self._speak(cut or len(self._text))
        self._since = now if self.pending else None
        return jobs

    def _speak(self, length: int) -> Sequence[Job]:
        text, self._text = self._text[:length], self._text[length:]
        return [Speak(text, self._flush_id)] if text.strip() else ()


def _whole_sentences(text: str) -> int:
    """Tell how many characters of the text are whole sentences."""
    text = text[: _open_tag_start(text)]
    # A full stop inside a tag ends nothing: same length, without stops.
    bare = _TAG.sub(lambda tag: "_" * len(tag[0]), text)
    return max((found.end() for found in _END.finditer(bare) if not _is_abbreviated(bare, found.start())), default=0)


def _is_abbreviated(text: str, position: int) -> bool:
    """Tell whether the full stop there ends an abbreviation or an initial."""
    if text[position : position + 2].strip() != ".":
        return False
    word = text[:position].rpartition(" ")[2].lstrip("\"'“‘«([").lower()  # noqa: RUF001 -- meant
    return word in _ABBREVIATIONS or (len(word) == 1 and word.isalpha())


def _open_tag_start(text: str) -> int | None:
    """Tell where a tag begins that is not closed yet."""
    found = _SPELL_OPEN.search(text) or _OPEN_TAG.search(text)
    return found.start() if found else None
