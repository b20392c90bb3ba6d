"""Judges all calls: what stands in each cell of the table."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Final, TypeAlias

from cartesia_core.versions import NEWEST
from tests.catalogue import ENDPOINTS, ENUMS, IS_THERE, Json, Spec, mapping, problems, specs
from tests.judges.capture import Captured
from tests.judges.endpoints.comparing import differences
from tests.judges.endpoints.lines import LINES
from tests.judges.endpoints.ours import FORMS
from tests.judges.endpoints.reasons import general, note_for
from tests.judges.endpoints.running import Everything, Made
from tests.judges.endpoints.sdks import VERSIONS
from tests.judges.endpoints.words import Official
from tests.judges.test_same_forms import form_of

YES: Final = "yes"
NOT_JUDGED: Final = "not judged"
CATALOGUE: Final = "as catalogued"
LOCAL: Final = "local server"
Row: TypeAlias = Mapping[str, str]
"""Cells by their columns."""


def judged(found: Everything) -> dict[str, Row]:
    """Give the cells of all forms."""
    return {form: _row(form, found) for form in FORMS}


def _row(form: str, found: Everything) -> Row:
    made = found.ours[NEWEST][form]
    return {
        CATALOGUE: _catalogue(form, made),
        LOCAL: YES if made.error is None else made.error,
        **{sdk: _official(form, sdk, found) for sdk in VERSIONS},
    }


def _catalogue(form: str, made: Made) -> str:
    if not IS_THERE:
        return NOT_JUDGED
    return "; ".join(wrong for asked in made.asked for wrong in faults(form, asked)) or YES


def _official(form: str, sdk: str, found: Everything) -> str:
    calls = {call: made for call, made in found.official[sdk].items() if call.form == form}
    if not calls:
        return "- (version)" if VERSIONS[sdk] not in LINES[form].versions else "- (none)"
    return ", ".join(_call(call, made, sdk, found.ours[VERSIONS[sdk]][form]) for call, made in calls.items())


def _call(call: Official, made: Made, sdk: str, ours: Made) -> str:
    error = made.error or ours.error
    if error is not None:
        return f"`{call.name}`: {error}"
    notes = {note_for(sdk, call.form, part) for part, *_ in differences(made, ours) if not general(part)}
    return " ".join([f"`{call.name}`", *sorted(notes, key=lambda note: (len(note), note))])


def faults(form: str, asked: Captured) -> Iterator[str]:
    """Tell where a request is not as the catalogue says."""
    entry, line = ENDPOINTS[form], LINES[form]
    pattern = re.sub(r"\\{\w+\\}", "[^/?#]+", re.escape(line.path))
    if asked.method != line.method or not re.fullmatch(pattern, asked.path):
        yield f"line {asked.method} {asked.path}"
    if asked.headers["cartesia-version"] not in line.versions:
        yield f"version {asked.headers['cartesia-version']}"
    if entry["accept"] is not None and asked.headers["accept"] != entry["accept"]:
        yield f"accept {asked.headers['accept']}"
    yield from _query_faults(entry, asked)
    yield from _body_faults(entry, asked)


def _query_faults(entry: Spec, asked: Captured) -> Iterator[str]:
    known = {str(spec["name"]): spec for spec in specs(entry["query"])}
    for name, text in asked.query:
        if name not in known:
            yield f"query {name}: unknown"
        else:
            yield from problems(_from_text(text, known[name]), _item(known[name]), f"query {name}")
    given = {name for name, _ in asked.query}
    yield from (f"query {name}: missing" for name, spec in known.items() if spec["required"] and name not in given)


def _item(spec: Spec) -> Spec:
    return mapping(spec["items"]) if spec.get("type") == "array" else spec


def _from_text(text: str, spec: Spec) -> Json:
    item = _item(spec)
    kind = str(mapping(ENUMS[str(item["ref"])])["type"] if "ref" in item else item["type"])
    if kind == "boolean":
        return {"true": True, "false": False}[text]
    return int(text) if kind == "integer" else text


def _body_faults(entry: Spec, asked: Captured) -> Iterator[str]:
    known = {str(spec["name"]): spec for spec in specs(entry["body"])}
    if entry["body_kind"] == "multipart":
        yield from _form_faults(known, {part.split(" ")[1] for part, _ in form_of(asked)})
        return
    body = mapping(json.loads(asked.body)) if asked.body else {}
    for name, value in body.items():
        yield from problems(value, known[name], name) if name in known else (f"{name}: unknown",)
    yield from (f"{name}: missing" for name, spec in known.items() if spec["required"] and name not in body)
    if bool(asked.body) is not (entry["body_kind"] == "json"):
        yield "body"


def _form_faults(known: Mapping[str, Spec], sent: set[str]) -> Iterator[str]:
    names: set[str] = set()
    for name, spec in known.items():
        spread = spec.get("wire")
        wire = {str(part) for part in spread} if isinstance(spread, list) else {name}
        names |= wire
        if spec["required"] and not wire & sent:
            yield f"{name}: missing"
    yield from (f"{name}: unknown" for name in sent - names)
