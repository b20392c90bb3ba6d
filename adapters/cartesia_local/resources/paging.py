"""Pages of lists. Source: protocol notes, section 6; sending both cursors is not documented and refused here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Generic, TypeVar

from attrs import frozen

from cartesia_local.refusal import Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cartesia_local.http.exchange import Call

T = TypeVar("T")

DEFAULT_LIMIT: Final = 10
MAX_LIMIT: Final = 100


@frozen
class Page(Generic[T]):
    """One page.

    Attributes:
        items: What is on it.
        has_more: Whether there is more in the direction of paging.
        next_page: The id to send as `starting_after` for what follows; None at the end, and when paging backwards.
    """

    items: Sequence[T]
    has_more: bool
    next_page: str | None


def page_of(items: Sequence[T], ident: Callable[[T], str], call: Call) -> Page[T]:
    """Cut the page that a call asks for by `limit`, `starting_after` and `ending_before`.

    Raises:
        Refused: The limit is no number from 1 to 100, both cursors were sent, or a cursor is unknown.
    """
    limit = _limit(call)
    after, before = call.query_value("starting_after"), call.query_value("ending_before")
    if after and before:
        raise Refused("starting_after and ending_before exclude each other.", title="Conflicting parameters")
    if before:
        end = _position(items, ident, "ending_before", before)
        start = max(0, end - limit)
        return Page(items[start:end], start > 0, None)
    start = _position(items, ident, "starting_after", after) + 1 if after else 0
    cut = items[start : start + limit]
    has_more = start + limit < len(items)
    return Page(cut, has_more, ident(cut[-1]) if has_more else None)


def _limit(call: Call) -> int:
    text = call.query_value("limit")
    if not text:
        return DEFAULT_LIMIT
    if not (text.isascii() and text.isdecimal() and 1 <= int(text) <= MAX_LIMIT):
        raise Refused(
            f"limit is {text[:20]!r}; a whole number from 1 to {MAX_LIMIT} is needed.", title="Invalid parameter"
        )
    return int(text)


def _position(items: Sequence[T], ident: Callable[[T], str], name: str, cursor: str) -> int:
    for position, item in enumerate(items):
        if ident(item) == cursor:
            return position
    raise Refused(f"{name} is {cursor[:80]!r}, which is not in this list.", title="Invalid parameter")
