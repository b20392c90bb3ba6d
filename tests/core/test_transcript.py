"""Transcript tags: built, read, stripped, checked; ordinary text is left alone."""

from __future__ import annotations

import pytest

from cartesia_core.errors import InvalidArgument
from cartesia_core.transcript import (
    Break,
    Emotion,
    Laughter,
    Malformed,
    Phonemes,
    Piece,
    Speed,
    SpellBegin,
    SpellEnd,
    Text,
    Token,
    Volume,
    build,
    check_transcript,
    spell,
    strip_tags,
    tokenize,
)

ORDINARY = [
    "a < b and c > d",
    "x << 2 and y >> 1",
    "[sic] [laugh]",
    "<p>Hi</p> <breakfast> <spelling> <break-dance/>",
    "1<2",
    "<",
    "<<",
    "<<a b>>",
    "\u4f60\u597d",
    "R&D &amp; &lt;",
]


@pytest.mark.parametrize(
    ("piece", "text"),
    [
        (Text("a < b"), "a < b"),
        (Break(1), '<break time="1s"/>'),
        (Break(0.2), '<break time="200ms"/>'),
        (Break(1.5), '<break time="1500ms"/>'),
        (Speed(1.2), '<speed ratio="1.2"/>'),
        (Volume(0.8), '<volume ratio="0.8"/>'),
        (Emotion("angry"), '<emotion value="angry"/>'),
        (Laughter(), "[laughter]"),
        (Phonemes(["k", "\u0251\u02d0", "\u0288"]), "<<k|\u0251\u02d0|\u0288>>"),
    ],
)
def test_pieces_are_written_as_documented_and_read_back(piece: Piece, text: str) -> None:
    """Each piece has the documented spelling, which is read as that piece."""
    assert str(piece) == text
    assert tokenize(text) == [Token(piece, 0, len(text))]


def test_build_adds_nothing() -> None:
    """Text and tags are joined verbatim."""
    assert build("Well, ", Break(1), "yes. ", spell("AB-1")) == 'Well, <break time="1s"/>yes. <spell>AB-1</spell>'
    assert build() == ""


def test_tokens_have_places() -> None:
    """Tokens cover the text without gaps; breaks are allowed inside spelled text."""
    text = 'Hi <spell>A<break time="1s" />B</spell>!'
    assert [token.piece for token in tokenize(text)] == [
        Text("Hi "),
        SpellBegin(),
        Text("A"),
        Break(1),
        Text("B"),
        SpellEnd(),
        Text("!"),
    ]
    assert "".join(text[token.start : token.end] for token in tokenize(text)) == text


def test_other_spellings() -> None:
    """Single quotes, spaces and capitals are understood."""
    text = "<BREAK  Time = '.5s' /><Spell >x</spell ><emotion value='angry/sad'/>"
    assert [token.piece for token in tokenize(text)] == [
        Break(0.5),
        SpellBegin(),
        Text("x"),
        SpellEnd(),
        Emotion("angry/sad"),
    ]


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_text_is_text(text: str) -> None:
    """What only looks a little like a tag is text, is accepted and stays."""
    check_transcript(text)
    assert strip_tags(text) == text
    assert [token.piece for token in tokenize(text)] == [Text(text)]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "empty or blank"),
        (" \n\t", "empty or blank"),
        ("a <break/>", r"<break/> at character 2 cannot be used. It needs time="),
        ('<break time="1"/>', "needs a time"),
        ('<break time="\u0661s"/>', "needs a time"),
        ('<break time="1s" x="2"/>', "nothing else"),
        ('<break time="1s">', "no partner"),
        ("</break>", "no partner"),
        ('<break time="1s"', 'not closed with ">"'),
        ('<break time="' + "9" * 400 + 's"/>', r"\.\.\. at character 0"),
        ('<speed ratio="0.59"/>', "A speed ratio of 0.59 is outside 0.6 to 1.5"),
        ('<speed ratio="nan"/>', "needs a ratio"),
        ('<volume ratio="2.01"/>', "A volume ratio of 2.01 is outside 0.5 to 2.0"),
        ('<volume ratio="-1"/>', "needs a ratio"),
        ('<speed time="1"/>', "needs ratio="),
        ('<emotion value=""/>', "cannot be an emotion"),
        ("<spell>AB", "never closed"),
        ("AB</spell>", r"at character 2 .*not opened"),
        ("<spell>A<spell>B</spell>", r"at character 8 .*inside another"),
        ("<spell/>", r"<spell>\.\.\.</spell>"),
        ('<spell mode="x">A</spell>', r"<spell>\.\.\.</spell>"),
    ],
)
def test_what_cannot_be_spoken_is_refused(text: str, problem: str) -> None:
    """Blank text, malformed, unbalanced and out-of-range tags are refused with place and reason."""
    with pytest.raises(InvalidArgument, match=problem):
        check_transcript(text)


def test_malformed_tags_are_pieces() -> None:
    """Reading does not fail: what is no tag is said to be none, and stays in the text."""
    (token,) = tokenize("<speed>")
    assert isinstance(token.piece, Malformed)
    assert str(token.piece) == "<speed>"
    assert strip_tags("a <speed> b") == "a <speed> b"


@pytest.mark.parametrize("seconds", [-1, float("nan"), float("inf")])
def test_impossible_breaks(seconds: float) -> None:
    """A break has a length."""
    with pytest.raises(InvalidArgument, match="break of"):
        Break(seconds)


def test_impossible_pieces() -> None:
    """Ratios, moods, phonemes and spelled text are checked when they are made."""
    with pytest.raises(InvalidArgument, match=r"0\.6 to 1\.5"):
        Speed(1.51)
    with pytest.raises(InvalidArgument, match=r"0\.5 to 2\.0"):
        Volume(float("nan"))
    for mood in ("", " ", 'a"b', "<x>"):
        with pytest.raises(InvalidArgument, match="emotion"):
            Emotion(mood)
    for symbols in ([], [""], ["a b"], ["a|b"], ["a>"]):
        with pytest.raises(InvalidArgument, match="phonemes"):
            Phonemes(symbols)
    for text in (" ", "a</spell>", spell("A"), "<spell>"):
        with pytest.raises(InvalidArgument, match="spell"):
            spell(text)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ('Well, <break time="1s"/> yes.', "Well, yes."),
        ('Well,<break time="1s"/> yes.', "Well, yes."),
        ('Well, <break time="1s"/>yes.', "Well, yes."),
        ('Well,<break time="1s"/>yes.', "Well,yes."),
        ('<emotion value="sad"/> Oh', "Oh"),
        ("Ha [laughter]", "Ha"),
        ("Ha[laughter]", "Ha"),
        ("A [laughter] [laughter] B", "A B"),
        ("[laughter]", ""),
        ("<spell>AB</spell>", "AB"),
        ("say <<k|a>> now", "say now"),
    ],
)
def test_stripping_takes_one_of_two_spaces(text: str, plain: str) -> None:
    """No doubled spaces are left where a tag was."""
    assert strip_tags(text) == plain
