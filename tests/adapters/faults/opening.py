"""Faults of opening the TTS socket, and redirects: F25, F28 to F32, F53, F57."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from attrs import field, frozen

from cartesia_core import NO_RETRIES, Timeouts
from cartesia_core.errors import (
    AuthenticationError,
    ConcurrencyLimited,
    ConnectTimeout,
    RedirectRefused,
    RemoteProtocolError,
    ServerError,
)
from tests.adapters.faults.certificates import client_tls, server_tls
from tests.adapters.faults.checks import Check, Single, call_phrase, outcome_phrase, watched
from tests.adapters.faults.fault import Fault
from tests.adapters.faults.official import Call, Official, Verb
from tests.adapters.faults.ours import Ours
from tests.adapters.faults.results import OK
from tests.adapters.scripted import ScriptedServer
from tests.adapters.steps import JSON, Accept, Answer, Deaf, ReadRequest, Step
from tests.adapters.story import Failure

WAIT_SECONDS: Final = 0.3


def refusal(status: int, code: str, *headers: tuple[str, str]) -> Answer:
    """Answer with an error."""
    fields = {"title": "Oh no", "message": "It is so.", "error_code": code, "request_id": "req-7"}
    return Answer(status=status, kind=JSON, body=json.dumps(fields).encode(), headers=headers)


def refused(step: Step, wanted: Failure) -> Single:
    """Make an upgrade that is refused."""
    return Single(verb="open", scripts=((step,),), wanted=wanted)


def unanswered(step: Step) -> Single:
    """Make an upgrade that is not answered; ours is told to wait shortly."""
    return Single(
        verb="open",
        scripts=((step, Deaf()),),
        wanted=Failure(kind=ConnectTimeout, retryable=True),
        requests=None,
        timeouts=Timeouts(connect=WAIT_SECONDS, read=30),
    )


DISAGREED: Final = Failure(kind=RemoteProtocolError)


@frozen(kw_only=True)
class Redirected:
    """A redirect to another server, which must not be asked for anything.

    Attributes:
        verb: The call that is redirected.
        status: Of the redirect.
        is_downgrade: It leads from TLS to plain text.
        headers: Further header fields of the redirect.
    """

    verb: Verb
    status: int = 307
    is_downgrade: bool = False
    headers: tuple[tuple[str, str], ...] = field(default=())

    @property
    def tls(self) -> Mapping[str, Any]:
        """Options of the first server."""
        return {"ssl_context": server_tls()} if self.is_downgrade else {}

    @property
    def http(self) -> Mapping[str, Any] | None:
        """What clients of httpx are made with."""
        return {"verify": client_tls()} if self.is_downgrade else None

    def ours(self, client: Ours, /) -> str:
        """See that the other server is asked for nothing."""
        with ScriptedServer() as elsewhere:
            with ScriptedServer((self._answer(elsewhere),), **self.tls) as server:
                outcome = client.call(self.verb, server.url, http=self.http, retry=NO_RETRIES)
            assert elsewhere.records == []
        assert outcome == Failure(kind=RedirectRefused, status=self.status)
        return outcome_phrase(outcome)

    def official(self, client: Official, /) -> str:
        """Say what the other server is given."""
        with (
            watched(default=(refusal(400, "bad"),)) as elsewhere,
            watched(default=(self._answer(elsewhere),), **self.tls) as server,
        ):
            socket = {"ssl": client_tls()} if self.is_downgrade else {}
            observed = client.call(Call(verb=self.verb, url=server.url, http=self.http, socket=socket))
            given = [
                name
                for name, is_given in (
                    ("the key", any("authorization" in seen.headers for seen in elsewhere.requests)),
                    ("the text", any(b"Hello." in seen.body for seen in elsewhere.requests)),
                )
                if is_given
            ]
            followed = bool(elsewhere.requests)
        if given:
            return f"followed; **{' and '.join(given)} sent there**"
        return "followed" if followed else call_phrase(observed, Failure(kind=RedirectRefused))

    def _answer(self, elsewhere: ScriptedServer) -> Answer:
        path = "tts/bytes" if self.verb in ("generate", "stream") else "tts/websocket"
        url = elsewhere.url.replace("http", "ws") if self.verb == "open" else elsewhere.url
        return Answer(status=self.status, headers=(("Location", f"{url}/{path}"), *self.headers))


@frozen
class Uncompressed:
    """Whether compression of messages is offered, which audio in base64 gains nothing from."""

    def ours(self, client: Ours, /) -> str:
        """See that it is not."""
        with ScriptedServer((Accept(),)) as server:
            client.call("open", server.url)
            (seen,) = server.requests
        assert "sec-websocket-extensions" not in seen.headers
        return "not offered"

    def official(self, client: Official, /) -> str:
        """Look at the request."""
        with watched((Accept(),)) as server:
            client.call(Call(verb="open", url=server.url))
            offered = server.requests[0].headers.get("sec-websocket-extensions", "")
        return "offered" if "permessage-deflate" in offered else OK


DISAGREEMENTS: Final[tuple[Check, ...]] = tuple(
    Single(verb="open", scripts=((accept,),), wanted=DISAGREED)
    for accept in (
        Accept(token="bm90IHRoZSByaWdodCBvbmU="),
        Accept(upgrade="h2c"),
        Accept(headers=(("Sec-WebSocket-Extensions", "x-unheard-of"),)),
        Accept(headers=(("Sec-WebSocket-Protocol", "chat"),)),
    )
)
OPENING_FAULTS: Final = (
    Fault(
        number=25,
        title="TCP is accepted, but the upgrade is never answered",
        checks=(unanswered(ReadRequest()), unanswered(Deaf())),
    ),
    Fault(
        number=28,
        title="the upgrade is answered 429, with a body and `Retry-After: 9`",
        checks=(
            refused(
                refusal(429, "concurrency_limited", ("Retry-After", "9")),
                Failure(
                    kind=ConcurrencyLimited,
                    status=429,
                    error_code="concurrency_limited",
                    request_id="req-7",
                    retryable=True,
                    retry_after=9.0,
                ),
            ),
        ),
    ),
    Fault(
        number=29,
        title="the upgrade is answered 401",
        checks=(
            refused(
                refusal(401, "bad"),
                Failure(kind=AuthenticationError, status=401, error_code="bad", request_id="req-7"),
            ),
        ),
    ),
    Fault(
        number=30,
        title="the upgrade is answered 503",
        checks=(
            refused(
                refusal(503, "bad"),
                Failure(
                    kind=ServerError,
                    status=503,
                    error_code="bad",
                    request_id="req-7",
                    retryable=True,
                ),
            ),
        ),
    ),
    Fault(number=31, title="the upgrade is redirected to another host", checks=(Redirected(verb="open"),)),
    Fault(
        number=32,
        title="the upgrade is redirected from TLS to plain text, or agreed to in a wrong way",
        checks=(Redirected(verb="open", is_downgrade=True), *DISAGREEMENTS),
    ),
    Fault(
        number=53,
        title="a generation is redirected to another host",
        checks=(Redirected(verb="generate"), Redirected(verb="stream", status=308)),
    ),
    Fault(number=57, title="the server would compress messages", checks=(Uncompressed(),)),
)
