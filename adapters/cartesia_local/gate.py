"""Who may come in, and which API version they speak."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hmac import compare_digest
from typing import Final

from cartesia_core.versions import KNOWN, NEWEST
from cartesia_local.refusal import Refused

Query = Sequence[tuple[str, str]]


class Gate:
    """Checks credentials.

    The first of these that is there decides: `Authorization: Bearer`, `X-API-Key`, and for sockets the query's
    `api_key` or `access_token`, because browsers cannot set headers there.
    """

    def __init__(self, key: str) -> None:
        self._key: Final = key.encode()

    def check(self, headers: Mapping[str, str], query: Query, *, is_socket: bool) -> None:
        """Let pass or refuse.

        Raises:
            Refused: 401.
        """
        given = _credential(headers, query if is_socket else ())
        if given is None:
            where = "Authorization: Bearer <key> or X-API-Key" + (", or the query's api_key" if is_socket else "")
            raise Refused(f"No API key was sent; send it as {where}.", status=401, title="Unauthorized")
        if not compare_digest(given.encode(), self._key):
            raise Refused("The API key is not the one of this local server.", status=401, title="Unauthorized")


def _credential(headers: Mapping[str, str], query: Query) -> str | None:
    scheme, _, token = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return token.strip()
    if "x-api-key" in headers:
        return headers["x-api-key"].strip()
    return next((value for name, value in query if name in {"api_key", "access_token"}), None)


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
