"""Tags inside transcripts: built, read, stripped and checked. Source: protocol notes, section 8 (documented tags).

Escaping `<`, `&` or `[` in ordinary text is not documented, so text passes through as it is, and only what
looks like one of the documented tags is treated as one: `a < b`, `x << 2`, `<p>` and `[sic]` are text.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, ClassVar, Final, TypeAlias

from attrs import field, frozen

from cartesia_core.errors import InvalidArgument

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = [
    "Break",
    "Emotion",
    "Laughter",
    "Malformed",
    "Phonemes",
    "Piece",
    "Speed",
    "SpellBegin",
    "SpellEnd",
    "Text",
    "Token",
    "Volume",
    "build",
    "check_transcript",
    "spell",
    "strip_tags",
    "tokenize",
]


@frozen
class Text:
    """Words to be spoken."""

    text: str

    def __str__(self) -> str:
        """Give the text as it is."""
        return self.text


@frozen
class Break:
    """Silence of that many seconds; the longest allowed is not documented.

    Raises:
        InvalidArgument: `seconds` is negative or not finite.
    """

    seconds: float

    def __attrs_post_init__(self) -> None:
        if not (math.isfinite(self.seconds) and self.seconds >= 0):
            raise InvalidArgument(f"A break of {self.seconds!r} seconds is not possible.")

    def __str__(self) -> str:
        """Write the tag."""
        milliseconds = round(self.seconds * 1000)
        time = f"{milliseconds}ms" if milliseconds % 1000 else f"{milliseconds // 1000}s"
        return f'<break time="{time}"/>'


@frozen
class Speed:
    """Speak at this ratio of the normal speed from here on; models from sonic-3.

    Raises:
        InvalidArgument: `ratio` is outside 0.6 to 1.5.
    """

    LEAST: ClassVar[float] = 0.6
    MOST: ClassVar[float] = 1.5
    ratio: float

    def __attrs_post_init__(self) -> None:
        _check_ratio("speed", self.ratio, self.LEAST, self.MOST)

    def __str__(self) -> str:
        """Write the tag."""
        return f'<speed ratio="{self.ratio}"/>'


@frozen
class Volume:
    """Speak at this ratio of the normal volume from here on; models from sonic-3.

    Raises:
        InvalidArgument: `ratio` is outside 0.5 to 2.0.
    """

    LEAST: ClassVar[float] = 0.5
    MOST: ClassVar[float] = 2.0
    ratio: float

    def __attrs_post_init__(self) -> None:
        _check_ratio("volume", self.ratio, self.LEAST, self.MOST)

    def __str__(self) -> str:
        """Write the tag."""
        return f'<volume ratio="{self.ratio}"/>'


@frozen
class Emotion:
    """Speak in this mood from here on, e.g. `angry`; an open set, in beta.

    Raises:
        InvalidArgument: `value` is blank or has a character that would end the tag.
    """

    value: str

    def __attrs_post_init__(self) -> None:
        if not self.value.strip() or re.search(r"[\"<>]", self.value):
            raise InvalidArgument(f"{self.value!r} cannot be an emotion's name.")

    def __str__(self) -> str:
        """Write the tag."""
        return f'<emotion value="{self.value}"/>'


@frozen
class SpellBegin:
    """What follows, up to `SpellEnd`, is read out letter by letter."""

    def __str__(self) -> str:
        """Write the tag."""
        return "<spell>"


@frozen
class SpellEnd:
    """The end of what is read out letter by letter."""

    def __str__(self) -> str:
        """Write the tag."""
        return "</spell>"


@frozen
class Laughter:
    """A laugh; models from sonic-3."""

    def __str__(self) -> str:
        """Write the tag."""
        return "[laughter]"


@frozen
class Phonemes:
    """A word given by its sounds, in IPA.

    Raises:
        InvalidArgument: There is no symbol, or one that is empty or has a blank, `|`, `<` or `>` in it.
    """

    symbols: tuple[str, ...] = field(converter=tuple[str, ...])

    def __attrs_post_init__(self) -> None:
        if not self.symbols or not all(_SYMBOL.fullmatch(symbol) for symbol in self.symbols):
            raise InvalidArgument(f"{self.symbols!r} are no phonemes.")

    def __str__(self) -> str:
        """Write the tag."""
        return f"<<{'|'.join(self.symbols)}>>"


@frozen
class Malformed:
    """Something that was meant as a tag and is none. `str` gives what stands there."""

    text: str
    problem: str
    """What is wrong, in one sentence."""

    def __str__(self) -> str:
        """Give the text as it is."""
        return self.text


Piece: TypeAlias = Text | Break | Speed | Volume | Emotion | SpellBegin | SpellEnd | Laughter | Phonemes | Malformed


@frozen
class Token:
    """A piece and where it stands: `transcript[start:end]`."""

    piece: Piece
    start: int
    end: int


_SYMBOL: Final = re.compile(r"[^\s<>|]+")
_MARK: Final = re.compile(
    r"""
      <<(?P<phonemes>[^\s<>|]+(?:\|[^\s<>|]+)*)>>
    | \[laughter\]
    | <(?P<close>/?)(?P<name>break|spell|speed|volume|emotion)(?![\w-])
      (?: (?P<attributes>[^<>/]*(?:/(?!>)[^<>/]*)*) (?P<empty>/?)> )?
    """,
    re.VERBOSE | re.IGNORECASE,
)
_ATTRIBUTE: Final = re.compile(r"""\s+([a-z]+)\s*=\s*(?:"([^"]*)"|'([^']*)')\s*""", re.IGNORECASE)
_TIME: Final = re.compile(r"(\d+(?:\.\d+)?|\.\d+)(ms|s)", re.ASCII)
_NUMBER: Final = re.compile(r"\d+(?:\.\d+)?|\.\d+", re.ASCII)


def _check_ratio(name: str, ratio: float, least: float, most: float) -> None:
    if not least <= ratio <= most:
        raise InvalidArgument(f"A {name} ratio of {ratio!r} is outside {least} to {most}.")


def _break(value: str) -> Piece:
    match = _TIME.fullmatch(value)
    if match is None:
        raise InvalidArgument('It needs a time such as "1s" or "200ms".')
    return Break(float(match[1]) / (1000 if match[2] == "ms" else 1))


def _ratio(value: str) -> float:
    if _NUMBER.fullmatch(value) is None:
        raise InvalidArgument('It needs a ratio such as "1.2".')
    return float(value)


def _speed(value: str) -> Piece:
    return Speed(_ratio(value))


def _volume(value: str) -> Piece:
    return Volume(_ratio(value))


_EMPTY_TAGS: Final[dict[str, tuple[str, Callable[[str], Piece]]]] = {
    "break": ("time", _break),
    "speed": ("ratio", _speed),
    "volume": ("ratio", _volume),
    "emotion": ("value", Emotion),
}


def build(*pieces: Piece | str) -> str:
    """Write a transcript from text and tags, with no spaces added: `build("Well, ", Break(0.5), "yes.")`.

    Text is not escaped, since no escaping is documented; text that contains a tag's spelling becomes that tag.
    """
    return "".join(map(str, pieces))


def spell(text: str) -> str:
    """Put text between spell tags, so that it is read out letter by letter.

    Raises:
        InvalidArgument: There is nothing to spell, or the text has a `spell` tag itself.
    """
    if not text.strip() or any(isinstance(token.piece, (SpellBegin, SpellEnd, Malformed)) for token in tokenize(text)):
        raise InvalidArgument(f"{text!r} cannot be put between spell tags.")
    return build(SpellBegin(), text, SpellEnd())


def tokenize(transcript: str) -> list[Token]:
    """Read a transcript into pieces that cover it without gaps; whatever it contains, this does not fail."""
    tokens: list[Token] = []
    at = 0
    for match in _MARK.finditer(transcript):
        if match.start() > at:
            tokens.append(Token(Text(transcript[at : match.start()]), at, match.start()))
        at = match.end()
        tokens.append(Token(_piece(match), match.start(), at))
    if at < len(transcript):
        tokens.append(Token(Text(transcript[at:]), at, len(transcript)))
    return _balanced(tokens)


def _piece(match: re.Match[str]) -> Piece:
    if match["phonemes"] is not None:
        return Phonemes(match["phonemes"].split("|"))
    if match["name"] is None:
        return Laughter()
    try:
        return _tag(match)
    except InvalidArgument as error:
        return Malformed(match[0], error.message)


def _tag(match: re.Match[str]) -> Piece:
    name = match["name"].lower()
    if match["attributes"] is None:
        raise InvalidArgument('It is not closed with ">".')
    if name == "spell":
        return _spell(match)
    if match["close"] or not match["empty"]:
        raise InvalidArgument('It has no partner: it begins with "<" and ends with "/>".')
    wanted, read = _EMPTY_TAGS[name]
    attribute = _ATTRIBUTE.fullmatch(match["attributes"])
    if attribute is None or attribute[1].lower() != wanted:
        raise InvalidArgument(f'It needs {wanted}="..." and nothing else.')
    return read(attribute[2] if attribute[2] is not None else attribute[3])


def _spell(match: re.Match[str]) -> Piece:
    if match["empty"] or match["attributes"].strip():
        raise InvalidArgument("It is written <spell>...</spell>, without anything else.")
    return SpellEnd() if match["close"] else SpellBegin()


def _balanced(tokens: list[Token]) -> list[Token]:
    """Mark the spell tags that have no partner."""
    opened: int | None = None
    for index, token in enumerate(tokens):
        if isinstance(token.piece, SpellBegin):
            if opened is None:
                opened = index
            else:
                tokens[index] = _marked(token, "It stands inside another one.")
        elif isinstance(token.piece, SpellEnd):
            if opened is None:
                tokens[index] = _marked(token, "It closes a tag that was not opened.")
            opened = None
    if opened is not None:
        tokens[opened] = _marked(tokens[opened], "It is never closed with </spell>.")
    return tokens


def _marked(token: Token, problem: str) -> Token:
    return Token(Malformed(str(token.piece), problem), token.start, token.end)


def strip_tags(transcript: str) -> str:
    """Give the words without the tags; malformed tags stay, as text.

    A tag between two spaces takes one of them along, as does one before a space at the beginning or behind one at
    the end: `"Well, <break time='1s'/> yes."` gives `"Well, yes."`.
    """
    parts: list[str] = []
    tag_before = False
    for token in tokenize(transcript):
        if not isinstance(token.piece, (Text, Malformed)):
            tag_before = True
            continue
        text = str(token.piece)
        if tag_before and (not parts or parts[-1][-1].isspace()):
            text = text.removeprefix(" ")
        parts += [text] if text else []
        tag_before = False
    joined = "".join(parts)
    return joined.removesuffix(" ") if tag_before else joined


def check_transcript(transcript: str) -> None:
    """Refuse what no server can speak as it was meant.

    For whole transcripts. A piece of one that is sent in several inputs may rightly be blank or hold half a pair.

    Raises:
        InvalidArgument: The text is empty or blank, or has a tag that is malformed, unbalanced or out of range; the
            message says where.
    """
    if not transcript.strip():
        raise InvalidArgument("The transcript is empty or blank; there is nothing to speak.")
    for token in tokenize(transcript):
        if isinstance(token.piece, Malformed):
            raise InvalidArgument(
                f"The tag {_short(token.piece.text)} at character {token.start} cannot be used. {token.piece.problem}"
            )


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:57]}..."
