"""Captions from word times: SubRip (`.srt`) and WebVTT (`.vtt`).

Sources: W3C, "WebVTT: The Web Video Text Tracks Format"; SubRip has no standard, its files are what players read:
numbered blocks, a comma before the milliseconds, no escaping.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from cartesia_core.errors import InvalidArgument
from cartesia_core.transcript import strip_tags
from cartesia_core.words import Word, join_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["CaptionStyle", "Cue", "make_cues", "to_srt", "to_vtt"]


@frozen(kw_only=True)
class CaptionStyle:
    """How words become captions; the defaults are common subtitling practice.

    Raises:
        InvalidArgument: A limit is not positive.
    """

    max_characters: int = 42
    """Longest line. A longer word is cut."""
    max_lines: int = 2
    max_characters_per_second: float = 17.0
    """Fastest reading. A caption that would be faster stays on longer, as far as the next one allows."""
    max_seconds: float = 7.0
    """Longest time from the first word's beginning to the last one's end. A single word may take longer."""
    split_gap_seconds: float = 0.8
    """A silence from this length on begins a new caption."""
    language: str | None = None
    """Decides whether words are joined with spaces; `None` goes by the characters."""

    def __attrs_post_init__(self) -> None:
        for name, value in (
            ("max_characters", self.max_characters),
            ("max_lines", self.max_lines),
            ("max_characters_per_second", self.max_characters_per_second),
            ("max_seconds", self.max_seconds),
            ("split_gap_seconds", self.split_gap_seconds),
        ):
            if not value > 0:
                raise InvalidArgument(f"{name} is {value!r}; it must be above 0.")


@frozen
class Cue:
    """One caption: when it is shown, and its lines."""

    start_milliseconds: int
    end_milliseconds: int
    lines: tuple[str, ...]


_DEFAULT: CaptionStyle = CaptionStyle()


def to_srt(words: Iterable[Word], style: CaptionStyle = _DEFAULT, *, total_seconds: float | None = None) -> str:
    """Write a SubRip file.

    Args:
        words: What was spoken, in order. Transcript tags in them are left out.
        style: Line lengths, reading speed, where to split.
        total_seconds: How long the audio is, so that the last caption ends within it.

    Raises:
        InvalidArgument: The audio is too short for so many captions.
    """
    blocks = [
        f"{number}\n{_time(cue.start_milliseconds, ',')} --> {_time(cue.end_milliseconds, ',')}\n"
        + "".join(f"{line}\n" for line in cue.lines)
        for number, cue in enumerate(make_cues(words, style, total_seconds=total_seconds), 1)
    ]
    return "\n".join(blocks)


def to_vtt(words: Iterable[Word], style: CaptionStyle = _DEFAULT, *, total_seconds: float | None = None) -> str:
    """Write a WebVTT file; the parameters are those of `to_srt`.

    Raises:
        InvalidArgument: The audio is too short for so many captions.
    """
    blocks = [
        f"{_time(cue.start_milliseconds, '.')} --> {_time(cue.end_milliseconds, '.')}\n"
        + "".join(f"{_escaped(line)}\n" for line in cue.lines)
        for cue in make_cues(words, style, total_seconds=total_seconds)
    ]
    return "\n".join(["WEBVTT\n", *blocks])


def make_cues(
    words: Iterable[Word], style: CaptionStyle = _DEFAULT, *, total_seconds: float | None = None
) -> list[Cue]:
    """Arrange words in captions that follow one another without overlap; see `to_srt` for the parameters.

    Raises:
        InvalidArgument: The audio is too short for so many captions.
    """
    groups = _grouped(_cleaned(words, style), style)
    starts = [_milliseconds(group[0].start_seconds) for group in groups]
    ends = [_milliseconds(max(word.end_seconds for word in group)) for group in groups]
    # Rounded down, since half a millisecond behind the last sample is too late; but 9.58 * 1000 is 9579.999.
    total = None if total_seconds is None else int(total_seconds * 1000 + 1e-6)
    lines = [_lines(group, style) for group in groups]
    wanted = [int(sum(map(len, text)) * 1000 / style.max_characters_per_second) for text in lines]
    times = _in_order(starts, ends, wanted, total)
    return [Cue(start, end, text) for (start, end), text in zip(times, lines, strict=True)]


def _cleaned(words: Iterable[Word], style: CaptionStyle) -> list[Word]:
    """Give words with plain text that fits a line; one that does not is cut, its time shared out."""
    cleaned: list[Word] = []
    for word in words:
        text = " ".join(strip_tags(word.text).split())
        count = -(-len(text) // style.max_characters)
        seconds = (word.end_seconds - word.start_seconds) / max(count, 1)
        for part in range(count):
            start = word.start_seconds + part * seconds
            if piece := text[part * style.max_characters : (part + 1) * style.max_characters].strip():
                cleaned.append(Word(piece, start, start + seconds))
    return cleaned


def _grouped(words: Sequence[Word], style: CaptionStyle) -> list[list[Word]]:
    groups: list[list[Word]] = []
    for word in words:
        if groups and _goes_on(groups[-1], word, style):
            groups[-1].append(word)
        else:
            groups.append([word])
    return groups


def _goes_on(group: list[Word], word: Word, style: CaptionStyle) -> bool:
    """Tell whether the word still belongs to the caption."""
    if word.start_seconds - group[-1].end_seconds >= style.split_gap_seconds:
        return False
    if word.end_seconds - group[0].start_seconds > style.max_seconds:
        return False
    lines = _lines([*group, word], style)
    if len(lines) > style.max_lines:
        return False
    # A sentence's end ends the caption, unless it would leave a very short one.
    ends = (
        group[-1]
        .text.rstrip("\"')\u201d\u2019\u300d")
        .endswith((".", "!", "?", "\u2026", "\u3002", "\uff01", "\uff1f"))
    )
    return not ends or sum(map(len, _lines(group, style))) * 2 < style.max_characters


def _lines(group: Sequence[Word], style: CaptionStyle) -> tuple[str, ...]:
    lines: list[list[str]] = []
    for word in group:
        if lines and len(join_words([*lines[-1], word.text], style.language)) <= style.max_characters:
            lines[-1].append(word.text)
        else:
            lines.append([word.text])
    return tuple(join_words(line, style.language) for line in lines)


def _in_order(
    starts: Sequence[int], ends: Sequence[int], wanted: Sequence[int], total: int | None
) -> list[tuple[int, int]]:
    """Make times that grow, do not overlap, last at least a millisecond, and end within the whole."""
    times = _within(_growing(starts, ends), total)
    following: list[int | None] = [start for start, _ in times[1:]]
    return [
        (start, max(end, start + longest if limit is None else min(start + longest, limit)))
        for (start, end), longest, limit in zip(times, wanted, [*following, total], strict=False)
    ]


def _growing(starts: Sequence[int], ends: Sequence[int]) -> list[tuple[int, int]]:
    times: list[tuple[int, int]] = []
    at = 0
    for start, end, following in zip(starts, ends, [*starts[1:], None], strict=False):
        begin = max(start, at)
        at = max(end if following is None else min(end, following), begin + 1)
        times.append((begin, at))
    return times


def _within(times: list[tuple[int, int]], total: int | None) -> list[tuple[int, int]]:
    if total is None:
        return times
    moved: list[tuple[int, int]] = []
    limit = total
    for start, end in reversed(times):
        last = min(end, limit)
        limit = min(start, last - 1)
        moved.append((limit, last))
    if limit < 0:
        raise InvalidArgument(f"total_seconds is {total / 1000}; {len(times)} captions do not fit into it.")
    return moved[::-1]


def _milliseconds(seconds: float) -> int:
    return max(round(seconds * 1000), 0)


def _time(milliseconds: int, separator: str) -> str:
    seconds, rest = divmod(milliseconds, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{seconds:02}{separator}{rest:03}"


def _escaped(line: str) -> str:
    return line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
