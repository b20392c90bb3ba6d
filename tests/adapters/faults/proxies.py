"""Proxies, by the environment and by a client of httpx: F54 and F55."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from attrs import frozen

from cartesia_core.errors import ConnectFailed
from tests.adapters.faults.certificates import authority, client_tls, server_tls
from tests.adapters.faults.checks import call_phrase, outcome_phrase, watched
from tests.adapters.faults.fault import Fault
from tests.adapters.faults.http import AUDIO, SPEECH, WHOLE
from tests.adapters.faults.official import Call, Official
from tests.adapters.faults.ours import Ours
from tests.adapters.faults.results import ALL_AUDIO, Returned
from tests.adapters.proxy import PASSWORD
from tests.adapters.proxy_process import ProxyProcess
from tests.adapters.scripted import ScriptedServer
from tests.adapters.secrecy import KEY
from tests.adapters.story import Failure

REACHED: Final = "HTTP and sockets both get through"


@contextmanager
def environment(**variables: str) -> Generator[None]:
    """Set variables of the environment, the proxy's ones in their only valid spelling."""
    before = dict(os.environ)
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE"):
        os.environ.pop(name, None)
        os.environ.pop(name.lower(), None)
    os.environ.update(variables)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


@contextmanager
def bundle() -> Generator[str]:
    """Give a file with the certificate of the authority."""
    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/ca.pem"
        authority().cert_pem.write_to_path(path)
        yield path


@frozen(kw_only=True)
class Proxied:
    """HTTP and a socket through a proxy that asks for credentials, over TLS.

    Attributes:
        by: How the program says so: through the environment, or with a client of httpx.
    """

    by: str

    def ours(self, client: Ours, /) -> str:
        """See that both go through it, and that it never sees the key."""
        with (
            ProxyProcess() as proxy,
            self._set(proxy) as http,
            ScriptedServer(WHOLE, SPEECH, ssl_context=server_tls()) as server,
        ):
            assert client.call("generate", server.url, http=http) == Returned(len(AUDIO))
            assert client.call("speak", server.url, http=http) == Returned(1000)
            target = f"127.0.0.1:{server.port}"
        assert proxy.targets == [target] * 2
        assert KEY not in "".join(proxy.heads)
        return REACHED

    def official(self, client: Official, /) -> str:
        """See what goes through it."""
        with (
            ProxyProcess() as proxy,
            self._set(proxy) as http,
            watched(WHOLE, SPEECH, default=SPEECH, ssl_context=server_tls()) as server,
        ):
            whole = client.call(Call(verb="generate", url=server.url, http=http))
            speech = client.call(Call(verb="speak", url=server.url, http=http))
            said = [call_phrase(whole, Returned(len(AUDIO))), call_phrase(speech, Returned(1000))]
        return REACHED if said == [ALL_AUDIO, ALL_AUDIO] else f"HTTP {said[0]}, socket {said[1]}"

    @contextmanager
    def _set(self, proxy: ProxyProcess) -> Generator[Mapping[str, Any] | None]:
        with bundle() as path:
            if self.by == "environment":
                with environment(HTTPS_PROXY=proxy.url, SSL_CERT_FILE=path):
                    yield None
            else:
                with environment():
                    yield {"verify": client_tls(), "proxy": proxy.url}


@frozen(kw_only=True)
class Direct:
    """HTTP and a socket past a proxy that the environment names.

    Attributes:
        by: What says so: the environment's `NO_PROXY`, or a client of httpx that does not look at it.
    """

    by: str

    def ours(self, client: Ours, /) -> str:
        """See that the proxy is asked for nothing."""
        with (
            ProxyProcess() as proxy,
            self._set(proxy) as http,
            ScriptedServer(WHOLE, SPEECH, ssl_context=server_tls()) as server,
        ):
            assert client.call("generate", server.url, http=http) == Returned(len(AUDIO))
            assert client.call("speak", server.url, http=http) == Returned(1000)
        assert proxy.heads == []
        return REACHED

    def official(self, client: Official, /) -> str:
        """See what goes past it."""
        if self.by != "NO_PROXY":
            return ""
        with (
            ProxyProcess() as proxy,
            self._set(proxy) as http,
            watched(WHOLE, SPEECH, default=SPEECH, ssl_context=server_tls()) as server,
        ):
            client.call(Call(verb="generate", url=server.url, http=http))
            client.call(Call(verb="speak", url=server.url, http=http))
        return REACHED if not proxy.heads else "`NO_PROXY` ignored"

    @contextmanager
    def _set(self, proxy: ProxyProcess) -> Generator[Mapping[str, Any] | None]:
        with bundle() as path:
            if self.by == "NO_PROXY":
                with environment(HTTPS_PROXY=proxy.url, SSL_CERT_FILE=path, NO_PROXY="127.0.0.1"):
                    yield None
            else:
                with environment(HTTPS_PROXY=proxy.url):
                    yield {"verify": client_tls(), "trust_env": False}


@frozen
class ProxyRefuses:
    """A proxy that does not know the program: 407."""

    def ours(self, client: Ours, /) -> str:
        """See that the error says so, without any secret."""
        wanted = Failure(kind=ConnectFailed, retryable=True)
        with ProxyProcess() as proxy, environment():
            http = {"verify": client_tls(), "proxy": proxy.url_of_a_stranger}
            with ScriptedServer(ssl_context=server_tls()) as server:
                outcomes = {client.call(verb, server.url, http=http) for verb in ("generate", "open")}
        assert outcomes == {wanted}
        assert PASSWORD not in repr(outcomes)
        return f"{outcome_phrase(wanted)} if the proxy refuses"

    def official(self, client: Official, /) -> str:
        """The socket of theirs goes past the proxy, so there is nothing to compare."""
        return ""


PROXY_FAULTS: Final = (
    Fault(
        number=54,
        title="`HTTPS_PROXY` with a user and a password, and `NO_PROXY`, in the environment",
        checks=(Proxied(by="environment"), Direct(by="NO_PROXY")),
        is_alone=True,
    ),
    Fault(
        number=55,
        title="proxy and certificates given with a client of httpx; one that ignores the environment; a proxy that refuses",
        checks=(Proxied(by="client"), Direct(by="client"), ProxyRefuses()),
        is_alone=True,
    ),
)
