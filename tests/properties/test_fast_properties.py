"""The fast and the standard way of reading JSON and base64 agree on whatever they are given."""

from __future__ import annotations

import json
from collections.abc import Callable

from hypothesis import example, given
from hypothesis import strategies as st

from cartesia_core._fast import b64decode, dumps, loads, std_b64decode, std_dumps, std_loads
from cartesia_core._json import JsonValue

SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**70), 2**70), st.floats(allow_nan=False), st.text(max_size=8)
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=12,
)
ALPHABET = st.text(alphabet="AQYWJj+/=-_ \n\0\u00e9", max_size=24)


def outcome(read: Callable[..., object], given: str | bytes) -> str:
    """Give what came of it, comparable: NaN, 1 and 1.0 and True differ in their text."""
    try:
        return repr(read(given))
    except ValueError:
        return "refused"


@given(VALUES)
def test_parsers_agree_on_json(value: object) -> None:
    """Whatever one can write as JSON, both read alike, infinities as a refusal included."""
    text = json.dumps(value)
    assert outcome(loads, text) == outcome(std_loads, text)
    assert outcome(loads, text.encode()) == outcome(std_loads, text.encode())


@given(VALUES, st.integers(0, 200), st.binary(max_size=3))
@example(value="\u00e9", at=1, junk=b"\xff")
def test_parsers_agree_on_damaged_json(value: object, at: int, junk: bytes) -> None:
    """JSON with bytes put into it is refused by both or read alike."""
    text = json.dumps(value, ensure_ascii=False).encode()
    damaged = text[:at] + junk + text[at:]
    assert outcome(loads, damaged) == outcome(std_loads, damaged)


@given(st.binary(max_size=40) | st.text(max_size=20, alphabet=st.characters()))
def test_parsers_agree_on_anything(data: bytes | str) -> None:
    """Random bytes and random text are refused by both or read alike."""
    assert outcome(loads, data) == outcome(std_loads, data)


@given(ALPHABET | st.text(max_size=12))
def test_base64_decoders_agree(text: str) -> None:
    """Valid, padded wrongly or full of junk: same bytes or a refusal from both."""
    assert outcome(b64decode, text) == outcome(std_b64decode, text)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.text(max_size=8),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
        max_leaves=12,
    )
)
def test_writers_agree(value: JsonValue) -> None:
    """What goes over the wire is the same bytes, whichever library wrote it."""
    assert dumps(value) == std_dumps(value)
