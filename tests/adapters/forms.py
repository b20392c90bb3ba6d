"""Uploads in tests: the calls that make them, the servers that read them, and what they read."""

from __future__ import annotations

from email import message_from_bytes
from email.policy import HTTP
from typing import Final

from attrs import frozen

from cartesia_core.files import FileLike, Progress
from tests.adapters.calls import AnyClient, AsyncCaller
from tests.adapters.flavours import AsyncClient
from tests.adapters.peer import Gone, Peer, Seen
from tests.adapters.steps import JSON, Answer

ACCEPTED: Final = Answer(kind=JSON, body=b'{"type": "transcript", "text": "Hello."}')


@frozen
class Part:
    """A part of a form.

    Attributes:
        filename: None for fields.
        kind: Media type of a file.
    """

    name: str
    content: bytes
    filename: str | None = None
    kind: str | None = None


def parts_of(seen: Seen) -> list[Part]:
    """Take the form of a request apart."""
    head = f"Content-Type: {seen.headers['content-type']}\r\n\r\n".encode()
    whole = message_from_bytes(head + seen.body, policy=HTTP)
    assert not whole.defects
    found: list[Part] = []
    for part in whole.iter_parts():
        content = part.get_payload(decode=True)
        assert isinstance(content, bytes)
        name = str(part.get_param("name", header="content-disposition"))
        is_file = part.get_filename() is not None
        found.append(Part(name, content, part.get_filename(), part.get_content_type() if is_file else None))
    return found


def file_of(seen: Seen) -> Part:
    """Give the one file of a request's form."""
    (found,) = [part for part in parts_of(seen) if part.filename is not None]
    return found


def transcribe(client: AnyClient, file: FileLike, progress: Progress | None = None) -> str:
    """Upload a file to be transcribed."""

    async def later(client: AsyncClient) -> str:
        return (await client.stt.transcribe(file=file, model="ink-whisper", progress=progress)).text

    if isinstance(client, AsyncCaller):
        return client.run(later)
    return client.stt.transcribe(file=file, model="ink-whisper", progress=progress).text


@frozen
class RefuseEarly:
    """Read the head of a request only, answer, and close with the body unread: the client gets a reset.

    Attributes:
        answer: What to answer.
    """

    answer: bytes

    def play(self, peer: Peer, /) -> None:
        """Refuse."""
        data = b""
        while b"\r\n\r\n" not in data:
            data += peer.receive()
        peer.send(self.answer)
        peer.hang_up()
        raise Gone("refused by the script")


@frozen
class ReadSome:
    """Read the first bytes of a request."""

    def play(self, peer: Peer, /) -> None:
        """Read."""
        peer.receive()


@frozen
class ReadNothing:
    """Read nothing until the test ends."""

    def play(self, peer: Peer, /) -> None:
        """Wait."""
        peer.released.wait()
        raise Gone("the server stops")
