"""`GET /`: whether the service is up, and its newest API version."""

from __future__ import annotations

from attrs import field, frozen

from cartesia_core._json import Extra, no_fields
from cartesia_core.decoders import JsonAs
from cartesia_core.http import Request, RetryKind


@frozen
class Status:
    """State of the service.

    Attributes:
        ok: Whether it is up.
        version: The newest API version it knows, not the one asked for.
        extra: Fields this library does not know.
    """

    ok: bool
    version: str
    extra: Extra = field(factory=no_fields, repr=False)


def get() -> Request[Status]:
    """Describe asking for the state of the service.

    Source: protocol notes, section 1; `GET /`.
    """
    return Request(method="GET", path="/", retry=RetryKind.READ, decode=JsonAs(Status))
