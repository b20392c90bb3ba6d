"""A certificate authority for tests, and TLS with its certificates."""

from __future__ import annotations

import ssl
from functools import cache

import trustme


@cache
def authority() -> trustme.CA:
    """Give a certificate authority that nobody knows but those who are told."""
    return trustme.CA()


def server_tls(host: str = "127.0.0.1", *, demands_certificate: bool = False) -> ssl.SSLContext:
    """Make TLS for a server, which may demand that clients show a certificate of the authority."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority().issue_cert(host).configure_cert(context)
    if demands_certificate:
        context.verify_mode = ssl.CERT_REQUIRED
        authority().configure_trust(context)
    return context


def client_tls(*, shows_certificate: bool = False) -> ssl.SSLContext:
    """Make TLS for a client that knows the authority, and may have a certificate of its own."""
    context = ssl.create_default_context()
    authority().configure_trust(context)
    if shows_certificate:
        authority().issue_cert("client@example.org").configure_cert(context)
    return context
