"""A context before its first word."""

from __future__ import annotations

import pytest
from attrs import evolve

from cartesia_core.errors import InvalidArgument, LocalProtocolError
from cartesia_core.tts.commands import OpenContext, Push
from cartesia_core.tts.draft import Draft
from tests.core.tts.test_commands import OPTIONS


def test_blank_text_waits_for_words() -> None:
    """Then all of it goes out, as it was."""
    draft = Draft("c", OPTIONS, "2026-08-14")
    assert [draft.add(text) for text in ("", " ", "\n")] == [(), (), ()]
    assert draft.add("Hi ") == (OpenContext("c", OPTIONS), Push("c", " \nHi "))


def test_words_that_were_not_sent_have_to_be_given_again() -> None:
    """Else they would be spoken twice by whoever tries again; the blank text before them is still there."""
    draft = Draft("c", OPTIONS, "2026-08-14")
    draft.add(" ")
    for _ in range(2):
        assert draft.add("Hi.")[1:] == (Push("c", " Hi."),)
    assert draft.add("") == ()


def test_text_that_cannot_be_sent_is_refused_before_the_context_is_open() -> None:
    """Half a surrogate pair: else the context would be open without any text, for ever."""
    draft = Draft("c", OPTIONS, "2026-08-14")
    for text in ("a\udcff", "\ud800"):
        with pytest.raises(InvalidArgument):
            draft.add(text)
    assert draft.add("Hi.") == (OpenContext("c", OPTIONS), Push("c", "Hi."))


def test_options_are_checked_against_the_version_at_once() -> None:
    """Not only when the first word comes."""
    with pytest.raises(InvalidArgument, match="2025-04-16 or older"):
        Draft("c", evolve(OPTIONS, duration=5.0), "2026-08-14")


def test_what_needs_an_open_context_is_refused() -> None:
    """The error says why and which context it was."""
    error = Draft("c", OPTIONS, "2026-08-14").refuse("flush")
    assert isinstance(error, LocalProtocolError)
    assert (error.message, error.context_id) == ("nothing has been pushed yet, so there is nothing to flush", "c")
