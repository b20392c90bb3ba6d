"""The key stays with its origin, whatever member of the facade is called, and wherever the server sends the client."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Final

import pytest

from cartesia_core.errors import CartesiaError, RedirectRefused
from tests.adapters.secrecy import KEY, assert_silent
from tests.judges.capture import capturing
from tests.judges.doing import Doer, Live, in_every_flavour
from tests.judges.endpoints.ours import FORMS, STREAMS

CALLS: Final = (*FORMS.values(), *STREAMS)


@contextmanager
def sending_to(elsewhere: str) -> Generator[str]:
    """Run a server that sends everybody elsewhere; give its URL."""

    class Sends(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_one_request(self) -> None:
            """Read a request whole, and answer."""
            self.raw_requestline = self.rfile.readline()
            if not self.raw_requestline or not self.parse_request():
                self.close_connection = True
                return
            self._read_body()
            self.send_response(307)
            self.send_header("Location", elsewhere + self.path)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def _read_body(self) -> None:
            if "chunked" not in self.headers.get("Transfer-Encoding", ""):
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                return
            while size := int(self.rfile.readline(), 16):
                self.rfile.read(size + 2)
            self.rfile.readline()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name it has
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Sends) as server:
        server.daemon_threads = True
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


@in_every_flavour
def test_no_member_follows_a_redirect_to_another_origin(live: Live, tmp_path: Path) -> None:
    """Another port is another origin: every call is refused with a typed error that does not show the key."""
    clip = tmp_path / "clip.wav"
    clip.write_bytes(b"RIFF" * 100)
    errors: list[CartesiaError] = []

    async def story(do: Doer) -> None:
        for ours in CALLS:
            ids = dict.fromkeys((*ours.needs, "dataset"), "an-id")
            args, kwargs = ours.says({**ids, "clip": str(clip)})
            with pytest.raises(RedirectRefused) as caught:
                await do(ours.member, *args, **kwargs)
            errors.append(caught.value)

    with capturing() as elsewhere, sending_to(elsewhere.url) as url:
        live(url, KEY, story)
        assert elsewhere.take() == []
    assert len(errors) == len(CALLS)
    for error in errors:
        assert_silent(error)
