"""Who may come in, and which API version they speak."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hmac import compare_digest
from typing import TYPE_CHECKING, Final

from attrs import frozen

from cartesia_core.versions import KNOWN, NEWEST
from cartesia_local.refusal import Refused

if TYPE_CHECKING:
    from cartesia_local.tokens import Tokens

Query = Sequence[tuple[str, str]]


@frozen
class _Credential:
    text: str
    may_be_token: bool


class Gate:
    """Checks credentials.

    The first of these that is there decides: `Authorization: Bearer`, `X-API-Key`, and for sockets the query's
    `api_key` or `access_token`, because browsers cannot set headers there.

    Args:
        key: The API key, which opens everything.
        tokens: Reads access tokens, which open what they grant.
    """

    def __init__(self, key: str, tokens: Tokens) -> None:
        self._key: Final = key.encode()
        self._tokens: Final = tokens

    def check(self, headers: Mapping[str, str], query: Query, *, is_socket: bool, grant: str | None = None) -> None:
        """Let pass or refuse.

        Args:
            headers: The request's.
            query: The request's.
            is_socket: Whether the query may hold the credential.
            grant: What an access token must grant; None where only the API key is accepted.

        Raises:
            Refused: 401: there is no credential, it is not this server's, or its time is over. 403: an access token
                does not open this.
        """
        given = _credential(headers, query if is_socket else ())
        if given is None:
            where = "Authorization: Bearer <key> or X-API-Key" + (", or the query's api_key" if is_socket else "")
            raise Refused(f"No API key was sent; send it as {where}.", status=401, title="Unauthorized")
        if compare_digest(given.text.encode(), self._key):
            return
        claims = self._tokens.read(given.text) if given.may_be_token else None
        if claims is None:
            raise Refused("The API key is not the one of this local server.", status=401, title="Unauthorized")
        if self._tokens.has_ended(claims):
            raise Refused("The access token has expired; mint another one.", status=401, title="Token expired")
        if grant is None:
            raise Refused("This wants an API key; access tokens are for speech only.", status=403, title="Forbidden")
        if grant not in claims.grants:
            raise Refused(f"The access token does not grant {grant}.", status=403, title="Forbidden")


def _credential(headers: Mapping[str, str], query: Query) -> _Credential | None:
    scheme, _, token = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return _Credential(token.strip(), may_be_token=True)
    if "x-api-key" in headers:
        return _Credential(headers["x-api-key"].strip(), may_be_token=False)
    found = ((name, value) for name, value in query if name in {"api_key", "access_token"})
    return next((_Credential(value, name == "access_token") for name, value in found), None)


def requested_version(headers: Mapping[str, str], query: Query) -> str:
    """Give the version asked for: the query's `cartesia_version`, else the header's, else the newest.

    Raises:
        Refused: It is not one of the documented versions. What the cloud does then is not documented.
    """
    asked = dict(query).get("cartesia_version") or headers.get("cartesia-version", "").strip()
    if asked and asked not in KNOWN:
        raise Refused(
            f"There is no API version {asked!r}; known are {', '.join(KNOWN)}.", title="Unknown Cartesia-Version"
        )
    return asked or NEWEST
