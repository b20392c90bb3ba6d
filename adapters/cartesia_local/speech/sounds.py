"""IPA to the names that eSpeak NG has for phonemes."""

from __future__ import annotations

from collections.abc import Sequence


def mnemonics(phonemes: Sequence[str]) -> str:
    """TODO."""
    return "_".join(phonemes)
