"""JSON to values: strict types, kept extras, open enums, errors with paths."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import pytest
from attrs import field, frozen

from cartesia_core._codec import Envelope, as_sent, load, parse, structure, structure_array, structure_envelope
from cartesia_core._json import Extra, no_fields, on_the_wire
from cartesia_core.auth import ApiKey
from cartesia_core.errors import DecodeError


@frozen
class Word:
    """A model of a model."""

    text: str
    start: float
    extra: Extra = field(factory=no_fields)


@frozen
class Answer:
    """A model with a part of each kind."""

    ok: bool
    count: int
    words: tuple[Word, ...]
    kind: Literal["a", "b"] | str = "a"
    mood: Literal["x"] | str | None = None
    size: float | None = None
    extra: Extra = field(factory=no_fields)


GOOD = b'{"ok":true,"count":3,"words":[{"text":"hi","start":1}]}'


def test_values_are_read() -> None:
    """Whole numbers are fine where numbers are expected; what is absent takes its default."""
    assert load(Answer, GOOD) == Answer(ok=True, count=3, words=(Word("hi", 1.0),))
    start = load(Answer, GOOD).words[0].start
    assert isinstance(start, float)


def test_unknown_fields_are_kept() -> None:
    """At every level, as the parser gave them; known ones do not appear there."""
    answer = load(Answer, b'{"ok":false,"count":0,"words":[{"text":"a","start":0.5,"end":[1]}],"new":{"a":null}}')
    assert answer.extra == {"new": {"a": None}}
    assert answer.words[0].extra == {"end": [1]}


def test_a_field_called_extra_is_not_confused_with_ours() -> None:
    """A server may use the word too."""
    answer = load(Answer, b'{"ok":true,"count":0,"words":[],"extra":{"a":1},"b":2}')
    assert answer.extra == {"extra": {"a": 1}, "b": 2}


def test_values_without_unknown_fields_have_extras_of_their_own() -> None:
    """Defaults are not shared."""
    assert load(Answer, GOOD).extra == {}


def test_enums_are_open() -> None:
    """A value that the server adds one day is a string, not an error; null only where it is allowed."""
    answer = load(Answer, b'{"ok":true,"count":0,"words":[],"kind":"new","mood":"newer"}')
    assert (answer.kind, answer.mood) == ("new", "newer")
    assert load(Answer, b'{"ok":true,"count":0,"words":[],"mood":null}').mood is None
    with pytest.raises(DecodeError, match=r"\$\.kind: expected string, got null"):
        load(Answer, b'{"ok":true,"count":0,"words":[],"kind":null}')


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b'{"count":0,"words":[]}', "$.ok: required field is missing"),
        (b'{"ok":1,"count":0,"words":[]}', "$.ok: expected boolean, got int"),
        (b'{"ok":"true","count":0,"words":[]}', "$.ok: expected boolean, got string"),
        (b'{"ok":true,"count":true,"words":[]}', "$.count: expected integer, got boolean"),
        (b'{"ok":true,"count":1.5,"words":[]}', "$.count: expected integer, got float"),
        (b'{"ok":true,"count":"5","words":[]}', "$.count: expected integer, got string"),
        (b'{"ok":true,"count":0,"words":{}}', "$.words: expected array, got object"),
        (b'{"ok":true,"count":0,"words":"ab"}', "$.words: expected array, got string"),
        (b'{"ok":true,"count":0,"words":null}', "$.words: expected array, got null"),
        (b'{"ok":true,"count":0,"words":[5]}', "$.words[0]: expected object, got int"),
        (b'{"ok":true,"count":0,"words":[{"text":"a","start":"0"}]}', "$.words[0].start: expected number, got string"),
        (
            b'{"ok":true,"count":0,"words":[{"text":"a","start":true}]}',
            "$.words[0].start: expected number, got boolean",
        ),
        (b'{"ok":true,"count":0,"words":[{"text":5,"start":1}]}', "$.words[0].text: expected string, got int"),
        (b'{"ok":true,"count":0,"words":[],"size":"big"}', "$.size: expected number, got string"),
        (b'{"ok":true,"count":0,"words":[],"mood":5}', "$.mood: expected string, got int"),
        (b"[]", "$: expected object, got array"),
        (b"null", "$: expected object, got null"),
        (b'"x"', "$: expected object, got string"),
    ],
)
def test_what_does_not_fit_is_told_with_its_path(data: bytes, problem: str) -> None:
    """Nothing is converted: a string is no number, 1 is no boolean."""
    with pytest.raises(DecodeError) as caught:
        load(Answer, data)
    assert problem in caught.value.message


def test_all_problems_are_told_at_once() -> None:
    """One error lists every path."""
    with pytest.raises(DecodeError) as caught:
        load(Answer, b'{"count":"x","words":[{"text":"a","start":0},{"start":null}]}')
    for path in ("$.ok", "$.count", "$.words[1].text", "$.words[1].start"):
        assert f"{path}: " in caught.value.message


@pytest.mark.parametrize("data", [b"", b"<html>", b"{", b"NaN", b"\xff", b"[" * 100_000])
def test_what_is_no_json_is_told_so(data: bytes) -> None:
    """Before anything is looked for in it."""
    with pytest.raises(DecodeError, match="not JSON"):
        parse(data)


def test_pages_come_in_an_envelope() -> None:
    """Items, and whether there are more."""
    value = parse(b'{"data":[{"text":"a","start":0}],"has_more":true,"next_page":"a","total":9}')
    assert structure_envelope(Word, value) == Envelope((Word("a", 0.0),), True, "a", {"total": 9})
    assert structure_envelope(Word, parse(b'{"data":[]}')) == Envelope(())


def test_a_bare_array_is_all_there_is() -> None:
    """As voices on 2024-06-10."""
    assert structure_envelope(Word, parse(b'[{"text":"a","start":0}]')) == Envelope((Word("a", 0.0),), has_more=False)


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b'{"has_more":true}', "$.data: required field is missing"),
        (b'{"data":{}}', "$.data: expected array, got object"),
        (b'{"data":[{"text":"a"}]}', "$.data[0].start: required field is missing"),
        (b'{"data":[],"has_more":"no"}', "$.has_more: expected boolean, got string"),
        (b'{"data":[],"next_page":5}', "$.next_page: expected string, got int"),
        (b'[{"text":"a","start":null}]', "$[0].start: expected number, got null"),
        (b"5", "$: expected array, got int"),
    ],
)
def test_broken_pages_are_told_with_their_paths(data: bytes, problem: str) -> None:
    """Envelope and items alike."""
    with pytest.raises(DecodeError) as caught:
        structure_envelope(Word, parse(data))
    assert problem in caught.value.message


@frozen
class Bare:
    """A model that keeps nothing it does not know."""

    name: str


def test_models_without_extra_drop_what_they_do_not_know() -> None:
    """Keeping is the model's choice."""
    assert load(Bare, b'{"name":"a","new":1}') == Bare("a")


def test_plain_types_can_be_read_too() -> None:
    """A body that is one value."""
    assert structure(str, "a") == "a"
    with pytest.raises(DecodeError, match="expected string, got null"):
        structure(str, None)


@frozen
class Odd:
    """A model with what is rare."""

    from_: str = field(metadata=on_the_wire("from"))
    labels: Mapping[str, int]
    anything: object = None
    free: Mapping[str, object] | None = None
    secret: ApiKey | None = None
    inner: tuple[Word, ...] = field(default=(), metadata=on_the_wire("innerWords"))
    extra: Extra = field(factory=no_fields)


def test_names_on_the_wire_may_differ_from_ours() -> None:
    """Ours is then a field like any unknown one."""
    found = load(Odd, b'{"from":"a","labels":{},"from_":"b","innerWords":[{"text":"hi","start":1}],"inner":5}')
    assert (found.from_, found.inner) == ("a", (Word("hi", 1.0),))
    assert found.extra == {"from_": "b", "inner": 5}


def test_mappings_and_free_values_are_read() -> None:
    """Names are kept as they are; what is free stays as the parser gave it."""
    found = load(Odd, b'{"from":"a","labels":{"x y":5},"anything":[1,{"b":null}],"free":{"c":[2.5]}}')
    assert (found.labels, found.anything, found.free) == ({"x y": 5}, [1, {"b": None}], {"c": [2.5]})
    assert load(Odd, b'{"from":"a","labels":{},"anything":null,"free":null}').free is None


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b'{"labels":{}}', "$.from: required field is missing"),
        (b'{"from":5,"labels":{}}', "$.from: expected string, got int"),
        (b'{"from":"a","labels":{},"innerWords":[{"text":"a"}]}', "$.innerWords[0].start: required field is missing"),
        (b'{"from":"a","labels":[]}', "$.labels: expected object, got array"),
        (b'{"from":"a","labels":null}', "$.labels: expected object, got null"),
        (b'{"from":"a","labels":{"b":1.5}}', "$.labels['b']: expected integer, got float"),
        (b'{"from":"a","labels":{},"free":"x"}', "$.free: expected object, got string"),
        (b'{"from":"a","labels":{},"secret":5}', "$.secret: expected string, got int"),
        (b'{"from":"a","labels":{},"secret":"two words"}', "$.secret: expected a token, got an empty string or "),
    ],
)
def test_problems_are_told_by_wire_names(data: bytes, problem: str) -> None:
    """As they stand in the answer."""
    with pytest.raises(DecodeError) as caught:
        load(Odd, data)
    assert problem in caught.value.message
    assert "two words" not in caught.value.message


@frozen
class Picky:
    """A model that refuses what its fields allow."""

    size: int

    def __attrs_post_init__(self) -> None:
        if self.size < 0:
            raise ValueError("size is negative")


def test_refusals_of_a_model_are_told_at_its_place() -> None:
    """There is no field to blame."""
    with pytest.raises(DecodeError, match=r"\$\[1\]: size is negative"):
        structure_array(Picky, [{"size": 1}, {"size": -1}])


def test_what_is_not_known_can_be_sent_back() -> None:
    """As it was read."""
    given = {"a": [None, 1.5, "x"]}
    assert as_sent(given) == given
