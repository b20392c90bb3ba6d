"""The table for those who come from the official SDK: complete, and what it names is there."""

from __future__ import annotations

import importlib
import inspect
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

import cartesia as official
import pytest
from cartesia import _response
from cartesia._resource import SyncAPIResource
from cartesia.lib import _tts
from cartesia.pagination import SyncCursorIDPage
from cartesia.resources.stt.auto_finalize import AutoFinalizeResourceConnection
from cartesia.resources.stt.manual_finalize import ManualFinalizeResourceConnection

import cartesia_asyncio
import cartesia_core
import cartesia_sync
import cartesia_trio
from cartesia_core import errors
from cartesia_core.api import Api
from cartesia_core.bind import Endpoint, Listing, Namespace, Stream
from cartesia_core.ports import SyncPorts

PAGE: Final = Path(__file__).parents[2] / "docs" / "howto" / "coming-from-the-official-sdk.md"
NAMES: Final[dict[str, list[str]]] = json.loads(
    Path(__file__).with_name("official_names.json").read_text(encoding="utf-8")
)
FLAVOURS: Final = (cartesia_sync, cartesia_trio, cartesia_asyncio)
MISSING: Final = "—"
ONLY_4: Final = " (4)"


class Row(NamedTuple):
    """A line of the table."""

    ours: str
    kind: str
    three_and_four: list[str]
    two: list[str]
    one: list[str]


def _table(heading: str) -> list[list[str]]:
    """Give the cells of the first table behind a heading, without its two head lines."""
    lines = PAGE.read_text(encoding="utf-8").partition(heading)[2].splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith("|---"))
    rows: list[list[str]] = []
    for line in lines[start + 1 :]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip("|").split("|")])
    return rows


def _row(cells: list[str]) -> Row:
    columns = [[name.replace("`", "") for name in cell.split(", ") if name] for cell in cells[2:5]]
    return Row(cells[0].strip("`"), cells[1], *columns)


ROWS: Final = [_row(cells) for cells in _table("## Every name")]


@pytest.mark.parametrize("version", NAMES)
def test_every_official_name_has_one_place(version: str) -> None:
    """In the column of its generation; no name is made up."""
    generation = version[0]
    named = [name for row in ROWS for name in {"1": row.one, "2": row.two}.get(generation, row.three_and_four)]
    known = [name.removesuffix(ONLY_4) for name in named if generation != "3" or not name.endswith(ONLY_4)]
    assert sorted(known) == sorted(NAMES[version])


@pytest.mark.parametrize("row", [row for row in ROWS if row.ours != MISSING], ids=lambda row: row.ours)
def test_what_the_table_names_is_there(row: Row) -> None:
    """Under that name, of that kind, and in every flavour."""
    first, _, rest = row.ours.partition(".")
    if first == "client":
        assert _kind_of_member(rest) == row.kind
    elif first in {"ws", "context"}:
        for flavour in FLAVOURS:
            assert _has(flavour.TtsSocket if first == "ws" else flavour.TtsContext, rest or "__iter__"), flavour
        assert row.kind == ("method" if rest else "iteration")
    else:
        assert _kind_of_value(row.ours) == row.kind


@cache
def _no_ports() -> SyncPorts:
    with cartesia_sync.Client(api_key="sk_car_none") as client:
        return client.ports


def _found(holder: Any, path: str) -> Any:
    """Give what is at a path; None for what a call gives, which has no path."""
    if path.startswith(("page.", "response.")):
        return None
    for name in path.split("."):
        holder = getattr(holder, name)
    return holder


def _kind_of_member(path: str) -> str:
    if path.endswith(".raw"):
        return "raw" if _kind_of_member(path.removesuffix(".raw")) in {"call", "stream", "list", "socket"} else ""
    if path.endswith(".pages"):
        return "pages" if _kind_of_member(path.removesuffix(".pages")) == "list" else ""
    *outer, name = path.split(".")
    holder: object = Api[SyncPorts](_no_ports())
    for each in outer:
        holder = getattr(holder, each)
    if not outer and not hasattr(Api, name):
        return "method" if all(_has(flavour.Client, name) for flavour in FLAVOURS) else ""
    assert isinstance(holder, Namespace)
    member = vars(type(holder))[name]
    kinds = {Endpoint: "call", Stream: "stream", Listing: "list"}
    return next((kind for type_, kind in kinds.items() if isinstance(member, type_)), "socket")


def _has(holder: type, name: str) -> bool:
    """Whether it has a member, or the one that has to be awaited in its place."""
    return any(hasattr(holder, each) for each in (name, f"a{name}", name.replace("__iter__", "__aiter__")))


def _kind_of_value(path: str) -> str:
    module, _, name = path.rpartition(".")
    if module[-1].islower() and hasattr(importlib.import_module(module.partition(".")[0]), name):
        return "function" if inspect.isfunction(getattr(importlib.import_module(module), name)) else ""
    module, _, holder = module.rpartition(".")
    names: list[str] = [field.name for field in getattr(importlib.import_module(module), holder).__attrs_attrs__]
    return "value" if name in names else ""


def test_parameters_have_the_same_names_but_for_those_told() -> None:
    """Every parameter of every call of 4.2.0 is one of ours, or stands in the table; none stands there in vain."""
    told = {name for left, *_ in _table("## Parameters") for name in re.findall(r"`(\w+)`", left)}
    other: set[str] = set()
    with official.Cartesia(api_key="sk_car_none") as client:
        for row in ROWS:
            for name in row.three_and_four if row.kind in {"call", "stream", "list"} else ():
                theirs = _found(client, name.removesuffix(ONLY_4))
                if theirs is not None:
                    ours = inspect.signature(_found(Api[SyncPorts](_no_ports()), row.ours.partition(".")[2]))
                    other.update(inspect.signature(theirs).parameters.keys() - ours.parameters.keys())
    assert other == told


def test_values_in_place_of_dictionaries_are_there() -> None:
    """Those that the second table of parameters names."""
    rows = _table("What is a dictionary there")
    named = {name for _, right in rows for name in re.findall(r"[A-Z]\w+(?=\(|`)", right)}
    assert len(named) >= len(rows)
    assert all(hasattr(cartesia_core, name) for name in named)


def test_errors_exist_on_both_sides() -> None:
    """Every class that the table of errors names; each of the official ones is in it."""
    theirs: set[str] = set()
    for left, right, *_ in _table("### Handle errors"):
        theirs.update(re.findall(r"`(\w+)`", left))
        ours = re.findall(r"`(\w+)`", left if right == "the same names" else right)
        assert all(hasattr(errors, name) for name in ours), ours
    classes = {name for name, value in vars(official).items() if inspect.isclass(value)}
    assert {name for name in classes if issubclass(getattr(official, name), official.CartesiaError)} <= theirs


def test_names_of_the_installed_sdk_are_those_of_the_list() -> None:
    """Found by reflection, so that a new version of it cannot add any unnoticed."""
    assert official.__version__ == "4.2.0"
    with official.Cartesia(api_key="sk_car_none") as client:
        found = {*_calls(client, ""), "with_raw_response", "with_streaming_response"}
    holders: dict[str, tuple[type, ...]] = {
        "tts.websocket_connect()": (_tts.TTSResourceConnection,),
        "tts.websocket()": (_tts.BackcompatTTSResourceConnection,),
        "tts.websocket().context()": (_tts.WebSocketContext,),
        "stt.manual_finalize.websocket()": (ManualFinalizeResourceConnection,),
        "stt.auto_finalize.websocket()": (AutoFinalizeResourceConnection,),
        "page": (SyncCursorIDPage,),
        "response": (_response.BinaryAPIResponse, _response.StreamedBinaryAPIResponse),
    }
    for prefix, classes in holders.items():
        found.update(f"{prefix}.{name}" for each in classes for name in _methods(each))
    found.discard("page.model_post_init")  # pydantic's own
    assert sorted(found) == sorted(NAMES["4.2.0"])


def _calls(holder: object, prefix: str) -> Iterator[str]:
    yield from (prefix + name for name in _methods(type(holder)))
    for name, value in vars(type(holder)).items():
        if type(value).__name__ == "cached_property" and not name.startswith("with_"):
            inner = getattr(holder, name)
            if isinstance(inner, SyncAPIResource):
                yield from _calls(inner, f"{prefix}{name}.")


def _methods(holder: type) -> set[str]:
    own = [each for each in holder.__mro__ if each.__module__.partition(".")[0] == "cartesia"]
    kept = [each for each in own if each.__name__ not in {"BaseClient", "BaseModel", "GenericModel"}]
    return {name for each in kept for name, value in vars(each).items() if _is_public(name, value)}


def _is_public(name: str, value: object) -> bool:
    return inspect.isfunction(value) and not name.startswith("_")
