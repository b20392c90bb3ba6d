"""Every member of the facade, found by reflection, works against the local server: in every flavour and every way."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from cartesia_core import Page, Raw
from cartesia_core.bind import Endpoint, Listing, Stream
from cartesia_local import LocalServer
from cartesia_sync import Client
from tests.judges.doing import Doer, Live, in_every_flavour, members_of
from tests.judges.endpoints.needs import Needs, record
from tests.judges.endpoints.ours import FORMS, STREAMS, Ours

KEY: Final = "sk_car_local_members"
WAYS: Final = ("called", "raw", "sent")
SLOW: Final = {"stt.transcribe", "stt.transcribe_openai"}
"""Each starts a recogniser of its own, for which one way in every flavour is enough."""
BEYOND: Final = {"VoiceMetadata": {"is_owner"}}
"""SDK 2.0.17 reads a whole voice where the definitions of 2024-11-13 have less, so the local server gives it."""


def facade() -> dict[str, Any]:
    """Give all members, by name."""
    with Client(api_key=KEY) as client:
        return dict(members_of(client))


FACADE: Final = facade()
CALLS: Final = {name: found for name, found in FACADE.items() if isinstance(found, (Endpoint, Stream, Listing))}
"""All members but those that open sockets, whose tests are elsewhere."""


def ways_to_say(name: str) -> list[Ours]:
    """Give what can be said to a member, also under its older names."""
    build = CALLS[name].build
    return [ours for ours in (*FORMS.values(), *STREAMS) if CALLS[ours.member].build is build]


def unknown_fields(value: object, path: str = "$") -> Iterator[str]:
    """Tell where a value has something that it has no name for."""
    if isinstance(value, (list, tuple)):
        for number, item in enumerate(value):
            yield from unknown_fields(item, f"{path}[{number}]")
        return
    extra: dict[str, object] = getattr(value, "extra", {})
    if unknown := set(extra) - BEYOND.get(type(value).__name__, set()):
        yield f"{path}.extra: {sorted(unknown)}"
    for attribute in getattr(type(value), "__attrs_attrs__", ()):
        yield from unknown_fields(getattr(value, attribute.name), f"{path}.{attribute.name}")


async def fault_of(do: Doer, way: str, name: str, ours: Ours, made: dict[str, str]) -> str | None:
    """Use a member in one way; tell what is wrong."""
    args, kwargs = ours.says(made)
    if way == "raw":
        answer = await do.raw(name, *args, **kwargs)
        if isinstance(CALLS[name], Stream):
            return None if sum(map(len, answer)) > 5000 else "little came"
        assert isinstance(answer, Raw)
        assert answer.status in (200, 204)
        value = answer.value
    else:
        value = await (do(name, *args, **kwargs) if way == "called" else do.sent(name, *args, **kwargs))
    return fault_in(value, ours, made)


def fault_in(value: object, ours: Ours, made: dict[str, str]) -> str | None:
    """Tell what is wrong with a value. Of a page only, not of the whole list, what was made may be missing."""
    if unknown := [*unknown_fields(value.data if isinstance(value, Page) else value)]:
        return str(unknown)
    is_right = bool(value.data) if isinstance(value, Page) else ours.is_right(value, made)
    return None if is_right else f"gave {value!r:.200}"


def test_no_member_is_forgotten() -> None:
    """Something is known to say to each; what is left are sockets."""
    assert [name for name in CALLS if not ways_to_say(name)] == []
    assert len(CALLS) > 80
    left = set(FACADE) - set(CALLS)
    assert {name.rpartition(".")[2] for name in left} <= {"websocket", "websocket_connect", "turns"}


@in_every_flavour
@pytest.mark.parametrize("way", WAYS)
def test_every_member_works(live: Live, way: str, tmp_path: Path) -> None:
    """Called, with its answer, or described first: it gives what was asked for, and nothing that has no name."""
    wrong: dict[str, str] = {}
    left_out = SLOW if way != "called" else set[str]()

    with LocalServer(key=KEY, fine_tune_seconds=1e-6) as server, Client(api_key=KEY, base_url=server.url) as client:
        needs = Needs(client, record(client, tmp_path))

        async def story(do: Doer) -> None:
            for name, ours in [(member, ours) for member in CALLS for ours in ways_to_say(member)]:
                if name in left_out:
                    continue
                try:
                    fault = await fault_of(do, way, name, ours, needs.make(*ours.needs))
                except Exception:
                    fault = traceback.format_exc(limit=-3)
                if fault is not None:
                    wrong[f"{name} as {ours.member}"] = fault

        live(server.url, KEY, story)
    assert wrong == {}
