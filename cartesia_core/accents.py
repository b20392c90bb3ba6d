"""`GET /accents`: the accents that voices can have. From 2026-08-14 on.

Source: `accents.list` of the endpoint catalogue.
"""

from __future__ import annotations

from attrs import field, frozen

from cartesia_core._json import Extra, no_fields
from cartesia_core.decoders import JsonAs
from cartesia_core.http import Request, RetryKind
from cartesia_core.languages import VoiceAccent


@frozen
class Accent:
    """An accent.

    Attributes:
        id: What `accent=` takes.
        name: For people.
        language: ISO 639-1 code.
        locale: BCP-47 tag.
        is_locale_default: Whether it is what the locale sounds like when no accent is named.
        is_localizable: Whether `voices.localize` takes it.
        extra: Fields this library does not know.
    """

    id: VoiceAccent | str
    name: str
    language: str
    locale: str
    is_locale_default: bool
    is_localizable: bool
    extra: Extra = field(factory=no_fields, repr=False)


@frozen
class AccentList:
    """All accents.

    Attributes:
        accents: Sorted by id.
        extra: Fields this library does not know.
    """

    accents: tuple[Accent, ...]
    extra: Extra = field(factory=no_fields, repr=False)


def list() -> Request[AccentList]:  # noqa: A001 - the wire's own word, always used as `accents.list`
    """Describe fetching all accents. From 2026-08-14 on."""
    return Request(method="GET", path="/accents", retry=RetryKind.READ, decode=JsonAs(AccentList))
