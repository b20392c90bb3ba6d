"""Names with several addresses, and TLS that does not come about: F58."""

from __future__ import annotations

import socket
import time
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any, Final

from attrs import frozen

from cartesia_core import Timeouts
from cartesia_core.errors import ConnectFailed
from tests.adapters.faults.certificates import client_tls, server_tls
from tests.adapters.faults.checks import Single, call_phrase, outcome_phrase, watched
from tests.adapters.faults.fault import Fault
from tests.adapters.faults.http import SPEECH
from tests.adapters.faults.official import Call, Official, Verb
from tests.adapters.faults.ours import Ours
from tests.adapters.faults.results import Returned
from tests.adapters.scripted import ScriptedServer
from tests.adapters.steps import Mute, Pause, Reset
from tests.adapters.story import Failure


@contextmanager
def two_addresses(port: int) -> Generator[str]:
    """Give a name that stands for an address where nothing is answered, and for 127.0.0.1 after it.

    The first one is a real socket on the IPv6 loopback whose queue is full: the kernel drops what comes, as a
    firewall does on the way to a network that is not there.
    """
    name = "two-addresses.test"
    known = socket.getaddrinfo

    def resolve(host: Any, *args: Any, **options: Any) -> Any:
        if host not in (name, name.encode()):
            return known(host, *args, **options)
        kind = (socket.SOCK_STREAM, socket.IPPROTO_TCP, "")
        return [
            (socket.AF_INET6, *kind, ("::1", port, 0, 0)),
            (socket.AF_INET, *kind, ("127.0.0.1", port)),
        ]

    with socket.socket(socket.AF_INET6) as hole, socket.socket(socket.AF_INET6) as filling:
        hole.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        hole.bind(("::1", port))
        hole.listen(0)
        filling.connect(("::1", port))
        socket.getaddrinfo = resolve
        try:
            yield name
        finally:
            socket.getaddrinfo = known


CONNECT_SECONDS: Final = 2.0
EYEBALLS_SECONDS: Final = 1.0


@frozen
class BlackHole:
    """A name with an address that swallows everything, and one that answers."""

    def ours(self, client: Ours, /) -> str:
        """See that the second one is reached, and how soon."""
        with ScriptedServer(SPEECH) as server, two_addresses(server.port) as name:
            began = time.monotonic()
            url = f"http://{name}:{server.port}"
            outcome = client.call("speak", url, timeouts=Timeouts(connect=CONNECT_SECONDS), http={"trust_env": False})
            took = time.monotonic() - began
        assert outcome == Returned(1000)
        if client.flavour is None:  # the addresses are tried one after another
            assert took < CONNECT_SECONDS + EYEBALLS_SECONDS
            return "reached when the first address has used up `connect`"
        assert took < EYEBALLS_SECONDS
        return "the second address is reached within 1 s"

    def official(self, client: Official, /) -> str:
        """See whether it is reached."""
        with watched(SPEECH) as server, two_addresses(server.port) as name:
            observed = client.call(Call(verb="speak", url=f"http://{name}:{server.port}"), seconds=3.0)
        return call_phrase(observed, Returned(1000))


NO_CONNECTION: Final = Failure(kind=ConnectFailed, retryable=True)


@frozen
class ResetInHandshake:
    """TCP is accepted, and reset half a second into the TLS handshake."""

    def ours(self, client: Ours, /) -> str:
        """See that HTTP and sockets tell it alike, and that nothing may have been billed."""
        for verb in ("generate", "open"):
            with ScriptedServer((Pause(0.5), Reset())) as server:
                outcome = client.call(verb, server.url.replace("http", "https"), http={"verify": client_tls()})
            assert outcome == NO_CONNECTION
        return outcome_phrase(NO_CONNECTION)

    def official(self, client: Official, /) -> str:
        """See what the socket tells."""
        with watched(default=(Pause(0.5), Reset())) as server:
            return call_phrase(client.call(Call(verb="open", url=server.url.replace("http", "https"))), NO_CONNECTION)


def wrong_host(verb: Verb) -> Single:
    """Make a server whose certificate is for another host."""
    return Single(
        verb=verb,
        scripts=((Mute(),),),
        default=(Mute(),),
        wanted=NO_CONNECTION,
        requests=0,
        server={"ssl_context": server_tls("example.org")},
        http={"verify": client_tls()},
        seconds=5.0,
    )


NETWORK_FAULTS: Final = (
    Fault(
        number=58,
        title="a name with an address that swallows everything; a reset in the TLS handshake; a certificate for another host",
        checks=(BlackHole(), ResetInHandshake(), wrong_host("generate"), wrong_host("open")),
        is_alone=True,
        needs_resolver=True,
    ),
)
