"""Starting and stopping, in a thread, in a nursery and as a program."""

from __future__ import annotations

import gc
import signal
import socket
import sqlite3
import ssl
import subprocess
import sys
import threading
import time
from pathlib import Path

import httpx
import pytest
import trio
import trustme

from cartesia_core.errors import CartesiaError, InvalidArgument, LocalProtocolError
from cartesia_local import Config, LocalServer, Running, ServerNotStarted, serve
from tests.local.client import LONG, children, http, linux_only, speech, talk

PROGRAM = """
from cartesia_local import Config, run
print(run(Config(key="k"), lambda running: print(running.url, flush=True)).name)
"""


def ours() -> set[threading.Thread]:
    """Give the threads of this process but trio's own idle workers, which end by themselves."""
    return {thread for thread in threading.enumerate() if not thread.name.startswith("Trio thread")}


def open_files() -> int:
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


@linux_only
def test_nothing_is_left_after_the_block() -> None:
    """Neither threads nor processes nor files, even when clients are in the middle of something."""
    gc.collect()
    threads, before, files = ours(), children(), open_files()
    with LocalServer(pace=1) as server, http(server) as client, talk(server) as socket_:
        socket_.send(transcript=LONG)
        socket_.receive()
        with client.stream("POST", "/tts/bytes", json=speech(transcript=LONG)) as answer:
            pieces = answer.iter_raw()
            next(pieces)
            began = time.monotonic()
            server.stop()
            assert time.monotonic() - began < 2
            with pytest.raises(httpx.RemoteProtocolError):
                list(pieces)
    gc.collect()
    assert ours() <= threads
    assert children() <= before
    assert open_files() == files


def test_a_server_tells_where_it_is() -> None:
    """URL, socket URL, port and a random key with the prefix that clients look for."""
    with LocalServer() as server, LocalServer() as other:
        assert server.url == f"http://127.0.0.1:{server.port}"
        assert server.websocket_url == f"ws://127.0.0.1:{server.port}"
        assert server.key.startswith("sk_car_local_")
        assert server.key != other.key
        assert server.port != other.port


def test_the_key_does_not_show_itself() -> None:
    """Not in the representation of the settings."""
    assert "secret" not in repr(Config(key="secret"))
    assert "secret" not in repr(Running(url="u", websocket_url="w", host="h", port=1, key="secret"))


def test_a_server_can_be_started_again() -> None:
    """After stop() it is as new; stop() twice does nothing."""
    server = LocalServer(key="k")
    for _ in range(2):
        server.start()
        with pytest.raises(LocalProtocolError, match="runs already"):
            server.start()
        assert httpx.get(server.url, trust_env=False).json()["ok"] is True
        server.stop()
        server.stop()
        with pytest.raises(LocalProtocolError, match="does not run"):
            _ = server.url


def test_a_taken_port_is_a_typed_error_and_leaves_nothing() -> None:
    """The message names the port and what to do."""
    threads = ours()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ServerNotStarted, match=f"port {port}.*free one") as caught, LocalServer(port=port):
            pass
    assert isinstance(caught.value, CartesiaError)
    assert ours() == threads


def test_a_data_file_that_cannot_be_used_is_a_typed_error(tmp_path: Path) -> None:
    """A folder that is missing, or a file that is something else."""
    (tmp_path / "text").write_text("not a database, but long enough to be looked at " * 10)
    for path in (tmp_path / "missing" / "data", tmp_path / "text"):
        with pytest.raises(ServerNotStarted, match="cannot be used"), LocalServer(data=path):
            pass


def test_data_outlives_the_server(tmp_path: Path) -> None:
    """What was saved in one run is there in the next."""
    path = tmp_path / "state.sqlite"
    with LocalServer(data=path) as server, http(server) as client:
        answer = client.post("/tts/bytes", json=speech(save=True))
        file_id = answer.headers["cartesia-file-id"]
    with LocalServer(data=path) as server, http(server) as client:
        assert client.get(f"/files/{file_id}/download").content == answer.content
        assert client.get("/voices", params={"limit": 100}).json()["has_more"] is False
    with sqlite3.connect(path) as db:
        assert db.execute("SELECT count(*) = count(DISTINCT id) FROM voices").fetchone() == (1,)
    db.close()


def test_settings_without_sense_are_refused() -> None:
    """The message names the setting."""
    with pytest.raises(InvalidArgument, match="idle_seconds"):
        LocalServer(idle_seconds=0)
    with pytest.raises(InvalidArgument, match="pace"):
        LocalServer(pace=-1)
    with pytest.raises(InvalidArgument, match="max_contexts"):
        LocalServer(max_contexts=0)


def test_a_server_on_all_addresses_names_one_that_can_be_reached() -> None:
    """0.0.0.0 is no address to connect to."""
    with LocalServer("0.0.0.0") as server:
        assert server.url == f"http://127.0.0.1:{server.port}"
        assert httpx.get(server.url, trust_env=False).status_code == 200


def test_in_a_nursery_it_runs_beside_its_client() -> None:
    """`nursery.start` gives the address; cancelling stops it; its failures come as they are."""

    async def main() -> None:
        async with trio.open_nursery() as nursery:
            running: Running = await nursery.start(serve, Config(key="k"))
            async with httpx.AsyncClient(base_url=running.url, headers={"X-API-Key": "k"}, trust_env=False) as client:
                answer = await client.post("/tts/bytes", json=speech())
                assert answer.status_code == 200
            nursery.cancel_scope.cancel()
        with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(ServerNotStarted):
            await serve(Config(port=taken.getsockname()[1]))

    trio.run(main)


@pytest.mark.skipif(sys.platform == "win32", reason="signals are sent otherwise there")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_as_a_program_it_stops_at_a_signal(number: signal.Signals) -> None:
    """`run` returns which signal it was; nothing is printed by itself, no child stays."""
    with subprocess.Popen([sys.executable, "-c", PROGRAM], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as program:
        assert program.stdout is not None
        url = program.stdout.readline().decode().strip()
        answer = httpx.post(f"{url}/tts/bytes", json=speech(), headers={"X-API-Key": "k"}, trust_env=False)
        assert answer.status_code == 200
        program.send_signal(number)
        out, err = program.communicate(timeout=10)
    assert (out.decode().strip(), err, program.returncode) == (number.name, b"", 0)


def test_tls_serves_http_and_sockets() -> None:
    """For clients that insist on wss."""
    authority = trustme.CA()
    ours, theirs = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH), ssl.create_default_context()
    authority.issue_cert("127.0.0.1").configure_cert(ours)
    authority.configure_trust(theirs)
    with LocalServer(ssl_context=ours) as server:
        assert server.url.startswith("https://")
        with httpx.Client(verify=theirs, headers={"X-API-Key": server.key}, trust_env=False) as client:
            assert len(client.post(f"{server.url}/tts/bytes", json=speech()).content) > 10_000
        with talk(server, ssl=theirs) as conversation:
            conversation.send()
            assert conversation.until_done()


def test_importing_the_package_imports_no_engine() -> None:
    """The engine's children import it too; and a program may ask for it without starting it."""
    code = "import sys, cartesia_local; print({'trio', 'numpy', 'h11'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "set()"


@pytest.mark.parametrize("library", ["h11", "python_multipart", "soundfile"])
def test_a_missing_library_names_the_extra(library: str) -> None:
    """One sentence, with the command to run."""
    code = (
        f"import sys; sys.modules[{library!r}] = None\n"
        "try:\n    from cartesia_local import LocalServer\n"
        "except ImportError as error:\n    print(type(error).__name__, error)"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.startswith("MissingExtra ")
    assert "cartesia-core[local]" in done.stdout
