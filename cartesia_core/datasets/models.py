"""Datasets and their files, as answers tell them. Source: schemas `Dataset`, `DatasetFile` and their older variants."""

from __future__ import annotations

from attrs import field, frozen

from cartesia_core import versions as v
from cartesia_core._json import Extra, no_fields
from cartesia_core.decoders import Shaped, lacking


@frozen
class Dataset(Shaped):
    """A collection of recordings.

    Attributes:
        id: What `dataset=` takes.
        name: Its name.
        created_at: Time as the server writes it.
        description: From 2025-04-16 on.
        extra: Fields this library does not know.
    """

    id: str
    name: str
    created_at: str
    description: str | None = None
    extra: Extra = field(factory=no_fields, repr=False)

    def missing(self, version: str) -> tuple[str, ...]:
        """Give the fields that answers of this API version always have and that this one lacks."""
        return () if version <= v.V2024_11_13 else lacking(self, ("description",))


@frozen
class DatasetFile(Shaped):
    """A recording in a dataset.

    Attributes:
        id: Its id within the dataset.
        filename: As it was uploaded.
        created_at: Time as the server writes it.
        size: In bytes. From 2025-04-16 on.
        extra: Fields this library does not know.
    """

    id: str
    filename: str
    created_at: str
    size: int | None = None
    extra: Extra = field(factory=no_fields, repr=False)

    def missing(self, version: str) -> tuple[str, ...]:
        """Give the fields that answers of this API version always have and that this one lacks."""
        return () if version <= v.V2024_11_13 else lacking(self, ("size",))
