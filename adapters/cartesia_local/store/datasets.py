"""Datasets and their files. Of a file its measures are kept, not its content: no call gives that back."""

from __future__ import annotations

from attrs import frozen


@frozen(kw_only=True)
class Dataset:
    """A dataset."""

    id: str
    name: str
    created_at: str
    description: str = ""


@frozen(kw_only=True)
class DatasetFile:
    """A file of a dataset.

    Attributes:
        id: Id.
        dataset: Id of its dataset.
        filename: As it was uploaded.
        created_at: RFC 3339.
        size: Bytes.
        purpose: What it is for.
        seconds: How long its speech is; 0 when it is not audio that can be read.
        pitch_hz: How high it speaks; None where nobody does.
        pace: How fast it speaks, 1 being the engine's normal rate.
    """

    id: str
    dataset: str
    filename: str
    created_at: str
    size: int
    purpose: str = ""
    seconds: float = 0.0
    pitch_hz: float | None = None
    pace: float = 1.0
