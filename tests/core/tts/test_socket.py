"""Opening the TTS socket, described."""

from __future__ import annotations

import pickle

from cartesia_core import tts
from cartesia_core.http import RetryKind
from cartesia_core.tts.dialogue import TtsLimits
from cartesia_core.tts.pool import PoolLimits
from cartesia_core.ws.reconnect import ReconnectPolicy


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


def test_the_pool_is_a_single_socket_unless_asked_for_more() -> None:
    """Limits and policy are defaults unless given."""
    request = tts.websocket()
    assert (request.pool, request.reconnect) == (PoolLimits(), ReconnectPolicy())
    assert (request.pool.max_sockets, request.pool.max_contexts_per_socket, request.pool.max_age_seconds) == (
        1,
        None,
        None,
    )
    pool, reconnect = PoolLimits(max_sockets=3, max_age_seconds=60.0), ReconnectPolicy(max_failures=5)
    request = tts.websocket(pool=pool, reconnect=reconnect)
    assert (request.pool, request.reconnect) == (pool, reconnect)
    assert pickle.loads(pickle.dumps(request)) == request
