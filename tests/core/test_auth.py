"""The credential: it goes onto the wire and nowhere else."""

from __future__ import annotations

import copy
import pickle
import traceback

import attrs
import pytest

from cartesia_core.auth import USER_AGENT, ApiKey, Identity
from cartesia_core.errors import InvalidArgument
from cartesia_core.settings import outgoing, settings_of
from cartesia_core.status import get
from cartesia_core.versions import KNOWN, NEWEST, V2025_04_16

SECRET = "sk_car_hush123"


@pytest.mark.parametrize(
    "show",
    [
        repr,
        str,
        format,
        ascii,
        lambda thing: f"{thing}",
        lambda thing: f"{thing!r:>200}",
        lambda thing: "%s %r" % (thing, thing),  # noqa: UP031
        lambda thing: str([thing, {"key": thing}]),
    ],
)
@pytest.mark.parametrize(
    "thing",
    [
        ApiKey(SECRET),
        Identity(SECRET),
        Identity(SECRET, headers=(("Authorization", f"Bearer {SECRET}"),)),
        settings_of(api_key=SECRET, headers={"X-API-Key": SECRET}),
        outgoing(get(), settings_of(api_key=SECRET)),
        attrs.evolve(get(), headers=(("X-API-Key", SECRET),)),
    ],
    ids=lambda thing: type(thing).__name__,
)
def test_the_key_never_shows(show: object, thing: object) -> None:
    """Not in any text made of it or of what holds it."""
    assert callable(show)
    assert "hush" not in show(thing)


def test_keys_refuse_pickling() -> None:
    """A pickle is a place where a key shows, in whatever protocol and inside of whatever."""
    for thing in (ApiKey(SECRET), Identity(SECRET)):
        for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
            with pytest.raises(InvalidArgument, match="never pickled"):
                pickle.dumps(thing, protocol)


def test_copies_within_a_process_are_the_key_itself() -> None:
    """Settings may be copied deeply."""
    key = ApiKey(SECRET)
    assert copy.copy(key) is key
    assert copy.deepcopy(Identity(key)) == Identity(key)


@pytest.mark.parametrize("value", ["", "  \n", "sk_car hush123", "sk_car_hush\n123", "sk_car_hush\u00e9", "hush\0"])
def test_what_cannot_be_a_key_is_refused_without_showing_it(value: str) -> None:
    """The whole traceback, arguments of the exception included, is free of it."""
    with pytest.raises(InvalidArgument) as caught:
        ApiKey(value)
    text = "".join(traceback.format_exception_only(type(caught.value), caught.value)) + repr(caught.value.args)
    assert "hush" not in text


def test_keys_lose_the_line_break_of_the_file_they_came_from() -> None:
    """White space around is a frequent accident."""
    assert ApiKey(f" {SECRET}\n").reveal() == SECRET


def test_keys_compare_and_hash_by_value() -> None:
    """Two clients can share what hangs on a key; a plain string is no key."""
    assert ApiKey(SECRET) == ApiKey(SECRET)
    assert len({ApiKey(SECRET), ApiKey(SECRET), ApiKey("other")}) == 2
    assert ApiKey(SECRET) != SECRET
    assert Identity(ApiKey(SECRET)) == Identity(SECRET)


@pytest.mark.parametrize("version", KNOWN)
def test_the_header_of_the_key_follows_the_version(version: str) -> None:
    """`X-API-Key` up to 2024-11-13, a bearer token later."""
    fields = dict(Identity(SECRET).fields(version))
    if version >= V2025_04_16:
        assert fields == {
            "Authorization": f"Bearer {SECRET}",
            "Cartesia-Version": version,
            "User-Agent": USER_AGENT,
        }
    else:
        assert fields == {"X-API-Key": SECRET, "Cartesia-Version": version, "User-Agent": USER_AGENT}


def test_identities_are_checked() -> None:
    """A version that does not exist and header fields that would break the request are refused here."""
    assert Identity(SECRET).version == NEWEST
    with pytest.raises(InvalidArgument, match="2020-01-01"):
        Identity(SECRET, version="2020-01-01")
    with pytest.raises(InvalidArgument, match="line break"):
        Identity(SECRET, headers=(("X", "a\r\nB: c"),))
