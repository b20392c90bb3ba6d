"""Every call with a JSON body or none is the catalogue's: its line, its version, all of its fields in their types."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

import pytest

from cartesia_core.http import JsonBody
from tests.catalogue import ENDPOINTS, ENUMS, NEWEST, Json, Spec, mapping, needs_catalogue, problems, specs, texts
from tests.core.forms import FORMS, Form

pytestmark = needs_catalogue

# Judged by test_catalogue.py, over the wire.
SPEECH: Final = frozenset({"tts.bytes", "tts.sse", "tts.bytes@legacy", "tts.sse@legacy"})
BEYOND: Final = {
    ("agents.metrics.results.export", "limit"): "of 2025-04-16, by the notes of the entry",
    ("agents.metrics.results.export", "starting_after"): "of 2025-04-16, by the notes of the entry",
}
"""What we can send although the entry does not list it."""
DISAGREED: Final = {
    "$.items[1].alias: missing": "sources disagree on alias and pronunciation: what the caller gave is sent",
    "$.items[1].new: unknown": "what was read with an item is sent back with it",
}
"""What the catalogue's own notes allow."""


def fields_sent(form: Form) -> dict[str, Json]:
    """Give the JSON object of a form as it goes out."""
    body = form.call.body
    if not isinstance(body, JsonBody):
        return {}
    sent: dict[str, Json] = {}
    for name, value in body.render(form.call.version or NEWEST).items():
        sent[name] = as_json(value)
    return sent


def as_json(value: object) -> Json:
    """Give a value of a body as a parser gives it."""
    if isinstance(value, dict):
        return {str(name): as_json(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [as_json(item) for item in value]
    assert value is None or isinstance(value, (bool, int, float, str))
    return value


def from_text(text: str, spec: Spec) -> Json:
    """Read a query parameter as its type."""
    kind = str(mapping(ENUMS[str(spec["ref"])])["type"] if "ref" in spec else spec["type"])
    if kind == "boolean":
        return {"true": True, "false": False}[text]
    return int(text) if kind == "integer" else text


def wrong_in_query(form: Form, known: dict[str, Spec]) -> Iterator[str]:
    """Tell which query parameters are not what the catalogue says."""
    for name, text in form.call.query:
        if name in known:
            spec = known[name]
            spec = mapping(spec["items"]) if spec.get("type") == "array" else spec
            yield from problems(from_text(text, spec), spec, name)
    given = {name for name, _ in form.call.query}
    yield from (f"{name}: missing" for name, spec in known.items() if spec["required"] and name not in given)


@pytest.mark.parametrize("name", FORMS)
def test_lines_and_versions(name: str) -> None:
    """Method, path, what is accepted; a form of older versions pins the last of them, others pin none."""
    entry = ENDPOINTS[name]
    pattern = re.sub(r"\\{\w+\\}", "[^/?#]+", re.escape(str(entry["path"])))
    versions = texts(entry["api_versions"])
    for form in FORMS[name]:
        call = form.call
        assert (call.method, call.accept) == (entry["method"], entry["accept"])
        assert re.fullmatch(pattern, call.path)
        assert (call.version or NEWEST) == versions[-1]
        assert (call.version is None) is (versions[-1] == NEWEST)


@pytest.mark.parametrize("name", FORMS)
def test_every_query_parameter_can_be_sent(name: str) -> None:
    """All of them and no other, each in its type; those that are required always."""
    known = {str(spec["name"]): spec for spec in specs(ENDPOINTS[name]["query"])}
    sent = {query for form in FORMS[name] for query, _ in form.call.query if (name, query) not in BEYOND}
    assert sent == set(known)
    assert [wrong for form in FORMS[name] for wrong in wrong_in_query(form, known)] == []


@pytest.mark.parametrize("name", FORMS)
def test_every_field_can_be_sent(name: str) -> None:
    """All of them and no other, each in its type; those that are required always."""
    entry = ENDPOINTS[name]
    known = {str(spec["name"]): spec for spec in specs(entry["body"])}
    bodies = [fields_sent(form) for form in FORMS[name]]
    assert {field for body in bodies for field in body} == set(known)
    for form, body in zip(FORMS[name], bodies, strict=True):
        assert (form.call.body is not None) is (entry["body_kind"] == "json")
        wrong = {text for field, value in body.items() for text in problems(value, known[field], f"$.{field}")}
        assert wrong <= set(DISAGREED)
        assert {field for field, spec in known.items() if spec["required"]} <= set(body)


@pytest.mark.parametrize("name", FORMS)
def test_null_can_be_sent_where_it_is_allowed(name: str) -> None:
    """As something else than leaving the field out."""
    known = {str(spec["name"]): spec for spec in specs(ENDPOINTS[name]["body"])}
    nullable = {field for field, spec in known.items() if spec.get("nullable")}
    nulls = {field for form in FORMS[name] for field, value in fields_sent(form).items() if value is None}
    absent = {field for form in FORMS[name] for field in nullable - set(fields_sent(form))}
    assert nulls == nullable
    assert absent == nullable


def test_no_form_is_forgotten() -> None:
    """All entries of the catalogue but those that upload files."""
    uploads = {name for name, entry in ENDPOINTS.items() if entry["body_kind"] == "multipart"}
    assert set(FORMS) == set(ENDPOINTS) - uploads - SPEECH


def test_exceptions_are_needed() -> None:
    """No entry of the tables outlives its reason."""
    for name, query in BEYOND:
        assert query in {found for form in FORMS[name] for found, _ in form.call.query}
        assert query not in {spec["name"] for spec in specs(ENDPOINTS[name]["query"])}
    items = mapping(next(spec for spec in specs(ENDPOINTS["pronunciation_dicts.create"]["body"]) if "items" in spec))
    sent = fields_sent(FORMS["pronunciation_dicts.create"][0])["items"]
    assert set(problems(sent, items, "$.items")) == set(DISAGREED)


def test_what_does_not_fit_is_found() -> None:
    """The judge can say no."""
    spec: Spec = {"type": "array", "items": {"ref": "AccessTokenGrants"}, "length": 2}
    assert list(problems([{"tts": 1, "new": None}], spec)) == [
        "$: 1 items",
        "$[0].tts: 1 is no boolean",
        "$[0].new: unknown",
    ]
    assert list(problems({"agent_id": None}, {"ref": "AgentPhoneNumber"}))[:2] == [
        "$.agent_id: null",
        "$.number: missing",
    ]
    assert list(problems("x", {"ref": "Gender"})) == ["$: 'x' is not in the enum"]
    assert next(problems(5, {"ref": "Gender"})) == "$: 5 is no string"
    assert list(problems({"weight": 1}, {"ref": "MixVoice"})) == ["$: no variant of MixVoice"]
