"""Ids and header values that want to be more than that: through every form with an id in its path, in every flavour."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from urllib.parse import quote

import pytest

from cartesia_core.errors import ApiError, InvalidArgument
from cartesia_local import LocalServer
from cartesia_sync import Client
from tests.judges.doing import LIVES, Doer, Live
from tests.judges.endpoints.lines import LINES
from tests.judges.endpoints.ours import FORMS
from tests.judges.endpoints.relay import Relay, relaying
from tests.judges.endpoints.words import Values

KEY: Final = "sk_car_local_hostile"
HOSTILE: Final = (
    "../agents",
    "..%2Fagents",
    "a/../../voices",
    "//elsewhere.example/x",
    "https://elsewhere.example/",
    "@elsewhere.example",
    "a?limit=1#top",
    "a;b=c&d",
    "a b+c%",
    "\u00fc\u4f60\U0001f600",
    "a\r\nX-Injected: 1",
    "\0",
    "\\..\\",
)
ALL_AT_ONCE: Final = "".join(HOSTILE)
IDS: Final = ("voice_id", "dataset_id", "agent_id")
"""Names of ids that are part of a path and not said first."""
WITH_IDS: Final = [form for form, line in LINES.items() if "{" in line.path]


@pytest.fixture(scope="module")
def relay() -> Iterator[Relay]:
    """A server, and what sees the requests to it."""
    with LocalServer(key=KEY) as server, relaying(server.port) as running:
        yield running


class Hostile(dict[str, str]):
    """Gives the same for every id, but a recording where there has to be one."""

    def __init__(self, ident: str, clip: Path) -> None:
        super().__init__(clip=str(clip))
        self._ident: Final = ident

    def __missing__(self, name: str) -> str:
        """Give the id."""
        return self._ident


def said(form: str, ident: str, made: Values) -> tuple[list[object], dict[str, object]]:
    """Give the arguments of a call with the id in place of all that are in its path."""
    args, kwargs = FORMS[form].says(made)
    names = {name for name in kwargs if name in IDS}
    return [ident] * len(args), {name: ident if name in names else value for name, value in kwargs.items()}


def sent_with(live: Live, ident: str, url: str, clip: Path) -> None:
    """Make every call that has an id in its path with this one."""

    async def story(do: Doer) -> None:
        for form in WITH_IDS:
            args, kwargs = said(form, ident, Hostile(ident, clip))
            with pytest.raises(ApiError) as caught:
                await do(FORMS[form].member, *args, **kwargs)
            assert caught.value.status in (400, 404), form

    live(url, KEY, story)


@pytest.mark.parametrize(
    ("name", "ident"),
    [("sync", ident) for ident in HOSTILE] + [("trio", ALL_AT_ONCE), ("asyncio", ALL_AT_ONCE)],
    ids=[*range(len(HOSTILE)), "trio", "asyncio"],
)
def test_ids_stay_one_segment(name: str, ident: str, relay: Relay, tmp_path: Path) -> None:
    """The path is the form's own, with the id quoted in it; there is no other request, and no field more."""
    clip = tmp_path / "clip.wav"
    clip.write_bytes(b"RIFF")
    relay.take()
    sent_with(LIVES[name], ident, relay.url, clip)
    found = relay.take()
    assert [(asked.method, asked.path) for asked in found] == [
        (LINES[form].method, re.sub(r"{\w+}", quote(ident, safe=""), LINES[form].path)) for form in WITH_IDS
    ]
    assert all("x-injected" not in asked.headers for asked in found)


@pytest.mark.parametrize("wrong", ["a\r\nX-Injected: 1", "a\nb", "a\rb", "a\0b"])
def test_header_values_with_line_breaks_are_refused(wrong: str, relay: Relay) -> None:
    """As a key, as a field of a client or of one call, and as a field's name: before anything is sent."""
    relay.take()
    for options in ({"api_key": wrong}, {"headers": {"X-A": wrong}}, {"headers": {wrong: "a"}}, {"version": wrong}):
        with pytest.raises(InvalidArgument):
            Client(**{"api_key": KEY, "base_url": relay.url, **options})  # type: ignore[arg-type]
    with Client(api_key=KEY, base_url=relay.url) as client:
        request = client.get_status.request()
        for changes in ({"X-A": wrong}, {wrong: "a"}):
            with pytest.raises(InvalidArgument):
                request.with_options(headers=changes)
        with pytest.raises(InvalidArgument):
            request.at_version(wrong)
    assert relay.take() == []
