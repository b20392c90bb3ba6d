"""What a debugger or a log shows of the objects that programs hold: never the key."""

from __future__ import annotations

import pytest

from cartesia_core.settings import settings_of
from tests.adapters.calls import FORMAT, TEXT
from tests.adapters.drivers import sync_client
from tests.adapters.faults.http import WHOLE
from tests.adapters.flavours import FLAVOURS, Flavour
from tests.adapters.scripted import ScriptedServer
from tests.adapters.secrecy import KEY, SECRET, assert_text_silent
from tests.adapters.steps import Accept
from tests.adapters.story import OPTIONS, VOICE

every_loop = pytest.mark.parametrize("flavour", FLAVOURS, ids=lambda flavour: flavour.name)


def assert_shown_silent(*things: object) -> None:
    """Fail if a thing, or what it is made of, shows the key."""
    for thing in things:
        parts = getattr(thing, "__dict__", {})
        for text in (repr(thing), str(thing), repr(parts), *map(repr, parts.values())):
            assert_text_silent(text, type(thing).__name__)


def test_the_search_finds_a_key_one_level_down() -> None:
    """The settings hold the key and do not show it; an object that keeps it as text is found."""
    assert_shown_silent(settings_of(api_key=KEY))
    holder = settings_of(api_key="other", headers={"X-Name": SECRET})
    assert_shown_silent(holder)

    class Careless:
        def __init__(self) -> None:
            self.key = KEY

    with pytest.raises(AssertionError, match="Careless"):
        assert_shown_silent(Careless())


def test_for_threads() -> None:
    """Client, ports, senders, requests, streams, sockets and contexts, in the middle of their use."""
    with ScriptedServer(WHOLE, (Accept(),)) as server, sync_client(server) as client:
        stream = client.tts.stream(model_id="m", transcript=TEXT, voice=VOICE, output_format=FORMAT)
        with stream as pieces, client.tts.websocket() as ws, ws.context(**OPTIONS) as context:
            context.push("Hello.")
            request = client.tts.generate.request(model_id="m", transcript=TEXT, voice=VOICE, output_format=FORMAT)
            assert_shown_silent(client, client.tts, client.tts.generate, client.ports, client.ports.http, request)
            assert_shown_silent(stream, pieces, pieces.head, ws, context)
            assert b"".join(pieces)


@every_loop
def test_for_event_loops(flavour: Flavour) -> None:
    """The same things, awaited."""

    async def main() -> None:
        async with flavour.client(server.url) as client:
            stream = client.tts.stream(model_id="m", transcript=TEXT, voice=VOICE, output_format=FORMAT)
            async with stream as pieces, client.tts.websocket() as ws, ws.context(**OPTIONS) as context:
                await context.push("Hello.")
                request = client.tts.generate.request(model_id="m", transcript=TEXT, voice=VOICE, output_format=FORMAT)
                assert_shown_silent(client, client.tts, client.tts.generate, client.ports, client.ports.http, request)
                assert_shown_silent(stream, pieces, pieces.head, ws, context)
                assert b"".join([piece async for piece in pieces])

    with ScriptedServer(WHOLE, (Accept(),)) as server:
        flavour.run(main)
