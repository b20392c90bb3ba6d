"""Names of languages and accents."""

from __future__ import annotations

from typing import get_args

from cartesia_core import languages


def test_dialects_are_of_languages_that_can_be_spoken() -> None:
    """And each dialect is somebody's."""
    targets: tuple[str, ...] = get_args(languages.LocalizeTargetLanguage)
    assert set(languages.DIALECTS) <= set(targets) <= set(get_args(languages.SupportedLanguage))
    known = {dialect for dialects in languages.DIALECTS.values() for dialect in dialects}
    assert known == set(get_args(languages.LocalizeDialect))


def test_accents_that_can_be_added_are_accents() -> None:
    """A part of all."""
    assert set(get_args(languages.AttachVoiceAccent)) < set(get_args(languages.VoiceAccent))
