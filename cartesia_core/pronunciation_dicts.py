"""Pronunciation dictionaries: how sonic-3 and newer say words of yours.

Source: `pronunciation_dicts.*` of the endpoint catalogue. From 2025-04-16 on.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from attrs import field, frozen

from cartesia_core import versions as v
from cartesia_core._codec import as_sent
from cartesia_core._json import Extra, JsonObject, JsonValue, no_fields
from cartesia_core.decoders import JsonAs, Nothing, PageOf
from cartesia_core.http import JsonBody, Page, Request, RetryKind
from cartesia_core.parameters import body_of, check_length, paging, query_of
from cartesia_core.unset import UNSET, Unset
from cartesia_core.url import quote_id

PRONUNCIATION_LENGTH: Final = 100


@frozen
class PronunciationDictItem:
    """How one word is said.

    `alias` and `pronunciation` are two spellings of the same; sources disagree which is the better (protocol notes,
    section 12), so what you give is sent, and both are read.

    Attributes:
        text: The word.
        alias: What to say instead: a word that sounds so, or phonemes such as `<<k|t>>`.
        case_sensitive: Whether the word must be written just so; the server's default is false. Acts on sonic-3.6.
        pronunciation: As `alias`; at most 100 characters.
        extra: Fields this library does not know. They are sent, too, so that an item that was read can be written back.
    """

    text: str
    alias: str | None = None
    case_sensitive: bool | None = None
    pronunciation: str | None = None
    extra: Extra = field(factory=no_fields, repr=False)

    def wire(self) -> JsonObject:
        """Give the JSON object; what is None is left out.

        Raises:
            InvalidArgument: The pronunciation is too long.
        """
        check_length("pronunciation", self.pronunciation, PRONUNCIATION_LENGTH)
        given = {"alias": self.alias, "case_sensitive": self.case_sensitive, "pronunciation": self.pronunciation}
        return {
            **as_sent(self.extra),
            "text": self.text,
            **{name: value for name, value in given.items() if value is not None},
        }


@frozen
class PronunciationDict:
    """A pronunciation dictionary.

    Attributes:
        id: What `pronunciation_dict_id=` takes.
        name: Its name.
        owner_id: Whose it is.
        pinned: Whether it was pinned; only 2025-04-16 can change that.
        items: How the words are said.
        created_at: ISO 8601 time.
        description: On 2025-04-16.
        extra: Fields this library does not know.
    """

    id: str
    name: str
    owner_id: str
    pinned: bool
    items: tuple[PronunciationDictItem, ...]
    created_at: str
    description: str | None = None
    extra: Extra = field(factory=no_fields, repr=False)


def list(  # noqa: A001 - the wire's own word, always used as `pronunciation_dicts.list`
    *, limit: int | None = None, starting_after: str | None = None, ending_before: str | None = None
) -> Request[Page[PronunciationDict]]:
    """Describe fetching dictionaries, a page at a time.

    Args:
        limit: Dictionaries a page, 1 to 100; the server's default is 10.
        starting_after: Id of the dictionary before the page.
        ending_before: Id of the dictionary after the page; pages then go backwards.

    Raises:
        InvalidArgument: `limit` out of range, or both cursors given.
    """
    query = query_of(paging(limit, starting_after, ending_before))
    return PageOf(PronunciationDict, "/pronunciation-dicts/", query).request()


def create(
    *,
    name: str,
    items: Sequence[PronunciationDictItem] | None | Unset = UNSET,
    description: str | Unset = UNSET,
) -> Request[PronunciationDict]:
    """Describe making a dictionary.

    Args:
        name: Its name.
        items: How words are said.
        description: On 2025-04-16 only.

    Raises:
        InvalidArgument: A pronunciation is too long.
    """
    return Request(
        method="POST",
        path="/pronunciation-dicts/",
        body=JsonBody(body_of({"name": name, "items": _wire(items), "description": description})),
        decode=JsonAs(PronunciationDict),
    )


def get(dict_id: str, /) -> Request[PronunciationDict]:
    """Describe fetching one dictionary. Sending it raises `NotFoundError` if there is none.

    Args:
        dict_id: Id of the dictionary.
    """
    return Request(method="GET", path=_path(dict_id), retry=RetryKind.READ, decode=JsonAs(PronunciationDict))


def update(
    dict_id: str,
    /,
    *,
    name: str | None | Unset = UNSET,
    items: Sequence[PronunciationDictItem] | None | Unset = UNSET,
) -> Request[PronunciationDict]:
    """Describe changing a dictionary. What is not given stays as it is.

    Args:
        dict_id: Id of the dictionary.
        name: New name.
        items: All items: they replace those that were there.

    Raises:
        InvalidArgument: A pronunciation is too long.
    """
    return Request(
        method="PATCH",
        path=_path(dict_id),
        body=JsonBody(body_of({"name": name, "items": _wire(items)})),
        retry=RetryKind.UPDATE,
        decode=JsonAs(PronunciationDict),
    )


def delete(dict_id: str, /) -> Request[None]:
    """Describe deleting a dictionary. Sending it raises `NotFoundError` if there is none.

    Args:
        dict_id: Id of the dictionary.
    """
    return Request(method="DELETE", path=_path(dict_id), accept="*/*", decode=Nothing())


def pin(dict_id: str, /) -> Request[None]:
    """Describe pinning a dictionary. Pins 2025-04-16, the only version that has it; nothing replaced it.

    Args:
        dict_id: Id of the dictionary.
    """
    return _pinning(f"{_path(dict_id)}/pin")


def unpin(dict_id: str, /) -> Request[None]:
    """Describe unpinning a dictionary. Pins 2025-04-16, the only version that has it; nothing replaced it.

    Args:
        dict_id: Id of the dictionary.
    """
    return _pinning(f"{_path(dict_id)}/unpin")


def _pinning(path: str) -> Request[None]:
    return Request(method="POST", path=path, version=v.V2025_04_16, retry=RetryKind.UPDATE, decode=Nothing())


def _path(dict_id: str) -> str:
    return f"/pronunciation-dicts/{quote_id(dict_id)}"


def _wire(items: Sequence[PronunciationDictItem] | None | Unset) -> JsonValue | Unset:
    return items if items is None or items is UNSET else [item.wire() for item in items]
