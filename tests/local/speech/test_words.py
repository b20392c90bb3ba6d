# ruff: noqa: RUF001 -- IPA and other scripts
"""Times of words and phonemes."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cartesia_local.speech.engine import Samples
from cartesia_local.speech.protocol import CLAUSE_END, PHONEME, SAMPLE_RATE, WORD, Event
from cartesia_local.speech.words import PhonemeTime, Time, Timeline, Token, WordTime
from tests.local.speech.saying import PARAGRAPH, Said, say

HARD = (
    'In the end, 3.14% of the - "people" -- paid $5.00 at 10:30 a.m.; wait...what? Dr. Smith\'s e-mail (to be sent) '
    "is x@y.org & it's 1,234,567 (or №5)... to be or not to be; I thought of the. And so on"
)


def assert_in_order(times: list[Time], seconds: float) -> None:
    """No time decreases, none overlaps the next of its kind, none ends after the sound."""
    for kind in (WordTime, PhonemeTime):
        ends = [0.0]
        for time in times:
            if isinstance(time, kind):
                assert ends[-1] <= time.start_seconds <= time.end_seconds
                ends.append(time.end_seconds)
        assert ends[-1] <= seconds


def check(said: Said) -> None:
    assert_in_order([*said.words, *said.phonemes], said.seconds)


@pytest.mark.parametrize("text", [PARAGRAPH, HARD, PARAGRAPH * 12, "- - hello -", "word " * 300, "..."])
def test_words_are_those_of_the_text(text: str) -> None:
    """In order, each once, inside the sound; also across the seams of a long text."""
    said = say(text)
    assert [word.word for word in said.words] == text.split()
    check(said)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "Im Haus wohnen 21 Leute; das ist, so sagt man, zu viel."),
        ("fr", "Aujourd'hui, l'homme qu'il a vu n'est pas venu."),
        ("es", "¿Qué hora es? Son las 10:30 de la mañana."),
        ("hi", "नमस्ते दुनिया, आप कैसे हैं?"),
        ("ru", "Привет, мир! Как у вас дела?"),
        ("ar", "مرحبا بالعالم، كيف حالك؟"),
        ("ko", "안녕하세요 세계, 반갑습니다."),
    ],
)
def test_words_are_those_of_the_text_in_other_languages(language: str, text: str) -> None:
    """Scripts and spacing of other languages make no difference."""
    said = say(text, language=language)
    assert [word.word for word in said.words] == text.split()
    check(said)


@pytest.mark.parametrize(
    ("language", "text"),
    [("zh", "我喜欢 Python 编程。今天天气很好!"), ("ja", "こんにちは、せかい。これはペンです。"), ("th", "สวัสดีชาวโลก")],
)
def test_without_spaces_words_are_the_engines(language: str, text: str) -> None:
    """Together they are the whole text, none is blank, and there are as many as the engine names."""
    said = say(text, language=language)
    assert "".join(word.word for word in said.words).replace(" ", "") == text.replace(" ", "")
    assert all(word.word.strip() for word in said.words)
    check(said)


def test_words_last() -> None:
    """A spoken word takes between 30 ms and 1.2 s, pauses between sentences do not belong to words."""
    said = say(PARAGRAPH)
    assert all(0.03 < word.end_seconds - word.start_seconds < 1.2 for word in said.words)
    gap = next(b.start_seconds - a.end_seconds for a, b in pairwise(said.words) if "home." in a.word)
    assert gap > 0.2


def test_phonemes_are_those_of_the_text() -> None:
    """In IPA, with stress, without pauses."""
    assert say("Hello world.").ipa == "h ə l ˈoʊ w ˈɜː l d"


@pytest.mark.parametrize(
    "text", ["Hello world.", "Well, wait...What? Now!Then (one),two", "at 10:30 a.m.; x@y.org, ok"]
)
def test_phonemes_lie_inside_their_words(text: str) -> None:
    """Every phoneme begins and ends within one word, also in a word with a pause inside."""
    said = say(text)
    for phoneme in said.phonemes:
        assert any(
            word.start_seconds <= phoneme.start_seconds and phoneme.end_seconds <= word.end_seconds
            for word in said.words
        )


@pytest.mark.parametrize("text", [PARAGRAPH * 2, HARD])
def test_a_words_time_comes_before_the_sound_behind_it(text: str) -> None:
    """By the time that a word's end can be heard, its time is known; so captions can keep up."""
    heard = 0
    for piece in say(text).pieces:
        if isinstance(piece, Samples):
            heard += len(piece.pcm)
        elif isinstance(piece, WordTime) and piece.end_seconds > piece.start_seconds:
            assert heard <= piece.end_seconds * SAMPLE_RATE + 1


def tokens(text: str) -> list[Token]:
    return [Token(word[0], word.start(), word.end()) for word in re.finditer(r"\S+", text)]


def test_words_that_share_an_event_share_its_phonemes() -> None:
    """One event for "of the": two phonemes and two more, and the border lies between the second and the third."""
    timeline = Timeline("of the", tokens("of the"), origin=SAMPLE_RATE)
    timeline.count((2, 2))
    events = [Event(WORD, 0, 1, ""), *(Event(PHONEME, at * 100, 1, "x") for at in range(4)), Event(PHONEME, 400, 1, "")]
    found = timeline.feed([*events, Event(CLAUSE_END, 900, 6, "")])
    assert [time for time in found if isinstance(time, WordTime)] == [
        WordTime("of", 1.0, 1 + 200 / SAMPLE_RATE),
        WordTime("the", 1 + 200 / SAMPLE_RATE, 1 + 400 / SAMPLE_RATE),
    ]
    assert timeline.finish(1000) == []


def test_a_word_goes_on_behind_a_clause_that_ends_in_it() -> None:
    """As in a word of more characters than the engine reads at once."""
    timeline = Timeline("abcdef", tokens("abcdef"), origin=0)
    first = [Event(WORD, 0, 1, ""), Event(PHONEME, 0, 1, "a"), Event(CLAUSE_END, 100, 3, "")]
    assert timeline.feed(first) == [PhonemeTime("a", 0.0, 100 / SAMPLE_RATE)]
    second = [Event(WORD, 100, 4, ""), Event(PHONEME, 100, 4, "d"), Event(CLAUSE_END, 200, 6, "")]
    assert timeline.feed(second)[-1] == WordTime("abcdef", 0.0, 200 / SAMPLE_RATE)


def test_a_word_without_an_event_is_not_lost() -> None:
    """A dash at the end comes when the job ends, with no length."""
    timeline = Timeline("yes -", tokens("yes -"), origin=0)
    timeline.count((3, 0))
    timeline.feed([Event(WORD, 10, 1, ""), Event(PHONEME, 10, 1, "j"), Event(PHONEME, 60, 1, "")])
    found = timeline.finish(100)
    assert [(time.word, time.end_seconds - time.start_seconds > 0) for time in found if isinstance(time, WordTime)] == [
        ("yes", True),
        ("-", False),
    ]


@given(
    events=st.lists(
        st.tuples(st.sampled_from([WORD, PHONEME, CLAUSE_END]), st.integers(0, 3000), st.integers(0, 40)), max_size=30
    ),
    counts=st.lists(st.integers(0, 5), min_size=7, max_size=7),
    spaceless=st.booleans(),
    cut=st.integers(0, 30),
)
def test_times_are_in_order_whatever_the_engine_says(
    events: list[tuple[int, int, int]],
    counts: list[int],
    spaceless: bool,
    cut: int,
) -> None:
    """Even events out of order, at impossible places: every word comes once, in order, without overlap."""
    text = "one two, three - four. Five six"
    timeline = Timeline(text, None if spaceless else tokens(text), origin=500)
    timeline.count(tuple(counts))
    made = [Event(kind, sample, position, "a" if position % 3 else "") for kind, sample, position in events]
    length = 3000
    times = [*timeline.feed(made[:cut]), *timeline.feed(made[cut:]), *timeline.finish(length)]
    assert_in_order(times, (500 + length) / SAMPLE_RATE)
    words = [time.word for time in times if isinstance(time, WordTime)]
    assert "".join(words).replace(" ", "") == text.replace(" ", "")
    if not spaceless:
        assert words == text.split()
