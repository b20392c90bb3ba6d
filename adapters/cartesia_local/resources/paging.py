"""Pages of lists. Source: protocol notes, section 6; sending both cursors is not documented and refused here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

from cartesia_local.refusal import Refused
from cartesia_local.store.table import Page, PageQuery, Record, Table, UnknownCursor

if TYPE_CHECKING:
    from collections.abc import Callable

    from cartesia_core._json import JsonValue
    from cartesia_local.http.exchange import Call

R = TypeVar("R", bound=Record)

DEFAULT_LIMIT: Final = 10
MAX_LIMIT: Final = 100


def page_of(call: Call, find: Callable[[PageQuery], Page[R]]) -> Page[R]:
    """Find the page that a call asks for by `limit`, `starting_after` and `ending_before`.

    A cursor goes on working when its object is removed, so that a list can be emptied while it is read.

    Raises:
        Refused: The limit is no number from 1 to 100, both cursors were sent, or a cursor is unknown.
    """
    after, before = call.query_value("starting_after") or None, call.query_value("ending_before") or None
    if after and before:
        raise Refused("starting_after and ending_before exclude each other.", title="Conflicting parameters")
    try:
        return find(PageQuery(_limit(call), after, before))
    except UnknownCursor as error:
        name = "starting_after" if after else "ending_before"
        raise Refused(
            f"{name} is {str(error)[:80]!r}, which is not in this list.", title="Invalid parameter"
        ) from error


def page_in(call: Call, table: Table[R], *, parent: str | None = None) -> Page[R]:
    """Find the page of a table that a call asks for.

    Raises:
        Refused: As `page_of` has it.
    """
    return page_of(call, lambda query: table.page(query, parent=parent))


def page_json(page: Page[R], show: Callable[[R], JsonValue]) -> dict[str, JsonValue]:
    """Show a page as most lists do."""
    return {"data": [show(item) for item in page.items], "has_more": page.has_more, "next_page": page.next_page}


def _limit(call: Call) -> int:
    text = call.query_value("limit")
    if not text:
        return DEFAULT_LIMIT
    if not (text.isascii() and text.isdecimal() and 1 <= int(text[:9]) <= MAX_LIMIT):
        raise Refused(
            f"limit is {text[:20]!r}; a whole number from 1 to {MAX_LIMIT} is needed.", title="Invalid parameter"
        )
    return int(text)
