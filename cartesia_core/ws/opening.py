"""Opening a socket, described and not done."""

from __future__ import annotations

from typing import Protocol

from cartesia_core.http import Call


class SocketRequest(Protocol):
    """Opening a socket: send `call` with the upgrade fields, then speak."""

    @property
    def version(self) -> str | None:
        """The API version to speak; None takes the client's."""
        ...

    def call(self) -> Call:
        """Describe the opening request, without the upgrade fields."""
        ...
