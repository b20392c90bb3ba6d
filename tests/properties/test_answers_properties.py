"""Every answer of the API catalogue is read whole, in every version, with whatever a server may add to it one day."""

from __future__ import annotations

import copy
import json
import pickle
from contextlib import suppress
from typing import Final

import pytest
from attrs import frozen
from hypothesis import given
from hypothesis import strategies as st

from cartesia_core.errors import DecodeError, InvalidArgument
from cartesia_core.http import Headers, Page, Response
from tests.catalogue import ENDPOINTS, OBJECTS, Json, Spec, fields_of, mapping, needs_catalogue, texts
from tests.core.forms import FORMS
from tests.properties.catalogue_values import (
    ANYTHING,
    answers_of,
    complete,
    cut,
    required_paths,
    spelled,
    to_json,
    without_nulls,
)

pytestmark = needs_catalogue

TOLERATED: Final = {
    # Sources disagree on alias and pronunciation: one of them is enough, and which is not ours to say.
    "alias",
    # Not on the list of calls; `next_page` tells, and without both the list is at its end.
    "has_more",
}
"""Required fields that may be missing all the same."""
TOLERATED_AT: Final = {
    # By one source, `voices.create` gives a whole voice on this version.
    ("2024-11-13", "user_id"),
    ("2024-11-13", "is_public"),
}


@frozen
class Answer:
    """What the catalogue says that a call is answered in one API version.

    Attributes:
        call: Name of the call.
        version: The API version.
        schema: Of the answer.
    """

    call: str
    version: str
    schema: Spec

    @property
    def name(self) -> str:
        """For the list of tests."""
        return f"{self.call} {self.version}"

    @property
    def item(self) -> Spec | None:
        """The schema of an item, where the answer is a page."""
        if self.call.partition("@")[0].endswith((".list", ".list_voices", ".list_files")) and "ref" in self.schema:
            known = {str(field["name"]): field for field in fields_of(str(self.schema["ref"]))}
            return mapping(known["data"]["items"]) if "data" in known else None
        return None

    def decode(self, value: Json) -> object:
        """Read the answer as the call reads it; of pages, the items."""
        headers = Headers([("content-type", "application/json")])
        content = json.dumps(value).encode()
        found = FORMS[self.call][0].call.decode(Response(200, headers, self.version, content=content))
        return found.data if isinstance(found, Page) else found


def answers() -> list[Answer]:
    """Give every JSON answer of every call that is ours, in every version."""
    found: list[Answer] = []
    for call, entry in ENDPOINTS.items():
        if call in FORMS and entry["response_schema"] is not None:
            by_version = mapping(entry.get("response_schema_by_version"))
            for version in texts(entry["api_versions"]):
                schema = mapping(by_version.get(version, entry["response_schema"]))
                found.append(Answer(call, version, schema))
    return found


ANSWERS: Final = answers()
DISTINCT: Final = list({str(answer.schema): answer for answer in ANSWERS}.values())
"""One call for every schema."""
MISSING: Final = [(answer, path) for answer in ANSWERS for path in required_paths(answer.schema)]


@pytest.mark.parametrize("answer", DISTINCT, ids=lambda answer: answer.name)
@given(data=st.data())
def test_answers_are_read_whole(answer: Answer, data: st.DataObject) -> None:
    """Nothing is lost, nothing made up: what came in can be told again, new fields and new names of enums too."""
    value = data.draw(answers_of(answer.schema))
    found = answer.decode(value)
    if answer.item is not None:
        assert isinstance(value, dict)
        assert to_json(found) == without_nulls(value["data"], {"items": answer.item})
    else:
        assert to_json(found) == without_nulls(value, answer.schema)


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda answer: answer.name)
def test_answers_can_be_shown_copied_and_pickled(answer: Answer) -> None:
    """As values can; but a token goes into no pickle."""
    found = answer.decode(complete(answer.schema))
    assert repr(found)
    assert copy.deepcopy(found) == found
    if answer.call == "access_token.create":
        with pytest.raises(InvalidArgument, match="never pickled"):
            pickle.dumps(found)
    else:
        assert pickle.loads(pickle.dumps(found)) == found


@pytest.mark.parametrize(
    ("answer", "path"), MISSING, ids=[f"{answer.name} {spelled(path)}" for answer, path in MISSING]
)
def test_missing_fields_are_told_by_their_path(answer: Answer, path: tuple[str | int, ...]) -> None:
    """Each required one, however deep."""
    whole = complete(answer.schema)
    answer.decode(whole)
    if path[-1] in TOLERATED or (answer.version, path[-1]) in TOLERATED_AT:
        answer.decode(cut(whole, path))
        return
    with pytest.raises(DecodeError) as caught:
        answer.decode(cut(whole, path))
    assert f"{spelled(path)}: required field is missing" in caught.value.message
    assert caught.value.api_version == answer.version


@given(answer=st.deferred(lambda: st.sampled_from(DISTINCT)), value=ANYTHING)
def test_any_json_is_an_answer_or_a_decode_error(answer: Answer, value: Json) -> None:
    """No other exception, however odd the answer."""
    with suppress(DecodeError):
        answer.decode(value)


def test_every_schema_of_an_answer_is_read() -> None:
    """All objects that answers consist of are reached by the tests above."""
    pending = [answer.schema for answer in ANSWERS]
    reached: set[str] = set()
    while pending:
        spec = pending.pop()
        ref = str(spec.get("ref"))
        if ref in OBJECTS and ref not in reached:
            reached.add(ref)
            pending += fields_of(ref)
        pending += [mapping(spec["items"])] if "items" in spec else []
    assert len(ANSWERS) > 100
    assert {"MetricResult", "AgentTranscript", "TelephonyParams", "Voice_2024_06_10", "Dataset_legacy"} <= reached
    assert len(reached) == 50
