"""Forms: read piece by piece, checked, and never held in memory whole."""

from __future__ import annotations

import resource
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cartesia_core.versions import NEWEST, V2025_11_04
from cartesia_local import LocalServer
from cartesia_local.config import Config
from cartesia_local.fields import FormFields, nested
from cartesia_local.http.form import MAX_PARTS, MAX_TEXT_NBYTES, Form, FormReader
from cartesia_local.refusal import Refused
from tests.local.client import VOICE, http, receive_until
from tests.local.rawclient import raw

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx

TYPE = "multipart/form-data; boundary=b"
WIRE = (
    b'--b\r\nContent-Disposition: form-data; name="name"\r\n\r\nZo\xc3\xab\r\n'
    b'--b\r\nContent-Disposition: form-data; name="clip"; filename="C:\\\\clips\\\\a b.wav"\r\n'
    b"Content-Type: audio/wav\r\n\r\n--b is no boundary\r\n--not-b\r\n\r\n"
    b'--b\r\nContent-Disposition: form-data; name="empty"; filename=""\r\n\r\n\r\n'
    b"--b--\r\n"
)


def fill(form: Form, wire: bytes, cuts: list[int] | None = None, content_type: str = TYPE) -> Form:
    reader = FormReader(content_type, form)
    edges = [0, *sorted(cuts or []), len(wire)]
    for start, end in pairwise(edges):
        reader.feed(wire[start:end])
    reader.finish()
    return form


def part(name: str, text: str) -> bytes:
    return f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n'.encode()


@given(st.lists(st.integers(0, len(WIRE)), max_size=12))
def test_a_form_does_not_depend_on_its_pieces(cuts: list[int]) -> None:
    """However the bytes are sliced; what looks like a boundary and is none belongs to the file."""
    with fill(Form(), WIRE, cuts) as form:
        assert form.texts == [("name", "Zoë")]
        clip = form.files["clip"]
        assert (clip.filename, clip.content_type) == ("a b.wav", "audio/wav")
        assert clip.content.read() == b"--b is no boundary\r\n--not-b\r\n"
        assert clip.nbytes == 29
        assert form.files["empty"].nbytes == 0


@pytest.mark.parametrize(
    ("wire", "content_type"),
    [
        (WIRE, "multipart/form-data"),
        (WIRE, "multipart/form-data; boundary="),
        (WIRE, f"multipart/form-data; boundary={'b' * 300}"),
        (WIRE[:-8], TYPE),
        (b"", TYPE),
        (b"nothing like a form", TYPE),
        (b"--b\r\nContent-Type: text/plain\r\n\r\nx\r\n--b--\r\n", TYPE),
        (b"--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--\r\n", TYPE),
        (b"--b\r\nX: " + b"x" * 20_000 + b"\r\n\r\nx\r\n--b--\r\n", TYPE),
        (part("a", "x") * (MAX_PARTS + 1) + b"--b--\r\n", TYPE),
        (part("a", "x" * (MAX_TEXT_NBYTES + 1)) + b"--b--\r\n", TYPE),
    ],
)
def test_what_is_no_form(wire: bytes, content_type: str) -> None:
    """It is refused, and what it had of files is dropped."""
    with Form() as form, pytest.raises(Refused):
        fill(form, wire, None, content_type)


@pytest.mark.parametrize(
    ("texts", "whole"),
    [
        ([("a", "1"), ("a", "2")], {"a": "2"}),
        ([("f[a]", "1"), ("f[b]", "2")], {"f": {"a": "1", "b": "2"}}),
        ([("f[a][b]", "1"), ("f[a][c][]", "2"), ("f[a][c][]", "3")], {"f": {"a": {"b": "1", "c": ["2", "3"]}}}),
        ([("l[]", "1")], {"l": ["1"]}),
    ],
)
def test_nested_names(texts: list[tuple[str, str]], whole: Any) -> None:
    """Brackets make objects and arrays."""
    assert nested(texts) == whole


@pytest.mark.parametrize(
    "names",
    [
        ["a[b", "x"],
        ["[a]"],
        ["a", "a[b]"],
        ["a[b]", "a"],
        ["a[]", "a[b]"],
        ["a[b]", "a[]"],
        ["a[][b]"],
        ["a" + "[b]" * 5000],
    ],
)
def test_names_that_make_no_sense(names: list[str]) -> None:
    """A field is one thing: text, an object or an array."""
    with pytest.raises(Refused, match="field"):
        nested([(name, "x") for name in names])


def test_numbers_and_booleans_are_text() -> None:
    """They are read where they are expected, and nowhere else; an empty one is absent."""
    fields = FormFields(nested([("n", "5"), ("f", "-0.5"), ("b", "true"), ("e", ""), ("x", "5x"), ("o[n]", "7")]))
    assert fields.integer("n", 0, 9) == fields.number("n", 0, 9) == 5
    assert fields.member("n", (5, 6)) == 5
    assert fields.number("f", -1, 1) == -0.5
    assert fields.flag("b") is True
    assert fields.flag("absent") is False
    assert fields.integer("e", 0, 9) is None
    assert fields.text("n") == "5"
    inner = fields.inner("o")
    assert inner is not None
    assert inner.integer("n", 0, 9) == 7
    for bad in ("x", "f"):
        with pytest.raises(Refused, match=bad):
            fields.integer(bad, -9, 9)
    with pytest.raises(Refused, match=r"o\.n"):
        inner.flag("n")
    with pytest.raises(Refused, match="e is missing"):
        fields.member("e", (1,))


@pytest.fixture
def dataset(client: httpx.Client) -> str:
    """The path of a dataset's files."""
    made = client.post("/datasets/", json={"name": "n", "description": "d"}).json()
    return f"/datasets/{made['id']}/files"


def test_a_large_upload_needs_little_memory(client: httpx.Client, dataset: str) -> None:
    """A hundred megabytes go through; the server, which is in this process, does not grow by a third of them."""
    size = 100 * 1024 * 1024

    def body() -> Iterator[bytes]:
        yield b'--b\r\nContent-Disposition: form-data; name="file"; filename="big.bin"\r\n\r\n'
        for _ in range(size // 65536):
            yield b"\0" * 65536
        yield b"\r\n--b--\r\n"

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    answer = client.post(dataset, content=body(), headers={"Content-Type": TYPE}, timeout=60)
    assert answer.status_code == 204
    assert client.get(dataset).json()["data"][0]["size"] == size
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024 < size / 3


def test_a_body_of_another_kind(server: LocalServer, client: httpx.Client, dataset: str) -> None:
    """JSON where a form is needed, and the other way round; the connection goes on."""
    assert "multipart" in client.post(dataset, json={"file": "x"}).json()["message"]
    assert "JSON" in client.post("/tts/bytes", files={"clip": b"x"}).json()["message"]
    assert client.get("/").status_code == 200
    with http(server, V2025_11_04) as old:
        answer = old.post("/voices/clone", json={"name": "x"})
    assert answer.headers["content-type"].startswith("text/plain")
    assert answer.text.startswith("Malformed form: ")


def test_a_broken_form_is_refused_while_it_comes(server: LocalServer) -> None:
    """The answer arrives before the client has sent the rest, and the connection ends."""
    with raw(server) as connection:
        head = (
            f"POST /voices/clone HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {server.key}\r\nContent-Type: {TYPE}\r\n"
        )
        connection.sock.sendall(f"{head}Content-Length: 1000000\r\n\r\nno form at all".encode())
        answer = receive_until(connection.sock, b"\r\n\r\n")
        assert answer.startswith(b"HTTP/1.1 400")
        assert b"connection: close" in answer.lower()


def test_an_upload_with_a_wrong_key(server: LocalServer) -> None:
    """It is skipped, and the connection goes on."""
    with http(server) as client:
        headers = {"Authorization": "Bearer wrong"}
        assert client.post("/voices/clone", files={"clip": b"x" * 3_000_000}, headers=headers).status_code == 401
        assert client.get(f"/voices/{VOICE}").status_code == 200


def test_the_limit_of_uploads() -> None:
    """One form for all files, by default the API's own 2 GB; more is a 413."""
    assert Config().max_upload_nbytes == 2 * 1024**3
    server = LocalServer()
    object.__setattr__(server.config, "max_upload_nbytes", 100_000)
    with server, http(server, NEWEST) as client:
        answer = client.post("/voices/clone", files={"clip": b"x" * 200_000})
        assert answer.status_code == 413
        assert "100000" in answer.json()["message"]
