"""All 73 forms of all endpoints, ours and three generations of the official SDK: the documentation tells what is so."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.catalogue import ENDPOINTS, IS_THERE, needs_catalogue, texts
from tests.judges.capture import Captured
from tests.judges.endpoints.child import SDKS
from tests.judges.endpoints.comparing import differences
from tests.judges.endpoints.judging import CATALOGUE, LOCAL, NOT_JUDGED, YES, Row, faults, judged
from tests.judges.endpoints.lines import LINES
from tests.judges.endpoints.ours import FORMS
from tests.judges.endpoints.page import PAGE, read, render
from tests.judges.endpoints.reasons import REASONS, general, note_for, reason_for
from tests.judges.endpoints.running import Everything, Made, everything
from tests.judges.endpoints.sdks import VERSIONS


@pytest.fixture(scope="module")
def found() -> Everything:
    """All calls, made once."""
    return everything()


@pytest.fixture(scope="module")
def rows(found: Everything) -> Mapping[str, Row]:
    """What stands in the table."""
    return judged(found)


@pytest.fixture(scope="module")
def documented() -> Mapping[str, Row]:
    """The table of the documentation."""
    return read(PAGE.read_text(encoding="utf-8"))


def test_every_form_has_a_call() -> None:
    """None is forgotten, and none made up."""
    assert len(LINES) == 73
    assert set(FORMS) == set(LINES)


@needs_catalogue
def test_the_lines_are_the_catalogues() -> None:
    """Names, methods, paths and versions."""
    assert set(LINES) == set(ENDPOINTS)
    for form, line in LINES.items():
        entry = ENDPOINTS[form]
        assert (line.method, line.path, list(line.versions)) == (
            entry["method"],
            entry["path"],
            texts(entry["api_versions"]),
        )


@needs_catalogue
def test_sdk_4_has_the_calls_that_the_catalogue_names() -> None:
    """Under the same names, for the same forms."""
    calls = {(call.form, call.name) for call in SDKS["4.2.0"].CALLS}
    named = {form: entry["official_v4_method"] for form, entry in ENDPOINTS.items()}
    assert {(form, name) for form, name in named.items() if name is not None} <= calls
    assert {form for form, _ in calls} == {form for form, name in named.items() if name is not None}


@pytest.mark.parametrize("sdk", VERSIONS)
def test_no_call_of_an_sdk_is_forgotten(found: Everything, sdk: str) -> None:
    """All its methods are in its table, by reflection, but those that open sockets or give tables."""
    table = SDKS[sdk]
    assert found.names[sdk] | {"get_status"} == {call.name for call in table.CALLS} | table.NO_ENDPOINTS | {
        "get_status"
    }


@pytest.mark.parametrize("form", FORMS)
def test_every_cell_is_as_documented(form: str, rows: Mapping[str, Row], documented: Mapping[str, Row]) -> None:
    """Ours is as catalogued and works; each official call works, and differs in what is noted only."""
    if not IS_THERE:
        assert rows[form][CATALOGUE] == NOT_JUDGED
    judged_here = {name: cell for name, cell in rows[form].items() if cell != NOT_JUDGED}
    assert judged_here == {name: documented[form][name] for name in judged_here}
    assert (documented[form][CATALOGUE], documented[form][LOCAL]) == (YES, YES)
    assert not any("[?" in cell for cell in documented[form].values())


def test_the_page_is_written_as_it_is_read(documented: Mapping[str, Row]) -> None:
    """Read and written again, the page is the same to the byte, its introduction and its notes too."""
    assert render(documented) == PAGE.read_text(encoding="utf-8")


def test_every_reason_is_needed(found: Everything) -> None:
    """None outlives the difference that it explains."""
    used = {
        reason_for(sdk, call.form, part)
        for sdk, calls in found.official.items()
        for call, made in calls.items()
        for part, *_ in differences(made, found.ours[VERSIONS[sdk]][call.form])
        if not general(part)
    }
    assert used == set(REASONS)


def test_ours_works_in_the_versions_of_the_older_sdks(found: Everything) -> None:
    """Every call that one of them has succeeds at its version, too."""
    errors = {(version, form): made.error for version, calls in found.ours.items() for form, made in calls.items()}
    assert {key: error for key, error in errors.items() if error is not None} == {}
    assert len(errors) > 100


def test_unlisted_differences_fail() -> None:
    """A field more, another path, one request less."""

    def made(path: str, body: bytes, count: int) -> Made:
        return Made([Captured("POST", path, "", {"user-agent": path}, body)] * count, {"voice": "v1"}, None)

    theirs, ours = made("/voices/v1", b'{"a": 1}', 2), made("/voices/v2", b'{"a": true, "b": null}', 1)
    parts = [part for part, *_ in differences(theirs, ours)]
    assert parts == ["requests", "body.a", "body.b", "header user-agent", "path"]
    assert reason_for("4.2.0", "voices.get", "body.a") is None
    assert note_for("4.2.0", "voices.get", "body.a") == "[? body.a]"


@needs_catalogue
def test_requests_that_are_not_as_catalogued_fail() -> None:
    """In the line, the version, the query and the body."""
    headers = {"cartesia-version": "2020-01-01", "accept": "x", "content-type": "application/json"}
    asked = Captured("POST", "/voices/a/b", "limit=1", headers, b'{"name": 1, "new": 1}')
    assert list(faults("voices.update", asked)) == [
        "line POST /voices/a/b",
        "version 2020-01-01",
        "accept x",
        "query limit: unknown",
        "name: 1 is no string",
        "new: unknown",
    ]
    assert "name: missing" in list(faults("datasets.create", Captured("POST", "/datasets/", "", headers, b"{}")))
