"""Access tokens: what they may do, and that they never show."""

from __future__ import annotations

import copy
import pickle

import pytest

from cartesia_core import AccessTokenGrants, access_token
from cartesia_core.errors import DecodeError, InvalidArgument
from cartesia_core.http import Response
from cartesia_core.settings import settings_of

SECRET = "eyJhbGciOi.eyJzdWIi.c2ln"


def minted(body: bytes) -> access_token.AccessToken:
    """Decode an answer."""
    return access_token.create().decode(Response(200, content=body))


def test_a_token_can_be_used_but_never_shows() -> None:
    """A client takes it as its key, a browser the revealed text; repr and pickle do not have it."""
    found = minted(b'{"token":"%s","kind":"new"}' % SECRET.encode())
    assert found.token.reveal() == SECRET
    assert found.extra == {"kind": "new"}
    assert settings_of(api_key=found.token).identity.key == found.token
    assert SECRET not in repr(found)
    assert copy.deepcopy(found) == found
    with pytest.raises(InvalidArgument, match="never pickled"):
        pickle.dumps(found)


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (b"{}", r"\$\.token: required field is missing"),
        (b'{"token":5}', r"\$\.token: expected string, got int"),
        (b'{"token":""}', r"\$\.token: expected a token, got an empty string"),
        (b'{"token":"a secret with spaces"}', r"\$\.token: expected a token"),
    ],
)
def test_what_is_no_token_is_told_without_its_text(body: bytes, problem: str) -> None:
    """It may be one all the same."""
    with pytest.raises(DecodeError, match=problem) as caught:
        minted(body)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("seconds", [0, -1, 3601, 60.5, True, "60"])
def test_how_long_tokens_last(seconds: object) -> None:
    """One second to an hour, in whole seconds."""
    with pytest.raises(InvalidArgument, match="expires_in is .* whole number from 1 to 3600"):
        access_token.create(expires_in=seconds)  # type: ignore[arg-type]
    assert access_token.create(expires_in=1).body is not None


def test_grants_tell_not_given_from_null_and_false() -> None:
    """Three different things on the wire."""
    assert AccessTokenGrants().wire() == {}
    assert AccessTokenGrants(tts=None, stt=False).wire() == {"tts": None, "stt": False}
