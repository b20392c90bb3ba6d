"""Redirects: within the origin they are followed, elsewhere nothing is sent."""

from __future__ import annotations

import pytest

from cartesia_core.errors import (
    RedirectRefused,
)
from tests.adapters.calls import (
    ALL,
    Action,
    Maker,
    every_maker,
    failing,
    generate,
)
from tests.adapters.scripted import ScriptedServer
from tests.adapters.secrecy import KEY
from tests.adapters.steps import Answer

AUDIO = b"RIFFaudio"


@every_maker
@pytest.mark.parametrize("action", ALL)
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_to_another_origin_is_refused(make: Maker, action: Action, status: int) -> None:
    """F31, F53: neither the key nor the text is sent to where a redirect points."""
    with ScriptedServer() as elsewhere:
        answer = Answer(status=status, headers=(("Location", f"{elsewhere.url}/tts/bytes"),))
        with ScriptedServer((answer,)) as server, make(server.url) as client:
            error = failing(action, client)
        assert elsewhere.records == []
    assert type(error) is RedirectRefused
    assert error.status == status
    assert not error.retryable


@every_maker
@pytest.mark.parametrize("status", [307, 308])
def test_a_redirect_within_the_origin_is_followed(make: Maker, status: int) -> None:
    """The request goes there with its body and its key."""
    redirect = Answer(status=status, headers=(("Location", "/elsewhere"),))
    with ScriptedServer((redirect, Answer(body=AUDIO))) as server, make(server.url) as client:
        assert generate(client) == AUDIO
        first, second = server.requests
    assert second.target == "/elsewhere"
    assert first.body == second.body
    assert second.headers["authorization"] == f"Bearer {KEY}"


@every_maker
def test_a_redirect_that_loses_the_body_is_refused(make: Maker) -> None:
    """303 would turn the request into a GET without its text."""
    redirect = Answer(status=303, headers=(("Location", "/elsewhere"),))
    with ScriptedServer((redirect,)) as server, make(server.url) as client:
        assert type(failing(generate, client)) is RedirectRefused
