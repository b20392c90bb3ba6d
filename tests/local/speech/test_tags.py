# ruff: noqa: RUF001 -- IPA
"""Tags inside transcripts."""

from __future__ import annotations

import numpy as np
import pytest

from cartesia_core.errors import InvalidArgument
from cartesia_local.speech import sounds
from cartesia_local.speech.engine import SAMPLE_RATE, Utterance
from cartesia_local.speech.plan import LONGEST_BREAK_SECONDS, steps
from cartesia_local.speech.sounds import mnemonics
from cartesia_local.speech.voices import DEFAULT_VOICE
from tests.local.speech.saying import SENTENCE, say


@pytest.mark.parametrize(("time", "seconds"), [("1s", 1.0), ("200ms", 0.2), ("1.5s", 1.5)])
def test_a_break_is_exactly_that_much_silence(time: str, seconds: float) -> None:
    """To the sample, and the words behind it begin that much later."""
    without = say('Hello <break time="0s"/> world.')
    said = say(f'Hello <break time="{time}"/> world.')
    silence = round(seconds * SAMPLE_RATE)
    assert len(said.pcm) - len(without.pcm) == silence
    assert np.diff(np.flatnonzero(said.pcm)).max() >= silence
    assert said.words[1].start_seconds - without.words[1].start_seconds == pytest.approx(seconds, abs=1e-3)
    assert said.text == "Hello world."


def test_a_break_takes_the_place_of_a_pause() -> None:
    """Behind a full stop there is the break, not the break and a pause."""
    said = say('Hello. <break time="500ms"/> World.')
    assert said.words[1].start_seconds - said.words[0].end_seconds == pytest.approx(0.5, abs=0.03)


def test_a_break_inside_a_word_splits_it() -> None:
    """No spaces are needed around a tag."""
    assert say('now<break time="10ms"/>here').text == "now here"


def test_a_break_of_an_hour_is_refused() -> None:
    """Nobody means that."""
    with pytest.raises(InvalidArgument, match="too long"):
        steps(Utterance(f'hi <break time="{LONGEST_BREAK_SECONDS + 1}s"/>', DEFAULT_VOICE))


def test_speed_acts_from_its_place_on() -> None:
    """The first half stays as it is, the second is as fast as if spoken so alone."""
    said = say(f'{SENTENCE} <speed ratio="1.5"/> {SENTENCE}')
    half = len(said.words) // 2
    slow = said.words[half - 1].end_seconds - said.words[0].start_seconds
    fast = said.words[-1].end_seconds - said.words[half].start_seconds
    assert slow / fast == pytest.approx(1.5, rel=0.1)


def test_a_speed_tag_takes_the_place_of_the_utterances_speed() -> None:
    """It is a ratio of the voice's own speed, not of the present one."""
    assert say(f'<speed ratio="1.3"/>{SENTENCE}', speed=0.7).seconds == say(SENTENCE, speed=1.3).seconds


def test_volume_acts_from_its_place_on() -> None:
    """The same words before and behind the tag, the latter at half the level."""
    normal, half = np.array_split(say('Hello. <volume ratio="0.5"/>Hello.').pcm, 2)
    assert np.abs(half).max() == pytest.approx(np.abs(normal).max() / 2, rel=0.02)


def test_emotion_acts_from_its_place_on() -> None:
    """As if the whole had that emotion."""
    assert say(f'<emotion value="angry"/>{SENTENCE}').pcm.tobytes() == say(SENTENCE, emotion="angry").pcm.tobytes()


def test_spelling_reads_letter_by_letter() -> None:
    """Longer than the word, with the letters' names, and one word in the timestamps."""
    plain, spelled = say("The code is plover."), say("The code is <spell>plover</spell>.")
    assert spelled.seconds > plain.seconds + 0.5
    assert "p iː ɛ l oʊ v iː iː ɑːɹ" in spelled.ipa.replace("ˌ", "").replace("ˈ", "")
    assert spelled.text == "The code is plover."
    assert spelled.words[-1].end_seconds - spelled.words[-1].start_seconds > 1


def test_digits_and_signs_are_spelled_too() -> None:
    """Also those that mean something in XML, and with a break between."""
    said = say('(<spell>A-1<break time="300ms"/>&<2</spell>), then')
    assert said.text == "( A-1 &<2), then"
    assert "d ˌæ ʃ" in said.ipa
    assert "æ m p ə s ˌæ n d" in said.ipa
    assert said.words[2].start_seconds - said.words[1].end_seconds > 0.3


def test_laughter_is_an_imitation_without_words() -> None:
    """Something like "ha ha ha": sound, but no word of the transcript."""
    said = say("Well [laughter] yes.")
    assert said.text == "Well yes."
    assert said.ipa.count("h") >= 3


@pytest.mark.parametrize("language", ["en", "es", "de"])
def test_phonemes_are_spoken_as_given(language: str) -> None:
    """The tag stands for the word in the timestamps, with whatever clings to it."""
    said = say("say <<k|ɑː|t>>, <<ˈp|e|ˈp|o>>!", language=language)
    assert [word.word for word in said.words] == ["say", "<<k|ɑː|t>>,", "<<ˈp|e|ˈp|o>>!"]
    spoken = said.ipa.replace("ˈ", "").replace("ː", "")
    assert "p e p o" in spoken
    assert ("k ɑ t" if language == "en" else "k a t") in spoken


def test_phonemes_stand_between_words_without_spaces() -> None:
    """In Chinese too the tag is a word of its own, as it is written."""
    said = say("我<<k|a|t>>很好", language="zh")
    assert [word.word for word in said.words][:2] == ["我", "<<k|a|t>>"]
    assert "k a t" in said.ipa.replace("ˈ", "")


def test_double_brackets_are_no_phonemes() -> None:
    """The engine's own notation is ordinary text, also beside a tag, and comes back as it was written."""
    said = say("one [[t'u:]] <<k|æ|t>> [[ six")
    assert said.text == "one [[t'u:]] <<k|æ|t>> [[ six"
    assert "ˈiː ˈuː k æ t s" in said.ipa


def test_every_symbol_has_a_name() -> None:
    """Consonants, vowels, clusters and diacritics; stress goes to the next vowel."""
    assert mnemonics(("ˈ", "tʃ", "ɹ", "eɪ"), english=True) == "tS|r|'eI"
    assert mnemonics(("kʰ", "ã", "ç"), english=False) == "k|a|C"
    assert mnemonics(("stɹ", "ɔː"), english=True) == "s|t|r|O:"
    for symbol in (*sounds._CONSONANTS, *sounds._ENGLISH_VOWELS):
        assert mnemonics((symbol,), english=False)


def test_an_unknown_phoneme_is_refused_by_name() -> None:
    """Rather than left out, which is what the engine would do."""
    with pytest.raises(InvalidArgument, match="U\\+0416"):
        steps(Utterance("hi <<k|Ж>>", DEFAULT_VOICE))


@pytest.mark.parametrize("text", ["<spell>abc", '<speed ratio="9"/> hi', '<break time="soon"/>', "abc</spell>"])
def test_tags_that_cannot_be_used_are_refused_before_anything_is_said(text: str) -> None:
    """The message shows the tag."""
    with pytest.raises(InvalidArgument, match="cannot be used"):
        steps(Utterance(text, DEFAULT_VOICE))
