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


def test_options_are_checked_against_the_version_at_once() -> None:
    """Not only when the first word comes."""
    with pytest.raises(InvalidArgument, match="2025-04-16 or older"):
        Draft("c", evolve(OPTIONS, duration=5.0), "2026-08-14")


def test_what_needs_an_open_context_is_refused() -> None:
    """The error says why and which context it was."""
    error = Draft("c", OPTIONS, "2026-08-14").refuse("flush")
    assert isinstance(error, LocalProtocolError)
    assert (error.message, error.context_id) == ("nothing has been pushed yet, so there is nothing to flush", "c")
