"""Splitting text: where, how long, verbatim, and never inside a tag."""

from __future__ import annotations

import pytest

from cartesia_core.errors import InvalidArgument
from cartesia_core.splitter import TextSplitter, split_text

BREAK = '<break time="1s"/>'


@pytest.mark.parametrize(
    ("text", "limit", "pieces"),
    [
        ("", 10, []),
        ("Short.", 10, ["Short."]),
        ("One two.\n\nThree. Four.", 20, ["One two.\n\n", "Three. Four."]),
        ("One. Two. Three, four.", 12, ["One. Two. ", "Three, four."]),
        ("One, two three", 10, ["One, ", "two three"]),
        ("one two three", 8, ["one two ", "three"]),
        ("onetwothree", 4, ["onet", "woth", "ree"]),
        ("One.  Two. 3.14 is pi.", 11, ["One.  Two. ", "3.14 is pi."]),
        ('He said "No!" Then left.', 15, ['He said "No!" ', "Then left."]),
        ("Mr. Smith left. He did.", 18, ["Mr. Smith left. ", "He did."]),
        ("by J. R. R. Tolkien", 12, ["by J. R. R. ", "Tolkien"]),
        ("\u4f60\u597d\u3002\u518d\u89c1\uff01", 5, ["\u4f60\u597d\u3002", "\u518d\u89c1\uff01"]),
        ("\u4f60\uff0c\u597d\u518d\u89c1", 3, ["\u4f60\uff0c", "\u597d\u518d\u89c1"]),
        ("aaaa      b", 6, ["aaaa  ", "    b"]),
        ("\n\n\n\nab", 3, ["\n\n\n", "\nab"]),
    ],
)
def test_where_text_is_cut(text: str, limit: int, pieces: list[str]) -> None:
    """Paragraph before sentence before clause before word before anywhere."""
    assert split_text(text, limit) == pieces


@pytest.mark.parametrize(
    ("text", "limit", "pieces"),
    [
        (f"Hi there {BREAK} you", 12, ["Hi there ", BREAK, " you"]),
        (f"abc{BREAK}def", 6, ["abc", BREAK, "def"]),
        ("<spell>AB. CD</spell>. Ok", 5, ["<spell>AB. CD</spell>", ". Ok"]),
        ("a b [laughter] c", 8, ["a b ", "[laughter]", " c"]),
        ("x <<k|a|b|c>> y", 5, ["x ", "<<k|a|b|c>>", " y"]),
        ("<spell>A</spell> bb cc. dd", 20, ["<spell>A</spell> bb ", "cc. dd"]),
        ("a <spell>b <spell>c d</spell> e f", 30, ["a <spell>b <spell>c d</spell> ", "e f"]),
        ("a <spell>b <spell>c", 15, ["a ", "<spell>b ", "<spell>c"]),
        ("<spell>b<spell>c</spell>", 4, ["<spell>", "b", "<spell>c</spell>"]),
        ("<spell>never closed", 8, ["<spell>n", "ever ", "closed"]),
        ("<<spell>abcdef</spell>", 5, ["<", "<spell>abcdef</spell>"]),
        ("<speed limit ahead", 9, ["<speed li", "mit ahead"]),
    ],
)
def test_tags_stay_whole(text: str, limit: int, pieces: list[str]) -> None:
    """A tag, and what is spelled, is never cut, even if it is longer than allowed; what is no tag is text."""
    assert split_text(text, limit) == pieces


def test_accents_stay_with_their_letters() -> None:
    """A cut in mid-word does not part combining marks or joined emoji, unless nothing else is left."""
    assert split_text("abce\u0301f", 4) == ["abc", "e\u0301f"]
    assert split_text("ab\U0001f469\u200d\U0001f680", 4) == ["ab", "\U0001f469\u200d\U0001f680"]
    assert split_text("e\u0301\u0301\u0301", 2) == ["e\u0301", "\u0301\u0301"]
    assert split_text("<<k>>\u0301\u0301", 5) == ["<<k>>", "\u0301\u0301"]


@pytest.mark.parametrize("limit", [0, -5])
def test_impossible_limits(limit: int) -> None:
    """A piece must have room for a character."""
    with pytest.raises(InvalidArgument, match="at least 1"):
        split_text("x", limit)
    with pytest.raises(InvalidArgument, match="at least 1"):
        TextSplitter(limit)


def test_minimum_above_maximum() -> None:
    """The limits of a stream must leave something possible."""
    with pytest.raises(InvalidArgument, match="above max_characters"):
        TextSplitter(10, min_characters=11)


def test_stream_gives_whole_sentences() -> None:
    """A sentence comes as soon as the next one has begun; the end gives the rest."""
    splitter = TextSplitter()
    assert splitter.feed("Hello") == []
    assert splitter.feed(" there.") == []
    assert splitter.feed(" ") == []
    assert splitter.feed("How are") == ["Hello there. "]
    assert splitter.feed(" you? Fine! Ok") == ["How are you? ", "Fine! "]
    assert splitter.finish() == ["Ok"]
    assert splitter.finish() == []


def test_stream_with_a_minimum() -> None:
    """Very short sentences stay together."""
    splitter = TextSplitter(min_characters=10)
    assert splitter.feed("Hi. You. Come here now. Ok. ") == ["Hi. You. Come here now. "]
    assert splitter.finish() == ["Ok. "]


def test_stream_without_sentences() -> None:
    """Text that goes on too long is cut as long text is."""
    splitter = TextSplitter(10)
    assert splitter.feed("one two, three four five") == ["one two, ", "three four"]
    assert splitter.finish() == [" five"]


def test_stream_waits_for_a_tag_to_end() -> None:
    """A tag that arrives in pieces is given whole, also when it is longer than a piece may be."""
    splitter = TextSplitter(8)
    pieces = [piece for character in f"ab{BREAK}cd" for piece in splitter.feed(character)]
    assert pieces + splitter.finish() == ["ab", BREAK, "cd"]


def test_stream_does_not_wait_for_ever() -> None:
    """What seems to be a tag and never ends is taken for text."""
    splitter = TextSplitter(10)
    text = "<spell>" + "a" * 2000
    pieces = splitter.feed(text)
    assert pieces[0] == "<spell>aaa"
    assert "".join(pieces + splitter.finish()) == text
