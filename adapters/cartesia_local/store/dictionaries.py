"""Pronunciation dictionaries."""

from __future__ import annotations

from typing import Final

from attrs import frozen

MAX_PRONUNCIATION: Final = 100


@frozen(kw_only=True)
class DictionaryItem:
    """How a word is to be said.

    Attributes:
        text: What stands in the transcript.
        said: What is said for it: other text, or phonemes in `<<...|...>>`.
        key: Whether it was given as `alias` or as `pronunciation`.
        case_sensitive: Whether capitals matter.
    """

    text: str
    said: str
    key: str
    case_sensitive: bool = False


@frozen(kw_only=True)
class Dictionary:
    """A pronunciation dictionary."""

    id: str
    name: str
    owner_id: str
    created_at: str
    items: tuple[DictionaryItem, ...] = ()
    description: str = ""
    pinned: bool = False
