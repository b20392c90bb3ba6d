"""`/pronunciation-dicts/`: how words are to be said. The dictionaries are used by every way to speak.

Source: endpoint notes `pronunciation_dicts.*`; schema notes `PronunciationDictItem` and its form of 2025-04-16. The
sources disagree whether the value is `alias` or `pronunciation`: both are read, and given back as they came.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from attrs import evolve

from cartesia_core._json import is_object
from cartesia_core.transcript import check_transcript
from cartesia_core.versions import V2025_04_16
from cartesia_local.app import App, Table, route
from cartesia_local.fields import Fields
from cartesia_local.http.exchange import Answer, json_answer
from cartesia_local.refusal import Refused, not_found
from cartesia_local.resources.paging import page_in, page_json
from cartesia_local.store import OWNER_ID, new_id
from cartesia_local.store.dictionaries import MAX_PRONUNCIATION, Dictionary, DictionaryItem

if TYPE_CHECKING:
    from collections.abc import Callable

    from cartesia_core._json import JsonValue
    from cartesia_local.http.exchange import Call, Reply

MAX_ITEMS: Final = 10_000


async def list_dictionaries(app: App, call: Call, reply: Reply) -> None:
    """Answer a page; on 2025-04-16 without `next_page`."""
    page = page_in(call, app.store.dictionaries)
    shown = page_json(page, lambda dictionary: _show(dictionary, call.version))
    if call.version == V2025_04_16:
        del shown["next_page"]
    await reply.send(json_answer(shown))


async def create(app: App, call: Call, reply: Reply) -> None:
    """Make a dictionary."""
    fields = call.fields()
    dictionary = Dictionary(
        id=new_id("pdict_"),
        name=fields.filled("name"),
        owner_id=OWNER_ID,
        created_at=app.store.timestamp(),
        items=_read_items(fields) or (),
        description=(fields.optional_text("description") or "") if call.version == V2025_04_16 else "",
    )
    app.store.dictionaries.add(dictionary)
    await reply.send(json_answer(_show(dictionary, call.version)))


async def get(app: App, call: Call, reply: Reply) -> None:
    """Answer one dictionary."""
    ident = call.segments["id"]
    dictionary = app.store.dictionaries.get(ident)
    if dictionary is None:
        raise _unknown(ident)
    await reply.send(json_answer(_show(dictionary, call.version)))


async def update(app: App, call: Call, reply: Reply) -> None:
    """Change the name, or replace all items."""
    fields = call.fields()
    name, items = fields.optional_filled("name"), _read_items(fields)

    def change(dictionary: Dictionary) -> Dictionary:
        changed = dictionary if name is None else evolve(dictionary, name=name)
        return changed if items is None else evolve(changed, items=items)

    await reply.send(json_answer(_show(_changed(app, call, change), call.version)))


async def delete(app: App, call: Call, reply: Reply) -> None:
    """Remove a dictionary."""
    ident = call.segments["id"]
    if not app.store.dictionaries.remove(ident):
        raise _unknown(ident)
    await reply.send(Answer(204, None))


async def pin(app: App, call: Call, reply: Reply) -> None:
    """Pin a dictionary."""
    _changed(app, call, lambda dictionary: evolve(dictionary, pinned=True))
    await reply.send(Answer(200, None))


async def unpin(app: App, call: Call, reply: Reply) -> None:
    """Unpin a dictionary."""
    _changed(app, call, lambda dictionary: evolve(dictionary, pinned=False))
    await reply.send(Answer(200, None))


def _changed(app: App, call: Call, how: Callable[[Dictionary], Dictionary]) -> Dictionary:
    ident = call.segments["id"]
    dictionary = app.store.dictionaries.change(ident, how)
    if dictionary is None:
        raise _unknown(ident)
    return dictionary


def _unknown(ident: str) -> Refused:
    return not_found("pronunciation dictionary", ident[:80])


def _read_items(fields: Fields) -> tuple[DictionaryItem, ...] | None:
    items = fields.items("items")
    if items is None:
        return None
    if len(items) > MAX_ITEMS:
        raise Refused(f"items has {len(items)} entries; {MAX_ITEMS} are allowed.", title="Invalid field")
    read: list[DictionaryItem] = []
    for place, item in enumerate(items):
        if not is_object(item):
            raise Refused(f"items[{place}] is no object; {{text, alias}} is needed.", title="Invalid field")
        read.append(_read_item(Fields(item, f"items[{place}]")))
    return tuple(read)


def _read_item(fields: Fields) -> DictionaryItem:
    key = "pronunciation" if fields.has("pronunciation") else "alias"
    said = fields.text(key)
    if key == "pronunciation" and len(said) > MAX_PRONUNCIATION:
        raise fields.misfit(key, f"a text of {MAX_PRONUNCIATION} characters at most")
    check_transcript(said)
    return DictionaryItem(text=fields.filled("text"), said=said, key=key, case_sensitive=fields.flag("case_sensitive"))


def _show(dictionary: Dictionary, version: str) -> JsonValue:
    shown: dict[str, JsonValue] = {
        "id": dictionary.id,
        "name": dictionary.name,
        "owner_id": dictionary.owner_id,
        "pinned": dictionary.pinned,
        "items": [_show_item(item, version) for item in dictionary.items],
        "created_at": dictionary.created_at,
    }
    if version == V2025_04_16:
        shown["description"] = dictionary.description
    return shown


def _show_item(item: DictionaryItem, version: str) -> JsonValue:
    """Show an item as it came; newer clients want `alias` in any case."""
    shown: dict[str, JsonValue] = {"text": item.text, item.key: item.said}
    if version > V2025_04_16:
        shown.update(alias=item.said, case_sensitive=item.case_sensitive)
    return shown


TABLE: Final[Table] = (
    route("GET", "/pronunciation-dicts", list_dictionaries, since=V2025_04_16),
    route("POST", "/pronunciation-dicts", create, since=V2025_04_16),
    route("GET", "/pronunciation-dicts/{id}", get, since=V2025_04_16),
    route("PATCH", "/pronunciation-dicts/{id}", update, since=V2025_04_16),
    route("DELETE", "/pronunciation-dicts/{id}", delete, since=V2025_04_16),
    route("POST", "/pronunciation-dicts/{id}/pin", pin, since=V2025_04_16, until=V2025_04_16),
    route("POST", "/pronunciation-dicts/{id}/unpin", unpin, since=V2025_04_16, until=V2025_04_16),
)
