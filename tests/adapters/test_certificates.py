"""A server that demands a certificate of its clients: one setting serves HTTP and sockets, in every flavour."""

from __future__ import annotations

import ssl
from collections.abc import Iterator

import pytest

from cartesia_core.errors import ConnectFailed, ConnectionLost
from tests.adapters.faults.certificates import client_tls, server_tls
from tests.adapters.faults.http import AUDIO, SPEECH, WHOLE
from tests.adapters.faults.official import Verb
from tests.adapters.faults.ours import OURS, Ours
from tests.adapters.faults.results import Returned
from tests.adapters.scripted import ScriptedServer
from tests.adapters.secrecy import witnessed
from tests.adapters.steps import Mute
from tests.adapters.story import Failure

every_client = pytest.mark.parametrize("client", OURS, ids=lambda client: client.name)


@pytest.fixture
def strict_server() -> Iterator[ScriptedServer]:
    """A server that talks to nobody without a certificate."""
    with ScriptedServer(default=(Mute(),), ssl_context=server_tls(demands_certificate=True)) as server:
        yield server
        server.failures.clear()  # the handshake that it refuses is the point


@every_client
def test_a_client_with_a_certificate_is_let_in(client: Ours) -> None:
    """D43: the certificate stands in the TLS context that is given once; HTTP and the socket show it."""
    http = {"verify": client_tls(shows_certificate=True)}
    with ScriptedServer(WHOLE, SPEECH, ssl_context=server_tls(demands_certificate=True)) as server:
        assert client.call("generate", server.url, http=http) == Returned(len(AUDIO))
        assert client.call("speak", server.url, http=http) == Returned(1000)


@every_client
@pytest.mark.parametrize("verb", ["generate", "stream", "sse", "read", "open"])
def test_a_client_without_one_is_told(client: Ours, verb: Verb, strict_server: ScriptedServer) -> None:
    """The refusal is a typed error of the network; no request was seen."""
    outcome = client.call(verb, strict_server.url, http={"verify": client_tls()})
    assert isinstance(outcome, Failure)
    assert strict_server.requests == []
    # With TLS 1.3 the refusal comes in place of the answer, and the reset behind it may overtake it.
    assert outcome.kind in (ConnectFailed, ConnectionLost)


@every_client
def test_the_refusal_says_what_to_do(client: Ours) -> None:
    """With TLS 1.2, whose handshake ends with the refusal, it cannot be overtaken: it costs nothing and is explained."""
    tls = server_tls(demands_certificate=True)
    tls.maximum_version = ssl.TLSVersion.TLSv1_2
    with witnessed() as errors, ScriptedServer(default=(Mute(),), ssl_context=tls) as server:
        outcome = client.call("open", server.url, http={"verify": client_tls()})
        server.failures.clear()
    assert outcome == Failure(kind=ConnectFailed, retryable=True)
    assert "load_cert_chain" in str(errors[0])
