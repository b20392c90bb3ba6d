"""Every flavour of the client tells the same story of what happens on the TTS socket."""

from __future__ import annotations

import pytest

from tests.adapters.drivers import DRIVES, Drive
from tests.adapters.scenarios import SCENARIOS
from tests.adapters.scripted import ScriptedServer
from tests.adapters.story import Scenario

PROMPT_SECONDS = 0.05
ATTEMPTS = 5
every_flavour = pytest.mark.parametrize("drive", DRIVES.values(), ids=DRIVES)


@every_flavour
@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_every_flavour_tells_the_same_story(drive: Drive, scenario: Scenario) -> None:
    """Same script, same events and errors, with the same number of connections."""
    with ScriptedServer(*scenario.scripts) as server:
        driven = drive(server, scenario.commands)
        assert tuple(driven.outcomes) == scenario.story
        assert len(server.requests) == scenario.connections


@every_flavour
@pytest.mark.parametrize("scenario", [s for s in SCENARIOS if s.is_timed], ids=lambda scenario: scenario.name)
def test_a_fault_is_told_at_once(drive: Drive, scenario: Scenario) -> None:
    """Between what happens on the socket and the error lie less than 50 ms; a busy machine gets some attempts."""
    took: list[float] = []
    for _ in range(ATTEMPTS):
        with ScriptedServer(*scenario.scripts) as server:
            driven = drive(server, scenario.commands)
            fault = server.records[0].fault
        assert fault is not None
        took.append(driven.told[0] - fault)
        if took[-1] < PROMPT_SECONDS:
            return
    pytest.fail(f"told only after {took} s")
