"""Agents, their numbers and templates."""

from __future__ import annotations

import json

import pytest

from cartesia_core import AgentPhoneNumber, agents
from cartesia_core.errors import DecodeError
from cartesia_core.http import Response

AGENT = {
    "id": "a",
    "name": "N",
    "created_at": "2026-01-02T03:04:05Z",
    "updated_at": "2026-01-02T03:04:05Z",
    "deployment_count": 1,
    "has_text_to_agent_run": False,
    "tts_language": "en",
    "tts_voice": "v",
}
NUMBER = {
    "agent_id": "a",
    "number": "+15550100",
    "is_cartesia_managed": True,
    "created_at": "2026-01-02T03:04:05Z",
    "updated_at": "2026-01-02T03:04:05Z",
}


def answer(value: object) -> Response:
    """Make a success."""
    return Response(200, content=json.dumps(value).encode())


def test_agents_are_read() -> None:
    """With what they may have besides."""
    more = {
        "git_repository": {"account": "o", "name": "r", "provider": "github"},
        "phone_numbers": [{"id": "p", "number": "+15550100"}],
        "deleted_at": None,
    }
    [one, other] = agents.list().decode(answer({"summaries": [AGENT, {**AGENT, **more}]})).summaries
    assert (one.git_repository, one.phone_numbers) == (None, None)
    assert other.git_repository is not None
    assert other.phone_numbers is not None
    assert (other.git_repository.provider, other.phone_numbers[0].id) == ("github", "p")


def test_numbers_come_as_a_bare_array() -> None:
    """Without ids of their own; what is broken is told by its place."""
    request = agents.list_phone_numbers("a")
    assert request.decode(answer([NUMBER])) == (AgentPhoneNumber(**NUMBER),)  # type: ignore[arg-type]
    assert request.decode(answer([])) == ()
    with pytest.raises(DecodeError, match=r"\$\[1\]\.number: required field is missing"):
        request.decode(answer([NUMBER, {name: NUMBER[name] for name in NUMBER if name != "number"}]))
    with pytest.raises(DecodeError, match=r"\$: expected array, got object"):
        request.decode(answer({"data": []}))
