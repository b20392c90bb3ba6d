"""A fault of the catalogue."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from attrs import field, frozen

from tests.adapters.faults.checks import Check
from tests.adapters.faults.official import Official
from tests.adapters.faults.ours import Ours
from tests.adapters.faults.results import NOT_BUILT, joined
from tests.adapters.flavours import Flavour


@frozen(kw_only=True, eq=False)
class Fault:
    """Something that goes wrong between a client and its server.

    Attributes:
        number: Its number, from 1 to 58; programs and tests of this project refer to it as F1 to F58. Those of streams
            of speech that are not among these are S1 to S8.
        title: What happens on the wire.
        checks: The ways in which it is made to happen; each client must come through all of them.
        is_built: What it concerns exists in our clients.
        is_alone: It changes what the whole process shares, such as its environment.
        letter: F or S.
        needs_resolver: It gives names to addresses through Python, which loops with a resolver of their own pass by.
    """

    number: int
    title: str
    checks: tuple[Check, ...] = field(repr=False)
    is_built: bool = True
    is_alone: bool = False
    letter: Literal["F", "S"] = "F"
    needs_resolver: bool = False

    @property
    def name(self) -> str:
        """Its number as it is written."""
        return f"{self.letter}{self.number}"

    def ours(self, client: Ours) -> str:
        """Have it happen to one of our clients; give what the user gets. Fails if that is not what it must be."""
        return joined(check.ours(client) for check in self.checks) if self.is_built else NOT_BUILT

    def official(self, client: Official) -> str:
        """Have it happen to one of the official clients; give what its user gets."""
        return joined(filter(None, (check.official(client) for check in self.checks))) or "-"


@frozen(kw_only=True)
class Program:
    """A check that is a program of its own for each kind of client.

    Attributes:
        sync: For threads; gives what the user gets.
        loop: For event loops.
        judge: For the official clients; gives what the user gets, or nothing where it cannot be run.
    """

    sync: Callable[[], str]
    loop: Callable[[Flavour], str]
    judge: Callable[[Official], str] = field(default=lambda _: "")

    def ours(self, client: Ours, /) -> str:
        """Run it."""
        return self.sync() if client.flavour is None else self.loop(client.flavour)

    def official(self, client: Official, /) -> str:
        """Run it."""
        return self.judge(client)
