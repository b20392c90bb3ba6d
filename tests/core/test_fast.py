"""JSON and base64: both implementations, and what cannot be sent."""

from __future__ import annotations

import pytest

from cartesia_core._fast import b64decode, dumps, loads, std_b64decode, std_dumps, std_loads
from cartesia_core._json import JsonValue
from cartesia_core.errors import InvalidArgument

REFUSED_JSON = [
    b"",
    b"NaN",
    b"Infinity",
    b"1e999",
    b"-1e999",
    b"01",
    b"1.",
    b"[1,]",
    b"{} x",
    b'"a\tb"',
    b'"\\ud800"',
    b'{"\\udfff": 1}',
    b"\xff",
    b"\xef\xbb\xbf{}",
    "{}".encode("utf-16"),
    b"[" * 50_000,
    b"[" * 50_000 + b"]" * 50_000,
    '"\ud800"',
    "\ufeff{}",
    b"1" * 5000,
]
READ_JSON = [
    (b"18446744073709551615", 18446744073709551615),
    (b"18446744073709551616", 18446744073709551616.0),
    (b"-9223372036854775808", -9223372036854775808),
    (b"-9223372036854775809", -9223372036854775809.0),
    (b"1" * 40, float("1" * 40)),
    (b"-0", 0),
    (b"1e-999", 0.0),
    (b' {"a": 1, "a": [true, null]}\n', {"a": [True, None]}),
    (b'"\\ud83d\\ude00"', "\U0001f600"),
    ('"\u2028\\u0000"', "\u2028\0"),
]
REFUSED_BASE64 = [
    "YQ",
    "YQ=",
    "=",
    "==",
    "====",
    "A===",
    "AA=A",
    "YQ==YQ==",
    "YWI=YWI=",
    "YQ==\n",
    "Y Q==",
    "Y!Q==",
    "-_-_",
    "YW\0=",
    "\u00e9\u00e9\u00e9\u00e9",
]


@pytest.mark.parametrize("read", [loads, std_loads])
@pytest.mark.parametrize("text", REFUSED_JSON, ids=lambda text: ascii(text)[:24])
def test_what_is_no_json_is_a_value_error(read: object, text: bytes | str) -> None:
    """Both parsers refuse what the other refuses; neither guesses an encoding nor makes up infinities."""
    assert callable(read)
    with pytest.raises(ValueError):
        read(text)


@pytest.mark.parametrize("read", [loads, std_loads])
@pytest.mark.parametrize(("text", "value"), READ_JSON)
def test_both_parsers_read_the_same(read: object, text: bytes | str, value: object) -> None:
    """Numbers beyond 64 bits are floats, the last of two equal keys wins, pairs of escapes make one character."""
    assert callable(read)
    found = read(text)
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize("decode", [b64decode, std_b64decode])
@pytest.mark.parametrize("text", REFUSED_BASE64)
def test_junk_in_base64_is_a_value_error(decode: object, text: str) -> None:
    """Neither decoder skips characters, which would shift all samples behind them."""
    assert callable(decode)
    with pytest.raises(ValueError):
        decode(text)


@pytest.mark.parametrize("decode", [b64decode, std_b64decode])
def test_base64_is_decoded(decode: object) -> None:
    """Padding or not, bytes come out."""
    assert callable(decode)
    assert [decode(text) for text in ("", "YQ==", "YWI=", "YWJj", "+/+/")] == [
        b"",
        b"a",
        b"ab",
        b"abc",
        b"\xfb\xff\xbf",
    ]


def test_dumps_writes_compact_utf8() -> None:
    """No spaces, no escapes beyond what JSON needs."""
    value: JsonValue = {"a": ["\u00e9\u2028", 1.5, None, True]}
    assert dumps(value) == std_dumps(value) == '{"a":["\u00e9\u2028",1.5,null,true]}'.encode()


def test_half_a_surrogate_pair_cannot_be_sent() -> None:
    """Arguments that are not UTF-8 reach Python as such; the error is ours, not the serializer's."""
    with pytest.raises(InvalidArgument, match="cannot be sent"):
        dumps({"transcript": "a\udcffb"})


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "\ud800"])
def test_the_standard_library_writes_no_json_of_its_own(value: float | str) -> None:
    """NaN and half pairs are errors there too."""
    with pytest.raises(ValueError):
        std_dumps(value)
