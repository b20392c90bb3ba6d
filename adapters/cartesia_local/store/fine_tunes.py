"""Fine-tunes."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

from attrs import frozen

Status: TypeAlias = Literal["created", "training", "completed", "failed"]
CREATED_SHARE: Final = 0.2
"""The part of a fine-tune's time that it waits in."""


@frozen(kw_only=True)
class FineTune:
    """A fine-tune.

    Attributes:
        id: Id.
        name: Of the fine-tune and its voice.
        description: One sentence.
        language: Language code.
        model_id: What it is said to be trained on.
        dataset: Id of its dataset.
        accent: Id of the accent asked for.
        began: Seconds since the epoch.
        seconds: How long it takes.
        is_usable: Whether its dataset held speech.
    """

    id: str
    name: str
    description: str
    language: str
    model_id: str
    dataset: str
    accent: str | None
    began: float
    seconds: float
    is_usable: bool

    def status(self, now: float) -> Status:
        """Tell what state it is in."""
        passed = now - self.began
        if passed < CREATED_SHARE * self.seconds:
            return "created"
        if passed < self.seconds:
            return "training"
        return "completed" if self.is_usable else "failed"
