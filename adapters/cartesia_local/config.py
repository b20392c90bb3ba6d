"""What a local server is told before it starts, and what it tells once it listens."""

from __future__ import annotations

import secrets
import time
from typing import TYPE_CHECKING, Final

from attrs import field, frozen

from cartesia_core.errors import CartesiaError, InvalidArgument
from cartesia_local.faults.registry import Faults
from cartesia_local.hearing.phrases import Phrases

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from os import PathLike
    from ssl import SSLContext

KEY_PREFIX: Final = "sk_car_local_"
MIB: Final = 1024 * 1024


def new_key() -> str:
    """Make a random key that looks like the vendor's, so that clients which check the prefix accept it."""
    return KEY_PREFIX + secrets.token_urlsafe(18)


class ServerNotStarted(CartesiaError, OSError):
    """The local server cannot run: its address is taken, or its data file cannot be used."""


def _positive(_: object, attribute: object, value: float | None) -> None:
    if value is not None and not value > 0:
        name = getattr(attribute, "name", "value")
        raise InvalidArgument(f"{name} is {value!r}; a number above 0, or None, is needed.")


@frozen(kw_only=True)
class Config:
    """How a local server behaves.

    Attributes:
        host: Address to listen on.
        port: Port to listen on; 0 takes a free one.
        key: The one API key that is accepted; random unless given.
        data: File of the server's state (SQLite); in memory unless given.
        ssl_context: Serve TLS with this context, e.g. for clients that insist on `wss`.
        idle_seconds: Close a TTS socket with code 1000 after so long without a generation; None never.
        context_expiry_seconds: End a context that could go on, so long after its last audio; None never.
        max_contexts: Contexts and audio requests at once; one more gets 429 `concurrency_limited`. Sockets for speech
            are limited to ten times as many, recognitions to four times. None does not limit.
        pace: Send audio at most this many times faster than it plays; None sends as fast as it is made.
        stt_idle_seconds: Close a socket for recognition with code 1000 after so long without a message; None never.
        stt_phrases: What the recogniser hears, and nothing else, spelled like this: for tests that need exact
            transcripts. The words must be in its dictionary. Any English where None.
        max_body_nbytes: Largest JSON body.
        max_upload_nbytes: Largest form; its files wait on the disk. The API's own limit is 2 GB.
        max_message_nbytes: Largest message on a socket; a larger one closes it with code 1009.
        compression: Accept permessage-deflate where a client offers it. Off: base64 audio shrinks to some 60 percent,
            for which both sides together work two to four times as much (measured), and loopback has room enough.
        fine_tune_seconds: How long a fine-tune takes: a fifth of it `created`, then `training`.
        clock: Tells the seconds since the epoch: for dates, fine-tunes and the end of access tokens. A clock of your
            own lets tests pass time as they like.
        faults: What goes wrong on purpose; empty unless filled, which can be done while the server runs.
    """

    host: str = "127.0.0.1"
    port: int = 0
    key: str = field(factory=new_key, repr=False)
    data: str | PathLike[str] | None = None
    ssl_context: SSLContext | None = field(default=None, repr=False)
    idle_seconds: float | None = field(default=300.0, validator=_positive)
    context_expiry_seconds: float | None = field(default=1.0, validator=_positive)
    max_contexts: int | None = None
    pace: float | None = field(default=None, validator=_positive)
    stt_idle_seconds: float | None = field(default=180.0, validator=_positive)
    stt_phrases: Sequence[str] | None = None
    max_body_nbytes: int = 16 * MIB
    max_upload_nbytes: int = 2048 * MIB
    max_message_nbytes: int = 4 * MIB
    compression: bool = False
    fine_tune_seconds: float = field(default=5.0, validator=_positive)
    clock: Callable[[], float] = field(default=time.time, repr=False, eq=False)
    faults: Faults = field(factory=Faults, repr=False, eq=False)

    def __attrs_post_init__(self) -> None:
        if self.max_contexts is not None and self.max_contexts < 1:
            raise InvalidArgument(
                f"max_contexts is {self.max_contexts!r}; a whole number from 1 on, or None, is needed."
            )
        if self.stt_phrases is not None:
            Phrases(self.stt_phrases)


@frozen(kw_only=True)
class Running:
    """A server that listens.

    Attributes:
        url: Base URL for HTTP, e.g. `http://127.0.0.1:40123`.
        websocket_url: Base URL for sockets, e.g. `ws://127.0.0.1:40123`.
        host: Address it listens on.
        port: Port it listens on.
        key: The API key it accepts.
    """

    url: str
    websocket_url: str
    host: str
    port: int
    key: str = field(repr=False)
