"""Forms as they go over the wire, read back by the standard library's parser of mail."""

from __future__ import annotations

from email import message_from_bytes
from email.message import Message
from email.policy import HTTP

import pytest

from cartesia_core.bodies import FormBody, Versioned
from cartesia_core.errors import InvalidArgument
from cartesia_core.files import FileUpload
from cartesia_core.multipart import FilePart, TextPart, content_type, encode, form_content, parts_of
from cartesia_core.tts.models import VoiceById

CLIP = FileUpload(b"\0\r\n--abc--", "a.wav", "audio/wav")


def read(pieces: tuple[bytes | FileUpload, ...], boundary: str = "frontier") -> list[Message]:
    """Parse a form whose files are bytes."""
    content = b"".join(piece if isinstance(piece, bytes) else bytes(piece.content) for piece in pieces)  # type: ignore[arg-type]
    whole = message_from_bytes(f"Content-Type: {content_type(boundary)}\r\n\r\n".encode() + content, policy=HTTP)
    assert not whole.defects
    parts = whole.get_payload()
    assert isinstance(parts, list)
    return [part for part in parts if isinstance(part, Message)]


def test_values_are_spread_over_fields() -> None:
    """Brackets for objects, `[]` for arrays, nothing for null, text for numbers and booleans; files last."""
    body = FormBody(
        {
            "clip": CLIP,
            "output_format": {"container": "wav", "sample_rate": 44100, "encoding": None},
            "words": ["a", "b"],
            "none": None,
            "empty": [],
            "enhance": True,
            "off": False,
            "speed": -0.5,
            "voice": {"controls": {"emotion": ["anger:high"]}},
            "items": [{"a": 1}],
        }
    )
    assert parts_of(body, "2026-08-14") == (
        TextPart("output_format[container]", "wav"),
        TextPart("output_format[sample_rate]", "44100"),
        TextPart("words[]", "a"),
        TextPart("words[]", "b"),
        TextPart("enhance", "true"),
        TextPart("off", "false"),
        TextPart("speed", "-0.5"),
        TextPart("voice[controls][emotion][]", "anger:high"),
        TextPart("items[][a]", "1"),
        FilePart("clip", CLIP),
    )


def test_values_that_depend_on_the_version_are_rendered_for_it() -> None:
    """As in JSON."""
    voice: Versioned = VoiceById("v")
    assert parts_of(FormBody({"voice": voice}), "2026-08-14") == (TextPart("voice", "v"),)
    assert parts_of(FormBody({"voice": voice}), "2026-03-01")[0] == TextPart("voice[mode]", "id")


def test_a_form_can_be_read_back() -> None:
    """Names, file names, types and contents are what they were."""
    other = FileUpload(b"left", 'a "b".wav', "audio/x-a; rate=1")
    parts = read(encode((TextPart("a", "x\r\ny"), FilePart("clip", CLIP), FilePart("more", other)), "frontier"))
    assert [part.get_param("name", header="content-disposition") for part in parts] == ["a", "clip", "more"]
    assert [part.get_payload(decode=True) for part in parts] == [b"x\r\ny", CLIP.content, b"left"]
    assert [part.get_filename() for part in parts] == [None, "a.wav", "a %22b%22.wav"]
    assert parts[1]["Content-Type"] == "audio/wav"
    assert (parts[2].get_content_type(), parts[2].get_param("rate")) == ("audio/x-a", "1")
    assert parts[0]["Content-Type"] is None


def test_bytes_and_files_come_in_turn() -> None:
    """Files stay descriptions for whoever sends them; the bytes around them are joined."""
    pieces = encode((TextPart("a", "1"), FilePart("clip", CLIP)), "b")
    assert pieces == (
        (
            b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n'
            b'--b\r\nContent-Disposition: form-data; name="clip"; filename="a.wav"\r\nContent-Type: audio/wav\r\n\r\n'
        ),
        CLIP,
        b"\r\n--b--\r\n",
    )


def test_a_form_may_be_empty() -> None:
    """It is a form all the same."""
    assert encode((), "b") == (b"--b--\r\n",)


@pytest.mark.parametrize(
    ("name", "on_the_wire"),
    [
        ('a"b', "a%22b"),
        ("a\r\nX: y", "a%0D%0AX: y"),
        ("a\0b\x7f", "a%00b%7F"),
        ("back\\slash\\", "back\\\\slash\\\\"),
        ("Grüße 你好.wav", "Grüße 你好.wav"),
        ("100%", "100%"),
    ],
)
def test_names_cannot_break_out(name: str, on_the_wire: str) -> None:
    """Quotes, line breaks and other control characters are written as browsers do; Unicode is UTF-8."""
    file = FileUpload(b"x", name)
    head = encode((FilePart(name, file),), "b")[0]
    assert isinstance(head, bytes)
    assert f'; name="{on_the_wire}"; filename="{on_the_wire}"\r\n'.encode() in head
    assert head.count(b"\r\n") == 4


@pytest.mark.parametrize("boundary", ["", "a b", 'a"', "a\r\n", "a" * 71, "é"])
def test_a_boundary_is_needed_and_safe(boundary: str) -> None:
    """An adapter that forgets it is told, not believed."""
    with pytest.raises(InvalidArgument, match="boundary"):
        encode((), boundary)


def test_what_is_not_unicode_cannot_be_sent() -> None:
    """Half a surrogate pair, as texts from the command line have that are not UTF-8."""
    with pytest.raises(InvalidArgument, match="cannot be sent in a form"):
        encode((TextPart("a", "\udcff"),), "b")


def test_contents_carry_their_listener() -> None:
    """Who wants to know of progress is found beside the pieces; neither shows its inside."""
    heard: list[tuple[int, int | None]] = []
    body = FormBody({"secret": "hidden"}, lambda sent, total: heard.append((sent, total)))
    content = form_content(body, "2026-08-14", "b")
    assert content.progress is body.progress
    assert content == form_content(FormBody({"secret": "hidden"}), "2026-08-14", "b")
    assert "hidden" not in f"{content!r} {body!r} {parts_of(body, '2026-08-14')!r}"
