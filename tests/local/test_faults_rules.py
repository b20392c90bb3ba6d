"""Which requests meet which faults, and what is refused when they are added."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Mapping

import httpx
import pytest
import trio
from websockets.exceptions import InvalidStatus

from cartesia_core.errors import DeadlineExceeded, InvalidArgument
from cartesia_local import Config, LocalServer, Running, serve
from cartesia_local.faults import (
    BadAudio,
    BadHandshake,
    CloseSocket,
    Fault,
    Fragment,
    Framing,
    Gzip,
    HttpStatus,
    NoAnswer,
    PingFlood,
    Redirect,
    Reset,
    SendChunk,
    Stall,
    Trickle,
)
from tests.local.client import talk
from tests.local.rawclient import CLOSE, raw_socket

pytestmark = pytest.mark.usefixtures("no_faults")


def statuses(client: httpx.Client, *paths: str) -> list[int]:
    return [client.get(path).status_code for path in paths]


def test_as_often_as_asked(server: LocalServer, client: httpx.Client) -> None:
    """The next two requests, and no more."""
    server.faults.add(HttpStatus(503), times=2)
    assert statuses(client, "/", "/", "/") == [503, 503, 200]
    assert [told.path for told in server.faults.triggered] == ["/", "/"]
    assert not server.faults.pending


def test_for_ever(server: LocalServer, client: httpx.Client) -> None:
    """Until they are cleared."""
    server.faults.add(HttpStatus(503), times=None)
    assert statuses(client, "/", "/", "/") == [503] * 3
    assert server.faults.pending == (HttpStatus(503),)
    server.faults.clear()
    assert statuses(client, "/") == [200]
    assert not server.faults.triggered


def test_one_after_the_other(server: LocalServer, client: httpx.Client) -> None:
    """Each request meets the first that fits and is left."""
    server.faults.add(HttpStatus(500))
    server.faults.add(HttpStatus(503), path="/voices")
    server.faults.add(HttpStatus(429))
    assert statuses(client, "/", "/", "/voices", "/voices") == [500, 429, 503, 200]


@pytest.mark.parametrize("path", ["/voices", "/voices/", "/voi*", "/*", "*"])
def test_by_path(server: LocalServer, client: httpx.Client, path: str) -> None:
    """Exact or with stars; neither query nor last slash matter."""
    server.faults.add(HttpStatus(503), path=path)
    assert statuses(client, "/voices/?limit=1&q=a") == [503]


@pytest.mark.parametrize("path", ["/voice", "/voices/*", "/tts/bytes", "/Voices"])
def test_by_another_path(server: LocalServer, client: httpx.Client, path: str) -> None:
    """What does not fit waits on."""
    server.faults.add(HttpStatus(503), path=path)
    assert statuses(client, "/voices") == [200]
    assert server.faults.pending


def test_by_method(server: LocalServer, client: httpx.Client) -> None:
    """In capitals or not."""
    server.faults.add(HttpStatus(503), method="post")
    assert client.get("/tts/bytes").status_code == 405
    assert client.post("/tts/bytes").status_code == 503


def test_by_headers(server: LocalServer, client: httpx.Client) -> None:
    """Names are in lower case."""
    server.faults.add(HttpStatus(503), headers=lambda headers: headers.get("x-attempt") == "2")
    assert [client.get("/", headers={"X-Attempt": number}).status_code for number in "123"] == [200, 503, 200]


def test_a_test_of_headers_that_fails(server: LocalServer, client: httpx.Client) -> None:
    """The request gets a 500 that says so."""

    def fail(headers: Mapping[str, str]) -> bool:
        raise KeyError("x-attempt")

    server.faults.add(HttpStatus(503), headers=fail, times=None)
    answer = client.get("/")
    assert answer.status_code == 500
    assert "KeyError('x-attempt')" in answer.json()["message"]


def test_faults_wait_for_what_they_need(server: LocalServer, client: httpx.Client) -> None:
    """Those of sockets let requests pass, those of bodies let sockets pass."""
    server.faults.add(CloseSocket())
    server.faults.add(Gzip())
    with raw_socket(server) as ws:
        frame = ws.frame()
        assert frame is not None
        assert frame.opcode == CLOSE
    with raw_socket(server) as ws:
        ws.say()
        assert ws.events()
    assert client.get("/").headers["content-encoding"] == "gzip"
    assert [type(told.fault) for told in server.faults.triggered] == [CloseSocket, Gzip]


def test_waiting_for_a_fault(server: LocalServer, client: httpx.Client) -> None:
    """The test's thread sleeps until the server's has done it, or its patience ends."""
    server.faults.add(HttpStatus(503))
    thread = threading.Timer(0.1, lambda: client.get("/"))
    thread.start()
    (told,) = server.faults.wait()
    assert told.fault == HttpStatus(503)
    thread.join()
    with pytest.raises(DeadlineExceeded, match="1 of 2 scripted faults happened"):
        server.faults.wait(2, seconds=0.01)


def test_adding_from_many_threads(server: LocalServer, client: httpx.Client) -> None:
    """Nothing is lost while requests are served."""

    def add() -> None:
        for _ in range(50):
            server.faults.add(HttpStatus(503))

    threads = [threading.Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    found = statuses(client, *["/"] * 20)
    for thread in threads:
        thread.join()
    assert len(server.faults.pending) + found.count(503) == 200


def test_in_a_nursery() -> None:
    """A server without a thread has its faults in its configuration."""
    config = Config(key="k")
    config.faults.add(HttpStatus(503))

    async def main() -> list[int]:
        async with trio.open_nursery() as nursery:
            running: Running = await nursery.start(serve, config)
            async with httpx.AsyncClient(base_url=running.url, trust_env=False) as client:
                found = [(await client.get("/")).status_code for _ in range(2)]
            nursery.cancel_scope.cancel()
        return found

    assert trio.run(main) == [503, 200]


def test_before_the_start() -> None:
    """Faults can be there before the server is."""
    server = LocalServer()
    server.faults.add(HttpStatus(503))
    with server, httpx.Client(base_url=server.url, trust_env=False) as client:
        assert statuses(client, "/", "/") == [503, 200]


@pytest.mark.parametrize(
    "faults",
    [
        (),
        (CloseSocket(), Gzip()),
        (Reset(after_messages=1), Framing("eof")),
        (Gzip(), HttpStatus(500)),
        (HttpStatus(500), CloseSocket()),
        (NoAnswer(), Gzip()),
        (Redirect("http://x/"), Redirect("http://y/")),
    ],
    ids=repr,
)
def test_faults_that_exclude_one_another(server: LocalServer, faults: tuple[Fault, ...]) -> None:
    """They are refused at once, not when a request comes."""
    with pytest.raises(InvalidArgument):
        server.faults.add(*faults)
    assert not server.faults.pending


@pytest.mark.parametrize(
    "make",
    [
        lambda: CloseSocket(65536),
        lambda: CloseSocket(-1),
        lambda: CloseSocket(None, "why"),
        lambda: CloseSocket(1000, "ä" * 62),
        lambda: Reset(after_events=-1),
        lambda: Reset(after_nbytes=-1),
        lambda: Reset(after_nbytes=1, after_events=1),
        lambda: Stall(-0.1),
        lambda: BadAudio(count=0),
        lambda: Fragment(0),
        lambda: SendChunk(-1),
        lambda: PingFlood(0),
        lambda: PingFlood(payload=bytes(126)),
        lambda: HttpStatus(101),
        lambda: HttpStatus(200, headers=(("a", "b\r\nc: d"),)),
        lambda: HttpStatus(200, headers=(("", "b"),)),
        lambda: HttpStatus(200, b"", content_type="a\nb"),
        lambda: Redirect("http://x/\r\n"),
        BadHandshake,
        lambda: Trickle(0),
        lambda: Trickle(1, piece_nbytes=0),
    ],
)
def test_what_makes_no_sense(make: Callable[[], object]) -> None:
    """Said when it is written, by the name of the parameter."""
    with pytest.raises(InvalidArgument):
        make()


def test_times_of_none(server: LocalServer) -> None:
    """Zero times is a mistake."""
    with pytest.raises(InvalidArgument, match="times is 0"):
        server.faults.add(HttpStatus(500), times=0)


def test_nothing_that_is_told_holds_a_key(server: LocalServer) -> None:
    """Browsers send it in the query, which is left out."""
    server.faults.add(HttpStatus(503), times=2)
    with pytest.raises(InvalidStatus), talk(server):
        pass
    assert [told.path for told in server.faults.triggered] == ["/tts/websocket"]
    assert server.key not in f"{server.faults!r} {server.faults.triggered!r} {server.faults.pending!r}"


def test_faults_are_values() -> None:
    """Equal ones are equal, and can be members of sets; their text is what makes them."""
    assert {CloseSocket(1012, after_events=3), CloseSocket(1012, after_events=3)} == {CloseSocket(1012, after_events=3)}
    assert (
        repr(SendChunk(1)) == "SendChunk(after_events=0, of_type=None, after_messages=0, nbytes=1, context_id=CURRENT)"
    )


def test_naming_faults_loads_neither_engine_nor_server() -> None:
    """So that a module of a test suite can name them without the extra installed."""
    code = "import sys, cartesia_local.faults; print(sorted({'trio', 'numpy', 'h11', 'lameenc'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
