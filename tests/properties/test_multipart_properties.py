"""Whatever is put into a form comes out of it."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from cartesia_core.files import FileUpload
from cartesia_core.multipart import FilePart, Part, TextPart, encode

BOUNDARY = "0123456789abcdef"
HEAD = re.compile(rb'Content-Disposition: form-data; name="([^"]*)"(?:; filename="([^"]*)"\r\nContent-Type: (\S+))?\Z')

names = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="%\\"), min_size=1)
texts = st.builds(TextPart, names, st.text(st.characters(exclude_categories=["Cs"])))
files = st.builds(
    FilePart,
    names,
    st.builds(FileUpload, st.binary(min_size=1), names, st.sampled_from(["audio/wav", "application/octet-stream"])),
)


def unescaped(name: bytes) -> str:
    """Read a name as a server does that follows the browsers."""
    return re.sub(r"%([0-9A-F]{2})", lambda match: chr(int(match[1], 16)), name.decode())


def read(content: bytes) -> list[Part]:
    """Take a form apart by its definition (RFC 2046, 5.1.1)."""
    first, *parts, last = (b"\r\n" + content).split(f"\r\n--{BOUNDARY}".encode())
    assert (first, last) == (b"", b"--\r\n")
    found: list[Part] = []
    for part in parts:
        assert part.startswith(b"\r\n")
        head, _, body = part[2:].partition(b"\r\n\r\n")
        fields = HEAD.match(head)
        assert fields, head
        name = unescaped(fields[1])
        if fields[3] is None:
            found.append(TextPart(name, body.decode()))
        else:
            found.append(FilePart(name, FileUpload(body, unescaped(fields[2]), fields[3].decode())))
    return found


@given(st.lists(texts | files))
def test_forms_can_be_read_back(parts: list[Part]) -> None:
    """Line breaks, quotes and what looks like a boundary included."""
    content = b""
    for piece in encode(parts, BOUNDARY):
        whole = piece if isinstance(piece, bytes) else piece.content
        assert isinstance(whole, bytes)
        content += whole
    assert read(content) == parts
