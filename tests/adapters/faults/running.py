"""Runs the catalogue: our clients one by one with all that they show looked at, the official ones side by side."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import product
from typing import Final, TypeAlias

from attrs import frozen

from tests.adapters.faults.catalogue import FAULTS
from tests.adapters.faults.fault import Fault
from tests.adapters.faults.logs import logged
from tests.adapters.faults.official import OFFICIALS, Official
from tests.adapters.faults.ours import OURS, Ours
from tests.adapters.secrecy import witnessed

Findings: TypeAlias = "dict[tuple[str, str], str]"
SIDE_BY_SIDE: Final = 6
ATTEMPTS: Final = 3


@frozen
class Examined:
    """What came of a fault in one of our clients, and all that was shown meanwhile.

    Attributes:
        finding: What the user gets.
        records: What was logged, by every library at every level: logger and text.
        errors: What was raised.
        warnings: What was warned of.
    """

    finding: str
    records: tuple[tuple[str, str], ...]
    errors: tuple[BaseException, ...]
    warnings: tuple[str, ...]


def runs_in(fault: Fault, client: Ours) -> bool:
    """Tell whether a fault can be made for a client: uvloop has a resolver of its own."""
    return not (fault.needs_resolver and client.name == "uvloop")


@cache
def examined(fault: Fault, client: Ours) -> Examined:
    """Have a fault happen to one of our clients, once. Fails if the user does not get what he must."""
    with logged() as records, witnessed() as errors, warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        finding = fault.ours(client)
    for warning in caught:  # what would be an error without this stays one
        warnings.warn_explicit(warning.message, warning.category, warning.filename, warning.lineno)
    return Examined(finding, tuple(records), tuple(errors), tuple(str(warning.message) for warning in caught))


def our_findings(clients: Iterable[Ours] = OURS) -> Findings:
    """Give what users of our clients get, by name and client."""
    return {
        (fault.name, client.name): examined(fault, client).finding
        for client in clients
        for fault in FAULTS
        if runs_in(fault, client)
    }


def official_findings(side_by_side: int = SIDE_BY_SIDE) -> Findings:
    """Give what users of the official clients get, by name and client."""
    found: Findings = {}

    def judge(pair: tuple[Fault, Official]) -> None:
        fault, client = pair
        found[fault.name, client.name] = fault.official(client)

    pairs = [(fault, client) for fault in FAULTS for client in OFFICIALS]
    with ThreadPoolExecutor(side_by_side) as pool:
        list(pool.map(judge, (pair for pair in pairs if not pair[0].is_alone)))
    for pair in pairs:
        if pair[0].is_alone:
            judge(pair)
    return found


def official_differences(documented: Findings) -> dict[tuple[str, str], tuple[str, str]]:
    """Compare the official clients with what is documented; give what was found and what stands there.

    What differs is looked at again alone: a busy machine looks like one that hangs.
    """
    found = official_findings()
    for fault, client in product(FAULTS, OFFICIALS):
        cell = (fault.name, client.name)
        for _ in range(ATTEMPTS):
            if found[cell] != documented[cell]:
                found[cell] = fault.official(client)
    return {cell: (said, documented[cell]) for cell, said in found.items() if said != documented[cell]}
