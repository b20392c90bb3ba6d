"""Frames between the engine and its child."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cartesia_local.speech import protocol
from cartesia_local.speech.protocol import Block, Counts, Done, Event, Failed, Job

FRAMES = [
    Counts((3, 0, 70000)),
    Block((Event(7, 286, 1, "ˈɔːɹ"), Event(1, -1, 9, "")), b"\1\2\3\4"),
    Failed("né"),
    Done(),
]
WIRE = b"".join(
    [
        protocol.encode_counts([3, 0, 70000]),
        protocol.encode_block([(7, 286, 1, "ˈɔːɹ".encode()), (1, -1, 9, b"\0" * 8)], b"\1\2\3\4"),
        protocol.encode_failed("né"),
        protocol.encode_done(),
    ]
)


@given(st.lists(st.integers(0, len(WIRE))))
def test_frames_do_not_depend_on_how_the_bytes_are_sliced(cuts: list[int]) -> None:
    """However a pipe cuts them, the same frames come out."""
    buffer = bytearray()
    found: list[protocol.Frame] = []
    edges = [0, *sorted(cuts), len(WIRE)]
    for start, end in pairwise(edges):
        buffer += WIRE[start:end]
        while (frame := protocol.take_frame(buffer)) is not None:
            found.append(frame)
    assert found == FRAMES
    assert not buffer


def test_foreign_bytes_are_no_frame() -> None:
    """A message that a library prints must not be taken for sound."""
    with pytest.raises(ValueError, match="no frame begins with b'W'"):
        protocol.take_frame(bytearray(b"Warning: ..."))


def test_a_label_without_its_last_byte_is_still_text() -> None:
    """The engine cuts labels at eight bytes, even inside a character."""
    buffer = bytearray(protocol.encode_block([(7, 0, 1, "aˌo̞o̞".encode()[:8])], b""))
    frame = protocol.take_frame(buffer)
    assert isinstance(frame, Block)
    assert frame.events[0].label == "aˌo̞o"


@given(text=st.text(), spans=st.lists(st.tuples(st.integers(0, 99), st.integers(0, 99))))
def test_a_job_comes_through(text: str, spans: list[tuple[int, int]]) -> None:
    """Any text, at its length in characters: places in it must stay true."""
    job = Job("gmw/en", 165, 50, 50, text, 0x1000, tuple(spans))
    received = protocol.decode_job(protocol.encode_job(job)[1 + protocol.LENGTH.size :])
    assert received._replace(text="") == job._replace(text="")
    assert len(received.text) == len(text)
    assert received.text == text.replace("\0", " ").encode("utf-8", "replace").decode()
