"""Access tokens: JSON Web Tokens (RFC 7519) that this server signs and believes."""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from hashlib import sha256
from typing import TYPE_CHECKING, Final
from uuid import uuid4

from attrs import frozen

from cartesia_core._codec import load
from cartesia_core._fast import dumps
from cartesia_core.errors import DecodeError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cartesia_core._json import JsonValue

GRANTS: Final = ("tts", "stt", "agent")
_HEADER: Final[dict[str, JsonValue]] = {"alg": "HS256", "typ": "JWT"}


@frozen(kw_only=True)
class Claims:
    """What a token says.

    Attributes:
        exp: Seconds since the epoch at which it ends.
        grants: What it opens.
    """

    exp: float
    grants: tuple[str, ...]


class Tokens:
    """Mints and reads tokens.

    Args:
        secret: What they are signed with.
        now: Tells the seconds since the epoch.
    """

    def __init__(self, secret: bytes, now: Callable[[], float]) -> None:
        self._secret: Final = secret
        self._now: Final = now

    def mint(self, grants: Sequence[str], seconds: int) -> str:
        """Make a token that opens what is granted, for so long."""
        now = int(self._now())
        claims: dict[str, JsonValue] = {
            "iss": "cartesia-local",
            "iat": now,
            "exp": now + seconds,
            "jti": str(uuid4()),
            "grants": list(grants),
        }
        signed = f"{_encoded(dumps(_HEADER))}.{_encoded(dumps(claims))}"
        return f"{signed}.{self._signature(signed)}"

    def read(self, token: str) -> Claims | None:
        """Give what a token of this server says; None when it is something else."""
        signed, _, signature = token.rpartition(".")
        if not hmac.compare_digest(signature.encode(), self._signature(signed).encode()):
            return None
        payload = signed.partition(".")[2]
        try:
            return load(Claims, urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        except (NotBase64, DecodeError):
            return None

    def has_ended(self, claims: Claims) -> bool:
        """Tell whether a token's time is over."""
        return claims.exp <= self._now()

    def _signature(self, signed: str) -> str:
        return _encoded(hmac.new(self._secret, signed.encode(), sha256).digest())


def _encoded(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode("ascii")
