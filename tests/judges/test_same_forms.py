"""Uploads by the official SDK and by ours are the same form on the wire, taken apart, but for a known table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from email import message_from_bytes
from email.policy import HTTP
from fnmatch import fnmatch
from pathlib import Path
from typing import Final

import pytest
from cartesia import Cartesia

from cartesia_sync import Client
from tests.judges.capture import Capture, Captured, capturing
from tests.judges.form_calls import SOUND, form_pairs
from tests.judges.pair import Pair

KEY: Final = "sk_car_the_same"
ABSENT: Final = "(absent)"

DIFFERENCES: Final[Mapping[tuple[str, str], str]] = {
    ("*", "header user-agent"): "each names itself",
    ("*", "header x-cartesia-client"): "the vendor's statistics of its own SDK; optional by the catalogue",
    ("*", "header x-stainless-*"): "diagnostics of the official SDK's generator",
    ("*", "header content-length"): "the boundaries differ in length, and so does what is listed here",
    ("*infill", "header accept-encoding"): "audio gains nothing from gzip, and httpx takes cut gzip for whole",
    ("voice_changer.generate", "header accept-encoding"): "the same",
    ("voice_changer.stream", "header accept-encoding"): "the same",
    ("*path*", "file * type"): "ours has a table of its own; the SDK asks the machine, which says audio/x-wav or other",
    ("datasets*", "file * type"): "the same",
}
"""Call and part of its request, as patterns, to the reason why ours differs."""


def form_of(asked: Captured) -> Iterator[tuple[str, str]]:
    """Give the parts of a form: fields with their values, files with name, type and content."""
    head = f"Content-Type: {asked.headers['content-type']}\r\n\r\n".encode()
    whole = message_from_bytes(head + asked.body, policy=HTTP)
    assert not whole.defects
    for part in whole.iter_parts():
        content = part.get_payload(decode=True)
        assert isinstance(content, bytes)
        name = str(part.get_param("name", header="content-disposition"))
        if (filename := part.get_filename()) is None:
            yield f"field {name}", content.decode()
            continue
        yield f"file {name} filename", filename
        yield f"file {name} type", part.get_content_type()
        yield f"file {name} content", content.hex()


def parts_of(asked: Captured) -> dict[str, str]:
    """Take a request apart. Fields of the same name are joined in their order."""
    parts = {"method": asked.method, "path": asked.path, "query": repr(sorted(asked.query))}
    for name, value in asked.headers.items():
        parts[f"header {name}"] = value.partition("; boundary=")[0] if name == "content-type" else value
    for name, value in form_of(asked):
        parts[name] = f"{parts[name]};{value}" if name in parts else value
    return parts


def compared(theirs: Captured, ours: Captured) -> Iterator[tuple[str, str, str]]:
    """Give the parts that differ."""
    left, right = parts_of(theirs), parts_of(ours)
    for part in sorted({*left, *right}):
        if left.get(part) != right.get(part):
            yield part, left.get(part, ABSENT), right.get(part, ABSENT)


@pytest.fixture(scope="module")
def capture() -> Iterator[Capture]:
    """Run a capturing server."""
    with capturing() as running:
        yield running


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a file to upload."""
    path = tmp_path_factory.mktemp("forms") / "take 1.wav"
    path.write_bytes(SOUND)
    return path


def differences(pair: Pair, capture: Capture) -> list[tuple[str, str, str]]:
    """Make a call with both, and give what differs."""
    with Cartesia(api_key=KEY, base_url=capture.url) as client:
        pair.official(client)
    [theirs] = capture.take()
    with Client(api_key=KEY, base_url=capture.url) as client:
        pair.ours(client)
    [ours] = capture.take()
    return list(compared(theirs, ours))


NAMES: Final = [pair.name for pair in form_pairs(Path("never.wav"))]


@pytest.mark.parametrize("number", range(len(NAMES)), ids=NAMES)
def test_same_form(number: int, capture: Capture, path: Path) -> None:
    """Nothing differs but what the table lists."""
    pair = form_pairs(path)[number]
    unlisted = [
        found
        for found in differences(pair, capture)
        if not any(fnmatch(pair.name, call) and fnmatch(found[0], part) for call, part in DIFFERENCES)
    ]
    assert unlisted == []


def test_listed_differences_exist(capture: Capture, path: Path) -> None:
    """No entry of the table outlives its reason."""
    found = [(pair.name, part) for pair in form_pairs(path) for part, *_ in differences(pair, capture)]
    used = {key for key in DIFFERENCES for name, part in found if fnmatch(name, key[0]) and fnmatch(part, key[1])}
    assert used == set(DIFFERENCES)


def test_comparison_can_fail() -> None:
    """A field, a file name and a missing part are found."""

    def captured(*lines: str) -> Captured:
        body = "".join(f'--b\r\nContent-Disposition: form-data; name="{line}\r\n\r\n1\r\n' for line in lines)
        return Captured("POST", "/", "", {"content-type": "multipart/form-data; boundary=b"}, f"{body}--b--".encode())

    one, other = captured('a"', 'f"; filename="x"'), captured('a"', 'f"; filename="y"', 'c"')
    assert [part for part, *_ in compared(one, other)] == ["field c", "file f filename"]
