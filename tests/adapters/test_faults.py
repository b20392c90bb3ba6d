"""Every fault of the catalogue, in every client: what the user gets is what the documentation says, without the key."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Final

import pytest

from tests.adapters.faults.catalogue import FAULTS
from tests.adapters.faults.fault import Fault
from tests.adapters.faults.official import OFFICIALS
from tests.adapters.faults.ours import LOOPS, OURS, SYNC, Ours
from tests.adapters.faults.page import PAGE, Row, read, render
from tests.adapters.faults.results import NOT_BUILT
from tests.adapters.faults.running import examined, runs_in
from tests.adapters.secrecy import SECRET, assert_silent, assert_text_silent

CELLS: Final = [
    pytest.param(fault, client, id=f"{fault.name}-{client.name}")
    for fault in FAULTS
    for client in OURS
    if runs_in(fault, client)
]
every_cell: Final = pytest.mark.parametrize(("fault", "client"), CELLS)


@pytest.fixture(scope="module")
def rows() -> dict[str, Row]:
    """The table of the documentation."""
    return read(PAGE.read_text(encoding="utf-8"))


def test_the_catalogue_is_whole() -> None:
    """F1 to F58 and S1 to S8, each once, and each with something that makes it happen."""
    assert [fault.name for fault in FAULTS] == [
        *(f"F{number}" for number in range(1, 59)),
        *(f"S{number}" for number in range(1, 9)),
    ]
    assert all(fault.checks for fault in FAULTS)


def test_the_page_lists_the_catalogue(rows: dict[str, Row]) -> None:
    """The tables have all lines, with the titles of today."""
    assert {name: row.title for name, row in rows.items()} == {fault.name: fault.title for fault in FAULTS}


def test_the_page_is_written_as_it_is_read(rows: dict[str, Row]) -> None:
    """Read and written again, the page is the same to the byte, its introduction too."""
    official = {(n, name): said for n, row in rows.items() for name, said in row.official.items()}
    ours = {(n, name): said for n, row in rows.items() for name, said in row.ours.items()}
    assert render(official, ours) == PAGE.read_text(encoding="utf-8")


@every_cell
def test_every_client_gives_what_the_page_says(fault: Fault, client: Ours, rows: dict[str, Row]) -> None:
    """The fault happens on real sockets; what comes of it is checked, and stands in the documentation."""
    documented = rows[fault.name].ours["asyncio" if client.name == "uvloop" else client.name]
    assert examined(fault, client).finding == documented
    assert (documented == NOT_BUILT) == (not fault.is_built)


@every_cell
def test_no_secret_shows_in_any_fault(fault: Fault, client: Ours) -> None:
    """Neither logs of all libraries at all levels, nor warnings, nor errors with all that led to them, nor pickles.

    The scripted servers refuse URLs with the key in them by themselves.
    """
    shown = examined(fault, client)
    for logger, text in shown.records:
        assert_text_silent(text, f"the log of {logger}")
    for text in (*shown.warnings, shown.finding):
        assert_text_silent(text, "a text")
    for error in shown.errors:
        assert_silent(error)


def test_the_search_for_secrets_sees_something() -> None:
    """In each client, faults that raise do raise before the eyes of the search, and libraries do log."""
    for client in (SYNC, *LOOPS):
        seen = [examined(fault, client) for fault in FAULTS if fault.name in ("F1", "F28", "F46")]
        assert all(shown.errors for shown in seen)
        assert any(logger.startswith("httpcore") for shown in seen for logger, _ in shown.records)


def test_the_search_for_secrets_finds_them() -> None:
    """In a cause that is not printed, a member of a group, a note of an argument: each makes the search fail."""
    hidden = ValueError("harmless")
    hidden.__context__ = KeyError(SECRET)
    hidden.__suppress_context__ = True
    argument = ValueError("harmless")
    argument.__cause__ = OSError(5, "harmless", SECRET)
    for error in (hidden, argument):
        with pytest.raises(AssertionError, match="the key shows"):
            assert_silent(error)


def test_the_official_clients_do_what_the_page_says() -> None:
    """In a process of their own, since they leave connections and tasks behind."""
    ran = subprocess.run(
        [sys.executable, "-m", "tests.adapters.faults", "--judge"],
        check=False,
        capture_output=True,
        text=True,
        cwd=PAGE.parents[2],
        timeout=240,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert ran.stdout.splitlines() == [f"{len(FAULTS) * len(OFFICIALS)} cells agree"], ran.stdout + ran.stderr
