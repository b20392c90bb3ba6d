"""Opening the TTS socket, described."""

from __future__ import annotations

import pickle

from cartesia_core import tts
from cartesia_core.http import RetryKind
from cartesia_core.tts.dialogue import TtsLimits


def test_the_opening_request() -> None:
    """A plain GET whose credentials and version are the client's; opening may be repeated."""
    call = tts.websocket().call()
    assert (call.method, call.path, call.query, call.version) == ("GET", "/tts/websocket", (), None)
    assert (call.accept, call.retry) == ("*/*", RetryKind.READ)
    assert tts.websocket(version="2025-04-16").call().version == "2025-04-16"


def test_the_dialogue_speaks_the_sockets_version_with_the_limits_asked_for() -> None:
    """Limits are defaults unless given."""
    limits = TtsLimits(stall_seconds=3.0)
    request = tts.websocket(limits=limits)
    dialogue = request.dialogue("2025-11-04")
    assert (dialogue.version, dialogue.limits) == ("2025-11-04", limits)
    assert tts.websocket().dialogue().limits == TtsLimits()
    assert pickle.loads(pickle.dumps(request)) == request
