"""What was said so far, utterances, and words for captions."""

from __future__ import annotations

import pytest

from cartesia_core.captions import to_srt
from cartesia_core.errors import InvalidArgument, TranscriptionInterrupted
from cartesia_core.events import FlushDone
from cartesia_core.stt.accumulation import TranscriptBuilder, Utterance, caption_words, utterances
from cartesia_core.stt.events import (
    Connected,
    Reconnected,
    Transcript,
    TurnEagerEnd,
    TurnEnd,
    TurnResume,
    TurnStart,
    TurnUpdate,
)
from cartesia_core.stt.models import TranscribedWord

WORDS = (TranscribedWord("Hello", 0.0, 0.4), TranscribedWord("there.", 0.5, 0.9), TranscribedWord("Bye.", 2.0, 2.3))


def test_finals_are_joined_verbatim_and_partials_replaced() -> None:
    """No space is added or taken away."""
    builder, seen = TranscriptBuilder(), list[str]()
    for event in (
        Transcript(text="Hel"),
        Transcript(text="Hello", words=WORDS),
        Transcript(text="Hello there.", is_final=True, words=WORDS[:2]),
        FlushDone(""),
        Transcript(text=" How"),
        Transcript(text=" How are you?", is_final=True),
    ):
        builder.add(event)
        seen.append(builder.text)
    assert seen[:3] == ["Hel", "Hello", "Hello there."]
    assert seen[3:] == ["Hello there.", "Hello there. How", "Hello there. How are you?"]
    assert (builder.final_text, builder.partial_text, builder.words) == (seen[-1], "", list(WORDS[:2]))


def test_turns_are_cumulative() -> None:
    """Each event tells the whole turn; ends are joined."""
    builder = TranscriptBuilder()
    for event in (
        Connected(),
        TurnStart(),
        TurnUpdate(transcript="I would"),
        TurnEagerEnd(transcript="I would like"),
        TurnResume(),
    ):
        builder.add(event)
    assert (builder.final_text, builder.text) == ("", "I would like")
    builder.add(TurnEnd(transcript="I would like tea."))
    builder.add(TurnEnd(transcript=" Please."))
    assert builder.text == "I would like tea. Please."


def test_a_new_socket_voids_what_is_partial() -> None:
    """It will come again."""
    builder = TranscriptBuilder()
    builder.add(Transcript(text="a", is_final=True))
    builder.add(Transcript(text=" b"))
    builder.add(Reconnected(error=TranscriptionInterrupted("died")))
    assert builder.text == "a"


def test_pauses_divide_utterances() -> None:
    """The words are joined as the language writes them."""
    assert utterances(WORDS) == [
        Utterance("Hello there.", 0.0, 0.9, WORDS[:2]),
        Utterance("Bye.", 2.0, 2.3, WORDS[2:]),
    ]
    assert len(utterances(WORDS, pause_seconds=2.0)) == 1
    assert len(utterances(WORDS, pause_seconds=0.0)) == 3
    assert utterances(()) == []
    assert "<2 words>" in repr(utterances(WORDS)[0])
    with pytest.raises(InvalidArgument, match="pause_seconds"):
        utterances(WORDS, pause_seconds=-1.0)


def test_captions() -> None:
    """Words of a transcript become subtitles."""
    assert to_srt(caption_words(WORDS)).splitlines()[:3] == ["1", "00:00:00,000 --> 00:00:00,900", "Hello there."]
