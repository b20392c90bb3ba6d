"""Opening the TTS socket, described and not done."""

from __future__ import annotations

from attrs import field, frozen

from cartesia_core.http import Call, RetryKind
from cartesia_core.tts.dialogue import TtsDialogue, TtsLimits
from cartesia_core.tts.pool import PoolLimits
from cartesia_core.versions import NEWEST
from cartesia_core.ws.reconnect import ReconnectPolicy


@frozen(kw_only=True)
class TtsSocketRequest:
    """Opening the TTS socket: send `call` with the upgrade fields, then speak `dialogue`.

    Attributes:
        version: The API version to speak; None takes the client's.
        limits: How long to wait for the server.
        pool: How many connections, how full, how old.
        reconnect: How connections are replaced.
    """

    version: str | None = None
    limits: TtsLimits = field(factory=TtsLimits)
    pool: PoolLimits = field(factory=PoolLimits)
    reconnect: ReconnectPolicy = field(factory=ReconnectPolicy)

    def call(self) -> Call:
        """Describe the opening request, without the upgrade fields. Opening costs nothing, so it may be repeated."""
        return Call(method="GET", path="/tts/websocket", accept="*/*", version=self.version, retry=RetryKind.READ)

    def dialogue(self, version: str = NEWEST) -> TtsDialogue:
        """Make the conversation for a socket opened with an API version."""
        return TtsDialogue(version=version, limits=self.limits)


def websocket(
    *,
    version: str | None = None,
    limits: TtsLimits | None = None,
    pool: PoolLimits | None = None,
    reconnect: ReconnectPolicy | None = None,
) -> TtsSocketRequest:
    """Describe opening the TTS socket.

    Args:
        version: The API version to speak; None takes the client's.
        limits: How long to wait for the server.
        pool: How many connections, how full, how old; one by default.
        reconnect: How connections are replaced.
    """
    return TtsSocketRequest(
        version=version,
        limits=limits or TtsLimits(),
        pool=pool or PoolLimits(),
        reconnect=reconnect or ReconnectPolicy(),
    )
