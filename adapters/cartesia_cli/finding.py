"""What one check of `doctor` found."""

from __future__ import annotations

from enum import Enum

from attrs import frozen

from cartesia_cli.exits import Exit

__all__ = ["Check", "Verdict"]


class Verdict(Enum):
    """How it looks."""

    GOOD = "ok"
    NOTE = "note"
    BAD = "fail"


@frozen
class Check:
    """One thing looked at.

    Attributes:
        name: What was looked at.
        verdict: How it looks.
        finding: What was found, and what to do about it where it is wrong.
        code: The exit code if it is wrong.
    """

    name: str
    verdict: Verdict
    finding: str
    code: Exit = Exit.FAILED

    def fields(self) -> dict[str, str]:
        """Give it for JSON."""
        return {"check": self.name, "verdict": self.verdict.value, "finding": self.finding}
