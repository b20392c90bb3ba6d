"""Makes all calls, ours and the official ones, against local servers, and keeps what went over the wire."""

from __future__ import annotations

import traceback
from collections.abc import Generator, Iterable, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from attrs import frozen

from cartesia_core import NO_RETRIES
from cartesia_core.sync_calls import SyncPages
from cartesia_core.versions import NEWEST
from cartesia_local import LocalServer
from cartesia_sync import Client
from tests.judges.capture import Captured
from tests.judges.endpoints.child import SDKS
from tests.judges.endpoints.needs import Needs, record
from tests.judges.endpoints.ours import FORMS, Ours
from tests.judges.endpoints.relay import Relay, relaying
from tests.judges.endpoints.sdks import OLDER, VERSIONS, running
from tests.judges.endpoints.words import Official

KEY: Final = "sk_car_local_the_same"
QUICK: Final = 1e-6
"""Seconds a fine-tune takes."""


@frozen
class Made:
    """A call that was made.

    Attributes:
        asked: Its requests.
        made: What was made for it.
        error: What went wrong; None if it gave what it should.
    """

    asked: list[Captured]
    made: Mapping[str, str]
    error: str | None


@frozen
class Everything:
    """All that was made.

    Attributes:
        ours: By API version, then by form.
        official: By SDK, then by call.
        names: The methods that each SDK has.
    """

    ours: Mapping[str, Mapping[str, Made]]
    official: Mapping[str, Mapping[Official, Made]]
    names: Mapping[str, frozenset[str]]


@contextmanager
def a_server() -> Generator[tuple[LocalServer, Relay, Needs]]:
    """Run a server with a relay before it, and with what makes what calls need."""
    with (
        LocalServer(key=KEY, fine_tune_seconds=QUICK) as server,
        relaying(server.port) as relay,
        Client(api_key=server.key, base_url=server.url, retry=NO_RETRIES) as client,
        TemporaryDirectory() as folder,
    ):
        yield server, relay, Needs(client, record(client, Path(folder)))


def member_of(client: Any, path: str) -> Any:
    """Find a member of a facade."""
    for name in path.split("."):
        client = getattr(client, name)
    return client


def settled(value: Any) -> Any:
    """Read streams and lists to their ends."""
    if isinstance(value, AbstractContextManager):
        with value as pieces:
            return list(pieces)
    return list(value) if isinstance(value, SyncPages) else value


def error_of(client: Client, ours: Ours, made: Mapping[str, str]) -> str | None:
    """Make a call of ours; tell what is wrong with what it gives."""
    args, kwargs = ours.says(made)
    try:
        value = settled(member_of(client, ours.member)(*args, **kwargs))
        return None if ours.is_right(value, made) else f"gave {value!r:.200}"
    except Exception:
        return traceback.format_exc(limit=-3)


def ours_in(version: str, forms: Iterable[str]) -> dict[str, Made]:
    """Make calls of ours in an API version."""
    found: dict[str, Made] = {}
    with (
        a_server() as (server, relay, needs),
        Client(api_key=server.key, base_url=relay.url, retry=NO_RETRIES, version=version) as client,
    ):
        for form in forms:
            made = needs.make(*FORMS[form].needs)
            error = error_of(client, FORMS[form], made)
            found[form] = Made(relay.take(), made, error)
    return found


def officials_of(number: str) -> tuple[dict[Official, Made], frozenset[str]]:
    """Make the calls of an official SDK; give its methods too."""
    found: dict[Official, Made] = {}
    with a_server() as (server, relay, needs), running(number, relay.url, server.key) as sdk:
        for call in SDKS[number].CALLS:
            made = needs.make(*FORMS[call.form].needs)
            error = sdk.call(call, made)
            found[call] = Made(relay.take(), made, error)
        return found, frozenset(sdk.names)


def everything() -> Everything:
    """Make all calls: ours also in the versions of the older SDKs, as far as those have them."""
    official = {number: officials_of(number) for number in VERSIONS}
    ours = {NEWEST: ours_in(NEWEST, FORMS)}
    for number in OLDER:
        ours[VERSIONS[number]] = ours_in(VERSIONS[number], dict.fromkeys(call.form for call in official[number][0]))
    return Everything(
        ours,
        {number: calls for number, (calls, _) in official.items()},
        {number: names for number, (_, names) in official.items()},
    )
