"""Words: paired, joined per language, found in the transcript."""

from __future__ import annotations

import pytest
from attrs import frozen

from cartesia_core.errors import RemoteProtocolError
from cartesia_core.words import Word, find_words, join_words, words_of


@frozen
class Times:
    """Word times as an event has them."""

    words: list[str]
    start: list[float]
    end: list[float]


def test_one_word_for_each_entry() -> None:
    """Nothing is merged or dropped."""
    assert words_of(Times(["a", "b"], [0.0, 0.5], [0.4, 1.0])) == [Word("a", 0.0, 0.4), Word("b", 0.5, 1.0)]


def test_arrays_of_different_length() -> None:
    """Arrays that do not fit together are the server's mistake."""
    with pytest.raises(RemoteProtocolError, match="2 words with 1 starts and 2 ends"):
        words_of(Times(["a", "b"], [0.0], [0.4, 1.0]))


@pytest.mark.parametrize(
    ("words", "language", "text"),
    [
        ([], None, ""),
        (["Hello,", "world."], "en", "Hello, world."),
        (["Hello", ",", "(", "world", ")", "."], None, "Hello, (world)."),
        (["a ", "b", "", " c"], "en", "a b c"),
        (["\uc548\ub155", "\ud558\uc138\uc694"], "ko", "\uc548\ub155 \ud558\uc138\uc694"),
        (["\u4f60", "\u597d", "\uff0c", "\u4f60"], "zh", "\u4f60\u597d\uff0c\u4f60"),
        (["\u3053", "\u308c"], None, "\u3053\u308c"),
        (["\u7528", "Python", "\u5199"], "zh-CN", "\u7528Python\u5199"),
        (["hello", "world", "2", "0"], "ja", "hello world20"),
        (["a", "b"], "en_US", "a b"),
        (["\u0e2a\u0e27\u0e31\u0e2a", "\u0e14\u0e35"], "th", "\u0e2a\u0e27\u0e31\u0e2a\u0e14\u0e35"),
    ],
)
def test_joining(words: list[str], language: str | None, text: str) -> None:
    """Spaces where the language has them; punctuation clings to its word."""
    assert join_words(words, language) == text


@pytest.mark.parametrize(
    ("transcript", "words", "found"),
    [
        ("Hello, world.", ["Hello,", "world."], ["Hello,", "world."]),
        ("HELLO World", ["hello", "world"], ["HELLO", "World"]),
        (
            'Well, <break time="1s"/> I paid $20 for it [laughter] in May.',
            ["Well,", "I", "paid", "twenty", "dollars", "for", "it", "in", "May."],
            ["Well,", "I", "paid", "$20", "$20", "for", "it", "in", "May."],
        ),
        ("the theatre or a", ["theatre", "a"], ["theatre", "a"]),
        ("a theatre, the", ["a", "the"], ["a", "the"]),
        ("<spell>AB</spell> ok", ["<spell>AB</spell>", '<break time="1s"/>', "ok"], ["AB", None, "ok"]),
        ("\u4f60\u597d\u5417", ["\u4f60", "\u597d", "\u5417"], ["\u4f60", "\u597d", "\u5417"]),
        ("one", ["one", "two"], ["one", None]),
        ("one 2", ["one", "two"], ["one", "2"]),
        ("a" + " filler" * 20 + " zebra", ["zebra"], ["a" + " filler" * 20 + " zebra"]),
        ("", ["x"], [None]),
        ("x", [], []),
    ],
)
def test_finding(transcript: str, words: list[str], found: list[str | None]) -> None:
    """Words are found in order; what was spoken differently shares the stretch; far-away matches do not count."""
    places = find_words(transcript, words)
    assert [place and transcript[slice(*place)] for place in places] == found
