"""A transcript with tags, taken apart.

Source: the vendor's pages on SSML tags, on volume, speed and emotion, and on custom pronunciations. What they do not
say is decided here: names are read in either case, `<` and `[` that begin no known tag are ordinary text.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, TypeAlias

from attrs import frozen

from cartesia_core.errors import InvalidArgument

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = [
    "LONGEST_BREAK_SECONDS",
    "Break",
    "Laughter",
    "Part",
    "Pronounced",
    "SetEmotion",
    "SetSpeed",
    "SetVolume",
    "Spelled",
    "Text",
    "parse",
]

LONGEST_BREAK_SECONDS: Final = 600.0
"""The vendor documents no limit; this one keeps a slip of the pen from filling a disk."""


@frozen
class Text:
    """Ordinary text."""

    text: str


@frozen
class Break:
    """Silence of exactly this length."""

    seconds: float


@frozen
class SetSpeed:
    """Speed from here on; 1 is the voice's own."""

    ratio: float


@frozen
class SetVolume:
    """Volume from here on; 1 is the voice's own."""

    ratio: float


@frozen
class SetEmotion:
    """Emotion from here on."""

    value: str


@frozen
class Spelled:
    """Text to be read letter by letter."""

    text: str


@frozen
class Laughter:
    """Somebody laughs."""


@frozen
class Pronounced:
    """A word given as phonemes.

    Args:
        tag: How it is written in the transcript: `<<k|ɑː|ʈ>>`.
        phonemes: In IPA, one by one.
    """

    tag: str
    phonemes: tuple[str, ...]


Part: TypeAlias = Text | Break | SetSpeed | SetVolume | SetEmotion | Spelled | Laughter | Pronounced

_TAG: Final = re.compile(
    r"""<<(?P<phonemes>[^<>]+)>>
    |(?P<laughter>\[laughter\])
    |<(?P<spell>/?spell)\s*>
    |<(?P<name>break|speed|volume|emotion)(?P<attributes>\s[^<>]*?)?\s*/?>""",
    re.VERBOSE | re.IGNORECASE,
)
_ATTRIBUTE: Final = re.compile(r"""\s*(\w+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_TIME: Final = re.compile(r"(\d+(?:\.\d+)?|\.\d+)\s*(ms|s)", re.IGNORECASE)
_ATTRIBUTES: Final = {"break": "time", "speed": "ratio", "volume": "ratio", "emotion": "value"}
_LIMITS: Final = {"speed": (0.6, 1.5), "volume": (0.5, 2.0)}


def parse(transcript: str) -> Iterator[Part]:
    """Take a transcript apart, from left to right.

    Raises:
        InvalidArgument: A tag is not closed or not open, lacks its attribute, or has a value out of its range.
    """
    spelling = False
    end = 0
    for match in _TAG.finditer(transcript):
        if plain := transcript[end : match.start()]:
            yield Spelled(plain) if spelling else Text(plain)
        end = match.end()
        if match["spell"]:
            spelling = _spelling(match["spell"].lower(), was=spelling)
        else:
            yield _part(match)
    if spelling:
        raise InvalidArgument("The transcript has a <spell> without a </spell>.")
    if end < len(transcript):
        yield Text(transcript[end:])


def _spelling(tag: str, *, was: bool) -> bool:
    now = tag == "spell"
    if now == was:
        raise InvalidArgument(
            "The transcript has a <spell> inside another." if now else "The transcript has a </spell> without a <spell>."
        )
    return now


def _part(match: re.Match[str]) -> Part:
    if match["laughter"]:
        return Laughter()
    if match["phonemes"]:
        return Pronounced(match[0], tuple(filter(None, (symbol.strip() for symbol in match["phonemes"].split("|")))))
    name = match["name"].lower()
    value = _value(match, name)
    if name == "break":
        return Break(_seconds(value))
    if name == "emotion":
        return SetEmotion(value)
    ratio = _ratio(name, value)
    return SetSpeed(ratio) if name == "speed" else SetVolume(ratio)


def _value(match: re.Match[str], name: str) -> str:
    wanted = _ATTRIBUTES[name]
    for key, double, single in _ATTRIBUTE.findall(match["attributes"] or ""):
        if key.lower() == wanted:
            return (double or single).strip()
    raise InvalidArgument(f'The tag {match[0]} lacks its attribute: <{name} {wanted}="..."/>.')


def _seconds(value: str) -> float:
    match = _TIME.fullmatch(value)
    seconds = float(match[1]) / (1000 if match[2].lower() == "ms" else 1) if match else -1
    if not 0 <= seconds <= LONGEST_BREAK_SECONDS:
        raise InvalidArgument(
            f"The break of {value!r} is not understood; write for example 1s or 200ms, "
            f"at most {LONGEST_BREAK_SECONDS:g}s."
        )
    return seconds


def _ratio(name: str, value: str) -> float:
    low, high = _LIMITS[name]
    try:
        ratio = float(value)
    except ValueError:
        ratio = -1.0
    if not low <= ratio <= high:
        raise InvalidArgument(f"The {name} ratio {value!r} is not a number from {low:g} to {high:g}.")
    return ratio
