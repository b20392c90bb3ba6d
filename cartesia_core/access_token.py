"""`POST /access-token`: short-lived tokens for clients that must not know the API key.

Source: `access_token.create` of the endpoint catalogue; protocol notes, section 1.
"""

from __future__ import annotations

from attrs import field, frozen

from cartesia_core._json import Extra, JsonObject, no_fields
from cartesia_core.auth import ApiKey
from cartesia_core.decoders import JsonAs
from cartesia_core.http import JsonBody, Request, RetryKind
from cartesia_core.parameters import body_of, check_whole
from cartesia_core.unset import UNSET, Unset

MAX_SECONDS = 3600


@frozen(kw_only=True)
class AccessTokenGrants:
    """What a token may be used for. What is not given is not sent.

    Attributes:
        tts: Speech: `tts.generate`, `tts.generate_sse` and the TTS socket.
        stt: Transcription: the batch call and the manual socket. From 2025-11-04 on.
        agent: The socket of agents' calls. From 2025-11-04 on.
    """

    tts: bool | None | Unset = UNSET
    stt: bool | None | Unset = UNSET
    agent: bool | None | Unset = UNSET

    def wire(self) -> JsonObject:
        """Give the JSON object."""
        given = {"tts": self.tts, "stt": self.stt, "agent": self.agent}
        return {name: value for name, value in given.items() if value is not UNSET}


@frozen
class AccessToken:
    """A short-lived credential.

    Attributes:
        token: Goes in as `api_key=` of a client; `token.reveal()` gives the text, to be handed to a browser.
        extra: Fields this library does not know.
    """

    token: ApiKey
    extra: Extra = field(factory=no_fields, repr=False)


def create(
    *, grants: AccessTokenGrants | None | Unset = UNSET, expires_in: int | None | Unset = UNSET
) -> Request[AccessToken]:
    """Describe minting an access token. Only an API key may; a token cannot mint tokens.

    It is repeated like a read: a token that nobody received harms nobody, and runs out.

    Args:
        grants: What it may be used for.
        expires_in: Seconds it is valid, at most 3600. The server's default is not documented.

    Raises:
        InvalidArgument: `expires_in` is out of range.
    """
    check_whole("expires_in", expires_in, 1, MAX_SECONDS)
    given = grants.wire() if isinstance(grants, AccessTokenGrants) else grants
    return Request(
        method="POST",
        path="/access-token",
        body=JsonBody(body_of({"grants": given, "expires_in": expires_in})),
        retry=RetryKind.READ,
        decode=JsonAs(AccessToken),
    )
