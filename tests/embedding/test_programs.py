"""Every pump of the documentation, under TLS, with a wrong key, and with all that can happen to a connection."""

from __future__ import annotations

import ast
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme

from cartesia_local import LocalServer
from cartesia_local.faults import (
    CloseSocket,
    Fault,
    Fragment,
    HalfOpen,
    HangUp,
    IgnoreClose,
    NoAnswer,
    PingFlood,
    Reset,
    SendText,
)
from tests.embedding.pages import PROGRAMS, run, save

GLUE = ("blocking.py", "pump.py", "trio_stream.py", "protocol.py", "greenlets.py", "qt_session.py")
LOOPS = (
    "blocking.py",
    "selecting.py",
    "in_trio.py",
    "in_trio_over_memory.py",
    "in_asyncio.py",
    "in_uvloop.py",
    "in_gevent.py",
    "in_qt.py",
)
SENTENCE = "Whatever happens to the wire, somebody is told."


@pytest.fixture(scope="module")
def server() -> Iterator[LocalServer]:
    """A server for all tests; each adds its own faults."""
    with LocalServer() as server:
        yield server


@pytest.fixture
def faults(server: LocalServer) -> Iterator[None]:
    """No fault of one test happens to another."""
    yield
    server.faults.clear()


@pytest.mark.parametrize("name", GLUE)
def test_glue_is_short(name: str) -> None:
    """No pump has more than sixty lines, imports included; blank lines and the module's docstring do not count."""
    source = PROGRAMS[name]
    docstring = ast.get_docstring(ast.parse(source), clean=False) or ""
    lines = [line for line in source.splitlines() if line.strip()]
    assert len(lines) - len(docstring.splitlines()) <= 60


@pytest.mark.parametrize("program", [*LOOPS, "patched.py"])
def test_tls(tmp_path: Path, program: str) -> None:
    """It speaks over TLS, to a host whose certificate is checked."""
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    trusted = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(str(trusted))
    save(tmp_path)
    with LocalServer(ssl_context=context) as server:
        url = f"https://localhost:{server.port}"
        ran = run(tmp_path, program, SENTENCE, url=url, key=server.key, SSL_CERT_FILE=str(trusted))
        assert (ran.status, ran.errors) == (0, "")
        assert SENTENCE in ran.output
        untrusted = run(tmp_path, program, SENTENCE, url=url, key=server.key)
        assert untrusted.status == 1
        # What a tunnel carries ends without a reason.
        assert "certificate" in untrusted.errors or program == "in_trio_over_memory.py"


@pytest.mark.parametrize("program", LOOPS)
@pytest.mark.parametrize("fault", [PingFlood(after_events=1), Fragment(nbytes=1), IgnoreClose()], ids=repr)
@pytest.mark.usefixtures("faults")
def test_harmless(tmp_path: Path, server: LocalServer, program: str, fault: Fault) -> None:
    """Floods of pings, tiny frames and a peer that ignores the close spoil nothing, and nothing is left open."""
    save(tmp_path)
    server.faults.add(fault, path="/tts/websocket")
    ran = run(tmp_path, program, SENTENCE, url=server.url, key=server.key)
    assert (ran.status, ran.errors) == (0, "")
    assert SENTENCE in ran.output
    assert ran.seconds < 8


@pytest.mark.parametrize("program", LOOPS)
@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (HangUp(after_events=2), "ContextInterrupted"),
        (Reset(after_events=2), "ContextInterrupted"),
        (CloseSocket(1012, "restart", after_events=2), "ContextInterrupted"),
        (HalfOpen(after_events=2), "ContextInterrupted"),
        (SendText("no JSON", after_events=2), "DecodeError"),
        (NoAnswer(), "ConnectTimeout"),
    ],
    ids=repr,
)
@pytest.mark.usefixtures("faults")
def test_harmful(tmp_path: Path, server: LocalServer, program: str, fault: Fault, error: str) -> None:
    """What ends the conversation is told soon, as a typed error, and nothing is left open."""
    save(tmp_path, is_hasty=True)
    server.faults.add(fault, path="/tts/websocket")
    ran = run(tmp_path, program, SENTENCE, url=server.url, key=server.key)
    assert ran.error == error, ran.errors
    assert "unclosed" not in ran.errors
    assert "never" not in ran.errors
    assert ran.seconds < 8


@pytest.mark.parametrize("program", LOOPS)
def test_wrong_key(tmp_path: Path, server: LocalServer, program: str) -> None:
    """A refused handshake is the typed error of the refusal, and the key is in no message."""
    save(tmp_path)
    ran = run(tmp_path, program, SENTENCE, url=server.url, key="sk_car_wrong")
    assert ran.error == "AuthenticationError", ran.errors
    assert "sk_car_wrong" not in ran.errors
