"""Name, connection and TLS of a server, each by itself: so that what fails has a name."""

from __future__ import annotations

import socket
import ssl
import time
from contextlib import ExitStack
from typing import TYPE_CHECKING, Final
from urllib.request import getproxies, proxy_bypass

from attrs import frozen

from cartesia_cli.exits import Exit
from cartesia_cli.finding import Check, Verdict
from cartesia_core.url import origin_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cartesia_core.url import Origin

__all__ = ["check_network", "is_reached"]

TIMEOUT_SECONDS: Final = 5.0


@frozen
class _Found(Exception):
    """A step failed: nothing after it can work."""

    check: Check


def check_network(base_url: str) -> Iterator[Check]:
    """Look up the name, connect, and greet with TLS; stop at what fails."""
    origin = origin_of(base_url)
    proxy = _proxy(origin)
    if proxy:
        yield Check("proxy", Verdict.NOTE, f"requests go through {proxy}; the next lines are about the direct way")
    try:
        yield from _steps(origin, Verdict.NOTE if proxy else Verdict.BAD)
    except _Found as found:
        yield found.check


def is_reached(checks: list[Check]) -> bool:
    """Tell whether requests can be expected to get through."""
    return all(check.verdict is not Verdict.BAD for check in checks)


def _proxy(origin: Origin) -> str | None:
    proxy = getproxies().get(origin.scheme)
    # What stands before an @ may be a password.
    return None if proxy is None or proxy_bypass(origin.host) else proxy.rpartition("@")[2]


def _steps(origin: Origin, verdict: Verdict) -> Iterator[Check]:
    with ExitStack() as stack:
        addresses = _resolve(origin, verdict)
        yield Check("DNS", Verdict.GOOD, f"{origin.host} is {', '.join(addresses)}")
        began = time.monotonic()
        connection = stack.enter_context(_connect(origin, verdict))
        yield Check("TCP", Verdict.GOOD, f"port {origin.port} answers in {_milliseconds(began)}")
        if origin.scheme == "https":
            began = time.monotonic()
            secure = stack.enter_context(_greet(connection, origin, verdict))
            yield Check("TLS", Verdict.GOOD, f"{secure.version()} in {_milliseconds(began)}, certificate valid")


def _resolve(origin: Origin, verdict: Verdict) -> list[str]:
    try:
        found = socket.getaddrinfo(origin.host, origin.port, type=socket.SOCK_STREAM)
    except OSError as error:
        text = f"{origin.host} has no address ({error.strerror or error}); check --base-url and the DNS server"
        raise _Found(Check("DNS", verdict, text, Exit.NETWORK)) from error
    return sorted({str(address[0]) for *_, address in found})


def _connect(origin: Origin, verdict: Verdict) -> socket.socket:
    try:
        return socket.create_connection((origin.host, origin.port), TIMEOUT_SECONDS)
    except OSError as error:
        text = f"no connection to port {origin.port} ({error.strerror or error}); check --base-url and the firewall"
        raise _Found(Check("TCP", verdict, text, Exit.NETWORK)) from error


def _greet(connection: socket.socket, origin: Origin, verdict: Verdict) -> ssl.SSLSocket:
    import httpx

    # The certificates that the client trusts, which need not be the system's.
    context = httpx.create_ssl_context()
    try:
        return context.wrap_socket(connection, server_hostname=origin.host)
    except ssl.SSLCertVerificationError as error:
        text = f"the certificate is not trusted ({error.verify_message}); a company proxy, or a wrong clock?"
        raise _Found(Check("TLS", verdict, text, Exit.NETWORK)) from error
    except OSError as error:
        raise _Found(Check("TLS", verdict, f"TLS failed ({error}); is it an http URL?", Exit.NETWORK)) from error


def _milliseconds(began: float) -> str:
    return f"{(time.monotonic() - began) * 1000:.0f} ms"
