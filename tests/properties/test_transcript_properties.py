"""Transcripts: reading never fails, building and stripping agree, splitting loses nothing and cuts no tag."""

from __future__ import annotations

from contextlib import suppress
from itertools import accumulate, pairwise

from hypothesis import given
from hypothesis import strategies as st

from cartesia_core.captions import CaptionStyle, make_cues
from cartesia_core.errors import InvalidArgument
from cartesia_core.splitter import TextSplitter, split_text
from cartesia_core.transcript import (
    Break,
    Emotion,
    Laughter,
    Malformed,
    Phonemes,
    Piece,
    Speed,
    Text,
    Volume,
    build,
    check_transcript,
    spell,
    strip_tags,
    tokenize,
)
from cartesia_core.words import Word, find_words

FRAGMENTS = [
    "Hello", ".", " ", "! ", "\n\n", '<break time="1s"/>', "<spell>", "</spell>", "a. B", "\u4f60\u3002", "<", "[",
    "<<k|a>>", "[laughter]", "<br", ", ", "e\u0301", "word ", "<speed x", '"', ">", "/>",
]  # fmt: skip
WILD = st.lists(st.sampled_from(FRAGMENTS), max_size=40).map("".join)
PLAIN = st.text(st.characters(exclude_characters="<[", exclude_categories=["Cs"]))
TAGS: st.SearchStrategy[Piece] = st.one_of(
    st.integers(0, 100000).map(lambda milliseconds: Break(milliseconds / 1000)),
    st.floats(0.6, 1.5).map(Speed),
    st.floats(0.5, 2.0).map(Volume),
    st.sampled_from(["angry", "calm"]).map(Emotion),
    st.just(Laughter()),
    st.lists(st.sampled_from(["k", "\u0251\u02d0"]), min_size=1).map(Phonemes),
)
GOOD = st.lists(st.one_of(PLAIN, TAGS.map(str), st.just(spell("A. B")), st.just(". ")), max_size=15).map("".join)


def tag_spans(text: str) -> list[tuple[int, int]]:
    """Give where the tags are."""
    return [(token.start, token.end) for token in tokenize(text) if not isinstance(token.piece, (Text, Malformed))]


def sliced(text: str, cuts: list[int]) -> list[str]:
    """Cut text anywhere."""
    edges = [0, *sorted(min(cut, len(text)) for cut in cuts), len(text)]
    return [text[a:b] for a, b in pairwise(edges)]


@given(st.one_of(WILD, st.text()))
def test_reading_never_fails(text: str) -> None:
    """Tokens cover any text without gaps, and checking it passes or gives one typed error."""
    assert "".join(str(text[token.start : token.end]) for token in tokenize(text)) == text
    with suppress(InvalidArgument):
        check_transcript(text)


@given(st.lists(st.one_of(PLAIN.filter(bool).map(Text), TAGS), max_size=10))
def test_what_is_built_is_read(pieces: list[Piece]) -> None:
    """Tags come back as they went in; text does not change, though neighbours join."""
    text = build(*pieces)
    assert [token.piece for token in tokenize(text) if not isinstance(token.piece, Text)] == [
        piece for piece in pieces if not isinstance(piece, Text)
    ]
    words = "".join(piece.text for piece in pieces if isinstance(piece, Text))
    assert strip_tags(text).replace(" ", "") == words.replace(" ", "")


@given(PLAIN)
def test_stripping_plain_text_changes_nothing(text: str) -> None:
    """Without tags there is nothing to strip."""
    assert strip_tags(build(text)) == text


@given(st.one_of(WILD, GOOD), st.integers(1, 60))
def test_split_text_joins_to_the_original(text: str, limit: int) -> None:
    """Nothing is lost or added, no piece is empty, no tag is cut, and only a tag makes a piece too long."""
    pieces = split_text(text, limit)
    assert "".join(pieces) == text
    assert all(pieces)
    cuts = set(accumulate(map(len, pieces)))
    assert not [span for span in tag_spans(text) if any(span[0] < cut < span[1] for cut in cuts)]
    assert all(len(piece) <= limit or not isinstance(tokenize(piece)[0].piece, Text) for piece in pieces)


@given(st.one_of(WILD, GOOD), st.lists(st.integers(0, 300)), st.integers(1, 60), st.integers(0, 60))
def test_a_split_stream_does_not_depend_on_slicing(text: str, cuts: list[int], limit: int, least: int) -> None:
    """However the stream is sliced, the pieces are the same; joined they are the stream; no tag is cut."""
    splitter = TextSplitter(limit, min_characters=min(least, limit))
    pieces = [piece for part in sliced(text, cuts) for piece in splitter.feed(part)] + splitter.finish()
    whole = TextSplitter(limit, min_characters=min(least, limit))
    assert pieces == whole.feed(text) + whole.finish()
    assert "".join(pieces) == text
    ends = set(accumulate(map(len, pieces)))
    assert not [span for span in tag_spans(text) if any(span[0] < end < span[1] for end in ends)]


@given(st.one_of(WILD, GOOD), st.lists(st.sampled_from(["Hello", "a", "B", "word", "\u4f60", "twenty", "<spell>"])))
def test_places_of_words_go_forward(text: str, words: list[str]) -> None:
    """There is a place or none for each word, within the text, never before that of an earlier word."""
    places = find_words(text, words)
    assert len(places) == len(words)
    found = [place for place in places if place is not None]
    assert found == sorted(found)
    assert all(0 <= start < end <= len(text) for start, end in found)


TIMES = st.floats(-1, 100)
WORDS = st.lists(st.builds(Word, st.one_of(PLAIN, st.sampled_from(FRAGMENTS)), TIMES, TIMES), max_size=20)
STYLES = st.builds(
    CaptionStyle,
    max_characters=st.integers(1, 50),
    max_lines=st.integers(1, 3),
    max_characters_per_second=st.floats(0.1, 100),
    max_seconds=st.floats(0.1, 10),
    split_gap_seconds=st.floats(0.1, 3),
)


@given(WORDS, STYLES, st.one_of(st.none(), st.floats(1, 120)))
def test_captions_follow_one_another(words: list[Word], style: CaptionStyle, total: float | None) -> None:
    """Whatever the word times are, captions do not overlap, last, end in time, and fit their lines."""
    cues = make_cues(words, style, total_seconds=total)
    assert all(cue.start_milliseconds < cue.end_milliseconds for cue in cues)
    assert all(a.end_milliseconds <= b.start_milliseconds for a, b in pairwise(cues))
    assert all(cue.start_milliseconds >= 0 for cue in cues)
    assert total is None or all(cue.end_milliseconds <= total * 1000 + 0.001 for cue in cues)
    assert all(len(cue.lines) <= style.max_lines for cue in cues)
    assert all(0 < len(line) <= style.max_characters and "\n" not in line for cue in cues for line in cue.lines)
