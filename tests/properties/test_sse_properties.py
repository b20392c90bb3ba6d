"""Event streams: slicing does not matter, and a plain reading of the standard agrees."""

from __future__ import annotations

import re
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from cartesia_core.sse import SseDecoder, SseEvent

FRAGMENTS = [
    b"data", b"data: ", b"event: ", b"id: ", b"retry: 1", b":", b" ", b"\r", b"\n", b"\r\n", b"\n\n", b"x",
    b"\xef\xbb\xbf", "\u00e9\u2028\x85".encode(), b"\0", b"\xff",
]  # fmt: skip
BODIES = st.lists(st.sampled_from(FRAGMENTS), max_size=40).map(b"".join)


def plainly(body: bytes) -> list[SseEvent]:
    """Decode a whole body, as the standard words it."""
    *lines, _ = re.split(rb"\r\n|\r|\n", body.removeprefix(b"\xef\xbb\xbf"))
    events: list[SseEvent] = []
    data: list[bytes] = []
    kind = last_id = ""
    for line in lines:
        name, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        if not line:
            events += [SseEvent(b"\n".join(data), kind or "message", last_id)] if data else []
            data, kind = [], ""
        elif name == b"data":
            data.append(value)
        elif name == b"event":
            kind = value.decode(errors="replace")
        elif name == b"id" and b"\0" not in value:
            last_id = value.decode(errors="replace")
    return events


@given(BODIES, st.lists(st.integers(0, 150)))
def test_events_do_not_depend_on_chunk_boundaries(body: bytes, cuts: list[int]) -> None:
    """However the bytes are sliced, even inside CRLF or a UTF-8 character, the events are the standard's."""
    decoder = SseDecoder()
    edges = [0, *sorted(min(cut, len(body)) for cut in cuts), len(body)]
    assert [event for a, b in pairwise(edges) for event in decoder.feed(body[a:b])] == plainly(body)


@given(st.lists(st.tuples(st.binary(), st.text()), max_size=5))
def test_written_events_are_read(events: list[tuple[bytes, str]]) -> None:
    """What a server writes by the rules comes out as it went in."""
    wanted = [
        SseEvent(re.sub(rb"[\r\n]+", b"", data), re.sub(r"[\r\n\ud800-\udfff]", "", kind) or "message")
        for data, kind in events
    ]
    body = b"".join(b"event: %b\ndata: %b\n\n" % (event.event.encode(), event.data) for event in wanted)
    assert SseDecoder().feed(body) == wanted
