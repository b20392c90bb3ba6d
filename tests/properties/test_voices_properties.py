"""Voices of every version, with whatever a server may add to them one day."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cartesia_core import voices
from cartesia_core._json import JsonValue
from cartesia_core.errors import DecodeError
from cartesia_core.http import Headers, Response
from cartesia_core.versions import KNOWN
from cartesia_core.voices import Voice
from tests.core.voice_samples import OPTIONAL, REQUIRED, voice

JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(-1e9, 1e9) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
NEW_NAMES = st.text(min_size=1, max_size=8).map(lambda name: f"new_{name}")
OPEN = ("access", "visibility", "gender", "accent", "language", "country")


def decode(value: object, version: str) -> Voice:
    """Decode an answer to `voices.get`."""
    headers = Headers([("content-type", "application/json")])
    return voices.get("v-1").decode(Response(200, headers, version, content=json.dumps(value).encode()))


@given(st.sampled_from(KNOWN), st.dictionaries(NEW_NAMES, JSON_VALUES, max_size=4), st.data())
def test_unknown_fields_and_values_never_hurt(version: str, added: dict[str, JsonValue], data: st.DataObject) -> None:
    """New fields end in `extra`, new values of open enums are strings, absent optional fields are None."""
    left_out = data.draw(st.sets(st.sampled_from(sorted(OPTIONAL[version]))))
    given_fields = {name: value for name, value in voice(version).items() if name not in left_out}
    renamed = {name: data.draw(st.text(max_size=6)) for name in OPEN if name in given_fields}
    found = decode({**given_fields, **renamed, **added}, version)
    assert found.extra == added
    assert {name: getattr(found, name) for name in renamed} == renamed
    assert all(getattr(found, name) is None for name in left_out)


@given(st.sampled_from(KNOWN), st.data())
def test_wrong_kinds_are_told_by_name(version: str, data: st.DataObject) -> None:
    """Whatever stands where an object or a list of something else is expected, the error names the field."""
    name = data.draw(st.sampled_from(sorted(REQUIRED[version])))
    wrong = data.draw(st.sampled_from([5, 0.5, {"a": 1}, [[]]]))
    with pytest.raises(DecodeError, match=rf"\$\.{name}"):
        decode({**voice(version), name: wrong}, version)


@given(st.sampled_from(KNOWN), JSON_VALUES)
def test_any_json_is_a_voice_or_a_decode_error(version: str, value: JsonValue) -> None:
    """No other exception, however odd the answer."""
    with pytest.raises(DecodeError):
        decode(value, version)
