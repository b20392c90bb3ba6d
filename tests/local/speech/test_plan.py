"""How long texts are divided into jobs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cartesia_local.speech.engine import Utterance
from cartesia_local.speech.plan import Speech, steps
from cartesia_local.speech.voices import DEFAULT_VOICE
from tests.local.speech.saying import PARAGRAPH, say

END_PAUSE = 0x1000


def jobs(text: str, language: str = "en") -> list[Speech]:
    return [step for step in steps(Utterance(text, DEFAULT_VOICE, language)) if isinstance(step, Speech)]


@given(st.text(alphabet="ab ,.!\n。<", max_size=5000))
def test_jobs_are_the_text_in_pieces(text: str) -> None:
    """Nothing is lost or doubled, no piece is longer than a minute's text, words are where they are said to be."""
    found = jobs(text)
    assert "".join(found_.job.text for found_ in found).replace(" ", "").replace("\n", "") == "".join(text.split())
    for speech in found:
        assert len(speech.job.text) <= 1000
        assert speech.tokens is not None
        assert [speech.job.text[token.start : token.end] for token in speech.tokens] == speech.job.text.split()


def test_long_text_is_divided_after_sentences() -> None:
    """Each job ends with a whole sentence and its pause."""
    found = jobs(PARAGRAPH * 20)
    assert len(found) > 3
    assert all(speech.job.text.rstrip().endswith((".", "!")) for speech in found)
    assert all(speech.job.flags & END_PAUSE for speech in found)


def test_titles_do_not_end_sentences() -> None:
    """A seam behind "Dr." would change how it is read."""
    found = jobs("Dr. Who met Mr. Bean and " * 100)
    assert len(found) > 2
    assert not any(speech.job.text.rstrip().endswith(("Dr.", "Mr.")) for speech in found)


def test_text_without_spaces_is_divided_too() -> None:
    """After a full stop where there is one, else at the limit."""
    found = jobs("天气很好。" * 500, "zh")
    assert all(speech.job.text.endswith("。") for speech in found)
    assert all(speech.tokens is None for speech in found)
    assert len(jobs("x" * 2500)) == 3


def test_seams_cannot_be_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    """A divided text takes as long as an undivided one, and has the same word times."""
    divided = say(PARAGRAPH * 10)
    monkeypatch.setattr("cartesia_local.speech.plan._LONGEST_JOB", 100_000)
    whole = say(PARAGRAPH * 10)
    assert divided.seconds == pytest.approx(whole.seconds, rel=1e-3)
    assert [word.word for word in divided.words] == [word.word for word in whole.words]
    for mine, other in zip(divided.words, whole.words, strict=True):
        assert mine.start_seconds == pytest.approx(other.start_seconds, abs=0.06)
