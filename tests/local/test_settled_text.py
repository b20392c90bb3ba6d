"""What a recogniser believes, and what of it is told for good."""

from __future__ import annotations

from attrs import define, field

from cartesia_local.hearing.words import HeardWord, SettledText


@define
class Belief:
    """What a recogniser believes, word by word."""

    text: SettledText = field(factory=lambda: SettledText(0.9))

    def hear(self, words: str, now: float) -> bool:
        """Believe this at a time, and let settle what may; tell whether anything did."""
        return self.text.settle(self.text.hear(self.words(words), now))

    @staticmethod
    def words(text: str) -> list[HeardWord]:
        """Give words, one each half of a second."""
        return [HeardWord(word, place * 0.5, place * 0.5 + 0.4) for place, word in enumerate(text.split())]


def test_words_settle() -> None:
    """Heard three times in a row and some time ago; then they stay, whatever is believed later."""
    belief = Belief()
    assert not belief.hear("good boring", 5)
    assert not belief.hear("good morning", 5)
    assert belief.hear("good morning", 5)
    assert belief.text.text == "good"
    assert belief.hear("good morning", 5)
    assert not belief.hear("bad mourning", 5)
    belief.text.end(Belief.words("bad mourning sir"))
    assert belief.text.text == "good morning sir"


def test_words_that_two_agree_on() -> None:
    """Up to the first that they hear differently, counted from what is settled."""
    text = SettledText(0)
    for _ in range(3):
        ripe = text.hear(Belief.words("good morning sir"), 5)
    agreed = text.agreed(ripe, Belief.words("good morning madam"))
    assert text.settle(agreed)
    assert text.text == "good morning"
    assert not text.agreed(text.hear(Belief.words("good morning sir"), 5), Belief.words("good morning madam"))


def test_words_wait() -> None:
    """One that has just ended may still change."""
    belief = Belief()
    assert [belief.hear("good morning", now) for now in (1.0, 1.0, 1.0, 1.3, 1.8)] == [False] * 3 + [True, True]
