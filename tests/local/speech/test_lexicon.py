"""What a pronunciation dictionary does to a transcript, and that the engine says it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import trio

from cartesia_core import transcript
from cartesia_core.errors import InvalidArgument
from cartesia_local.speech.engine import Engine, Samples, Utterance, WordTime
from cartesia_local.speech.lexicon import Entry, Lexicon, Said
from cartesia_local.speech.plan import Speech, steps
from cartesia_local.speech.voices import DEFAULT_VOICE, VOICES

if TYPE_CHECKING:
    from cartesia_local.speech.lexicon import Piece


def applied(text: str, *entries: Entry) -> list[str]:
    """Give the pieces; what is said otherwise as `written=said`."""
    pieces = Lexicon(entries).applied([token.piece for token in transcript.tokenize(text)])
    return [shown(piece) for piece in pieces]


def shown(piece: Piece) -> str:
    if isinstance(piece, Said):
        return f"{piece.written}={''.join(map(str, piece.pieces))}"
    return str(piece)


@pytest.mark.parametrize(
    ("text", "entries", "pieces"),
    [
        ("in NYC now", [Entry("nyc", "New York")], ["in ", "NYC=New York", " now"]),
        ("in nyc", [Entry("NYC", "New York", case_sensitive=True)], ["in nyc"]),
        ("NYCs and xNYC", [Entry("NYC", "x")], ["NYCs and xNYC"]),
        ("NYC, NYC.", [Entry("NYC", "x")], ["NYC=x", ", ", "NYC=x", "."]),
        ("New York City", [Entry("New York", "a"), Entry("New York City", "b")], ["New York City=b"]),
        ("a", [Entry("a", "first"), Entry("a", "second")], ["a=first"]),
        ("C++ and C", [Entry("C++", "see plus plus"), Entry("C", "see")], ["C++=see plus plus", " and ", "C=see"]),
        ("a.b", [Entry("a.b", "x"), Entry("a", "y")], ["a.b=x"]),
        ("axb", [Entry("a.b", "x")], ["axb"]),
        ("<spell>NYC</spell> NYC", [Entry("NYC", "x")], ["<spell>", "NYC", "</spell>", " ", "NYC=x"]),
        ('NYC<break time="1s"/>', [Entry("NYC", "x"), Entry("break", "y")], ["NYC=x", '<break time="1s"/>']),
        ("<<k|a>> k", [Entry("k", "x")], ["<<k|a>>", " ", "k=x"]),
        ("Grüße", [Entry("grüße", "x")], ["Grüße=x"]),
        ("plain", [], ["plain"]),
    ],
)
def test_which_words_are_replaced(text: str, entries: list[Entry], pieces: list[str]) -> None:
    """Whole words outside tags, the longest entry first."""
    assert [piece for piece in applied(text, *entries) if piece] == pieces


def spoken(text: str, *entries: Entry, language: str = "en") -> tuple[list[str], int]:
    """Give the words as they are timed, and the number of samples."""

    async def main() -> tuple[list[str], int]:
        words, count = [], 0
        utterance = Utterance(text, DEFAULT_VOICE, language=language, lexicon=Lexicon(entries))
        async with Engine(workers=1) as engine, engine.speak(utterance) as pieces:
            async for piece in pieces:
                if isinstance(piece, Samples):
                    count += len(piece.pcm)
                elif isinstance(piece, WordTime):
                    words.append(piece.word)
        return words, count

    return trio.run(main)


def test_the_engine_says_the_other_text() -> None:
    """As long as if it had been written so, while the times name the words of the transcript."""
    words, count = spoken("I love NYC very much.", Entry("NYC", "New York City"))
    assert words == ["I", "love", "NYC", "very", "much."]
    _, written_out = spoken("I love New York City very much.")
    assert count == written_out
    _, plain = spoken("I love NYC very much.")
    assert plain != count


def test_the_engine_says_the_phonemes() -> None:
    """As if they stood in the transcript."""
    words, count = spoken("A GIF here.", Entry("gif", "<<k|æ|t>>"))
    _, written_out = spoken("A <<k|æ|t>> here.")
    assert words == ["A", "GIF", "here."]
    assert count == written_out


def test_tags_in_what_is_said() -> None:
    """They act as they would in the transcript."""
    _, count = spoken("Wait here.", Entry("wait", 'wait <break time="1s"/>'))
    _, plain = spoken("Wait here.")
    assert count > plain + 20_000


def test_languages_without_spaces() -> None:
    """The other text is spoken there, too."""
    _, count = spoken("你好", Entry("你好", "早上好"), language="zh")
    _, written_out = spoken("早上好", language="zh")
    assert count == written_out


def test_double_brackets_are_no_phonemes_of_the_engine() -> None:
    """Whatever a dictionary holds, only the API's own form makes phonemes."""
    jobs = [
        step.job
        for step in steps(Utterance("a b", VOICES[0], lexicon=Lexicon((Entry("a", "[[x]]"),))))
        if isinstance(step, Speech)
    ]
    assert [job.text for job in jobs] == ["((x]] b"]


def test_a_tag_that_cannot_be_used_is_refused() -> None:
    """Before anything is spoken."""
    with pytest.raises(InvalidArgument, match="break"):
        steps(Utterance("a b", VOICES[0], lexicon=Lexicon((Entry("a", '<break time="99999s"/>'),))))
