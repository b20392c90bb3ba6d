"""Captions: the two files, lines, reading speed, and times that make sense."""

from __future__ import annotations

import pytest

from cartesia_core.captions import CaptionStyle, Cue, make_cues, to_srt, to_vtt
from cartesia_core.errors import InvalidArgument
from cartesia_core.words import Word


def spoken(text: str, seconds: float = 0.5, start: float = 0.0) -> list[Word]:
    """Give the words of a text, one after the other without pauses."""
    return [
        Word(word, start + index * seconds, start + (index + 1) * seconds) for index, word in enumerate(text.split())
    ]


def test_srt() -> None:
    """Numbered blocks with commas, nothing escaped; times beyond an hour."""
    words = [*spoken("Hello <b> & all."), *spoken("Late words.", start=3661.0)]
    assert to_srt(words, total_seconds=3662.0) == (
        "1\n00:00:00,000 --> 00:00:02,000\nHello <b> & all.\n\n2\n01:01:01,000 --> 01:01:02,000\nLate words.\n"
    )


def test_vtt() -> None:
    """A header, points, and escaped text."""
    assert to_vtt(spoken("Hello <b> & -->"), total_seconds=2) == (
        "WEBVTT\n\n00:00:00.000 --> 00:00:02.000\nHello &lt;b&gt; &amp; --&gt;\n"
    )


def test_no_words() -> None:
    """Nothing spoken gives empty, valid files."""
    assert (to_srt([]), to_vtt([], total_seconds=1)) == ("", "WEBVTT\n")
    assert make_cues([Word("<break time='1s'/>", 0, 1)]) == []


def test_lines() -> None:
    """Lines and their number are limited; tags and line feeds are left out."""
    words = spoken("one two [laughter] three\nfour five six seven", 0.2)
    cues = make_cues(words, CaptionStyle(max_characters=10, max_lines=2))
    assert [cue.lines for cue in cues] == [("one two", "three four"), ("five six", "seven")]


def test_sentences_and_pauses_end_a_caption() -> None:
    """A caption ends with a sentence that is not very short, and at a pause."""
    words = [*spoken("A sentence that is long enough. No. Yes."), *spoken("Then more", start=5)]
    assert [cue.lines[0] for cue in make_cues(words)] == ["A sentence that is long enough.", "No. Yes.", "Then more"]


def test_longest_time() -> None:
    """Slow speech is split by time."""
    words = spoken("one two three", 3)
    assert [cue.lines for cue in make_cues(words, CaptionStyle(max_seconds=6))] == [("one two",), ("three",)]


def test_long_words_are_cut() -> None:
    """A word longer than a line is cut, its time shared out."""
    style = CaptionStyle(max_characters=4, max_lines=1, max_characters_per_second=1000)
    assert make_cues([Word("abcdefgh", 0, 1)], style) == [Cue(0, 500, ("abcd",)), Cue(500, 1000, ("efgh",))]
    assert [cue.lines for cue in make_cues([Word("a b", 0, 1)], CaptionStyle(max_characters=1, max_lines=1))] == [
        ("a",),
        ("b",),
    ]


def test_unspaced_languages() -> None:
    """Characters are joined without spaces."""
    words = [Word(character, index * 0.1, index * 0.1 + 0.1) for index, character in enumerate("\u4f60\u597d\u5417")]
    assert make_cues(words, CaptionStyle(language="zh"))[0].lines == ("\u4f60\u597d\u5417",)


def test_fast_captions_stay_on() -> None:
    """A caption that is too fast to read stays until the next one, or the end, or as long as it takes."""
    words = [Word("a" * 17, 0, 0.1), Word("b" * 17, 1.0, 1.1), Word("c" * 17, 1.9, 2.0)]
    style = CaptionStyle(max_characters_per_second=17, split_gap_seconds=0.5)
    assert [(cue.start_milliseconds, cue.end_milliseconds) for cue in make_cues(words, style)] == [
        (0, 1000),
        (1000, 1900),
        (1900, 2900),
    ]
    assert make_cues(words, style, total_seconds=2.5)[-1].end_milliseconds == 2500


def test_last_caption_ends_within_the_audio() -> None:
    """Word times beyond the end are cut; those behind it are moved before it."""
    words = [Word("a", 0, 1.0), Word("b", 2.0, 3.0), Word("c", 4.0, 5.0)]
    times = [(cue.start_milliseconds, cue.end_milliseconds) for cue in make_cues(words, total_seconds=2.0004)]
    assert times == [(0, 1000), (1998, 1999), (1999, 2000)]
    assert make_cues(spoken("x", 9.58), total_seconds=9.58)[0].end_milliseconds == 9580


def test_too_many_captions_for_the_audio() -> None:
    """Captions that cannot fit are refused, not dropped."""
    words = [Word("a", 0, 1.0), Word("b", 2.0, 3.0)]
    with pytest.raises(InvalidArgument, match="2 captions do not fit"):
        make_cues(words, total_seconds=0.001)


def test_unordered_times() -> None:
    """Overlapping, negative and empty word times become times that grow."""
    words = [Word("a", -1.0, 5.0), Word("b", 2.0, 2.0), Word("c", 1.0, 1.5)]
    cues = make_cues(words, CaptionStyle(max_characters=1, max_lines=1, max_characters_per_second=1000))
    assert [(cue.start_milliseconds, cue.end_milliseconds) for cue in cues] == [(0, 2000), (2000, 2001), (2001, 2002)]


def test_impossible_styles() -> None:
    """Every limit must be positive."""
    with pytest.raises(InvalidArgument, match="max_lines is 0"):
        CaptionStyle(max_lines=0)
    with pytest.raises(InvalidArgument, match="max_seconds is nan"):
        CaptionStyle(max_seconds=float("nan"))
